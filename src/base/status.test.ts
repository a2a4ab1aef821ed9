import assert from "node:assert/strict";
import { test } from "node:test";
import { Status, statusName, toStatus } from "./status.js";

test("the seventeen codes have their numbers and names", () => {
  const names = Object.keys(Status);
  assert.equal(names.length, 17);
  assert.deepEqual(Object.values(Status), [...names.keys()]);
  assert.equal(Status.OK, 0);
  assert.equal(Status.DEADLINE_EXCEEDED, 4);
  assert.equal(Status.UNAUTHENTICATED, 16);
  for (const [name, code] of Object.entries(Status)) assert.equal(statusName(code), name);
});

test("a number that is no code has a name all the same", () => {
  assert.equal(statusName(17), "CODE_17");
  assert.equal(statusName(-1), "CODE_-1");
  assert.equal(statusName(Number.NaN), "CODE_NaN");
});

test("a number that is no code counts as UNKNOWN", () => {
  for (const code of [17, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) assert.equal(toStatus(code), Status.UNKNOWN);
  for (let code = 0; code <= 16; code++) assert.equal(toStatus(code), code);
});
