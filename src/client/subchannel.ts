import { ConnectivityState } from "../balance/connectivity-state.js";
import type { Subchannel } from "../balance/load-balancer.js";
import type { Clock, Timer } from "../base/clock.js";
import type { ConnectionProbe, ObservedConnection, SubchannelProbe } from "../base/probe.js";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import { formatAddress, type SocketAddress } from "../net/address.js";
import type { Backoff } from "../resilience/backoff.js";
import type { Connection, SubchannelConnector, SubchannelEvents } from "./connector.js";
import { nextState, type SubchannelEvent } from "./subchannel-state.js";
import { WaitQueue } from "./wait-queue.js";

/**
 * Connections in a row that may be lost before they are of use, and are made again at once: a server that drains, or thinks that
 * a connection is too old, may say so at any time, and no call shall fail for that.
 */
const USELESS_FORGIVEN = 3;

export interface SubchannelContext {
  readonly connector: SubchannelConnector;
  readonly clock: Clock;
  /** Least time that an attempt has, in milliseconds; a longer backoff gives it more (`doc/connection-backoff.md`). */
  readonly connectTimeoutMs: number;
  /** Calls that wait for this subchannel can go on: a stream can be opened again, or it is not READY any more. */
  onCapacity(subchannel: PooledSubchannel): void;
  /** The last hold on it was given up. */
  onUnheld(subchannel: PooledSubchannel): void;
}

/**
 * The connection to one address, made again whenever it is wanted. See `nextState` for its states. Policies see it through
 * the holds that they have on it.
 *
 * A connection that was lost before a call was answered on it, and before its backoff was over, counts as an attempt that failed,
 * but for the first few in a row: or else a server that says SETTINGS and GOAWAY at once would be connected to without end.
 */
