import { ConnectivityState } from "../balance/connectivity-state.js";
import type { ChannelControl, LoadBalancer, LoadBalancerPolicy, Picker } from "../balance/load-balancer.js";
import { QueuePicker } from "../balance/pickers.js";
import type { Clock, Random, Timer } from "../base/clock.js";
import type { ChannelProbe } from "../base/probe.js";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import type { TransportFailure } from "../base/transport.js";
import type { StreamSource, WaitingCall } from "../call/client-method.js";
import type { Endpoint, ResolverResult } from "../net/endpoint.js";
import { Backoff, type BackoffOptions } from "../resilience/backoff.js";
import { mayRetryTransparently } from "../resilience/transparent-retry.js";
import type { ResolvableTarget } from "../resolve/registry.js";
import type { Resolver } from "../resolve/resolver.js";
import { CallDispatcher, type Hold } from "./call-dispatcher.js";
import { ConnectionSet } from "./connection-set.js";
import type { Connector } from "./connector.js";
import { IdleTimer } from "./idle-timer.js";
import { StateWatch } from "./state-watch.js";
import { SubchannelPool } from "./subchannel-pool.js";

export interface ChannelCoreOptions {
  /** As the user gave it, for messages. */
  readonly targetText: string;
  readonly target: ResolvableTarget;
  readonly policy: LoadBalancerPolicy;
  readonly connector: Connector;
  readonly clock: Clock;
  readonly random: Random;
  readonly hold: Hold;
  readonly backoff: BackoffOptions;
  readonly connectTimeoutMs: number;
  readonly idleTimeoutMs: number;
  readonly waitingCallsMax: number;
  readonly minResolutionIntervalMs: number;
  /** Who watches it. */
  readonly probe?: ChannelProbe | undefined;
}

/**
 * What a channel does between its calls and its connections: resolves the target, has a balancer make connections out of
 * the addresses, and brings calls to them.
 *
 *   IDLE --(a call, getState(true))--> the balancer's state --(nothing called for long)--> IDLE
 *   all --close--> SHUTDOWN
 */
export class ChannelCore implements StreamSource {
  readonly #options: ChannelCoreOptions;
  readonly #watch: StateWatch = new StateWatch();
  readonly #connections: ConnectionSet;
  readonly #idleTimer: IdleTimer;
  readonly #dispatcher: CallDispatcher;
  readonly #pool: SubchannelPool;
  readonly #resolveBackoff: Backoff;
  #resolver: Resolver | undefined;
  #balancer: LoadBalancer | undefined;
  /** That of the balancer: one that was closed has nothing to say any more. */
  #control: ChannelControl | undefined;
  #resolveTimer: Timer | undefined;
  /** Why calls wait or fail: the last failure while there is no connection. */
  #lastError: RpcError | undefined;
  #onEmpty: (() => void) | undefined;
  #registry: FinalizationRegistry<ChannelCore> | undefined;

