import type { Timer } from "../base/clock.js";
import type { PeerInfo } from "../base/transport.js";
import type { SocketAddress } from "../net/address.js";
import type { Dialing, DialOptions } from "../net/dial.js";
import { type DialStage, explainDialError, explainDialTimeout } from "../net/dial-errors.js";
import type { Listener, ListenOptions } from "../net/listen.js";
import { ListenAddress } from "../net/listen-address.js";
import type { Network, NetworkDialHandler, NetworkListenHandler } from "../net/network.js";
import { parseListenTarget } from "../net/target.js";
import { MemorySocket, type SocketTurns } from "./memory-socket.js";

/** Turns of the event loop without anything to do after which a network counts as at rest: promises need some to go on. */
const quietTurns = 4;
/** Ports that are given out for port 0. */
const firstPort = 50_000;

/**
 * A network in memory: servers and channels that are given it as `network` find each other by their targets, without sockets.
 * All above the bytes is as it is over TCP; TLS there is none. Connections can be cut, stalled and refused.
 */
export class MemoryNetwork implements Network, SocketTurns {
  readonly #listeners: Map<string, NetworkListenHandler> = new Map();
  readonly #sockets: Set<MemorySocket> = new Set();
  readonly #waiting: Set<Attempt> = new Set();
  #lastPort = firstPort - 1;
  #clientCount = 0;
  #busy = 0;
  #stalled = false;
  #refusing = false;

  /** Connections that are open at either end. */
  get connections(): number {
    const ends = [...this.#sockets];
    return ends.filter((end) => end.peer === undefined || !this.#sockets.has(end.peer)).length + this.#pairs(ends);
  }

  #pairs(ends: readonly MemorySocket[]): number {
    return ends.filter((end) => end.peer !== undefined && this.#sockets.has(end.peer)).length / 2;
  }

  /** Cuts all connections, as if a cable was pulled and both ends noticed: calls on them fail with UNAVAILABLE. */
  cut(): void {
    for (const socket of [...this.#sockets]) socket.reset();
  }

  /** Whether bytes wait on their way and attempts to connect get no answer, until it is set to false again. */
  get stalled(): boolean {
    return this.#stalled;
  }

  set stalled(stalled: boolean) {
    this.#stalled = stalled;
    if (stalled) return;
    for (const socket of this.#sockets) socket.flow();
    for (const attempt of this.#waiting) this.#connectLater(attempt);
    this.#waiting.clear();
  }

  /** Whether attempts to connect are refused, as if nobody listened. */
  get refusing(): boolean {
    return this.#refusing;
  }

  set refusing(refusing: boolean) {
    this.#refusing = refusing;
  }

  /**
   * Resolves when no bytes are on their way and nothing follows from what has arrived: for tests in simulated time, before they look and
   * before they let time pass. What waits for something else than this network, such as a file or a real timer, is not seen.
   */
  async settled(): Promise<void> {
    for (let quiet = 0; quiet < quietTurns; ) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      quiet = this.#busy === 0 ? quiet + 1 : 0;
    }
  }

  // ---- for servers and channels -----------------------------------------------------------------------------------

  later(callback: () => void): void {
    this.#busy++;
    setImmediate(() => {
      this.#busy--;
      callback();
    });
  }

  readonly atTurnEnd = <T>(callback: (argument: T) => void, argument: T): void => {
    this.later(() => callback(argument));
  };

  dial(address: SocketAddress, options: DialOptions, handler: NetworkDialHandler): Dialing {
    const attempt = new Attempt(address, options, handler);
    this.#connectLater(attempt);
    return attempt;
  }

  async listen(target: string, options: ListenOptions, handler: NetworkListenHandler): Promise<Listener> {
    if (options.tls !== undefined) throw new TypeError(`cannot listen on ${target}: a network in memory has no TLS`);
    const address = parseListenTarget(target);
    const place = address.path === undefined ? `${address.port || ++this.#lastPort}` : address.path;
    if (this.#listeners.has(place)) throw new Error(`cannot listen on ${target}: it is in use in this network`);
    this.#listeners.set(place, handler);
    return {
      address: new ListenAddress(address.path === undefined ? { host: "127.0.0.1", port: Number(place) } : address),
      countSockets: () => Promise.resolve(this.connections),
      close: () => {
        if (this.#listeners.get(place) === handler) this.#listeners.delete(place);
      },
    };
  }

  #connectLater(attempt: Attempt): void {
    this.later(() => {
      if (attempt.ended) return;
      if (this.#stalled) this.#waiting.add(attempt);
      else this.#connect(attempt);
    });
  }

  #connect(attempt: Attempt): void {
    const { address } = attempt;
    const handler = this.#listeners.get(address.path ?? `${address.port}`);
    if (handler === undefined || this.#refusing) {
      attempt.refused();
      return;
    }
    const client = this.#makeSocket();
    const server = this.#makeSocket();
    client.peer = server;
    server.peer = client;
    handler.onConnection(server, { address: `inproc:client${++this.#clientCount}`, secure: false });
    attempt.connected(client, { address: `inproc:server${address.path ?? address.port}`, secure: false });
  }

  #makeSocket(): MemorySocket {
    const socket: MemorySocket = new MemorySocket(this, () => this.#sockets.delete(socket));
    this.#sockets.add(socket);
    return socket;
  }
}

/** An attempt to connect: ends once, by success, failure, its time or its caller. */
class Attempt implements Dialing {
  readonly stage: DialStage = "TCP connect";
  readonly address: SocketAddress;
  readonly #handler: NetworkDialHandler;
  readonly #timer: Timer;
  readonly #wantsTls: boolean;
  ended = false;

  constructor(address: SocketAddress, options: DialOptions, handler: NetworkDialHandler) {
    const { clock, connectTimeoutMs, tls } = options;
    this.address = address;
    this.#handler = handler;
    this.#wantsTls = tls !== undefined;
    this.#timer = clock.setTimer(connectTimeoutMs, () => {
      if (this.#end()) handler.onFailed(explainDialTimeout(address, this.stage, connectTimeoutMs));
    });
  }

  connected(socket: MemorySocket, peer: PeerInfo): void {
    if (this.#wantsTls) {
      socket.destroy();
      this.#fail(new Error("a network in memory has no TLS"));
    } else if (this.#end()) this.#handler.onConnected(socket, peer);
  }

  refused(): void {
    this.#fail(Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" }));
  }

  #fail(error: Error): void {
    if (this.#end()) this.#handler.onFailed(explainDialError(this.address, this.stage, error, undefined));
  }

  cancel(): void {
    this.#end();
  }

  #end(): boolean {
    if (this.ended) return false;
    this.ended = true;
    this.#timer.cancel();
    return true;
  }
}
