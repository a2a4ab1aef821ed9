import assert from "node:assert/strict";
import { test } from "node:test";
import { checkBoolean, checkFunction, checkNames, checkNumber } from "./check-option.js";

test("what fits passes, and so does what is not there", () => {
  checkNumber("n", undefined, 1);
  checkNumber("n", 1, 1, 2);
  checkNumber("n", Number.POSITIVE_INFINITY, 1);
  checkBoolean("b", undefined);
  checkBoolean("b", false);
  checkFunction("f", () => undefined);
  checkNames("options", { a: 1 }, new Set(["a", "b"]));
});

test("what does not fit is named with its value", () => {
  assert.throws(() => checkNumber("timeoutMs", -1, 0), new TypeError("timeoutMs must be a number, 0 or more: got -1"));
  assert.throws(() => checkNumber("n", "5", 0, 9), new TypeError('n must be a number, from 0 to 9: got "5"'));
  assert.throws(() => checkNumber("n", Number.NaN, 0), /got NaN/);
  assert.throws(() => checkBoolean("b", 1), new TypeError("b must be true or false: got 1"));
  assert.throws(() => checkFunction("f", {}), new TypeError("f must be a function: got [object Object]"));
  const known = new Set(["timeoutMs", "signal"]);
  const close = 'options have no "timeout"; did you mean timeoutMs?';
  assert.throws(() => checkNames("options", { timeout: 1 }, known), new TypeError(close));
  const far = 'options have no "retries"; there are timeoutMs, signal';
  assert.throws(() => checkNames("options", { retries: 1 }, known), new TypeError(far));
  assert.throws(() => checkNames("options", 5, known), /must be an object: got 5/);
  assert.throws(() => checkNames("options", [], known), /must be an object: got \[object Array\]/);
});
