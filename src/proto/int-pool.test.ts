import assert from "node:assert/strict";
import { test } from "node:test";
import { IntPool } from "./int-pool.js";

test("an array is used again by one owner at a time, where it is large enough", () => {
  const pool = new IntPool();
  const first = pool.take(100);
  assert.notEqual(pool.take(100), first);
  pool.give(first);
  assert.equal(pool.take(50), first);
  pool.give(first);
  assert.equal(pool.take(101).length, 101);
});

test("growing keeps the numbers", () => {
  const pool = new IntPool();
  const small = pool.take(4);
  small.set([1, 2, 3, 4]);
  const larger = pool.grow(small, 10);
  assert.deepEqual([...larger.subarray(0, 4)], [1, 2, 3, 4]);
  assert.equal(pool.take(3), small);
});
