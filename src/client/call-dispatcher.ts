import { ConnectivityState } from "../balance/connectivity-state.js";
import type { PickedSubchannel, Picker, PickResult } from "../balance/load-balancer.js";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import type { WaitingCall } from "../call/client-method.js";
import { errorOfPick } from "./pick-error.js";
import { PickedTransport } from "./picked-transport.js";
import { type PooledSubchannel, SubchannelHold } from "./subchannel.js";
import { type Waiter, WaitQueue } from "./wait-queue.js";

/** Keeps the process alive; see `ProcessHold`. */
export interface Hold {
  hold(): void;
  release(): void;
}

/**
 * Brings calls to connections: at once where the picked one has a free stream (gRPC `doc/wait-for-ready.md`); else they wait,
 * bounded in number. A call that was picked for a full connection waits for that one, all others for another picker or for any
 * free stream, so that a full connection stops no call that can go elsewhere. Each queue is served in order, and who comes later
 * waits behind.
 */
export class CallDispatcher {
  readonly #waitingMax: number;
  readonly #hold: Hold;
  /** Every call that waits, wherever it does. */
  readonly #waiters: Map<WaitingCall, Waiter> = new Map();
  /** Subchannels that calls wait for. */
  readonly #busy: Set<PooledSubchannel> = new Set();
  private picker: Picker;
  /** Calls that wait for another picker, or for any free stream. */
  private queue: WaitQueue = new WaitQueue();
  /** All that wait were offered to this one. */
  #offeredTo: Picker | undefined;
  /** Calls that are offered to a new picker at this moment; who comes meanwhile waits behind. */
  private offered: WaitQueue | undefined;
  /** Subchannels that may have a free stream, and whose calls were not served since. */
  readonly #freed: Set<PooledSubchannel> = new Set();
  #isServing = false;
  /** `onEnd` of the pick for which a call has to wait. */
  private unpick: Waiter["unpick"];
  /** What a call threw; it must not harm the others. */
  #thrown: { readonly error: unknown } | undefined;
  #turns = 0;

  constructor(waitingMax: number, hold: Hold, picker: Picker) {
    this.#waitingMax = waitingMax;
    this.#hold = hold;
    this.picker = picker;
  }

  /** How many calls wait. */
  get waitingCount(): number {
    return this.#waiters.size;
  }

