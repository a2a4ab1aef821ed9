import { ListenAddress, type Network } from "../../src/index.js";
import { explainDialError } from "../../src/net/dial-errors.js";
import type { MemoryLoop } from "./memory-loop.js";
import { type FarEnd, MemorySocket } from "./memory-socket.js";

type DialHandler = Parameters<Network["dial"]>[2];
type ListenHandler = Parameters<Network["listen"]>[2];

/** Hears the bytes of a connection, one direction at a time. */
export type Tap = (direction: "up" | "down", bytes: Uint8Array) => void;

const peer = { address: "ipv4:127.0.0.1:1", secure: false };

/** Channels and servers in one process, joined by memory; scripts can take the place of either. */
export class MemoryNetwork {
  /** All ends that engines drive. */
  readonly sockets: MemorySocket[] = [];
  /** Takes the first connections of a channel in the place of a server; undefined lets a dial through. */
  script: ((socket: MemorySocket) => FarEnd | undefined) | undefined;
  tap: Tap | undefined;
  readonly #loop: MemoryLoop;
  readonly #listeners: Map<number, ListenHandler> = new Map();

  constructor(loop: MemoryLoop) {
    this.#loop = loop;
  }

  get listenerCount(): number {
    return this.#listeners.size;
  }

  /** What channels and servers take. */
  get seam(): Network {
    return {
      dial: (address, _options, handler) => this.#dial(address.port ?? 0, handler),
      listen: (target, _options, handler) => Promise.resolve(this.#listen(target, handler)),
      atTurnEnd: (callback, argument) => this.#loop.post(() => callback(argument)),
    };
  }

  /** A client of a server at a port that is a script. */
  connect(port: number, far: FarEnd): MemorySocket {
    const listener = this.#listeners.get(port);
    if (listener === undefined) throw new Error(`nobody listens on port ${port}`);
    const socket = this.#socket();
    socket.far = far;
    listener.onConnection(socket, peer);
    return socket;
  }

  #socket(): MemorySocket {
    const socket = new MemorySocket(this.#loop);
    this.sockets.push(socket);
    return socket;
  }

  #dial(port: number, handler: DialHandler): ReturnType<Network["dial"]> {
    let over = false;
    const cancel = (): void => {
      over = true;
    };
    this.#loop.post(() => {
      if (over) return;
      over = true;
      const socket = new MemorySocket(this.#loop);
      const far = this.script?.(socket) ?? this.#farServer(port, socket);
      if (far === undefined) {
        const error = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
        handler.onFailed(explainDialError({ host: "127.0.0.1", port }, "TCP connect", error, undefined));
        return;
      }
      socket.far = far;
      this.sockets.push(socket);
      handler.onConnected(socket, peer);
    });
    return { stage: "TCP connect", cancel };
  }

  #farServer(port: number, client: MemorySocket): FarEnd | undefined {
    const listener = this.#listeners.get(port);
    if (listener === undefined) return undefined;
    const server = this.#socket();
    server.far = this.#towards(client, "down");
    listener.onConnection(server, peer);
    return this.#towards(server, "up");
  }

  #towards(socket: MemorySocket, direction: "up" | "down"): FarEnd {
    return {
      onBytes: (bytes) => {
        this.tap?.(direction, bytes);
        socket.deliver(bytes);
      },
      onFin: () => socket.deliverFin(),
      onGone: () => this.#loop.post(() => socket.reset()),
    };
  }

  #listen(target: string, handler: ListenHandler): Awaited<ReturnType<Network["listen"]>> {
    const port = Number(target.slice(target.lastIndexOf(":") + 1));
    this.#listeners.set(port, handler);
    return {
      address: new ListenAddress({ host: "127.0.0.1", port }),
      countSockets: () => Promise.resolve(this.sockets.filter((socket) => !socket.destroyed).length),
      close: () => void this.#listeners.delete(port),
    };
  }
}
