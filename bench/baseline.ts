import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../tools/files.js";
import { UsageError } from "./arguments.js";
import { formatNumber } from "./report.js";
import { type LineResult, ratioTo } from "./results.js";

/** More than this is lost only by a change of ours, not by the machine's mood. */
const lossMax = 0.15;

const baselinePath: string = join(root, "bench", "baseline.json");

/** Ratios of ours to each peer by the figure's name: absolute figures would be of one machine. */
export interface Baseline {
  readonly revision: string;
  readonly node: string;
  readonly cpu: string;
  /** A quick run's ratios are others than a full run's. */
  readonly quick: boolean;
  readonly ratios: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** A ratio of the baseline, and what has become of it. */
export interface Checked {
  readonly figure: string;
  readonly peer: string;
  readonly was: number;
  /** Undefined where it could not be measured now. */
  readonly now: number | undefined;
  readonly lost: boolean;
}

export function ratiosOf(lines: readonly LineResult[], ours: string): Record<string, Record<string, number>> {
  const ratios: Record<string, Record<string, number>> = {};
  for (const line of lines.filter(({ figure }) => figure.unsteady !== true)) {
    for (const peer of line.summaries.keys()) {
      const ratio = peer === ours ? undefined : ratioTo(line, ours, peer);
      if (ratio === undefined) continue;
      ratios[line.figure.name] = { ...ratios[line.figure.name], [peer]: Number(ratio.toPrecision(4)) };
    }
  }
  return ratios;
}

/**
 * Compares with the baseline whatever was measured and stands in both, and names peers that are missing now. Where our own
 * side has failed, everything is lost.
 */
export function check(baseline: Baseline, lines: readonly LineResult[], ours: string): Checked[] {
  const now = ratiosOf(lines, ours);
  return lines.flatMap(({ figure, failures }) =>
    Object.entries(baseline.ratios[figure.name] ?? {}).map(([peer, was]) => {
      const ratio = now[figure.name]?.[peer];
      const share = ratio === undefined ? 1 : figure.better === "higher" ? ratio / was : was / ratio;
      return { figure: figure.name, peer, was, now: ratio, lost: failures.has(ours) || share < 1 - lossMax };
    }),
  );
}

/** New ratios replace those of the same figures, and the others stay: a part of the rows may be written anew. */
export function merge(before: Baseline | undefined, next: Baseline): Baseline {
  if (before === undefined || before.quick !== next.quick) return next;
  return { ...next, ratios: { ...before.ratios, ...next.ratios } };
}

/** Lines for people: what was lost, what could not be compared, and how much was. */
export function renderChecked(checked: readonly Checked[]): string {
  const name = ({ figure, peer }: Checked): string => `${figure} against ${peer}`;
  const lost = checked.filter((one) => one.lost);
  const missing = checked.filter(({ now, lost: isLost }) => now === undefined && !isLost);
  const shown = ({ now }: Checked): string => (now === undefined ? "ours fails now" : `${formatNumber(now)}x now`);
  return [
    ...lost.map((one) => `LOST ${name(one)}: ${formatNumber(one.was)}x in the baseline, ${shown(one)}`),
    ...missing.map((one) => `not compared: ${name(one)}, which could not be measured here`),
    `${checked.length - missing.length} ratios compared, ${lost.length} worse by more than ${lossMax * 100} %`,
  ].join("\n");
}

/** @throws UsageError when there is none, or it was written by the other kind of run */
export function readBaseline(quick: boolean, path: string = baselinePath): Baseline {
  if (!existsSync(path)) throw new UsageError("there is no bench/baseline.json: write it with --write-baseline");
  const baseline = JSON.parse(readFileSync(path, "utf8")) as Baseline;
  if (baseline.quick !== quick) {
    const was = baseline.quick ? "a quick run" : "a full run";
    throw new UsageError(`bench/baseline.json is of ${was}: check ${baseline.quick ? "with" : "without"} --quick`);
  }
  return baseline;
}

export function writeBaseline(next: Baseline, path: string = baselinePath): void {
  const before = existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Baseline) : undefined;
  writeFileSync(path, `${JSON.stringify(merge(before, next), null, 2)}\n`);
}
