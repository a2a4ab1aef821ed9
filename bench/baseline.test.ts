import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { type Baseline, check, merge, ratiosOf, readBaseline, renderChecked, writeBaseline } from "./baseline.js";
import { lineOf } from "./lines.testing.js";

const baseline: Baseline = {
  revision: "abc",
  node: "20",
  cpu: "a cpu",
  quick: false,
  ratios: { fast: { theirs: 10, gone: 2 }, latency: { theirs: 0.4 } },
};

function linesWith(fast: number, latency: number) {
  return [
    lineOf({ name: "fast", better: "higher" }, { ours: fast * 100, theirs: 100 }),
    lineOf({ name: "latency", better: "lower" }, { ours: latency * 100, theirs: 100 }),
  ];
}

function lostOf(fast: number, latency: number): string[] {
  return check(baseline, linesWith(fast, latency), "ours").flatMap(({ figure, lost }) => (lost ? [figure] : []));
}

test("a loss of more than 15 % is one, whichever way is better", () => {
  assert.deepEqual(lostOf(10, 0.4), []);
  assert.deepEqual(lostOf(8.51, 0.47), []);
  assert.deepEqual(lostOf(8.49, 0.4), ["fast"]);
  assert.deepEqual(lostOf(10, 0.48), ["latency"]);
  assert.deepEqual(lostOf(100, 0.01), []);
});

test("what is missing now is named, and no loss", () => {
  const checked = check(baseline, linesWith(8, 0.4), "ours");
  assert.deepEqual(
    checked.map(({ figure, peer, now, lost }) => [figure, peer, now, lost]),
    [
      ["fast", "theirs", 8, true],
      ["fast", "gone", undefined, false],
      ["latency", "theirs", 0.4, false],
    ],
  );
  assert.equal(
    renderChecked(checked),
    [
      "LOST fast against theirs: 10.0x in the baseline, 8.00x now",
      "not compared: fast against gone, which could not be measured here",
      "2 ratios compared, 1 worse by more than 15 %",
    ].join("\n"),
  );
});

test("a row that ours fails is lost", () => {
  const failures = new Map([["ours", "ours: wrong answer"]]);
  const checked = check(baseline, [lineOf({ name: "latency", better: "lower" }, { theirs: 1 }, { failures })], "ours");
  assert.match(renderChecked(checked), /^LOST latency against theirs: 0.40x in the baseline, ours fails now$/m);
});

test("unsteady figures and figures without ratios are not in it", () => {
  const lines = [
    lineOf({ name: "p99", unsteady: true }, { ours: 1, theirs: 1 }),
    lineOf({ name: "growth", alone: true }, { ours: 1, theirs: 1 }),
    lineOf({ name: "row" }, { ours: 1, theirs: 3 }),
  ];
  assert.deepEqual(ratiosOf(lines, "ours"), { row: { theirs: 0.3333 } });
});

test("a part of the rows is written into the whole, unless the whole was of another kind", () => {
  const next = { ...baseline, revision: "def", ratios: { fast: { theirs: 12 } } };
  assert.deepEqual(merge(baseline, next).ratios, { fast: { theirs: 12 }, latency: { theirs: 0.4 } });
  assert.deepEqual(merge({ ...baseline, quick: true }, next), next);
  assert.deepEqual(merge(undefined, next), next);
});

test("it is written and read back, and mistakes are told", (context) => {
  const folder = mkdtempSync(join(tmpdir(), "baseline-"));
  context.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "baseline.json");
  assert.throws(() => readBaseline(false, path), /write it with --write-baseline/);
  writeBaseline(baseline, path);
  assert.deepEqual(readBaseline(false, path), baseline);
  assert.throws(() => readBaseline(true, path), /is of a full run: check without --quick/);
});
