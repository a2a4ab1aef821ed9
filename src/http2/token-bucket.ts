/** A budget of events: `burst` at once, and `perSecond` come free again. Holds no timer; the time is handed in. */
export class TokenBucket {
  private readonly burst: number;
  private readonly perMs: number;
  private tokens: number;
  private lastMs: number;

  constructor(burst: number, perSecond: number, nowMs: number) {
    this.burst = burst;
    this.perMs = perSecond / 1_000;
    this.tokens = burst;
    this.lastMs = nowMs;
  }

  /** Uses up one event; false when the budget is spent. */
  take(nowMs: number): boolean {
    this.tokens = Math.min(this.burst, this.tokens + (nowMs - this.lastMs) * this.perMs);
    this.lastMs = nowMs;
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }
}
