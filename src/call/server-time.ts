import type { Clock } from "../base/clock.js";

/** A call's deadline: kept on the monotonic clock, shown as a date. */
export class CallTime {
  readonly timeoutMs: number;
  private readonly clock: Clock;
  private readonly atMs: number;
  private date: Date | undefined;

  constructor(clock: Clock, timeoutMs: number) {
    this.clock = clock;
    this.timeoutMs = timeoutMs;
    this.atMs = clock.nowMs() + timeoutMs;
  }

  remainingMs(): number {
    return Math.max(0, this.atMs - this.clock.nowMs());
  }

  /** The same object each time. */
  deadline(): Date {
    this.date ??= new Date(Date.now() + this.atMs - this.clock.nowMs());
    return this.date;
  }
}