  dispatch(call: WaitingCall): void {
    const { picker } = this;
    const queue = this.offered ?? this.place(call, undefined);
    if (queue === undefined) return;
    if (this.#waiters.size >= this.#waitingMax) {
      this.#takeUnpick()?.(undefined);
      call.refuse(new RpcError(Status.RESOURCE_EXHAUSTED, this.#explainRefusal(queue)));
      return;
    }
    const unpick = this.#takeUnpick();
    const waiter: Waiter = { call, turn: ++this.#turns, queue, unpick, before: undefined, after: undefined };
    queue.push(waiter);
    this.#waiters.set(call, waiter);
    this.#hold.hold();
    // The pick itself may have set something going that ended at once.
    if (this.picker === picker) return;
    this.#offeredTo = undefined;
    this.#run();
  }

  withdraw(call: WaitingCall): void {
    const waiter = this.#waiters.get(call);
    if (waiter === undefined) return;
    this.#leave(waiter);
  }

  setPicker(picker: Picker): void {
    this.picker = picker;
    this.#run();
  }

  /** A stream may be free again at a subchannel, or its calls must go elsewhere. */
  onCapacity(subchannel: PooledSubchannel): void {
    subchannel.isFull = false;
    if (this.#waiters.size === 0) return;
    this.#freed.add(subchannel);
    this.#run();
  }

  /** There will be no connection any more: all that wait fail. */
  refuseAll(error: () => RpcError): void {
    for (const waiter of [...this.#waiters.values()]) {
      this.#leave(waiter);
      waiter.call.refuse(error());
    }
  }

  /** Why a call waits that was picked for a full connection; undefined for every other call. */
  explain(call: WaitingCall): string | undefined {
    return this.#waiters.get(call)?.queue?.explain?.();
  }

  #explainRefusal(queue: WaitQueue): string {
    const why = queue.explain === undefined ? "" : `; ${queue.explain()}`;
    return `${this.#waitingMax} calls wait for a connection or a free stream already (limit waitingCallsMax)${why}`;
  }

  /**
   * Opens a stream for a call, refuses it, or says where it has to wait.
   *
   * @param served the call is the first that waits for this subchannel
   */
  private place(call: WaitingCall, served: PooledSubchannel | undefined): WaitQueue | undefined {
    for (;;) {
      let pick: PickResult;
      try {
        pick = this.picker.pick(call);
      } catch (error) {
        call.refuse(new RpcError(Status.INTERNAL, `the load balancing policy threw: ${error}`, { cause: error }));
        return undefined;
      }
      if (pick.kind !== "pick") return this.#placeNowhere(call, pick);
      const { subchannel } = pick;
      if (!(subchannel instanceof SubchannelHold)) {
        call.refuse(new RpcError(Status.INTERNAL, "the load balancing policy picked what its channel did not make"));
        return undefined;
      }
      const { pooled } = subchannel;
      const { connection } = pooled;
      if (pooled.state !== ConnectivityState.READY || connection === undefined) {
        pick.onEnd?.(undefined);
        return this.queue;
      }
      if (pooled.isFull || (pooled.waiting.size > 0 && pooled !== served)) {
        this.unpick = pick.onEnd;
        this.#busy.add(pooled);
        return pooled.waiting;
      }
      const isPlain = pick.metadata === undefined && pick.onEnd === undefined;
      if (call.open(isPlain ? connection : new PickedTransport(connection, pick), connection.peer)) return undefined;
      pick.onEnd?.(undefined);
      // Now that it is known to be full, the policy may know another one. No subchannel becomes full twice in this loop.
      pooled.isFull = true;
    }
  }

  #placeNowhere(call: WaitingCall, pick: Exclude<PickResult, PickedSubchannel>): WaitQueue | undefined {
    if (pick.kind === "queue" || (pick.kind === "fail" && call.waitForReady)) return this.queue;
    call.refuse(errorOfPick(pick.error));
    return undefined;
  }

  /** Serves those that wait until nothing is new. What becomes new meanwhile has its turn in the same loop. */
  #run(): void {
    if (this.#isServing) return;
    this.#isServing = true;
    try {
      for (;;) {
        const [freed] = this.#freed;
        if (this.picker !== this.#offeredTo) this.#offerAll();
        else if (freed !== undefined) this.#serve(freed);
        else break;
      }
    } finally {
      this.#isServing = false;
    }
    const thrown = this.#thrown;
    this.#thrown = undefined;
    if (thrown !== undefined) throw thrown.error;
  }

  /** Offers all that wait to the picker, in the order in which they came. */
  #offerAll(): void {
    const { picker } = this;
    const offered = this.#collect();
    this.offered = offered;
    while (offered.first !== undefined && picker === this.picker) this.#offerFirst(offered, undefined);
    this.offered = undefined;
    this.#offeredTo = picker;
    // Those that had no turn are offered to the next picker, before all that came later.
    if (offered.size > 0) this.queue = merge([this.queue, offered]);
  }

  /** Serves those that wait for one subchannel, until it is full, and then those that wait for any. */
  #serve(subchannel: PooledSubchannel): void {
    this.#freed.delete(subchannel);
    const { waiting } = subchannel;
    while (waiting.first !== undefined && !subchannel.isFull) this.#offerFirst(waiting, subchannel);
    if (waiting.size === 0) this.#busy.delete(subchannel);
    if (subchannel.isFull) return;
    for (let first = this.queue.first; first !== undefined; first = this.queue.first) {
      this.#offerFirst(this.queue, undefined);
      // The first of them still has to wait, so that all do.
      if (first.queue === this.queue) return;
    }
  }

  /** Offers the first one of a queue to the picker. Where it has to wait in the same queue, it stays the first. */
  #offerFirst(from: WaitQueue, served: PooledSubchannel | undefined): void {
    const waiter = from.shift() as Waiter;
    unpick(waiter);
    let queue: WaitQueue | undefined;
    try {
      queue = this.place(waiter.call, served);
    } catch (error) {
      this.#thrown ??= { error };
    }
    waiter.unpick = this.#takeUnpick();
    if (queue === undefined) this.#forget(waiter);
    // It may have been withdrawn meanwhile.
    else if (!this.#waiters.has(waiter.call)) unpick(waiter);
    else if (queue === from) queue.unshift(waiter);
    else queue.push(waiter);
  }

  /** Takes all that wait out of their queues, in the order in which they came. */
  #collect(): WaitQueue {
    const queues = [this.queue];
    for (const subchannel of this.#busy) queues.push(subchannel.waiting);
    this.#busy.clear();
    return merge(queues);
  }

  #takeUnpick(): Waiter["unpick"] {
    const { unpick } = this;
    this.unpick = undefined;
    return unpick;
  }

  #leave(waiter: Waiter): void {
    waiter.queue?.remove(waiter);
    unpick(waiter);
    this.#forget(waiter);
  }

  #forget({ call }: Waiter): void {
    this.#waiters.delete(call);
    if (this.#waiters.size === 0) this.#hold.release();
  }
}

/** Moves all waiters of several queues into one, by their turns. */
function merge(queues: readonly WaitQueue[]): WaitQueue {
  const filled = queues.filter(({ size }) => size > 0);
  const merged = new WaitQueue();
  const waiters: Waiter[] = [];
  for (const queue of filled) {
    for (let waiter = queue.shift(); waiter !== undefined; waiter = queue.shift()) waiters.push(waiter);
  }
  if (filled.length > 1) waiters.sort((one, other) => one.turn - other.turn);
  for (const waiter of waiters) merged.push(waiter);
  return merged;
}

function unpick(waiter: Waiter): void {
  const { unpick } = waiter;
  waiter.unpick = undefined;
  unpick?.(undefined);
}