  constructor(options: ChannelCoreOptions) {
    const { clock, random, waitingCallsMax, hold, backoff, connectTimeoutMs, probe } = options;
    this.#options = options;
    this.#resolveBackoff = new Backoff(options.backoff, random);
    this.#idleTimer = new IdleTimer(clock, options.idleTimeoutMs, () => this.#becomeIdle());
    this.#dispatcher = new CallDispatcher(waitingCallsMax, hold, this.#idlePicker());
    this.#connections = new ConnectionSet(options.connector, {
      onActive: () => this.#idleTimer.busy(),
      onIdle: () => {
        if (this.#balancer !== undefined) this.#idleTimer.quiet();
      },
      onEmpty: () => this.#onEmpty?.(),
    });
    this.#pool = new SubchannelPool({
      connector: this.#connections,
      clock,
      random,
      backoff,
      connectTimeoutMs,
      probe,
      onCapacity: (subchannel) => this.#dispatcher.onCapacity(subchannel),
    });
  }

  get state(): ConnectivityState {
    return this.#watch.state;
  }

  /** Why the state is TRANSIENT_FAILURE. */
  get lastError(): RpcError | undefined {
    return this.#lastError;
  }

  get watch(): StateWatch {
    return this.#watch;
  }

  // ---- for calls --------------------------------------------------------------------------------------------------

  dispatch(call: WaitingCall): void {
    if (this.state === ConnectivityState.SHUTDOWN) call.refuse(this.#closedError());
    else this.#dispatcher.dispatch(call);
  }

  withdraw(call: WaitingCall): void {
    this.#dispatcher.withdraw(call);
  }

  mayRetry(failure: TransportFailure, retries: number, replayable: boolean): boolean {
    return this.state !== ConnectivityState.SHUTDOWN && mayRetryTransparently(failure, retries, replayable);
  }

  explainWait(call: WaitingCall): string {
    const why = this.#dispatcher.explain(call) ?? this.#lastError?.message;
    if (why !== undefined) return why;
    const { targetText } = this.#options;
    if (this.state === ConnectivityState.CONNECTING) return `still connecting to ${targetText}`;
    return this.state === ConnectivityState.READY ? `no connection to ${targetText} takes more calls now` : "";
  }

  // ---- idle and awake ---------------------------------------------------------------------------------------------

  /** Begins to connect where nothing is under way. */
  exitIdle(): void {
    if (this.state !== ConnectivityState.IDLE) return;
    if (this.#balancer === undefined) this.#awake();
    else this.#balancer.exitIdle();
  }

  #awake(): void {
    const { clock, policy, target, minResolutionIntervalMs } = this.#options;
    this.#idleTimer.quiet();
    this.#update(ConnectivityState.CONNECTING, new QueuePicker());
    this.#control = this.#makeControl();
    this.#balancer = policy.create(this.#control);
    const listener = { onResult: (result: ResolverResult): RpcError | undefined => this.#onResult(result) };
    this.#resolver = target.createResolver({ listener, clock, minResolutionIntervalMs });
    this.#resolver.start();
  }

  #makeControl(): ChannelControl {
    const { clock, random } = this.#options;
    const control: ChannelControl = {
      createSubchannel: (address, onState) => this.#pool.hold(address, onState),
      update: (state, picker, failure) => {
        if (this.#control === control) this.#update(state, picker, failure);
      },
      requestResolution: () => {
        // What failed is asked for again when its backoff is over, and not before.
        if (this.#resolveTimer === undefined) this.#resolver?.refresh();
      },
      clock,
      random,
    };
    return control;
  }

  #onResult(result: ResolverResult): RpcError | undefined {
    const { endpoints } = result;
    if (this.#balancer === undefined) return undefined;
    const isFailure = endpoints instanceof RpcError;
    if (!isFailure) this.#options.probe?.onAddresses(countAddresses(endpoints));
    const refused = this.#balancer.update(result);
    this.#resolveTimer?.cancel();
    this.#resolveTimer = undefined;
    if (isFailure || refused !== undefined) this.#resolveLater();
    else this.#resolveBackoff.reset();
    return refused;
  }

  #resolveLater(): void {
    this.#resolveTimer = this.#options.clock.setTimer(this.#resolveBackoff.next(), () => {
      this.#resolveTimer = undefined;
      this.#resolver?.refresh();
    });
  }

  #update(state: ConnectivityState, picker: Picker, failure?: RpcError): void {
    if (this.state === ConnectivityState.SHUTDOWN) return;
    if (state === ConnectivityState.READY) this.#lastError = undefined;
    else if (failure !== undefined) this.#lastError = failure;
    this.#become(state);
    this.#dispatcher.setPicker(picker);
  }

  #become(state: ConnectivityState): void {
    if (state !== this.state) this.#options.probe?.onState(state, this.#lastError?.message);
    this.#watch.become(state);
  }

  #becomeIdle(): void {
    if (this.#connections.isActive || this.#dispatcher.waitingCount > 0) {
      this.#idleTimer.quiet();
      return;
    }
    this.#sleep();
    this.#update(ConnectivityState.IDLE, this.#idlePicker());
  }

  /** Gives up balancer and resolver; calls in flight end by themselves. */
  #sleep(): void {
    this.#idleTimer.stop();
    this.#resolveTimer?.cancel();
    this.#resolveTimer = undefined;
    const balancer = this.#balancer;
    const resolver = this.#resolver;
    this.#balancer = undefined;
    this.#control = undefined;
    this.#resolver = undefined;
    balancer?.close();
    resolver?.close();
    this.#lastError = undefined;
  }

  #idlePicker(): Picker {
    return new QueuePicker(() => this.exitIdle());
  }

  /**
   * Closes when nobody can use the channel any more: `owner` is what all who can refer to, and what this object does not refer to.
   */
  closeWhenCollected(owner: object): void {
    // Kept here, since one that is collected itself tells nothing; and without a core there is nothing to close.
    this.#registry = new FinalizationRegistry((core) => core.close(0, ignore));
    this.#registry.register(owner, this);
  }

  // ---- the end ----------------------------------------------------------------------------------------------------

  /**
   * No new calls. Those that have no stream fail; those in flight have `graceMs` to end.
   *
   * @param onClosed called once, when there are no connections any more
   */
  close(graceMs: number, onClosed: () => void): void {
    this.#registry = undefined;
    this.#become(ConnectivityState.SHUTDOWN);
    this.#dispatcher.refuseAll(() => this.#closedError());
    this.#sleep();
    this.#pool.close();
    this.#connections.drainAll();
    if (this.#connections.size === 0) {
      onClosed();
      return;
    }
    const cut = (): void => this.#connections.destroyAll("the channel was closed, and its grace has passed");
    const timer = graceMs === Number.POSITIVE_INFINITY ? undefined : this.#options.clock.setTimer(graceMs, cut);
    this.#onEmpty = (): void => {
      timer?.cancel();
      this.#onEmpty = undefined;
      onClosed();
    };
  }

  #closedError(): RpcError {
    return new RpcError(Status.UNAVAILABLE, `the channel to ${this.#options.targetText} was closed`);
  }
}

function countAddresses(endpoints: readonly Endpoint[]): number {
  return endpoints.reduce((count, { addresses }) => count + addresses.length, 0);
}

function ignore(): void {
  // Nobody waits for it.
}
