import assert from "node:assert/strict";
import { test } from "node:test";
import { HeaderBlockWriter } from "./header-block-writer.js";
import { rememberedListBytesMax, rememberedListsMax } from "./limits.js";
import { ListCache } from "./list-cache.js";

const encoding = Uint8Array.of(0, 1, 2, 3, 0);

test("appends what it kept, and only for the same frozen list and table", () => {
  const cache = new ListCache();
  const list = Object.freeze(["a", "b"]);
  const out = new HeaderBlockWriter(1);
  assert.equal(cache.append(list, 0, out), false);
  cache.offer(list, 0, encoding, 1, 4);
  assert.ok(cache.append(list, 0, out));
  assert.ok(cache.append(list, 0, out));
  assert.deepEqual([...out.buffer.subarray(0, out.length)], [1, 2, 3, 1, 2, 3]);
  assert.equal(cache.append(Object.freeze(["a", "b"]), 0, out), false);
  assert.equal(cache.append(list, 1, out), false);
  assert.equal(out.length, 6);
});

test("keeps a copy, also of a Buffer that is written over", () => {
  const cache = new ListCache();
  const list = Object.freeze(["a", "b"]);
  const out = new HeaderBlockWriter();
  const buffer = Buffer.from(encoding);
  cache.offer(list, 0, buffer, 1, 4);
  buffer.fill(9);
  assert.ok(cache.append(list, 0, out));
  assert.deepEqual([...out.buffer.subarray(0, out.length)], [1, 2, 3]);
});

test("keeps no list that can change and no long encoding", () => {
  const cache = new ListCache();
  const out = new HeaderBlockWriter();
  const open = ["a", "b"];
  cache.offer(open, 0, encoding, 0, 5);
  assert.equal(cache.append(open, 0, out), false);
  const list = Object.freeze(["a", "b"]);
  cache.offer(list, 0, new Uint8Array(rememberedListBytesMax + 1), 0, rememberedListBytesMax + 1);
  assert.equal(cache.append(list, 0, out), false);
});

test("keeps a bounded number of lists, the latest", () => {
  const cache = new ListCache();
  const out = new HeaderBlockWriter();
  const lists = Array.from({ length: rememberedListsMax + 1 }, (_, i) => Object.freeze([`${i}`, ""]));
  for (const list of lists) cache.offer(list, 0, encoding, 0, 5);
  assert.deepEqual(
    lists.map((list) => cache.append(list, 0, out)),
    lists.map((_, i) => i > 0),
  );
});