export class PooledSubchannel {
  readonly address: SocketAddress;
  /** Who watches it. */
  readonly probe: SubchannelProbe | undefined;
  state: ConnectivityState = ConnectivityState.IDLE;
  failure: RpcError | undefined;
  /** Where calls go while the state is READY. */
  connection: Connection | undefined;
  /** For the dispatcher of calls: no stream could be opened, and none has become free. */
  isFull: boolean = false;
  /** For the dispatcher of calls: those that wait for a stream here. */
  readonly waiting: WaitQueue = new WaitQueue(() => this.#explainFull());

  readonly #context: SubchannelContext;
  readonly #backoff: Backoff;
  readonly #holds: Set<SubchannelHold> = new Set();
  #timer: Timer | undefined;
  /** Something failed since the last connection that was of use. */
  #hasFailed = false;
  /** As `hasFailed`, but for what is forgiven. */
  #mustWait = false;
  #retryAtMs = 0;
  /** Connections that were lost before they were of use, since the last that was. */
  #uselessInRow = 0;

  constructor(address: SocketAddress, context: SubchannelContext, backoff: Backoff, probe?: SubchannelProbe) {
    this.address = address;
    this.probe = probe;
    this.#context = context;
    this.#backoff = backoff;
  }

  /** The name of the address. */
  get name(): string {
    return formatAddress(this.address);
  }

  /** When its backoff is over; undefined where nothing has failed, and there is nothing to remember. */
  get retryAtMs(): number | undefined {
    return this.#hasFailed ? this.#retryAtMs : undefined;
  }

  /** @param onState told each change of the state */
  hold(onState: () => void): SubchannelHold {
    const hold = new SubchannelHold(this, onState);
    this.#holds.add(hold);
    return hold;
  }

  /** For its holds. */
  release(hold: SubchannelHold): void {
    this.#holds.delete(hold);
    if (this.#holds.size > 0) return;
    const { connection } = this;
    if (connection !== undefined && this.#wasOfUse(connection)) this.#succeed();
    if (connection !== undefined && this.#mustWait) {
      // Whoever wants it again has to wait as if it had failed.
      this.failed(this.failure?.message ?? `the connection to ${this.name} was given up before it was of use`);
    } else {
      this.connection = undefined;
      this.#happen("released");
    }
    connection?.drain();
    this.#context.onUnheld(this);
  }

  connect(): void {
    if (this.state !== ConnectivityState.IDLE) return;
    const { connector, clock, connectTimeoutMs } = this.#context;
    const backoffMs = this.#backoff.next();
    this.#retryAtMs = clock.nowMs() + backoffMs;
    this.isFull = false;
    const attempt = new Attempt(this);
    this.connection = connector.connect(this.address, Math.max(connectTimeoutMs, backoffMs), attempt);
    attempt.connection = this.connection;
    this.#happen("connect");
  }

  /** Nobody has a hold on it, and nobody will: it is forgotten. */
  shutdown(): void {
    this.#timer?.cancel();
    this.#happen("shutdown");
  }

  /** For its attempt. */
  ready(): void {
    this.failure = undefined;
    this.#happen("ready");
  }

  /** For its attempt: the connection takes no new streams. Those on it end by themselves. */
  lost(connection: Connection, reason: string): void {
    const wasOfUse = this.#wasOfUse(connection);
    if (wasOfUse) this.#succeed();
    else this.#hasFailed = true;
    if (wasOfUse || ++this.#uselessInRow <= USELESS_FORGIVEN) {
      this.connection = undefined;
      this.#happen("lost");
    } else {
      this.failed(`the connection to ${this.name} ended before it was of use: ${reason}`);
    }
    connection.drain();
  }

  /** For its attempt. */
  failed(reason: string): void {
    const { clock } = this.#context;
    this.connection = undefined;
    this.failure = new RpcError(Status.UNAVAILABLE, reason);
    this.#hasFailed = true;
    this.#mustWait = true;
    const waitMs = Math.max(0, this.#retryAtMs - clock.nowMs());
    this.#timer = clock.setTimer(waitMs, () => this.#happen("backoffOver"));
    this.#happen("failed");
  }

  /** For its attempt. */
  capacity(): void {
    this.#context.onCapacity(this);
  }

  #wasOfUse(connection: Connection): boolean {
    if (this.state !== ConnectivityState.READY) return false;
    // One that has outlived its backoff could be made again now in any case: idle, and closed after a while, is no failure.
    return connection.hasServed || this.#context.clock.nowMs() >= this.#retryAtMs;
  }

  #explainFull(): string {
    const { connection, waiting } = this;
    const waits = waiting.size === 1 ? "1 call waits" : `${waiting.size} calls wait`;
    const limit = `SETTINGS_MAX_CONCURRENT_STREAMS ${connection?.streamsMax ?? "unknown"}`;
    return `${waits} for a free stream at ${connection?.peer ?? this.name}, which takes no more calls at once (${limit})`;
  }

  #succeed(): void {
    this.#backoff.reset();
    this.#hasFailed = false;
    this.#mustWait = false;
    this.#uselessInRow = 0;
  }

  #happen(event: SubchannelEvent): void {
    const state = nextState(this.state, event);
    if (state === this.state) return;
    this.state = state;
    this.probe?.onState(state, this.failure?.message);
    for (const hold of [...this.#holds]) hold.onState();
    // The policy has told what is picked now, if it has anything to tell.
    if (this.waiting.size > 0 && this.state !== ConnectivityState.READY) this.#context.onCapacity(this);
  }
}

/** What a policy has of a subchannel. */
export class SubchannelHold implements Subchannel {
  /** For the dispatcher of calls. */
  readonly pooled: PooledSubchannel;
  readonly #onState: () => void;
  #released = false;

  constructor(pooled: PooledSubchannel, onState: () => void) {
    this.pooled = pooled;
    this.#onState = onState;
  }

  get address(): SocketAddress {
    return this.pooled.address;
  }

  get state(): ConnectivityState {
    return this.#released ? ConnectivityState.SHUTDOWN : this.pooled.state;
  }

  get failure(): RpcError | undefined {
    return this.pooled.failure;
  }

  get isFull(): boolean {
    return this.pooled.isFull;
  }

  connect(): void {
    if (!this.#released) this.pooled.connect();
  }

  shutdown(): void {
    if (this.#released) return;
    this.#released = true;
    this.pooled.release(this);
  }

  /** For the subchannel. */
  onState(): void {
    if (!this.#released) this.#onState();
  }
}

/** One connection's events, for as long as its subchannel wants to hear of it. */
class Attempt implements SubchannelEvents {
  connection: Connection | undefined;
  readonly #subchannel: PooledSubchannel;

  constructor(subchannel: PooledSubchannel) {
    this.#subchannel = subchannel;
  }

  get #isCurrent(): boolean {
    return this.connection !== undefined && this.#subchannel.connection === this.connection;
  }

  onSocket(connection: ObservedConnection): ConnectionProbe | undefined {
    return this.#subchannel.probe?.onConnection(connection);
  }

  onReady(): void {
    if (this.#isCurrent) this.#subchannel.ready();
  }

  onCapacity(): void {
    if (this.#isCurrent) this.#subchannel.capacity();
  }

  onGoaway(reason: string): void {
    if (this.#isCurrent && this.#subchannel.state === ConnectivityState.READY) {
      this.#subchannel.lost(this.connection as Connection, reason);
    }
  }

  onClosed(reason: string): void {
    if (!this.#isCurrent) return;
    if (this.#subchannel.state === ConnectivityState.READY)
      this.#subchannel.lost(this.connection as Connection, reason);
    else this.#subchannel.failed(reason);
  }
}
