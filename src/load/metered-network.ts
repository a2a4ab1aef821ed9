import type { SocketAddress } from "../net/address.js";
import type { Dialing, DialOptions } from "../net/dial.js";
import type { Listener, ListenOptions } from "../net/listen.js";
import { type Network, type NetworkDialHandler, type NetworkListenHandler, systemNetwork } from "../net/network.js";
import type { ByteSocket } from "../net/socket-driver.js";

/** What Node's sockets count by themselves: bytes as they are on the wire, of TLS too. */
interface CountedSocket extends ByteSocket {
  readonly bytesRead?: number;
  readonly bytesWritten?: number;
}

/** The machine's network, with what went over it counted. */
export class MeteredNetwork implements Network {
  readonly #open: Set<CountedSocket> = new Set();
  #closedRead = 0;
  #closedWritten = 0;

  dial(address: SocketAddress, options: DialOptions, handler: NetworkDialHandler): Dialing {
    return systemNetwork.dial(address, options, {
      onConnected: (socket, peer) => {
        this.#watch(socket);
        handler.onConnected(socket, peer);
      },
      onFailed: (failure) => handler.onFailed(failure),
    });
  }

  #watch(socket: CountedSocket): void {
    this.#open.add(socket);
    socket.on("close", () => {
      this.#open.delete(socket);
      this.#closedRead += socket.bytesRead ?? 0;
      this.#closedWritten += socket.bytesWritten ?? 0;
    });
  }

  get bytesRead(): number {
    let sum = this.#closedRead;
    for (const socket of this.#open) sum += socket.bytesRead ?? 0;
    return sum;
  }

  get bytesWritten(): number {
    let sum = this.#closedWritten;
    for (const socket of this.#open) sum += socket.bytesWritten ?? 0;
    return sum;
  }

  listen(target: string, options: ListenOptions, handler: NetworkListenHandler): Promise<Listener> {
    return systemNetwork.listen(target, options, handler);
  }

  atTurnEnd<T>(callback: (argument: T) => void, argument: T): void {
    systemNetwork.atTurnEnd(callback, argument);
  }
}
