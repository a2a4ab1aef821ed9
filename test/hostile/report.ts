import { cpus } from "node:os";
import { mebibyte } from "./attack.js";
import type { Result } from "./run-attack.js";
import { vectors } from "./vectors-table.js";

const columns = [
  "victim",
  "attack",
  "conns",
  "frames",
  "sent",
  "s",
  "CPU ms",
  "loop ms",
  "RSS peak",
  "held",
  "left",
  "answered",
  "honest p50/max ms",
  "outcome",
] as const;

function cells({ attack, effort, cost, honest, outcome, problems }: Result): string[] {
  const number = (value: number | undefined, digits = 0): string => (value === undefined ? "-" : value.toFixed(digits));
  return [
    attack.role,
    attack.name,
    String(effort.connections),
    String(effort.frames),
    size(effort.bytes),
    number(cost?.seconds, 1),
    number(cost?.cpuMs),
    number(cost?.loopDelayMs),
    size(cost?.rssPeakBytes),
    size(cost?.heldBytes),
    size(cost?.liveBytes),
    size(effort.receivedBytes),
    `${number(honest?.p50Ms, 1)}/${number(honest?.maxMs)}`,
    problems.length === 0 ? outcome : "FAILED",
  ];
}

/** Bytes as KiB or MiB; what shrank counts as nothing. */
function size(bytes: number | undefined): string {
  if (bytes === undefined) return "-";
  const positive = Math.max(bytes, 0);
  return positive < mebibyte ? `${Math.ceil(positive / 1024)} K` : `${(positive / mebibyte).toFixed(1)} M`;
}

/** What machine this is: figures are of its class only. */
export function machine(): string {
  return `Node ${process.versions.node}, ${process.platform} ${process.arch}, ${cpus().length} cores`;
}

/** One line per attack, the first of them the head. */
export function textLines(results: readonly Result[]): string[] {
  const rows = [[...columns], ...results.map(cells)];
  const widths = columns.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  return rows.map((row) =>
    row.map((cell, i) => (i < 2 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join("  "),
  );
}

export function markdown(results: readonly Result[]): string {
  const line = (row: readonly string[]): string => `| ${row.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(columns), line(columns.map(() => "---")), ...results.map((result) => line(cells(result)))].join("\n");
}

/** What `--json` prints of an attack. */
export function asJson({ attack, outcome, effort, cost, honest, bounds, problems }: Result): object {
  const { name, role, vector, guard } = attack;
  return {
    name,
    role,
    vector,
    seenAs: vectors[vector],
    guard,
    passed: problems.length === 0,
    outcome,
    problems,
    effort,
    cost,
    honest,
    bounds,
  };
}
