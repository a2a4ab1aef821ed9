import { formatNumber, renderTable } from "./report.js";
import type { LineResult } from "./results.js";

/** Our figures on each version of Node, and how many times those of the first they are. */
export function renderRuntimes(runs: readonly { node: string; lines: readonly LineResult[] }[], ours: string): string {
  const [first] = runs;
  const median = (lines: readonly LineResult[], name: string): number | undefined =>
    lines.find(({ figure }) => figure.name === name)?.summaries.get(ours)?.median;
  const rows = (first?.lines ?? []).map(({ figure }) => {
    const base = median(first?.lines ?? [], figure.name);
    const cells = runs.map(({ lines }, index) => {
      const value = median(lines, figure.name);
      if (value === undefined) return "-";
      const ratio = index === 0 || base === undefined ? "" : ` (${(value / base).toFixed(2)}x)`;
      return `${formatNumber(value)}${ratio}`;
    });
    return [`${figure.name}: ${figure.title}, ${figure.unit}`, ...cells];
  });
  return renderTable([["", ...runs.map(({ node }) => `Node ${node}`)], ...rows]);
}
