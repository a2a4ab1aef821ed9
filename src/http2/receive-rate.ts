import type { TimerEntry, TimerQueue } from "../base/timer-queue.js";
import type { PreparedOptions } from "./options.js";
import type { Http2Stream } from "./stream.js";
import { canReceive } from "./stream-state.js";

/** A check that comes so much later than it was due tells of a process that slept, not of a slow peer. */
const lateShare = 1.5;

/** What has come. */
export interface ReceiveRateSource {
  /** Bytes that have come. */
  readonly receivedBytes: number;
  /** Counts the frames and header blocks that are complete; -1 while none has begun, or while we do not read. */
  readonly begunUnit: number;
}

/** Who waits for more, and hears when it does not come. */
export interface ReceiveRateTarget {
  readonly receiveWindow: { readonly expected: number; readonly receivable: number };
  readonly streams: { all(): Iterable<Http2Stream> };
  /** A frame or a header block comes too slowly. */
  onSlowFrame(reason: string): void;
  /** The rest of a message, or the end of a stream that has only one, comes too slowly. */
  onSlowMessage(stream: Http2Stream, reason: string): void;
}

/**
 * Finds peers that begin a frame, a header block or a message and bring the rest byte by byte, to have us keep what there is. What
 * has begun must come at a least rate, measured over the time of grace; a message only while somebody waits for it and the peer
 * has window, and nothing between messages. A stream whose end is waited for has begun with its headers. Has a timer only while something is begun, and receiving needs no clock for it.
 */
export class ReceiveRate implements TimerEntry {
  timerPlace: number = -1;
  private readonly timers: TimerQueue;
  private readonly bytesPerMs: number;
  private readonly graceMs: number;
  private readonly target: ReceiveRateTarget;
  private readonly source: ReceiveRateSource;
  private checkedMs: number = 0;
  private checkedUnit: number = -1;
  private checkedBytes: number = 0;

  constructor({ timers, limits }: PreparedOptions, target: ReceiveRateTarget, source: ReceiveRateSource) {
    this.timers = timers;
    this.bytesPerMs = limits.minReceiveRateBytesPerSecond / 1_000;
    this.graceMs = limits.receiveRateGraceMs;
    this.target = target;
    this.source = source;
  }

  /** Something has begun. */
  watch(): void {
    if (this.timerPlace >= 0 || this.bytesPerMs <= 0) return;
    this.note();
    this.arm();
  }

  stop(): void {
    this.timers.cancel(this);
  }

  onTimer(): void {
    const elapsedMs = this.timers.nowMs() - this.checkedMs;
    const isLate = elapsedMs > this.graceMs * lateShare + 1;
    const wantedBytes = this.bytesPerMs * elapsedMs;
    const { begunUnit, receivedBytes } = this.source;
    const isSame = begunUnit >= 0 && begunUnit === this.checkedUnit;
    if (!isLate && isSame && receivedBytes - this.checkedBytes < wantedBytes) {
      this.target.onSlowFrame(this.reason("a frame"));
      return;
    }
    this.note();
    const waits = this.checkMessages(wantedBytes, isLate);
    if (waits || begunUnit >= 0) this.arm();
  }

  /** Whether a message is still waited for. */
  private checkMessages(wantedBytes: number, isLate: boolean): boolean {
    const { receiveWindow, streams } = this.target;
    // Without the connection's window the peer is kept waiting by us.
    const isOpen = receiveWindow.receivable > 0 && !isLate;
    let waits = false;
    for (const stream of streams.all()) {
      const { expected, isLetIn, checkedBytes } = stream;
      const mayBeSent = isOpen && stream.receivable > 0;
      if (expected <= 0) {
        if (this.checkEnd(stream, mayBeSent, wantedBytes, isLate)) waits = true;
        continue;
      }
      if (!isLetIn) continue;
      if (mayBeSent && checkedBytes >= 0 && checkedBytes - expected < wantedBytes) {
        this.target.onSlowMessage(stream, this.reason("a message"));
        continue;
      }
      stream.checkedBytes = mayBeSent ? expected : -1;
      waits = true;
    }
    return waits;
  }

  /** Whether the end of a stream is still waited for, of which no message is under way. */
  private checkEnd(stream: Http2Stream, mayBeSent: boolean, wantedBytes: number, isLate: boolean): boolean {
    const { heldBeforeEnd, unused } = stream;
    if (heldBeforeEnd < -1 || !canReceive(stream.state)) return false;
    // Behind a message that is whole END_STREAM needs no window.
    const isDue = unused > 0 ? !isLate : mayBeSent;
    if (isDue && heldBeforeEnd >= 0 && unused - heldBeforeEnd < wantedBytes) {
      this.target.onSlowMessage(
        stream,
        this.reason(unused > 0 ? "END_STREAM behind the one message" : "the one message"),
      );
      return false;
    }
    stream.heldBeforeEnd = isDue ? unused : -1;
    return true;
  }

  private reason(what: string): string {
    return `${what} came too slowly (limits.minReceiveRateBytesPerSecond = ${this.bytesPerMs * 1_000})`;
  }

  private note(): void {
    this.checkedMs = this.timers.nowMs();
    this.checkedUnit = this.source.begunUnit;
    this.checkedBytes = this.source.receivedBytes;
  }

  private arm(): void {
    this.timers.set(this, this.graceMs);
  }
}
