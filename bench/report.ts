import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import type { Peer } from "./peer.js";
import { canPin } from "./pin.js";
import type { Row } from "./rows.js";
import { type Summary, spreadPercent } from "./statistics.js";

export interface RowResult {
  readonly row: Row;
  /** By peer, ours first. */
  readonly summaries: ReadonlyMap<string, Summary>;
}

/** Mean number of busy processes in the minute before the run. */
export const loadBefore: number = loadavg()[0] ?? 0;

const resultsPath = fileURLToPath(new URL("../../bench/results/latest.json", import.meta.url));

/** One peer's median and spread: `237 k calls/s ±3 %`. */
function cell(summary: Summary | undefined): string {
  if (summary === undefined) return "-";
  const { median } = summary;
  const figure = median >= 10_000 ? `${(median / 1000).toFixed(1)} k` : median.toFixed(median < 100 ? 1 : 0);
  return `${figure} ±${spreadPercent(summary).toFixed(0)} %`;
}

/** Our median in relation to a peer's. */
export function ratio(result: RowResult, ours: string, theirs: string): number | undefined {
  const own = result.summaries.get(ours);
  const other = result.summaries.get(theirs);
  return own === undefined || other === undefined ? undefined : own.median / other.median;
}

/** A Markdown table: a line for each row, a column for each peer, the ratio to the first other peer and its target. */
export function renderTable(results: readonly RowResult[], peers: readonly Peer[]): string {
  const [ours, theirs] = peers;
  const head = ["", ...peers.map((peer) => `${peer.name} ${peer.version}`), "ratio", "target"];
  const lines = results.map((result) => {
    const { row } = result;
    const cells = peers.map((peer) => cell(result.summaries.get(peer.name)));
    const value = ratio(result, ours?.name ?? "", theirs?.name ?? "");
    const sign = row.better === "higher" ? ">=" : "<=";
    return [
      `${row.name}, ${row.unit}`,
      ...cells,
      value === undefined ? "-" : `${value.toFixed(2)}x`,
      `${sign} ${row.target}x`,
    ];
  });
  const table = [head, ...lines];
  const widths = head.map((_, column) => Math.max(...table.map((line) => line[column]!.length)));
  const format = (line: readonly string[]): string =>
    `| ${line.map((text, i) => text.padEnd(widths[i]!)).join(" | ")} |`;
  const rule = `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`;
  return [format(head), rule, ...lines.map(format)].join("\n");
}

/** Where and with what the figures were made. */
export function describeRun(peers: readonly Peer[]): Record<string, unknown> {
  const git = (...args: string[]): string => spawnSync("git", args, { encoding: "utf8" }).stdout?.trim() ?? "";
  return {
    date: new Date().toISOString(),
    revision: git("rev-parse", "HEAD") + (git("status", "--porcelain") === "" ? "" : " with changes"),
    node: process.version,
    cpu: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    pinned: canPin,
    loadBefore,
    versions: Object.fromEntries(peers.map((peer) => [peer.name, peer.version])),
  };
}

/** Writes everything as JSON; gives the path. */
export function writeResults(
  results: readonly RowResult[],
  leftOut: readonly string[],
  peers: readonly Peer[],
): string {
  const [ours, theirs] = peers;
  const content = {
    ...describeRun(peers),
    leftOut,
    rows: results.map((result) => ({
      name: result.row.name,
      unit: result.row.unit,
      better: result.row.better,
      target: result.row.target,
      ratio: ratio(result, ours?.name ?? "", theirs?.name ?? ""),
      peers: Object.fromEntries(result.summaries),
    })),
  };
  mkdirSync(new URL(".", `file://${resultsPath}`), { recursive: true });
  writeFileSync(resultsPath, `${JSON.stringify(content, null, 2)}\n`);
  return resultsPath;
}
