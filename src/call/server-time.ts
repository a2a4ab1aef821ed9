import type { Clock } from "../base/clock.js";

/** A call's deadline: kept on the monotonic clock, shown as a date. */
export class CallTime {
  private readonly clock: Clock;
  private readonly atMs: number;

  constructor(clock: Clock, timeoutMs: number) {
    this.clock = clock;
    this.atMs = clock.nowMs() + timeoutMs;
  }

  remainingMs(): number {
    return Math.max(0, this.atMs - this.clock.nowMs());
  }

  deadline(): Date {
    return new Date(Date.now() + this.atMs - this.clock.nowMs());
  }
}
