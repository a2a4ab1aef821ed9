import assert from "node:assert/strict";
import { test } from "node:test";
import { growthOf, spreadPercent, summarize } from "./statistics.js";

test("the median of an odd and of an even number of rounds", () => {
  assert.equal(summarize([3, 1, 2]).median, 2);
  assert.equal(summarize([4, 1, 3, 2]).median, 2.5);
});

test("the spread is half of the range in percent of the median", () => {
  assert.equal(spreadPercent(summarize([90, 100, 110])), 10);
});

test("growth is the worst that a step costs above any smaller one", () => {
  assert.equal(growthOf([4, 2, 3, 5]), 2.5);
  assert.equal(growthOf([8, 4, 2]), 0.5);
  assert.equal(growthOf([2, 4, 1]), 2);
});
