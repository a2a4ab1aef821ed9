import { Histogram, type HistogramSnapshot } from "./histogram.js";
import type { Measured } from "./recorder.js";
import type { RunSummary } from "./summary.js";

/** A condition under which a run counts as failed. */
export interface Threshold {
  /** As it was given. */
  readonly text: string;
  readonly metric: string;
  readonly operator: Operator;
  /** In ms, parts of 1, or what the metric counts. */
  readonly limit: number;
  /** What was measured. */
  value(summary: RunSummary, latency: Histogram): number;
}

type Operator = ">" | ">=" | "<" | "<=";

/** A threshold that a run went over. */
export interface Crossed {
  readonly text: string;
  readonly metric: string;
  readonly value: number;
}

const msPerUnit: Readonly<Record<string, number>> = { ns: 1e-6, us: 1e-3, ms: 1, s: 1_000 };
const pattern = /^([a-z]+)(\d+(?:\.\d+)?)?\s*(>=|<=|>|<)\s*(\d+(?:\.\d+)?)\s*([a-z%]*)$/;
const help =
  "write p99>50ms, p99.9>=1s, mean>5ms, max>1s, errors>1%, errors>10, cut>0, unstarted>0, rate<1000 or calls<100, with > >= < or <=";

/** @throws {RangeError} for what is none, saying how to write one */
export function parseThreshold(text: string): Threshold {
  const match = pattern.exec(text.trim());
  if (match === null) throw new RangeError(`${JSON.stringify(text)} is no threshold: ${help}`);
  const [, name = "", percent, operator, number, unit = ""] = match;
  const base = { text: text.trim(), metric: `${name}${percent ?? ""}`, operator: operator as Operator };
  const amount = Number(number);
  if (name === "p" || ["min", "mean", "max"].includes(name)) {
    if ((name === "p") !== (percent !== undefined) || Number(percent ?? 0) > 100) throw unknown(text);
    const msPer = msPerUnit[unit];
    if (msPer === undefined) throw new RangeError(`${JSON.stringify(text)} needs a unit: ns, us, ms or s`);
    return { ...base, limit: amount * msPer, value: latencyOf(name, Number(percent)) };
  }
  if (percent !== undefined) throw unknown(text);
  if (name === "errors" && unit === "%") {
    return { ...base, limit: amount / 100, value: ({ failed, calls }) => (calls === 0 ? 0 : failed / calls) };
  }
  const count = counts[name];
  if (count === undefined) throw unknown(text);
  if (unit !== "" && !(name === "rate" && unit === "rps"))
    throw new RangeError(`${JSON.stringify(text)}: ${name} has no unit ${unit}`);
  return { ...base, limit: amount, value: count };
}

function unknown(text: string): RangeError {
  return new RangeError(`${JSON.stringify(text)} is no threshold: ${help}`);
}

function latencyOf(name: string, percent: number): Threshold["value"] {
  if (name === "p") return (_, latency) => latency.percentileMs(percent);
  return ({ latencyMs }) => latencyMs[name as "min" | "mean" | "max"];
}

const counts: Readonly<Record<string, (summary: RunSummary) => number>> = {
  errors: ({ failed }) => failed,
  unstarted: ({ unstarted }) => unstarted,
  cut: ({ cut }) => cut,
  calls: ({ calls }) => calls,
  rate: ({ callsPerSecond }) => callsPerSecond,
};

/**
 * Those that the run went over. Where no call ended with OK there is no latency, and an upper bound on it counts as crossed: a dead
 * server must not pass as a fast one.
 */
export function crossedOf(
  thresholds: readonly Threshold[],
  summary: RunSummary,
  measured: readonly Measured[],
): Crossed[] {
  const latency = new Histogram();
  for (const one of measured) latency.add(one.latency as HistogramSnapshot);
  return thresholds.flatMap((threshold) => {
    const { text, metric, operator, limit } = threshold;
    const value = threshold.value(summary, latency);
    const isLatency = !(metric in counts);
    const crossed = (isLatency && latency.count === 0) || compare(value, operator, limit);
    return crossed ? [{ text, metric, value }] : [];
  });
}

function compare(value: number, operator: Operator, limit: number): boolean {
  if (operator === ">") return value > limit;
  if (operator === ">=") return value >= limit;
  return operator === "<" ? value < limit : value <= limit;
}
