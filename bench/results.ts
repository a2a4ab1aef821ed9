import type { Figure, Group, Target } from "./rows/row.js";
import type { Summary } from "./statistics.js";

/** One line of a table with what was measured, by the peer's name. */
export interface LineResult {
  readonly group: Group;
  readonly figure: Figure;
  readonly summaries: ReadonlyMap<string, Summary>;
  /** Why a peer has no figure. */
  readonly failures: ReadonlyMap<string, string>;
  readonly note?: string | undefined;
}

/** Ours in relation to a peer's, by the medians. */
export function ratioTo(line: LineResult, ours: string, peer: string): number | undefined {
  if (line.figure.alone === true) return undefined;
  const own = line.summaries.get(ours);
  const other = line.summaries.get(peer);
  return own === undefined || other === undefined || other.median === 0 ? undefined : own.median / other.median;
}

/** Is a ratio of ours to a peer's one that we lose? */
export function isLoss(figure: Figure, ratio: number): boolean {
  return figure.better === "higher" ? ratio < 1 : ratio > 1;
}

export interface Verdict {
  readonly target: Target;
  /** The ratio, the difference or the figure that the target speaks of; undefined where it could not be measured. */
  readonly value: number | undefined;
  readonly met: boolean;
}

export function verdicts(line: LineResult, ours: string): Verdict[] {
  return line.figure.targets.map((target) => {
    const value = valueFor(line, ours, target);
    return { target, value, met: value !== undefined && isMet(line.figure, target, value) };
  });
}

function valueFor(line: LineResult, ours: string, target: Target): number | undefined {
  const own = line.summaries.get(ours)?.median;
  if (target.kind === "most") return own;
  if (target.kind === "ratio") return ratioTo(line, ours, target.peer);
  const other = line.summaries.get(target.peer)?.median;
  return own === undefined || other === undefined ? undefined : own - other;
}

function isMet(figure: Figure, target: Target, value: number): boolean {
  if (target.kind === "most") return value <= target.value;
  if (target.kind === "above") return value <= target.amount;
  return figure.better === "higher" ? value >= target.factor : value <= target.factor;
}
