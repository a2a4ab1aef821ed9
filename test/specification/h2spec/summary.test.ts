import assert from "node:assert/strict";
import { test } from "node:test";
import { isWhole, readSummary } from "./summary.js";

test("the last summary counts, and only a run of all cases without a skip is whole", () => {
  const output = "1: x\n146 tests, 146 passed, 0 skipped, 0 failed\n";
  assert.deepEqual(readSummary(output), { tests: 146, passed: 146, skipped: 0, failed: 0 });
  assert.ok(isWhole(readSummary(output), 146));
  assert.ok(!isWhole(readSummary(output), 147));
  assert.ok(!isWhole(readSummary(`${output}146 tests, 145 passed, 0 skipped, 1 failed`), 146));
  assert.ok(!isWhole(readSummary("146 tests, 145 passed, 1 skipped, 0 failed"), 146));
  assert.ok(!isWhole(readSummary("Error: connection refused"), 146));
});
