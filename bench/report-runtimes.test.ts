import assert from "node:assert/strict";
import { test } from "node:test";
import { lineOf } from "./lines.testing.js";
import { renderRuntimes } from "./report-runtimes.js";

test("a column for each Node, as a multiple of the first", () => {
  const runs = [
    { node: "20.1.0", lines: [lineOf({}, { ours: 200, theirs: 5 }), lineOf({ name: "gone" }, { ours: 3 })] },
    { node: "26.0.0", lines: [lineOf({}, { ours: 300, theirs: 5 })] },
  ];
  const table = renderRuntimes(runs, "ours").replaceAll(/ {2,}/g, " ").split("\n");
  assert.equal(table[0], "| | Node 20.1.0 | Node 26.0.0 |");
  assert.equal(table[2], "| row: a row, calls/s | 200 | 300 (1.50x) |");
  assert.equal(table[3], "| gone: a row, calls/s | 3.00 | - |");
});
