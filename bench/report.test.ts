import assert from "node:assert/strict";
import { test } from "node:test";
import { lineOf } from "./lines.testing.js";
import { formatNumber, renderReport } from "./report.js";

const columns = [
  { name: "ours", version: "1.0.0" },
  { name: "theirs", version: "2.0.0" },
  { name: "node-http2", version: "" },
  { name: "absent", version: "3.0.0" },
];

test("numbers show what matters", () => {
  const shown = [0.1234, 9.87, 65.432, 999.6, 5_432, 23_456, 446_123, 1_735_000].map(formatNumber);
  assert.deepEqual(shown, ["0.12", "9.87", "65.4", "1000", "5432", "23.5 k", "446 k", "1735 k"]);
});

test("a table for each group with the peers that take part, ratios, targets, and losses marked", () => {
  const report = renderReport(
    [
      lineOf(
        { name: "fast", title: "fast", targets: [{ kind: "ratio", peer: "theirs", factor: 6 }] },
        { ours: 700, theirs: 100 },
      ),
      lineOf(
        { name: "slow", title: "slow", targets: [{ kind: "ratio", peer: "theirs", factor: 1 }] },
        { ours: 80, theirs: 100, "node-http2": 50 },
      ),
      lineOf(
        { name: "memory", title: "memory", unit: "KB", better: "lower" },
        { ours: 9, theirs: 3 },
        { group: "memory" },
      ),
    ],
    columns,
  );
  const lines = report.split("\n").map((line) => line.replaceAll(/ {2,}/g, " "));
  assert.ok(lines.includes("| | ours 1.0.0 | theirs 2.0.0 | node-http2 | target |"), report);
  assert.ok(lines.includes("| fast, calls/s | 700 ±0 % | 100 ±0 % (7.00x) | - | >= 6x theirs: met |"), report);
  const lost =
    "| slow, calls/s | 80.0 ±0 % | 100 ±0 % (**0.80x**) | 50.0 ±0 % (1.60x) | >= 1x theirs: **MISSED, 0.80x** |";
  assert.ok(lines.includes(lost), report);
  assert.ok(lines.includes("| | ours 1.0.0 | theirs 2.0.0 | target |"), "the second group has two peers");
  assert.match(report, /Targets missed:\n\n- slow: >= 1x theirs: \*\*MISSED, 0.80x\*\*\n\n/);
  assert.match(report, /Behind a peer:\n\n- slow: theirs \(0.80x\)\n- memory: theirs \(3.00x\)/);
});

test("a peer that failed is named, with the line that tells why", () => {
  const failures = new Map([["theirs", "theirs server: ended with 1\n  at x\nTypeError: no\n  at y"]]);
  const report = renderReport([lineOf({}, { ours: 1 }, { failures, note: "smaller here" })], columns);
  assert.match(report, /\| failed +\|/);
  assert.match(report, /Failed:\n\n- theirs server: ended with 1: TypeError: no \(in row\)/);
  assert.match(report, /Notes:\n\n- row: smaller here/);
});
