import type { PeerInfo } from "../base/transport.js";
import type { SocketAddress } from "./address.js";
import { type Dialing, type DialOptions, dial } from "./dial.js";
import type { DialFailure } from "./dial-errors.js";
import { type Listener, type ListenOptions, listen } from "./listen.js";
import type { ByteSocket } from "./socket-driver.js";

/** Hears how an attempt to connect ends; see `DialHandler`. */
export interface NetworkDialHandler {
  onConnected(socket: ByteSocket, peer: PeerInfo): void;
  onFailed(failure: DialFailure): void;
}

/** Hears what happens at a listener; see `ListenHandler`. */
export interface NetworkListenHandler {
  admits?(address: string): boolean;
  onFilesOut?(text: string): void;
  onConnection(socket: ByteSocket, peer: PeerInfo): void;
  onError(error: Error): void;
}

/**
 * Where connections come from. Channels and servers know no other way to a socket, so that all above this also runs over
 * memory: the simulation's network fails as a seed says.
 */
export interface Network {
  /** Connects to one address; see `dial`. */
  dial(address: SocketAddress, options: DialOptions, handler: NetworkDialHandler): Dialing;
  /** Listens on a target; see `listen`. */
  listen(target: string, options: ListenOptions, handler: NetworkListenHandler): Promise<Listener>;
  /** Calls back at the end of this turn of the event loop, in the order of asking. Called without a `this`. */
  atTurnEnd<T>(callback: (argument: T) => void, argument: T): void;
}

/** The machine's sockets and its event loop. */
export const systemNetwork: Network = {
  dial,
  listen,
  atTurnEnd: (callback, argument) => {
    setImmediate(callback, argument);
  },
};
