import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { shuffle } from "./shuffle.js";

test("nothing is lost or doubled, and the input stays", () => {
  const chance = fc.infiniteStream(fc.double({ min: 0, max: 0.999_999_9, noNaN: true }));
  fc.assert(
    fc.property(fc.array(fc.integer()), chance, (items, stream) => {
      const before = items.slice();
      const result = shuffle(items, () => stream.next().value as number);
      assert.deepEqual(items, before);
      assert.deepEqual(result.slice().sort(), before.sort());
    }),
  );
});

test("chance decides", () => {
  assert.deepEqual(
    shuffle([1, 2, 3], () => 0),
    [2, 3, 1],
  );
  assert.deepEqual(
    shuffle([1, 2, 3], () => 0.999),
    [1, 2, 3],
  );
});
