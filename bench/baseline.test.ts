import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { type Baseline, check, merge, ratiosOf, readBaseline, renderChecked, writeBaseline } from "./baseline.js";
import { lineOf } from "./lines.testing.js";
import type { LineResult } from "./results.js";
import { summarize } from "./statistics.js";

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

test("what one peer has gained is no loss of ours, and neither is one slow round of several", () => {
  const three: Baseline = { ...baseline, ratios: { fast: { a: 10, b: 10, c: 10 } } };
  const lost = (line: LineResult): boolean => check(three, [line], "ours")[0]?.lost === true;
  const figure = { name: "fast", better: "higher" } as const;
  assert.equal(lost(lineOf(figure, { ours: 1_000, a: 100, b: 100, c: 300 })), false);
  assert.equal(lost(lineOf(figure, { ours: 1_000, a: 100, b: 130, c: 300 })), true);
  const slow = lineOf(figure, { ours: 700, a: 100, b: 100, c: 100 });
  assert.equal(lost(slow), true);
  const rounds = summarize([600, 700, 900]);
  assert.equal(lost({ ...slow, summaries: new Map([...slow.summaries, ["ours", rounds]]) }), false);
});

test("what is missing now is named, and no loss", () => {
  const checked = check(baseline, linesWith(8, 0.4), "ours");
  assert.deepEqual(
    checked.map(({ figure, lost, peers }) => [figure, lost, peers.map(({ name, now }) => [name, now])]),
    [
      [
        "fast",
        true,
        [
          ["theirs", 8],
          ["gone", undefined],
        ],
      ],
      ["latency", false, [["theirs", 0.4]]],
    ],
  );
  assert.equal(
    renderChecked(checked),
    [
      "LOST fast: 0.80 of the baseline, also with our best round (theirs 10.0x -> 8.00x)",
      "not compared: fast against gone, which could not be measured here",
      "2 figures compared, 1 worse by more than 15 %",
    ].join("\n"),
  );
});

test("a row that ours fails is lost", () => {
  const failures = new Map([["ours", "ours: wrong answer"]]);
  const checked = check(baseline, [lineOf({ name: "latency", better: "lower" }, { theirs: 1 }, { failures })], "ours");
  assert.match(renderChecked(checked), /^LOST latency: ours fails now$/m);
});

test("unsteady figures and figures without ratios are not in it", () => {
  const lines = [
    lineOf({ name: "p99", unsteady: true }, { ours: 1, theirs: 1 }),
    lineOf({ name: "growth", alone: true }, { ours: 1, theirs: 1 }),
    lineOf({ name: "row" }, { ours: 1, theirs: 3 }),
  ];
  assert.deepEqual(ratiosOf(lines, "ours"), { row: { theirs: 0.3333 } });
});

test("a part of the rows is written into the whole", () => {
  const next = { ...baseline, revision: "def", ratios: { fast: { theirs: 12 } } };
  assert.deepEqual(merge(baseline, next).ratios, { fast: { theirs: 12 }, latency: { theirs: 0.4 } });
  assert.deepEqual(merge(undefined, next), next);
});

test("it is written and read back, and mistakes are told", (context) => {
  const folder = mkdtempSync(join(tmpdir(), "baseline-"));
  context.after(() => rmSync(folder, { recursive: true }));
  assert.throws(() => readBaseline(false, folder), /no bench\/baseline.json: write it with --write-baseline/);
  writeBaseline(baseline, folder);
  assert.deepEqual(readBaseline(false, folder), baseline);
  assert.throws(() => readBaseline(true, folder), /no bench\/baseline-quick.json: write it with --quick --write-/);
  const quick = { ...baseline, quick: true, ratios: { fast: { theirs: 8 } } };
  writeBaseline(quick, folder);
  assert.deepEqual(readBaseline(true, folder), quick);
  assert.deepEqual(readBaseline(false, folder), baseline, "neither writes over the other");
});
