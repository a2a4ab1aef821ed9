import assert from "node:assert/strict";
import { test } from "node:test";
import { Indexing, nameTraits } from "./indexing-policy.js";

test("knows the first static index of a name and what to do with it", () => {
  for (const [name, index, indexing] of [
    [":path", 4, Indexing.always],
    [":status", 8, Indexing.always],
    ["content-type", 31, Indexing.always],
    ["content-length", 28, Indexing.nameOnly],
    ["grpc-timeout", 0, Indexing.nameOnly],
    ["authorization", 23, Indexing.never],
    ["proxy-authorization", 49, Indexing.never],
    ["cookie", 32, Indexing.never],
    ["set-cookie", 55, Indexing.never],
    ["date", 33, Indexing.ordinary],
  ] as const) {
    assert.equal(nameTraits.get(name), (index << 2) | indexing, name);
  }
  assert.equal(nameTraits.get("x-unknown"), undefined);
  assert.equal(nameTraits.get(""), undefined);
});
