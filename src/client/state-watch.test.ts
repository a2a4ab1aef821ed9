import assert from "node:assert/strict";
import { test } from "node:test";
import { StateWatch } from "./state-watch.js";

test("those who wait are told once, at the next change", () => {
  const watch = new StateWatch();
  const told: string[] = [];
  watch.whenNot("IDLE", () => told.push("one"));
  const forget = watch.whenNot("IDLE", () => told.push("forgotten"));
  watch.whenNot("READY", () => told.push("at once"));
  forget();
  watch.become("IDLE");
  assert.deepEqual(told, ["at once"]);
  watch.become("CONNECTING");
  watch.become("READY");
  assert.deepEqual(told, ["at once", "one"]);
  assert.equal(watch.state, "READY");
});
