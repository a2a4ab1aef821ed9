import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { alignTable, Results } from "./results.js";

const fault = { server: "b", cases: ["large_unary", "empty_unary"], evidence: "it says so" };

function quietly(run: () => void): number {
  const silent = mock.method(console, "error", () => {});
  run();
  silent.mock.restore();
  return silent.mock.callCount();
}

test("the matrix has a row for each client and a column for each server, plaintext and TLS", () => {
  const results = new Results(() => undefined);
  const told = quietly(() => {
    results.add({ client: "a", server: "b", secure: false }, "empty_unary", undefined);
    results.add({ client: "a", server: "b", secure: true }, "large_unary", "went wrong");
    results.add({ client: "b", server: "a", secure: false }, "large_unary", undefined);
  });
  assert.deepEqual(results.matrix(["a", "b"]), [
    ["client \\ server", "a", "b"],
    ["a", "", "1/1 0/1"],
    ["b", "1/1", ""],
  ]);
  assert.deepEqual([results.passed, results.failed, results.known, told], [2, 1, 0, 1]);
});

test("a known fault does not count as a failure, and is one when it is gone", () => {
  const results = new Results((_, name) => (fault.cases.includes(name) ? fault : undefined));
  const pairing = { client: "a", server: "b", secure: false };
  const told = quietly(() => {
    results.add(pairing, "large_unary", "went wrong");
    results.add(pairing, "empty_unary", undefined);
  });
  assert.deepEqual([results.passed, results.failed, results.known, told], [0, 1, 1, 1]);
  assert.deepEqual(results.matrix(["a", "b"])[1], ["a", "0/2*"]);
});

test("a table is aligned", () => {
  assert.deepEqual(
    alignTable([
      ["a", "bcd", "e"],
      ["abc", "d", ""],
    ]),
    ["a    bcd  e", "abc  d"],
  );
});
