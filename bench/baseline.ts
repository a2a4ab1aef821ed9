import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../tools/files.js";
import { UsageError } from "./arguments.js";
import { formatNumber } from "./report.js";
import { type LineResult, ratioTo } from "./results.js";
import { summarize } from "./statistics.js";

/** More than this is lost only by a change of ours, not by the machine's mood. */
const lossMax = 0.15;

const baselineFolder: string = join(root, "bench");

/** A quick run's ratios are others than a full run's: each has a file. */
function fileName(quick: boolean): string {
  return quick ? "baseline-quick.json" : "baseline.json";
}

/** Ratios of ours to each peer by the figure's name: absolute figures would be of one machine. */
export interface Baseline {
  readonly revision: string;
  readonly node: string;
  readonly cpu: string;
  readonly quick: boolean;
  readonly ratios: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** A figure of the baseline, and what has become of it. */
export interface Checked {
  readonly figure: string;
  readonly peers: readonly ComparedPeer[];
  /**
   * What is left of our ratios: 1 for as much as in the baseline, less for worse. Our best round counts, and the middle one of all
   * peers: what one peer or one moment did is not ours. Undefined where no peer could be compared.
   */
  readonly share: number | undefined;
  /** Ours has failed. */
  readonly failed: boolean;
  readonly lost: boolean;
}

/** Our ratio to one peer. */
export interface ComparedPeer {
  readonly name: string;
  readonly was: number;
  /** Undefined where it could not be measured now. */
  readonly now: number | undefined;
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

/** Compares with the baseline whatever was measured and stands in both, and names peers that are missing now. */
export function check(baseline: Baseline, lines: readonly LineResult[], ours: string): Checked[] {
  return lines.flatMap((line) => {
    const ratios = Object.entries(baseline.ratios[line.figure.name] ?? {});
    return ratios.length === 0 ? [] : [checkLine(line, ratios, ours)];
  });
}

function checkLine(line: LineResult, ratios: readonly (readonly [string, number])[], ours: string): Checked {
  const { figure, failures } = line;
  const own = line.summaries.get(ours);
  const higher = figure.better === "higher";
  const peers = ratios.map(([name, was]) => ({ name, was, now: ratioTo(line, ours, name) }));
  const shares = peers.flatMap(({ was, now }) => {
    if (now === undefined || own === undefined) return [];
    const best = (now / own.median) * (higher ? own.max : own.min);
    return [higher ? best / was : was / best];
  });
  const share = shares.length === 0 ? undefined : summarize(shares).median;
  const failed = failures.has(ours);
  return { figure: figure.name, peers, share, failed, lost: failed || (share !== undefined && share < 1 - lossMax) };
}

/** New ratios replace those of the same figures, and the others stay: a part of the rows may be written anew. */
export function merge(before: Baseline | undefined, next: Baseline): Baseline {
  return { ...next, ratios: { ...before?.ratios, ...next.ratios } };
}

/** Lines for people: what was lost, what could not be compared, and how much was. */
export function renderChecked(checked: readonly Checked[]): string {
  const lost = checked.filter((one) => one.lost);
  const missing = checked.flatMap(({ figure, peers, failed }) =>
    failed ? [] : peers.flatMap(({ name, now }) => (now === undefined ? [`${figure} against ${name}`] : [])),
  );
  return [
    ...lost.map(renderLost),
    ...missing.map((name) => `not compared: ${name}, which could not be measured here`),
    `${checked.length} figures compared, ${lost.length} worse by more than ${lossMax * 100} %`,
  ].join("\n");
}

function renderLost({ figure, peers, share, failed }: Checked): string {
  if (failed) return `LOST ${figure}: ours fails now`;
  const each = peers.flatMap(({ name, was, now }) =>
    now === undefined ? [] : [`${name} ${formatNumber(was)}x -> ${formatNumber(now)}x`],
  );
  return `LOST ${figure}: ${formatNumber(share ?? 0)} of the baseline, also with our best round (${each.join(", ")})`;
}

/** @throws UsageError when there is none of this kind of run */
export function readBaseline(quick: boolean, folder: string = baselineFolder): Baseline {
  const name = fileName(quick);
  const path = join(folder, name);
  if (!existsSync(path)) {
    const how = quick ? "--quick --write-baseline" : "--write-baseline";
    throw new UsageError(`there is no bench/${name}: write it with ${how}`);
  }
  return JSON.parse(readFileSync(path, "utf8")) as Baseline;
}

export function writeBaseline(next: Baseline, folder: string = baselineFolder): void {
  const path = join(folder, fileName(next.quick));
  const before = existsSync(path) ? readBaseline(next.quick, folder) : undefined;
  writeFileSync(path, `${JSON.stringify(merge(before, next), null, 2)}\n`);
}
