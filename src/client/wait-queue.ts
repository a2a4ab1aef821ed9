import type { WaitingCall } from "../call/client-method.js";

/** A call that waits, and its place in a queue. */
export interface Waiter {
  readonly call: WaitingCall;
  /** Rises with each call that begins to wait. */
  readonly turn: number;
  /** Where it waits now; undefined while it is between two queues. */
  queue: WaitQueue | undefined;
  /** Whoever picked where it waits hears with undefined that it does not go there (`PickedSubchannel.onEnd`). */
  unpick: ((end: undefined) => void) | undefined;
  before: Waiter | undefined;
  after: Waiter | undefined;
}

/** Calls in the order in which they wait. A chain, since any of them can leave at any time, and none may cost a search. */
export class WaitQueue {
  size: number = 0;
  /** Why calls wait here, for messages. */
  readonly explain: (() => string) | undefined;
  #first: Waiter | undefined;
  #last: Waiter | undefined;

  constructor(explain?: () => string) {
    this.explain = explain;
  }

  get first(): Waiter | undefined {
    return this.#first;
  }

  push(waiter: Waiter): void {
    waiter.queue = this;
    waiter.before = this.#last;
    waiter.after = undefined;
    if (this.#last === undefined) this.#first = waiter;
    else this.#last.after = waiter;
    this.#last = waiter;
    this.size++;
  }

  /** To the front: it was there, and its turn is still to come. */
  unshift(waiter: Waiter): void {
    waiter.queue = this;
    waiter.before = undefined;
    waiter.after = this.#first;
    if (this.#first === undefined) this.#last = waiter;
    else this.#first.before = waiter;
    this.#first = waiter;
    this.size++;
  }

  /** @param waiter is in this queue */
  remove(waiter: Waiter): void {
    const { before, after } = waiter;
    if (before === undefined) this.#first = after;
    else before.after = after;
    if (after === undefined) this.#last = before;
    else after.before = before;
    waiter.queue = undefined;
    waiter.before = undefined;
    waiter.after = undefined;
    this.size--;
  }

  /** Takes the first one out. */
  shift(): Waiter | undefined {
    const first = this.#first;
    if (first !== undefined) this.remove(first);
    return first;
  }
}
