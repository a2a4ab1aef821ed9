import assert from "node:assert/strict";
import { test } from "node:test";
import { spreadPercent, summarize } from "./statistics.js";

test("the median of an odd and of an even number of rounds", () => {
  assert.equal(summarize([3, 1, 2]).median, 2);
  assert.equal(summarize([4, 1, 3, 2]).median, 2.5);
});

test("the spread is half of the range in percent of the median", () => {
  assert.equal(spreadPercent(summarize([90, 100, 110])), 10);
});
