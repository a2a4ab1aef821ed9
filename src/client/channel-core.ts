import { ConnectivityState } from "../balance/connectivity-state.js";
import type { LoadBalancer, LoadBalancerPolicy, Picker } from "../balance/load-balancer.js";
import { FailPicker, QueuePicker } from "../balance/pickers.js";
import type { Clock, Random, Timer } from "../base/clock.js";
import type { ChannelProbe } from "../base/probe.js";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import type { TransportFailure } from "../base/transport.js";
import type { StreamSource, WaitingCall } from "../call/client-method.js";
import { formatAddress, type SocketAddress } from "../net/address.js";
import { Backoff, type BackoffOptions } from "../resilience/backoff.js";
import { mayRetryTransparently } from "../resilience/transparent-retry.js";
import type { ResolvableTarget } from "../resolve/registry.js";
import type { Resolver } from "../resolve/resolver.js";
import { CallDispatcher, type Hold } from "./call-dispatcher.js";
import { ConnectionSet } from "./connection-set.js";
import type { Connector } from "./connector.js";
import { IdleTimer } from "./idle-timer.js";
import { StateWatch } from "./state-watch.js";
import { Subchannel } from "./subchannel.js";

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
  readonly #resolveBackoff: Backoff;
  #resolver: Resolver | undefined;
  #balancer: LoadBalancer | undefined;
  #resolveTimer: Timer | undefined;
  /** Why calls wait or fail: the last failure while there is no connection. */
  #lastError: RpcError | undefined;
  #onEmpty: (() => void) | undefined;

  constructor(options: ChannelCoreOptions) {
    const { clock, random, waitingCallsMax, hold } = options;
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

  explainWait(): string {
    if (this.#dispatcher.isSaturated) return "the server takes no more calls at once";
    if (this.#lastError !== undefined) return this.#lastError.message;
    return this.state === ConnectivityState.CONNECTING ? `still connecting to ${this.#options.targetText}` : "";
  }

  // ---- idle and awake ---------------------------------------------------------------------------------------------

  /** Begins to connect where nothing is under way. */
  exitIdle(): void {
    if (this.state !== ConnectivityState.IDLE) return;
    if (this.#balancer === undefined) this.#awake();
    else this.#balancer.exitIdle();
  }

  #awake(): void {
    const { clock, random, policy, target } = this.#options;
    this.#idleTimer.quiet();
    this.#update(ConnectivityState.CONNECTING, new QueuePicker());
    this.#balancer = policy.create<Subchannel>({
      createSubchannel: (address, onState) => this.#createSubchannel(address, onState),
      update: (state, picker) => this.#update(state, picker),
      requestResolution: () => this.#resolver?.refresh(),
      clock,
      random,
    });
    const listener = {
      onAddresses: (addresses: readonly SocketAddress[]): void => this.#onAddresses(addresses),
      onError: (error: RpcError): void => this.#onResolveError(error),
    };
    this.#resolver = target.createResolver({ listener, clock });
    this.#resolver.start();
  }

  #createSubchannel(address: SocketAddress, onState: () => void): Subchannel {
    const { clock, random, backoff, connectTimeoutMs, probe } = this.#options;
    const context = {
      connector: this.#connections,
      clock,
      backoff: new Backoff(backoff, random),
      connectTimeoutMs,
      onCapacity: (): void => this.#dispatcher.onCapacity(),
      probe: probe?.onSubchannel(formatAddress(address)),
    };
    return new Subchannel(address, context, onState);
  }

  #onAddresses(addresses: readonly SocketAddress[]): void {
    this.#options.probe?.onAddresses(addresses.length);
    this.#resolveBackoff.reset();
    this.#resolveTimer?.cancel();
    this.#balancer?.updateAddresses(addresses);
  }

  #onResolveError(error: RpcError): void {
    this.#balancer?.resolutionFailed(error);
    this.#resolveTimer?.cancel();
    this.#resolveTimer = this.#options.clock.setTimer(this.#resolveBackoff.next(), () => this.#resolver?.refresh());
  }

  #update(state: ConnectivityState, picker: Picker<Subchannel>): void {
    if (this.state === ConnectivityState.SHUTDOWN) return;
    if (state === ConnectivityState.READY) this.#lastError = undefined;
    const pick = picker instanceof FailPicker ? picker.pick() : undefined;
    if (pick !== undefined) this.#lastError = pick;
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
    this.#balancer?.close();
    this.#resolver?.close();
    this.#balancer = undefined;
    this.#resolver = undefined;
    this.#lastError = undefined;
  }

  #idlePicker(): Picker<Subchannel> {
    return new QueuePicker(() => this.exitIdle());
  }

  // ---- the end ----------------------------------------------------------------------------------------------------

  /**
   * No new calls. Those that have no stream fail; those in flight have `graceMs` to end.
   *
   * @param onClosed called once, when there are no connections any more
   */
  close(graceMs: number, onClosed: () => void): void {
    this.#sleep();
    this.#become(ConnectivityState.SHUTDOWN);
    this.#dispatcher.refuseAll(() => this.#closedError());
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
