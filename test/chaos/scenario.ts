import { Cluster } from "./cluster.js";
import type { LoadReport } from "./load.js";

/** How much of a scenario is run: `npm test` has seconds, `npm run chaos` has a minute. */
export interface Size {
  /** How often the bad thing happens. */
  readonly rounds: number;
  /** Calls that must end well between two of them. */
  readonly calls: number;
}

/** What a scenario has found. */
export interface Finding {
  readonly report: LoadReport;
  /** What does not hold. Empty is good. */
  readonly broken: readonly string[];
  /** Worth a line of the report. */
  readonly notes: readonly string[];
}

export interface Scenario {
  readonly name: string;
  /** What must hold. */
  readonly what: string;
  readonly quick: Size;
  readonly whole: Size;
  run(cluster: Cluster, size: Size): Promise<Finding>;
}

/** What a scenario allows its calls. */
export interface Bounds {
  /** Statuses other than OK that may be. */
  readonly statuses: readonly string[];
  /** Calls that may end with one of them. */
  readonly failuresMax: number;
  /** Longest time of a call to its end, in ms. */
  readonly longestMs: number;
}

/** Calls of a report that did not end with OK. */
export function failuresOf({ statuses }: LoadReport): number {
  return Object.entries(statuses).reduce((sum, [name, count]) => (name === "OK" ? sum : sum + count), 0);
}

/** Holds a report against its bounds, and against what is true of all: each call ends once, and OK means all of it. */
export function brokenBounds(report: LoadReport, bounds: Bounds): string[] {
  const broken: string[] = [...report.wrong];
  const hanging = report.started - report.ended;
  if (hanging !== 0) broken.push(`${hanging} calls have not ended`);
  for (const [status, count] of Object.entries(report.statuses)) {
    if (status !== "OK" && !bounds.statuses.includes(status)) broken.push(`${count} calls ended with ${status}`);
  }
  const failures = failuresOf(report);
  if (failures > bounds.failuresMax) broken.push(`${failures} calls failed, at most ${bounds.failuresMax} may`);
  const longestMs = Math.max(0, ...Object.values(report.longestMs));
  if (longestMs > bounds.longestMs) {
    broken.push(`a call took ${Math.round(longestMs)} ms to its end, at most ${bounds.longestMs}`);
  }
  if ((report.statuses["OK"] ?? 0) === 0) broken.push("no call ended well");
  return broken;
}

export interface Outcome extends Finding {
  readonly name: string;
  readonly tookMs: number;
}

/** Runs a scenario with processes of its own. */
export async function runScenario(scenario: Scenario, size: Size, seed: number): Promise<Outcome> {
  const cluster = new Cluster(seed);
  const startMs = performance.now();
  try {
    const finding = await scenario.run(cluster, size);
    return { name: scenario.name, tookMs: performance.now() - startMs, ...finding };
  } finally {
    await cluster.end();
  }
}
