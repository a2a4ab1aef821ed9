import assert from "node:assert/strict";
import { test } from "node:test";
import { compareLine, renderComparison } from "./compare.js";
import { lineOf } from "./lines.testing.js";
import type { LineResult } from "./results.js";
import { summarize } from "./statistics.js";

function line(now: readonly number[], before: readonly number[], better: "higher" | "lower" = "higher"): LineResult {
  const summaries = new Map([
    ["now", summarize(now)],
    ["before", summarize(before)],
  ]);
  return lineOf({ better }, {}, { summaries });
}

test("the ratio is taken round by round: a slow moment that both had does not count", () => {
  const compared = compareLine(line([110, 55, 220], [100, 50, 200]), "now", "before");
  assert.ok(Math.abs(compared!.ratio.median - 1.1) < 1e-9);
  assert.equal(compared!.verdict, "better");
});

test("better or worse only where every round says so", () => {
  const verdict = (l: LineResult): string | undefined => compareLine(l, "now", "before")?.verdict;
  assert.equal(verdict(line([90, 80], [100, 100])), "worse");
  assert.equal(verdict(line([90, 80], [100, 100], "lower")), "better");
  assert.equal(verdict(line([110, 120], [100, 100], "lower")), "worse");
  assert.equal(verdict(line([90, 110], [100, 100])), "same");
  assert.equal(verdict(line([200], [100])), "same");
  assert.equal(verdict(lineOf({}, { now: 1 })), undefined);
});

test("the table has both, the ratio and its range; failures are told", () => {
  const failures = new Map([["before", "before: no such option"]]);
  const table = renderComparison(
    [line([50, 80], [100, 100]), lineOf({ name: "new" }, { now: 1 }, { failures })],
    "now",
    "before",
  ).replaceAll(/ {2,}/g, " ");
  assert.match(
    table,
    /\| row: a row, calls\/s \| 65.0 ±23 % \| 100 ±0 % \| 0.650 \(0.500 to 0.800\) \| \*\*worse\*\* \|/,
  );
  assert.match(table, /\| new: a row, calls\/s \| 1.00 ±0 % \| failed \| - \| - \|/);
  assert.match(table, /Failed:\n\n- new: before: no such option/);
});
