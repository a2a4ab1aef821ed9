import type { Clock, Timer } from "../base/clock.js";

/** So many callbacks at one `advance` can only be timers that set each other again without end. */
const CALLBACKS_PER_ADVANCE_MAX = 1_000_000;

/**
 * Time that stands still until a test moves it. Timers run inside `advance`, in the order of their due times, and
 * in the order in which they were set where those are equal, so that a test runs the same way each time.
 *
 * ```ts
 * const clock = new SimulatedClock();
 * clock.setTimer(1_000, () => console.log("a second has passed"));
 * clock.advance(1_000);
 * ```
 */
export class SimulatedClock implements Clock {
  #nowMs: number;
  #setCount = 0;
  /** Binary heap by due time, then by order of setting. */
  readonly #heap: SimulatedTimer[] = [];
  #pendingCount = 0;

  /** @param startMs what `nowMs()` says at first, in milliseconds; default 0 */
  constructor(startMs: number = 0) {
    this.#nowMs = startMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  setTimer(delayMs: number, callback: () => void): Timer {
    const dueMs = this.#nowMs + (Number.isNaN(delayMs) ? 0 : Math.max(delayMs, 0));
    const timer = new SimulatedTimer(dueMs, this.#setCount++, callback, () => {
      this.#pendingCount--;
    });
    this.#pendingCount++;
    if (this.#heap.length > 1_000 && this.#heap.length > 4 * this.#pendingCount) this.#compact();
    push(this.#heap, timer);
    return timer;
  }

  /** How many timers are set and have neither run nor been cancelled. */
  get pendingTimers(): number {
    return this.#pendingCount;
  }

  /** When the next timer is due, on the scale of `nowMs()`; undefined when none is pending. */
  get nextTimerMs(): number | undefined {
    this.#dropCancelled();
    return this.#heap[0]?.dueMs;
  }

  /**
   * Moves time on by `ms` milliseconds (0 or more) and runs every timer that falls due on the way, also those that
   * are set by other timers meanwhile. While a timer runs, `nowMs()` is the time at which it was due.
   *
   * @throws {RangeError} when `ms` is negative or not a number
   * @throws {Error} when timers keep setting each other without time passing
   * @throws whatever a timer's callback throws; time then stands at that timer
   */
  advance(ms: number): void {
    if (!(ms >= 0)) throw new RangeError(`time cannot be advanced by ${ms} ms`);
    const untilMs = this.#nowMs + ms;
    for (let count = 0; ; count++) {
      this.#dropCancelled();
      const timer = this.#heap[0];
      if (timer === undefined || timer.dueMs > untilMs) break;
      if (count === CALLBACKS_PER_ADVANCE_MAX)
        throw new Error(`timers set each other without end at ${this.#nowMs} ms`);
      popFirst(this.#heap);
      this.#nowMs = Math.max(this.#nowMs, timer.dueMs);
      timer.run();
    }
    this.#nowMs = Math.max(this.#nowMs, untilMs);
  }

  /**
   * Moves time to the next timer and runs that one alone, also where others are due at the same moment: what it leads to,
   * promises among it, can come to rest before the next one runs.
   *
   * @returns false when no timer is pending
   * @throws whatever the timer's callback throws
   */
  runNext(): boolean {
    this.#dropCancelled();
    const timer = popFirst(this.#heap);
    if (timer === undefined) return false;
    this.#nowMs = Math.max(this.#nowMs, timer.dueMs);
    timer.run();
    return true;
  }

  #dropCancelled(): void {
    while (this.#heap[0]?.isDone === true) popFirst(this.#heap);
  }

  /** Cancelled timers stay in the heap until they come to its top; a long simulation would gather them. */
  #compact(): void {
    const pending = this.#heap.filter((timer) => !timer.isDone);
    // A sorted array is a heap.
    pending.sort((one, other) => (isBefore(one, other) ? -1 : 1));
    this.#heap.length = 0;
    for (const timer of pending) this.#heap.push(timer);
  }
}

class SimulatedTimer implements Timer {
  readonly dueMs: number;
  readonly order: number;
  #callback: (() => void) | undefined;
  readonly #onDone: () => void;

  constructor(dueMs: number, order: number, callback: () => void, onDone: () => void) {
    this.dueMs = dueMs;
    this.order = order;
    this.#callback = callback;
    this.#onDone = onDone;
  }

  get isDone(): boolean {
    return this.#callback === undefined;
  }

  cancel(): void {
    if (this.#callback === undefined) return;
    this.#callback = undefined;
    this.#onDone();
  }

  run(): void {
    const callback = this.#callback;
    this.cancel();
    callback?.();
  }
}

function isBefore(one: SimulatedTimer, other: SimulatedTimer): boolean {
  return one.dueMs < other.dueMs || (one.dueMs === other.dueMs && one.order < other.order);
}

function push(heap: SimulatedTimer[], timer: SimulatedTimer): void {
  let index = heap.length;
  heap.push(timer);
  while (index > 0) {
    const parentIndex = (index - 1) >> 1;
    const parent = heap[parentIndex]!;
    if (!isBefore(timer, parent)) break;
    heap[index] = parent;
    index = parentIndex;
  }
  heap[index] = timer;
}

function popFirst(heap: SimulatedTimer[]): SimulatedTimer | undefined {
  const first = heap[0];
  const moved = heap.pop();
  if (moved === undefined || heap.length === 0) return first;
  let index = 0;
  for (;;) {
    let childIndex = 2 * index + 1;
    const right = heap[childIndex + 1];
    if (right !== undefined && isBefore(right, heap[childIndex]!)) childIndex++;
    const child = heap[childIndex];
    if (child === undefined || !isBefore(child, moved)) break;
    heap[index] = child;
    index = childIndex;
  }
  heap[index] = moved;
  return first;
}
