import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem } from "node:os";
import { join } from "node:path";
import { root } from "../tools/files.js";
import { canPin } from "./pin.js";
import type { Column } from "./report.js";
import { type LineResult, ratioTo, verdicts } from "./results.js";
import type { Pace } from "./run.js";

/** Where, when and with what figures are made. */
export interface Circumstances {
  readonly date: string;
  readonly revision: string;
  readonly node: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly kernel: string;
  readonly pinned: boolean;
  /** Mean number of busy processes in the minute before the run. */
  readonly loadBefore: number;
}

function git(...args: string[]): string {
  return spawnSync("git", args, { cwd: root, encoding: "utf8" }).stdout?.trim() ?? "";
}

/** @param node version of the Node that the programs run on */
export function circumstances(node: string): Circumstances {
  return {
    date: new Date().toISOString(),
    revision: git("rev-parse", "HEAD") + (git("status", "--porcelain") === "" ? "" : " with changes"),
    node,
    cpu: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    pinned: canPin,
    loadBefore: loadavg()[0] ?? 0,
  };
}

/** Everything of one run, as it is written. */
export interface Run {
  readonly circumstances: Circumstances;
  readonly pace: Pace;
  readonly columns: readonly Column[];
  readonly lines: readonly LineResult[];
  /** Rows and peers that could not be had, with the reason. */
  readonly leftOut: readonly string[];
}

export function recordOf({ circumstances, pace, columns, lines, leftOut }: Run): object {
  const ours = columns[0]?.name ?? "";
  return {
    ...circumstances,
    pace,
    versions: Object.fromEntries(columns.map(({ name, version }) => [name, version])),
    leftOut,
    rows: lines.map((line) => ({
      name: line.figure.name,
      group: line.group,
      title: line.figure.title,
      unit: line.figure.unit,
      better: line.figure.better,
      peers: Object.fromEntries(line.summaries),
      ratios: Object.fromEntries(
        columns.slice(1).flatMap(({ name }) => {
          const ratio = ratioTo(line, ours, name);
          return ratio === undefined ? [] : [[name, ratio]];
        }),
      ),
      targets: verdicts(line, ours),
      failures: Object.fromEntries(line.failures),
      ...(line.note === undefined ? {} : { note: line.note }),
    })),
  };
}

/** Writes the record under its time, and as the latest; gives the path of the first. */
export function writeRecord(record: object, name: string): string {
  const folder = join(root, "bench", "results");
  mkdirSync(folder, { recursive: true });
  const text = `${JSON.stringify(record, null, 2)}\n`;
  const path = join(folder, `${name.replaceAll(/[^\w.-]/g, "-")}.json`);
  writeFileSync(path, text);
  writeFileSync(join(folder, "latest.json"), text);
  return path;
}
