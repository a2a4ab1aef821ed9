import assert from "node:assert/strict";
import { test } from "node:test";
import { HeaderBlockWriter } from "./header-block-writer.js";

test("grows by need, keeps what was written, and keeps the buffer when cleared", () => {
  const out = new HeaderBlockWriter(2);
  out.reserve(2);
  const first = out.buffer;
  assert.equal(first.length, 2);
  first.set([7, 8]);
  out.length = 2;
  out.reserve(1);
  assert.equal(out.buffer.length, 4);
  assert.deepEqual([...out.buffer.subarray(0, 2)], [7, 8]);
  out.reserve(100);
  assert.equal(out.buffer.length, 102);
  const large = out.buffer;
  out.clear();
  assert.equal(out.length, 0);
  assert.equal(out.buffer, large);
});
