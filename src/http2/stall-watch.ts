import type { TimerEntry, TimerQueue } from "../base/timer-queue.js";
import type { Http2Stream } from "./stream.js";

/** A stall counts after so many checks that saw no progress; the checks are that part of the time apart. */
const ticks = 4;
/** Less than this from one check to the next is no reason for those that did not have their turn to wait, whatever the least rate. */
const progressBytesMin = 1_024;

/** What the watch looks at. */
export interface StallTarget {
  readonly sender: {
    /** False while the socket takes nothing. */
    readonly writable: boolean;
    /** Bytes that wait in the queues of all streams. */
    readonly queuedBytes: number;
    /** Bytes of data that were sent since the last check. */
    sentSinceCheck: number;
  };
  readonly streams: { all(): Iterable<Http2Stream> };
  /** The peer granted a stream's data no window for the whole time. */
  onStreamStalled(stream: Http2Stream): void;
  /** The socket took nothing for the whole time. */
  onSocketStalled(): void;
}

/**
 * Finds peers that make us keep data: those that grant no window (CVE-2019-9517), or less than a least rate needs, or do not
 * read their socket. Progress is measured in bytes: a WINDOW_UPDATE of one is none. Has a timer
 * only while something waits; sending needs no clock for it, since each check only counts.
 */
export class StallWatch implements TimerEntry {
  timerPlace: number = -1;
  private readonly timers: TimerQueue;
  private readonly periodMs: number;
  /** Bytes of a stream, or of all of them, that are progress from one check to the next. */
  private readonly progressBytes: number;
  private readonly target: StallTarget;
  private socketTicks: number = 0;

  /**
   * @param timeoutMs how long a stall may last, at least; 0 turns the watch off
   * @param bytesPerSecond slower than this is a stall; 0: any byte is progress of its stream
   */
  constructor(timers: TimerQueue, timeoutMs: number, bytesPerSecond: number, target: StallTarget) {
    this.timers = timers;
    this.periodMs = timeoutMs / ticks;
    this.progressBytes = Math.max(1, (bytesPerSecond * this.periodMs) / 1_000);
    this.target = target;
  }

  /** Something may wait now: after output was taken, or the socket became full. */
  watch(): void {
    if (this.timerPlace >= 0 || this.periodMs <= 0) return;
    const { writable, queuedBytes } = this.target.sender;
    if (writable && queuedBytes === 0) return;
    this.socketTicks = 0;
    this.target.sender.sentSinceCheck = 0;
    this.arm();
  }

  stop(): void {
    this.timers.cancel(this);
  }

  private arm(): void {
    this.timers.set(this, this.periodMs);
  }

  onTimer(): void {
    if (!this.target.sender.writable) {
      this.socketTicks++;
      if (this.socketTicks > ticks) this.target.onSocketStalled();
      else this.arm();
      return;
    }
    this.socketTicks = 0;
    const { sender } = this.target;
    const sent = sender.sentSinceCheck >= Math.max(progressBytesMin, this.progressBytes);
    sender.sentSinceCheck = 0;
    let waiting = false;
    for (const stream of this.target.streams.all()) {
      const { queue } = stream;
      if (queue === undefined) continue;
      if (queue.sentBytes >= this.progressBytes) queue.stallTicks = 0;
      // One that waits for its turn while others have theirs is kept waiting by us.
      else if (queue.ring === undefined || !sent) queue.stallTicks++;
      queue.sentBytes = 0;
      if (queue.stallTicks >= ticks) this.target.onStreamStalled(stream);
      else waiting = true;
    }
    if (waiting) this.arm();
  }
}
