import { ConnectivityState } from "../balance/connectivity-state.js";
import type { BalancedSubchannel } from "../balance/load-balancer.js";
import type { Clock, Timer } from "../base/clock.js";
import type { ConnectionProbe, ObservedConnection, SubchannelProbe } from "../base/probe.js";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import type { SocketAddress } from "../net/address.js";
import type { Backoff } from "../resilience/backoff.js";
import type { Connection, SubchannelConnector, SubchannelEvents } from "./connector.js";
import { nextState, type SubchannelEvent } from "./subchannel-state.js";

export interface SubchannelContext {
  readonly connector: SubchannelConnector;
  readonly clock: Clock;
  readonly backoff: Backoff;
  /** Least time that an attempt has, in milliseconds; a longer backoff gives it more (`doc/connection-backoff.md`). */
  readonly connectTimeoutMs: number;
  /** A stream can be opened again. */
  readonly onCapacity: () => void;
  /** Who watches it. */
  readonly probe?: SubchannelProbe | undefined;
}

/** The connection to one address, made again whenever it is wanted. See `nextState` for its states. */
export class Subchannel implements BalancedSubchannel {
  readonly address: SocketAddress;
  state: ConnectivityState = ConnectivityState.IDLE;
  failure: RpcError | undefined;
  /** Where calls go while the state is READY. */
  connection: Connection | undefined;

  readonly #context: SubchannelContext;
  readonly #onState: () => void;
  #timer: Timer | undefined;

  constructor(address: SocketAddress, context: SubchannelContext, onState: () => void) {
    this.address = address;
    this.#context = context;
    this.#onState = onState;
  }

  connect(): void {
    if (this.state !== ConnectivityState.IDLE) return;
    const { connector, clock, backoff, connectTimeoutMs } = this.#context;
    const backoffMs = backoff.next();
    const attempt = new Attempt(this, clock.nowMs() + backoffMs);
    this.connection = connector.connect(this.address, Math.max(connectTimeoutMs, backoffMs), attempt);
    attempt.connection = this.connection;
    this.#happen("connect");
  }

  shutdown(): void {
    this.#timer?.cancel();
    const connection = this.connection;
    this.connection = undefined;
    const state = nextState(this.state, "shutdown");
    if (state !== this.state) this.#context.probe?.onState(state);
    this.state = state;
    connection?.drain();
  }

  /** For its attempt. */
  ready(): void {
    this.failure = undefined;
    this.#context.backoff.reset();
    this.#happen("ready");
  }

  /** For its attempt: the connection takes no new streams. Those on it end by themselves. */
  lost(connection: Connection): void {
    this.connection = undefined;
    this.#happen("lost");
    connection.drain();
  }

  /** For its attempt. */
  failed(reason: string, retryAtMs: number): void {
    const { clock } = this.#context;
    this.connection = undefined;
    this.failure = new RpcError(Status.UNAVAILABLE, reason);
    this.#timer = clock.setTimer(Math.max(0, retryAtMs - clock.nowMs()), () => this.#happen("backoffOver"));
    this.#happen("failed");
  }

  /** For its attempt. */
  socket(connection: ObservedConnection): ConnectionProbe | undefined {
    return this.#context.probe?.onConnection(connection);
  }

  capacity(): void {
    this.#context.onCapacity();
  }

  #happen(event: SubchannelEvent): void {
    const state = nextState(this.state, event);
    if (state === this.state) return;
    this.state = state;
    this.#context.probe?.onState(state, this.failure?.message);
    this.#onState();
  }
}

/** One connection's events, for as long as its subchannel wants to hear of it. */
class Attempt implements SubchannelEvents {
  connection: Connection | undefined;
  readonly #subchannel: Subchannel;
  readonly #retryAtMs: number;

  constructor(subchannel: Subchannel, retryAtMs: number) {
    this.#subchannel = subchannel;
    this.#retryAtMs = retryAtMs;
  }

  get #isCurrent(): boolean {
    return this.connection !== undefined && this.#subchannel.connection === this.connection;
  }

  onSocket(connection: ObservedConnection): ConnectionProbe | undefined {
    return this.#subchannel.socket(connection);
  }

  onReady(): void {
    if (this.#isCurrent) this.#subchannel.ready();
  }

  onCapacity(): void {
    if (this.#isCurrent) this.#subchannel.capacity();
  }

  onGoaway(): void {
    if (this.#isCurrent && this.#subchannel.state === ConnectivityState.READY) {
      this.#subchannel.lost(this.connection as Connection);
    }
  }

  onClosed(reason: string): void {
    if (!this.#isCurrent) return;
    if (this.#subchannel.state === ConnectivityState.READY) this.#subchannel.lost(this.connection as Connection);
    else this.#subchannel.failed(reason, this.#retryAtMs);
  }
}
