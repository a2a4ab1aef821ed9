import type { Network, SocketAddress } from "../../src/index.js";
import { explainDialError, explainDialTimeout } from "../../src/net/dial-errors.js";
import type { SimulatedSocket } from "./simulated-socket.js";

type Dial = Network["dial"];
type DialOptions = Parameters<Dial>[1];
type DialHandler = Parameters<Dial>[2];
type Dialing = ReturnType<Dial>;

/** A connection attempt: ends once, by success, failure, its time or its caller. */
export class DialAttempt implements Dialing {
  readonly stage: Dialing["stage"] = "TCP connect";
  readonly address: SocketAddress;
  readonly #handler: DialHandler;
  readonly #timer: { cancel(): void };
  #ended = false;

  constructor(address: SocketAddress, options: DialOptions, handler: DialHandler) {
    this.address = address;
    this.#handler = handler;
    const { connectTimeoutMs } = options;
    this.#timer = options.clock.setTimer(connectTimeoutMs, () => {
      if (this.#settle()) handler.onFailed(explainDialTimeout(address, this.stage, connectTimeoutMs));
    });
  }

  get ended(): boolean {
    return this.#ended;
  }

  connected(socket: SimulatedSocket): void {
    if (this.#settle()) this.#handler.onConnected(socket, { address: `ipv4:${socket.peer.name}`, secure: false });
  }

  refused(): void {
    if (!this.#settle()) return;
    const error = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
    this.#handler.onFailed(explainDialError(this.address, this.stage, error, undefined));
  }

  cancel(): void {
    this.#settle();
  }

  #settle(): boolean {
    if (this.#ended) return false;
    this.#ended = true;
    this.#timer.cancel();
    return true;
  }
}
