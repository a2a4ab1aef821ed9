import assert from "node:assert/strict";
import { test } from "node:test";
import { lineOf } from "./lines.testing.js";
import { isLoss, ratioTo, verdicts } from "./results.js";

test("a ratio is ours to the peer's, and needs both", () => {
  const line = lineOf({}, { ours: 400, theirs: 100, broken: 0 });
  assert.equal(ratioTo(line, "ours", "theirs"), 4);
  assert.equal(ratioTo(line, "ours", "nobody"), undefined);
  assert.equal(ratioTo(line, "ours", "broken"), undefined);
  assert.equal(ratioTo(lineOf({ alone: true }, { ours: 1, theirs: 2 }), "ours", "theirs"), undefined);
});

test("what a loss is depends on which way is better", () => {
  assert.equal(isLoss(lineOf({ better: "higher" }, {}).figure, 0.99), true);
  assert.equal(isLoss(lineOf({ better: "higher" }, {}).figure, 1), false);
  assert.equal(isLoss(lineOf({ better: "lower" }, {}).figure, 0.99), false);
  assert.equal(isLoss(lineOf({ better: "lower" }, {}).figure, 1.01), true);
});

test("targets: ratios both ways, differences, and bounds of ours alone", () => {
  const throughput = lineOf(
    {
      targets: [
        { kind: "ratio", peer: "theirs", factor: 4 },
        { kind: "ratio", peer: "theirs", factor: 4.1 },
        { kind: "ratio", peer: "nobody", factor: 1 },
      ],
    },
    { ours: 400, theirs: 100 },
  );
  assert.deepEqual(
    verdicts(throughput, "ours").map(({ value, met }) => [value, met]),
    [
      [4, true],
      [4, false],
      [undefined, false],
    ],
  );
  const bytes = lineOf(
    {
      better: "lower",
      targets: [
        { kind: "ratio", peer: "theirs", factor: 0.5 },
        { kind: "above", peer: "theirs", amount: 3 },
        { kind: "above", peer: "theirs", amount: -5 },
        { kind: "most", value: 7 },
        { kind: "most", value: 6.9 },
      ],
    },
    { ours: 7, theirs: 10 },
  );
  assert.deepEqual(
    verdicts(bytes, "ours").map(({ met }) => met),
    [false, true, false, true, false],
  );
});
