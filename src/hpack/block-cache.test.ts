import assert from "node:assert/strict";
import { test } from "node:test";
import { BlockCache } from "./block-cache.js";
import { candidateBlocksMax, rememberedBlockBytesMax, rememberedBlocksMax } from "./limits.js";

const block = (...bytes: number[]): Uint8Array => Uint8Array.from(bytes);

function offerTwice(cache: BlockCache, bytes: Uint8Array, list: string[], version = 0): void {
  cache.offer(bytes, 0, bytes.length, version, []);
  cache.offer(bytes, 0, bytes.length, version, list);
}

test("keeps a list, frozen, when its block comes for the second time", () => {
  const cache = new BlockCache();
  const list = ["a", "b"];
  const bytes = block(9, 1, 2, 3, 9);
  cache.offer(bytes, 1, 4, 0, []);
  assert.equal(cache.find(bytes, 1, 4, 0), undefined);
  cache.offer(bytes, 1, 4, 0, list);
  assert.equal(cache.find(block(1, 2, 3), 0, 3, 0), list);
  assert.ok(Object.isFrozen(list));
});

test("keeps a copy, also of a Buffer that is written over", () => {
  const cache = new BlockCache();
  const buffer = Buffer.of(1, 2, 3);
  offerTwice(cache, buffer, ["a", "b"]);
  buffer.fill(9);
  assert.deepEqual(cache.find(block(1, 2, 3), 0, 3, 0), ["a", "b"]);
});

test("compares all bytes, and the length", () => {
  const cache = new BlockCache();
  offerTwice(cache, block(1, 2, 3), ["a", "b"]);
  for (const other of [block(1, 2), block(1, 2, 3, 4), block(0, 2, 3), block(1, 0, 3), block(1, 2, 0), block()]) {
    assert.equal(cache.find(other, 0, other.length, 0), undefined);
  }
});

test("does not hold a view of the caller's bytes", () => {
  const cache = new BlockCache();
  const bytes = block(1, 2, 3);
  offerTwice(cache, bytes, ["a", "b"]);
  bytes.fill(7);
  assert.equal(cache.find(bytes, 0, 3, 0), undefined);
  assert.notEqual(cache.find(block(1, 2, 3), 0, 3, 0), undefined);
});

test("forgets all when the table has changed", () => {
  const cache = new BlockCache();
  const bytes = block(1, 2, 3);
  offerTwice(cache, bytes, ["a", "b"]);
  assert.equal(cache.find(bytes, 0, 3, 1), undefined);
  cache.offer(bytes, 0, 3, 1, []);
  assert.equal(cache.find(bytes, 0, 3, 1), undefined);
});

test("keeps no more blocks than its limits, and none that are long", () => {
  const cache = new BlockCache();
  for (let i = 0; i <= rememberedBlocksMax; i++) offerTwice(cache, block(i), ["n", `${i}`]);
  assert.equal(cache.find(block(0), 0, 1, 0), undefined);
  for (let i = 1; i <= rememberedBlocksMax; i++) assert.deepEqual(cache.find(block(i), 0, 1, 0), ["n", `${i}`]);
  const long = new Uint8Array(rememberedBlockBytesMax + 1);
  offerTwice(cache, long, []);
  assert.equal(cache.find(long, 0, long.length, 0), undefined);
  const longest = new Uint8Array(rememberedBlockBytesMax);
  offerTwice(cache, longest, []);
  assert.notEqual(cache.find(longest, 0, longest.length, 0), undefined);
});

test("blocks that come once do not push out those that repeat", () => {
  const cache = new BlockCache();
  offerTwice(cache, block(1, 2, 3), ["a", "b"]);
  for (let i = 0; i < candidateBlocksMax * 10; i++) cache.offer(block(4, i, i), 0, 3, 0, []);
  assert.deepEqual(cache.find(block(1, 2, 3), 0, 3, 0), ["a", "b"]);
});
