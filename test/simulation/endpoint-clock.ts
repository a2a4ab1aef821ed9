import type { Clock, Timer } from "../../src/index.js";
import type { SimulatedClock } from "../../src/testing/index.js";

/**
 * The clock of one machine: goes as the world's does, but can jump ahead, as when a process was stopped or a machine
 * slept. Timers that fell due meanwhile run then, in order, and see the later time.
 */
export class EndpointClock implements Clock {
  readonly #time: SimulatedClock;
  readonly #pending: Set<EndpointTimer> = new Set();
  #offsetMs = 0;
  #jumped = false;

  constructor(time: SimulatedClock) {
    this.#time = time;
  }

  nowMs(): number {
    return this.#time.nowMs() + this.#offsetMs;
  }

  /** By how much it has jumped in all. */
  get jumpedMs(): number {
    return this.#offsetMs;
  }

  /** Timers that are set. */
  get pendingTimers(): number {
    return this.#pending.size;
  }

  /** It has jumped, and timers that fell due with that have not run yet. */
  get isCatchingUp(): boolean {
    if (!this.#jumped) return false;
    const nowMs = this.nowMs();
    for (const timer of this.#pending) if (timer.dueMs <= nowMs) return true;
    this.#jumped = false;
    return false;
  }

  setTimer(delayMs: number, callback: () => void): Timer {
    const timer = new EndpointTimer(this.nowMs() + Math.max(0, delayMs), callback, this.#pending);
    this.#arm(timer);
    return timer;
  }

  jump(ms: number): void {
    this.#offsetMs += ms;
    this.#jumped = true;
    const timers = [...this.#pending].sort((one, other) => one.dueMs - other.dueMs);
    for (const timer of timers) this.#arm(timer);
  }

  #arm(timer: EndpointTimer): void {
    timer.under?.cancel();
    timer.under = this.#time.setTimer(Math.max(0, timer.dueMs - this.nowMs()), () => timer.run());
  }
}

class EndpointTimer implements Timer {
  readonly dueMs: number;
  under: Timer | undefined;
  readonly #callback: () => void;
  readonly #pending: Set<EndpointTimer>;

  constructor(dueMs: number, callback: () => void, pending: Set<EndpointTimer>) {
    this.dueMs = dueMs;
    this.#callback = callback;
    this.#pending = pending;
    pending.add(this);
  }

  cancel(): void {
    this.#pending.delete(this);
    this.under?.cancel();
  }

  run(): void {
    this.#pending.delete(this);
    this.#callback();
  }
}
