import type { Clock, Timer } from "../base/clock.js";
import type { Http2Stream } from "./stream.js";

/** A stall counts after so many checks that saw no progress; the checks are that part of the time apart. */
const ticks = 4;

/** What the watch looks at. */
export interface StallTarget {
  readonly sender: {
    /** False while the socket takes nothing. */
    readonly writable: boolean;
    /** Bytes that wait in the queues of all streams. */
    readonly queuedBytes: number;
  };
  readonly streams: { all(): Iterable<Http2Stream> };
  /** The peer granted a stream's data no window for the whole time. */
  onStreamStalled(stream: Http2Stream): void;
  /** The socket took nothing for the whole time. */
  onSocketStalled(): void;
}

/**
 * Finds peers that make us keep data: those that grant no window (CVE-2019-9517) or do not read their socket. Has a timer
 * only while something waits; sending needs no clock for it, since each check only counts.
 */
export class StallWatch {
  private readonly clock: Clock;
  private readonly periodMs: number;
  private readonly target: StallTarget;
  private timer: Timer | undefined;
  private socketTicks: number = 0;

  /** @param timeoutMs how long a stall may last, at least; 0 turns the watch off */
  constructor(clock: Clock, timeoutMs: number, target: StallTarget) {
    this.clock = clock;
    this.periodMs = timeoutMs / ticks;
    this.target = target;
  }

  /** Something may wait now: after output was taken, or the socket became full. */
  watch(): void {
    if (this.timer !== undefined || this.periodMs <= 0) return;
    const { writable, queuedBytes } = this.target.sender;
    if (writable && queuedBytes === 0) return;
    this.socketTicks = 0;
    this.arm();
  }

  stop(): void {
    this.timer?.cancel();
    this.timer = undefined;
  }

  private arm(): void {
    this.timer = this.clock.setTimer(this.periodMs, () => {
      this.timer = undefined;
      this.check();
    });
  }

  private check(): void {
    if (!this.target.sender.writable) {
      this.socketTicks++;
      if (this.socketTicks > ticks) this.target.onSocketStalled();
      else this.arm();
      return;
    }
    this.socketTicks = 0;
    let waiting = false;
    for (const stream of this.target.streams.all()) {
      if (stream.queue === undefined) continue;
      stream.stallTicks++;
      if (stream.stallTicks > ticks) this.target.onStreamStalled(stream);
      else waiting = true;
    }
    if (waiting) this.arm();
  }
}
