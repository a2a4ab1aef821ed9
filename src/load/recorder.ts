import { Histogram, type HistogramSnapshot } from "./histogram.js";
import { Timeline, type TimelineSnapshot } from "./timeline.js";

/** Calls that ended with one status. */
export interface StatusCount {
  readonly code: number;
  readonly count: number;
  /** What the first of them said. */
  readonly firstMessage: string;
}

/** What one worker has measured, as it travels between threads. */
export interface Measured {
  /** From the intended start of calls that ended with OK. */
  readonly latency: HistogramSnapshot;
  /** From their real start. */
  readonly uncorrected: HistogramSnapshot;
  readonly statuses: readonly StatusCount[];
  readonly messagesSent: number;
  readonly messagesReceived: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  /** Calls that were due and never started, since all slots were taken until the end. */
  readonly unstarted: number;
  /** Calls that still ran when the run was cut. */
  readonly cut: number;
  readonly warmupCalls: number;
  readonly elapsedMs: number;
  readonly timeline: TimelineSnapshot;
}

/** A call that ended. Times are in ms since the measuring began. */
export interface EndedCall {
  readonly intendedMs: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly code: number;
  readonly message: string;
  readonly sent: number;
  readonly received: number;
}

/** Gathers what calls came to; recorders of several workers are merged exactly. */
export class Recorder {
  readonly latency: Histogram = new Histogram();
  readonly uncorrected: Histogram = new Histogram();
  readonly timeline: Timeline = new Timeline();
  readonly #statuses: Map<number, { count: number; firstMessage: string }> = new Map();
  messagesSent = 0;
  messagesReceived = 0;
  bytesSent = 0;
  bytesReceived = 0;
  unstarted = 0;
  cut = 0;
  warmupCalls = 0;
  elapsedMs = 0;
  failed = 0;

  /** All calls that ended, with whatever status. */
  get calls(): number {
    return this.latency.count + this.failed;
  }

  record(call: EndedCall): void {
    const { code, endMs } = call;
    this.messagesSent += call.sent;
    this.messagesReceived += call.received;
    if (endMs > this.elapsedMs) this.elapsedMs = endMs;
    this.#count(code, 1, call.message);
    if (code !== 0) {
      this.failed++;
      this.timeline.record(endMs, undefined);
      return;
    }
    const latencyMs = endMs - call.intendedMs;
    this.latency.record(latencyMs);
    this.uncorrected.record(endMs - call.startMs);
    this.timeline.record(endMs, latencyMs);
  }

  #count(code: number, count: number, message: string): void {
    const before = this.#statuses.get(code);
    if (before === undefined) this.#statuses.set(code, { count, firstMessage: message });
    else before.count += count;
  }

  /** The statuses, the most frequent first. */
  get statuses(): readonly StatusCount[] {
    const all = [...this.#statuses].map(([code, { count, firstMessage }]) => ({ code, count, firstMessage }));
    return all.sort((one, other) => other.count - one.count || one.code - other.code);
  }

  add(other: Measured): void {
    this.latency.add(other.latency);
    this.uncorrected.add(other.uncorrected);
    this.timeline.add(other.timeline);
    for (const { code, count, firstMessage } of other.statuses) {
      this.#count(code, count, firstMessage);
      if (code !== 0) this.failed += count;
    }
    this.messagesSent += other.messagesSent;
    this.messagesReceived += other.messagesReceived;
    this.bytesSent += other.bytesSent;
    this.bytesReceived += other.bytesReceived;
    this.unstarted += other.unstarted;
    this.cut += other.cut;
    this.warmupCalls += other.warmupCalls;
    this.elapsedMs = Math.max(this.elapsedMs, other.elapsedMs);
  }

  measured(): Measured {
    return {
      latency: this.latency.snapshot(),
      uncorrected: this.uncorrected.snapshot(),
      statuses: this.statuses,
      messagesSent: this.messagesSent,
      messagesReceived: this.messagesReceived,
      bytesSent: this.bytesSent,
      bytesReceived: this.bytesReceived,
      unstarted: this.unstarted,
      cut: this.cut,
      warmupCalls: this.warmupCalls,
      elapsedMs: this.elapsedMs,
      timeline: this.timeline.snapshot(),
    };
  }
}
