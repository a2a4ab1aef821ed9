import { statusName } from "../base/status.js";
import type { Histogram, HistogramBar } from "./histogram.js";
import type { Measured } from "./recorder.js";
import { Recorder } from "./recorder.js";

/** Durations of calls, in ms. */
export interface LatencySummary {
  readonly min: number;
  readonly mean: number;
  readonly deviation: number;
  readonly p50: number;
  readonly p75: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly p999: number;
  readonly p9999: number;
  readonly max: number;
}

export interface StatusSummary {
  readonly code: number;
  readonly name: string;
  readonly count: number;
  readonly firstMessage: string;
}

/** What happened in one stretch of time. */
export interface TimelineSummary {
  readonly atMs: number;
  readonly callsPerSecond: number;
  readonly failedPerSecond: number;
  readonly p50: number;
  readonly p99: number;
}

/** How a run was meant. */
export interface RunDescription {
  readonly target: string;
  readonly method: string;
  readonly shape: string;
  readonly concurrency: number;
  readonly connections: number;
  readonly workers: number;
  readonly ratePerSecond?: number | undefined;
  readonly startedAt: string;
  readonly interrupted: boolean;
}

/** The result of a run, as `--json` prints it. */
export interface RunSummary extends RunDescription {
  readonly elapsedMs: number;
  readonly warmupCalls: number;
  readonly calls: number;
  readonly failed: number;
  /** Calls that were due and never started. */
  readonly unstarted: number;
  /** Calls that still ran at the end and were cut. */
  readonly cut: number;
  readonly callsPerSecond: number;
  readonly messagesSent: number;
  readonly messagesReceived: number;
  readonly messagesPerSecond: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  /** Of calls that ended with OK; with a rate, from the planned start. */
  readonly latencyMs: LatencySummary;
  /** With a rate: from the real start, as load generators without a plan count. */
  readonly uncorrectedLatencyMs?: LatencySummary;
  readonly statuses: readonly StatusSummary[];
  readonly histogram: readonly HistogramBar[];
  readonly percentiles: readonly (readonly [percent: number, ms: number])[];
  readonly timeline: readonly TimelineSummary[];
}

const barCount = 12;
const curve: readonly number[] = [0, 25, 50, 75, 90, 95, 97.5, 99, 99.5, 99.75, 99.9, 99.95, 99.99, 99.999];

/** Adds up what the workers have measured. */
export function summarize(run: RunDescription, measured: readonly Measured[]): RunSummary {
  const all = new Recorder();
  for (const one of measured) all.add(one);
  const { elapsedMs, latency } = all;
  const perSecond = (count: number): number => (elapsedMs > 0 ? (count * 1_000) / elapsedMs : 0);
  return {
    ...run,
    elapsedMs,
    warmupCalls: all.warmupCalls,
    calls: all.calls,
    failed: all.failed,
    unstarted: all.unstarted,
    cut: all.cut,
    callsPerSecond: perSecond(all.calls),
    messagesSent: all.messagesSent,
    messagesReceived: all.messagesReceived,
    messagesPerSecond: perSecond(all.messagesSent + all.messagesReceived),
    bytesSent: all.bytesSent,
    bytesReceived: all.bytesReceived,
    latencyMs: latencySummary(latency),
    ...(run.ratePerSecond === undefined ? {} : { uncorrectedLatencyMs: latencySummary(all.uncorrected) }),
    statuses: all.statuses.map((one) => ({ ...one, name: statusName(one.code) })),
    histogram: latency.bars(barCount),
    percentiles: latency.count === 0 ? [] : curve.map((percent) => [percent, latency.percentileMs(percent)] as const),
    timeline: timelineOf(all),
  };
}

function latencySummary(latency: Histogram): LatencySummary {
  return {
    min: latency.minMs,
    mean: latency.meanMs,
    deviation: latency.deviationMs,
    p50: latency.percentileMs(50),
    p75: latency.percentileMs(75),
    p90: latency.percentileMs(90),
    p95: latency.percentileMs(95),
    p99: latency.percentileMs(99),
    p999: latency.percentileMs(99.9),
    p9999: latency.percentileMs(99.99),
    max: latency.maxMs,
  };
}

function timelineOf({ timeline, elapsedMs }: Recorder): TimelineSummary[] {
  const { cells, stepMs } = timeline;
  // The last stretch is cut by the end of the run. Of a short one no rate can be told: what ended in it is no drop.
  const told = cells.filter((_, i) => i === 0 || elapsedMs - i * stepMs >= stepMs / 2);
  return told.map(({ failed, latency }, i) => {
    const widthMs = Math.min(stepMs, Math.max(elapsedMs - i * stepMs, stepMs / 10));
    return {
      atMs: i * stepMs,
      callsPerSecond: ((latency.count + failed) * 1_000) / widthMs,
      failedPerSecond: (failed * 1_000) / widthMs,
      p50: latency.percentileMs(50),
      p99: latency.percentileMs(99),
    };
  });
}
