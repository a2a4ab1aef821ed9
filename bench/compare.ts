import { formatNumber, renderTable } from "./report.js";
import type { LineResult } from "./results.js";
import { type Summary, spreadPercent, summarize } from "./statistics.js";

/** Two revisions in one row. Rounds went in turns, so that the ratio is taken round by round. */
export interface Comparison {
  readonly line: LineResult;
  readonly ratio: Summary;
  /** `same` where some rounds say so and some the contrary. */
  readonly verdict: "better" | "worse" | "same";
}

export function compareLine(line: LineResult, now: string, before: string): Comparison | undefined {
  const own = line.summaries.get(now)?.rounds ?? [];
  const other = line.summaries.get(before)?.rounds ?? [];
  const ratios = own.slice(0, other.length).map((figure, round) => figure / other[round]!);
  if (ratios.length === 0) return undefined;
  const ratio = summarize(ratios);
  const up = line.figure.better === "higher" ? "better" : "worse";
  const down = up === "better" ? "worse" : "better";
  // One round alone says nothing about how much rounds differ.
  const verdict = ratios.length === 1 ? "same" : ratio.min > 1 ? up : ratio.max < 1 ? down : "same";
  return { line, ratio, verdict };
}

/** A table of all rows, the ratio with its lowest and highest round. */
export function renderComparison(lines: readonly LineResult[], now: string, before: string): string {
  const rows = lines.map((line) => {
    const compared = compareLine(line, now, before);
    const cell = (name: string): string => {
      const summary = line.summaries.get(name);
      if (summary === undefined) return line.failures.has(name) ? "failed" : "-";
      return `${formatNumber(summary.median)} ±${spreadPercent(summary).toFixed(0)} %`;
    };
    const { title, unit, name } = line.figure;
    const ratio =
      compared === undefined
        ? "-"
        : `${compared.ratio.median.toFixed(3)} (${compared.ratio.min.toFixed(3)} to ${compared.ratio.max.toFixed(3)})`;
    const shown = compared?.verdict === "worse" ? "**worse**" : (compared?.verdict ?? "-");
    return [`${name}: ${title}, ${unit}`, cell(now), cell(before), ratio, shown];
  });
  const failures = lines.flatMap((line) => [...line.failures.values()].map((why) => `- ${line.figure.name}: ${why}`));
  const table = renderTable([["", now, before, "ratio (rounds)", ""], ...rows]);
  return failures.length === 0 ? table : `${table}\n\nFailed:\n\n${failures.join("\n")}`;
}
