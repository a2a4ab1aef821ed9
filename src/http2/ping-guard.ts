/** Least time between PINGs while no stream is open, in ms (gRFC A8): 2 h. */
const withoutCallsMs = 7_200_000;

/** Counts the PINGs of a client that come without need (gRFC A8); servers only. */
export class PingGuard {
  private readonly minIntervalMs: number;
  private readonly permitWithoutCalls: boolean;
  private readonly strikesMax: number;
  private lastMs: number = Number.NEGATIVE_INFINITY;
  private strikes: number = 0;

  constructor(minIntervalMs: number, permitWithoutCalls: boolean, strikesMax: number) {
    this.minIntervalMs = minIntervalMs;
    this.permitWithoutCalls = permitWithoutCalls;
    this.strikesMax = strikesMax;
  }

  /**
   * A PING has come.
   *
   * @param sent headers or data went out since the last one: clients measure with it what they receive
   * @returns false when it was one too many
   */
  onPing(nowMs: number, streams: number, sent: boolean): boolean {
    const since = nowMs - this.lastMs;
    this.lastMs = nowMs;
    if (sent) {
      this.strikes = 0;
      return true;
    }
    const idle = streams === 0 && !this.permitWithoutCalls && this.minIntervalMs > 0;
    if (since < (idle ? withoutCallsMs : this.minIntervalMs)) this.strikes++;
    return this.strikes <= this.strikesMax;
  }
}
