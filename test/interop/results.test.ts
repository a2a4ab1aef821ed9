import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { Results } from "./results.js";

test("the matrix has a line for each case and a column for each pairing", () => {
  const silent = mock.method(console, "error", () => {});
  const results = new Results();
  results.add({ client: "a", server: "b", secure: false }, "empty_unary", undefined);
  results.add({ client: "a", server: "b", secure: true }, "large_unary", "went wrong");
  silent.mock.restore();
  assert.deepEqual(results.matrix(), [
    "1  a -> b, plain",
    "2  a -> b, TLS",
    "",
    "             1    2    ",
    "empty_unary  ok   .    ",
    "large_unary  .    FAIL ",
  ]);
  assert.equal(results.count(false), 1);
  assert.equal(results.count(true), 1);
  assert.equal(silent.mock.callCount(), 1);
});
