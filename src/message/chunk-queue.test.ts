import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ChunkQueue } from "./chunk-queue.js";
import { coalescedChunkBytesMax } from "./limits.js";

/** The next bytes, where they lie. */
function shift(queue: ChunkQueue, length: number): Uint8Array {
  return queue.shift(length).view();
}

function four(queue: ChunkQueue): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(queue.shiftUint32());
  return bytes;
}

function counted(length: number, from = 0): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => from + i);
}

test("gives a view where the bytes lie in one piece, and a copy where not", () => {
  const queue = new ChunkQueue();
  const first = counted(2000);
  const second = counted(2000, 7);
  queue.push(first);
  queue.push(second);
  assert.equal(queue.byteCount, 4000);
  const view = shift(queue, 1500);
  assert.equal(view.buffer, first.buffer);
  assert.deepEqual(view, first.subarray(0, 1500));
  const joined = shift(queue, 1000);
  assert.deepEqual([...joined], [...first.subarray(1500), ...second.subarray(0, 500)]);
  assert.equal(shift(queue, 1500).buffer, second.buffer);
  assert.equal(queue.byteCount, 0);
});

test("what was given out does not change when more comes", () => {
  const queue = new ChunkQueue();
  for (let i = 0; i < 10; i++) queue.push(Uint8Array.of(i));
  queue.shiftByte();
  const piece = shift(queue, 5);
  for (let i = 0; i < 100; i++) queue.push(Uint8Array.of(99));
  assert.deepEqual([...piece], [1, 2, 3, 4, 5]);
});

test("bytes that come one by one are copied together", () => {
  const queue = new ChunkQueue();
  const readBuffer = new Uint8Array(1 << 16);
  const count = 200_000;
  for (let i = 0; i < count; i++) queue.push(readBuffer.subarray(i & 0xffff, (i & 0xffff) + 1));
  assert.equal(queue.byteCount, count);
  const { rest } = queue as unknown as { rest: Uint8Array[] };
  assert.ok(rest.length < 20, `${rest.length} pieces`);
  const held = rest.reduce((sum, piece) => sum + piece.buffer.byteLength, 0);
  assert.ok(held < 2 * count, `${held} bytes`);
});

test("a small rest is detached from the buffer that it came in", () => {
  const queue = new ChunkQueue();
  const readBuffer = new Uint8Array(1 << 16).fill(3);
  queue.push(readBuffer);
  queue.shift(readBuffer.length - 10);
  queue.detach();
  readBuffer.fill(0);
  queue.push(Uint8Array.of(4));
  queue.detach();
  assert.deepEqual([...shift(queue, 11)], [3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 4]);
});

test("a rest that is detached already is not copied again", () => {
  const queue = new ChunkQueue();
  queue.push(new Uint8Array(1 << 16).subarray(0, 100));
  queue.detach();
  const { head } = queue as unknown as { head: object };
  queue.detach();
  assert.equal((queue as unknown as { head: object }).head, head);
});

test("a queue that never runs empty keeps the order and does not grow", () => {
  const queue = new ChunkQueue();
  const push = (i: number): void => queue.push(new Uint8Array(coalescedChunkBytesMax).fill(i));
  const behind = 40;
  for (let i = 0; i < behind; i++) push(i);
  for (let i = behind; i < 5000; i++) {
    push(i);
    assert.equal(shift(queue, coalescedChunkBytesMax)[7], (i - behind) & 0xff);
  }
  const { rest } = queue as unknown as { rest: Uint8Array[] };
  assert.ok(rest.length < 4 * behind, `${rest.length} places`);
});

test("gives the bytes in order, whatever is pushed, shifted and detached", () => {
  const step = fc.oneof(
    fc.record({ push: fc.oneof(fc.nat(20), fc.nat(3000)) }),
    fc.record({ shift: fc.oneof(fc.nat(20), fc.nat(5000)) }),
    fc.constant({ detach: true }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
      const queue = new ChunkQueue();
      let pushed = 0;
      let shifted = 0;
      for (const one of steps) {
        if ("push" in one) {
          const backing = counted(one.push + 2, pushed - 1);
          queue.push(backing.subarray(1, one.push + 1));
          pushed += one.push;
        } else if ("shift" in one) {
          const length = Math.min(one.shift, queue.byteCount);
          const bytes =
            length === 1 ? Uint8Array.of(queue.shiftByte()) : length === 4 ? four(queue) : shift(queue, length);
          assert.deepEqual([...bytes], [...counted(length, shifted)]);
          shifted += length;
        } else {
          queue.detach();
        }
        assert.equal(queue.byteCount, pushed - shifted);
      }
      assert.deepEqual([...shift(queue, pushed - shifted)], [...counted(pushed - shifted, shifted)]);
    }),
  );
});
