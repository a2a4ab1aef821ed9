import type { ConnectionProbe, ObservedConnection } from "../base/probe.js";
import type { CallTransport } from "../call/client-method.js";
import type { SocketAddress } from "../net/address.js";

/** One connection, from the first attempt to make it until it is closed. */
export interface Connection extends CallTransport {
  /** The other end, for messages. */
  readonly peer: string;
  /** Streams that the server lets us have open, Infinity for any number; undefined before it has said so. */
  readonly streamsMax: number | undefined;
  /** The server has answered a call on it, or lets one go on after its GOAWAY. */
  readonly hasServed: boolean;
  /** No new streams; it closes once the last one has ended. One that is not ready yet is given up. */
  drain(): void;
  /** Closes it at once; streams fail with this reason. */
  destroy(reason: string): void;
}

/** What a subchannel hears of its connection; never from within `connect`. `drain` and `destroy` may close it at once. */
export interface SubchannelEvents {
  /** It has a socket. Gives who watches it. */
  onSocket(connection: ObservedConnection): ConnectionProbe | undefined;
  /** It can take streams: the server has sent its SETTINGS. */
  onReady(): void;
  /** A stream can be opened again after there was no place. */
  onCapacity(): void;
  /** The server wants no more streams on it, or it can have no more. */
  onGoaway(reason: string): void;
  /** Exactly once, also when it never became ready. The reason names the address and, of an attempt, the stage. */
  onClosed(reason: string): void;
}

export interface ConnectionEvents extends SubchannelEvents {
  /** The number of streams rose from 0, or fell to 0. */
  onActive(): void;
  onIdle(): void;
}

/** What a subchannel connects by. */
export interface SubchannelConnector {
  /** @param timeoutMs bound on all that has to happen before `onReady` */
  connect(address: SocketAddress, timeoutMs: number, events: SubchannelEvents): Connection;
}

/** Makes connections: over sockets, or in memory in tests. */
export interface Connector {
  /** As `SubchannelConnector.connect`. */
  connect(address: SocketAddress, timeoutMs: number, events: ConnectionEvents): Connection;
}
