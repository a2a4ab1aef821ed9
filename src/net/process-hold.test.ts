import assert from "node:assert/strict";
import { test } from "node:test";
import { ProcessHold } from "./process-hold.js";

function timers(): number {
  return process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
}

test("one handle keeps the process alive until it is released", () => {
  const before = timers();
  const hold = new ProcessHold();
  hold.hold();
  hold.hold();
  assert.equal(timers(), before + 1);
  hold.release();
  hold.release();
  assert.equal(timers(), before);
});
