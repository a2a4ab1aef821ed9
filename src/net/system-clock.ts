import { clearTimeout, setTimeout } from "node:timers";
import type { Clock, Timer } from "../base/clock.js";

/** Longest delay that the machine's own timers take; longer ones are waited for in pieces. */
const MACHINE_DELAY_MAX_MS = 2 ** 31 - 1;

/** A pending timer: a node of its queue's doubly linked list. `queue` is undefined once it ran or was cancelled. */
class QueuedTimer implements Timer {
  queue: TimerQueue | undefined;
  previous: QueuedTimer | undefined;
  next: QueuedTimer | undefined;
  readonly dueMs: number;
  callback: (() => void) | undefined;

  constructor(queue: TimerQueue, dueMs: number, callback: () => void) {
    this.queue = queue;
    this.dueMs = dueMs;
    this.callback = callback;
  }

  cancel(): void {
    this.queue?.remove(this);
  }
}

/** Timers of one delay. They fall due in the order in which they were set, so that the first is always the next. */
class TimerQueue {
  readonly delayMs: number;
  first: QueuedTimer | undefined;
  #last: QueuedTimer | undefined;

  constructor(delayMs: number) {
    this.delayMs = delayMs;
  }

  append(timer: QueuedTimer): void {
    timer.previous = this.#last;
    if (this.#last === undefined) this.first = timer;
    else this.#last.next = timer;
    this.#last = timer;
  }

  remove(timer: QueuedTimer): void {
    if (timer.previous === undefined) this.first = timer.next;
    else timer.previous.next = timer.next;
    if (timer.next === undefined) this.#last = timer.previous;
    else timer.next.previous = timer.previous;
    timer.queue = undefined;
    timer.previous = undefined;
    timer.next = undefined;
    timer.callback = undefined;
  }
}

/**
 * Real time. However many timers are pending, at most one timer of the machine is: timers are kept in one queue
 * per delay, delays being rounded up by less than 1 % so that there are few queues. Setting and cancelling is a
 * few assignments, since almost every timer (a call's deadline, a stalled write) is cancelled before it is due.
 */
export class SystemClock implements Clock {
  readonly #queues = new Map<number, TimerQueue>();
  #machineTimer: NodeJS.Timeout | undefined;
  /** When the machine's timer goes off; Infinity when there is none. */
  #wakeMs = Number.POSITIVE_INFINITY;

  nowMs(): number {
    return performance.now();
  }

  setTimer(delayMs: number, callback: () => void): Timer {
    const roundedMs = roundDelayUp(delayMs);
    let queue = this.#queues.get(roundedMs);
    if (queue === undefined) {
      queue = new TimerQueue(roundedMs);
      this.#queues.set(roundedMs, queue);
    }
    const nowMs = this.nowMs();
    const timer = new QueuedTimer(queue, nowMs + roundedMs, callback);
    queue.append(timer);
    if (timer.dueMs < this.#wakeMs) this.#wakeAt(timer.dueMs, nowMs);
    return timer;
  }

  #wakeAt(dueMs: number, nowMs: number): void {
    if (this.#machineTimer !== undefined) clearTimeout(this.#machineTimer);
    this.#wakeMs = dueMs;
    // Rounded up: the machine counts whole milliseconds, and never less than one.
    const delayMs = Math.min(Math.max(1, Math.ceil(dueMs - nowMs)), MACHINE_DELAY_MAX_MS);
    this.#machineTimer = setTimeout(() => this.#onWake(), delayMs);
    this.#machineTimer.unref();
  }

  #onWake(): void {
    this.#machineTimer = undefined;
    // Callbacks that set timers must not start a machine timer each: it is done once at the end.
    this.#wakeMs = Number.NEGATIVE_INFINITY;
    try {
      this.#runDue(this.nowMs());
    } finally {
      // Also when a callback threw: the other timers still count on being called.
      this.#sleep();
    }
  }

  /** Runs what is due at `nowMs`, in order. Timers that are set meanwhile wait, so that the loop ends. */
  #runDue(nowMs: number): void {
    for (;;) {
      const timer = this.#earliest();
      if (timer === undefined || timer.dueMs > nowMs) return;
      const callback = timer.callback;
      timer.cancel();
      callback?.();
    }
  }

  #sleep(): void {
    for (const queue of this.#queues.values()) {
      if (queue.first === undefined) this.#queues.delete(queue.delayMs);
    }
    const next = this.#earliest();
    this.#wakeMs = Number.POSITIVE_INFINITY;
    if (next !== undefined) this.#wakeAt(next.dueMs, this.nowMs());
  }

  #earliest(): QueuedTimer | undefined {
    let earliest: QueuedTimer | undefined;
    for (const queue of this.#queues.values()) {
      const first = queue.first;
      if (first !== undefined && (earliest === undefined || first.dueMs < earliest.dueMs)) earliest = first;
    }
    return earliest;
  }
}

/** The next multiple of 1/128 of the delay's power of two, so that there are at most 128 queues per octave. */
function roundDelayUp(delayMs: number): number {
  if (!(delayMs > 0)) return 0;
  if (delayMs <= 128) return Math.ceil(delayMs);
  if (delayMs === Number.POSITIVE_INFINITY) return delayMs;
  const stepMs = 2 ** (Math.floor(Math.log2(delayMs)) - 7);
  return Math.ceil(delayMs / stepMs) * stepMs;
}
