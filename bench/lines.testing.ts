import type { LineResult } from "./results.js";
import type { Figure } from "./rows/row.js";
import { summarize } from "./statistics.js";

/** A line with one round per peer, for tests. */
export function lineOf(
  figure: Partial<Figure>,
  medians: Readonly<Record<string, number>>,
  more: Partial<LineResult> = {},
): LineResult {
  const whole: Figure = { name: "row", title: "a row", unit: "calls/s", better: "higher", targets: [], ...figure };
  const summaries = new Map(Object.entries(medians).map(([name, median]) => [name, summarize([median])]));
  return { group: "pair", figure: whole, summaries, failures: new Map(), ...more };
}
