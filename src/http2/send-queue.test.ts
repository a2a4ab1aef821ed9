import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { SendQueue } from "./send-queue.js";

describe("send queue", () => {
  it("gives bytes in order across pieces, and forgets what was sent", () => {
    const queue = new SendQueue(undefined);
    let next = 0;
    for (let i = 0; i < 1_000; i++) queue.push(Uint8Array.from({ length: i % 5 }, () => next++ % 256));
    assert.equal(queue.bytes, next);
    const target = new Uint8Array(next + 1);
    let at = 0;
    for (let step = 1; queue.bytes > 0; step = (step * 7) % 61) {
      const count = Math.min(step, queue.bytes);
      queue.moveTo(target, at, count);
      at += count;
    }
    assert.equal(at, next);
    assert.ok(target.subarray(0, next).every((byte, i) => byte === i % 256));
    assert.ok(queue["pieces"].length < 200);
  });

  it("mixes copied and kept pieces, in order, whenever it is read", () => {
    const piece = fc.oneof(fc.uint8Array({ maxLength: 60 }), fc.uint8Array({ minLength: 1_020, maxLength: 1_100 }));
    const read = fc.nat({ max: 1_500 });
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, read), { maxLength: 200 }), (steps) => {
        const queue = new SendQueue(undefined);
        const [sent, received]: [number[], number[]] = [[], []];
        const take = (byteCount: number): void => {
          const target = new Uint8Array(Math.min(byteCount, queue.bytes));
          queue.moveTo(target, 0, target.length);
          received.push(...target);
        };
        for (const step of steps) {
          if (typeof step === "number") {
            take(step);
            continue;
          }
          sent.push(...step);
          queue.push(step);
          // Small ones come out of memory that others hold as well: nothing of it is kept.
          if (step.length < 1_000) step.fill(0);
        }
        take(queue.bytes);
        assert.deepEqual(received, sent);
        assert.equal(queue.bytes, 0);
      }),
      { numRuns: 50 },
    );
  });

  it("gives a piece back to its owner when the last byte of it was moved", () => {
    const queue = new SendQueue(undefined);
    const back: Uint8Array[] = [];
    const owner = { reuse: (bytes: Uint8Array): void => void back.push(bytes) };
    const [small, first, second] = [new Uint8Array(10), new Uint8Array(2_000), new Uint8Array(3_000)];
    queue.push(small, owner);
    queue.push(first, owner);
    queue.push(second, owner);
    queue.push(new Uint8Array(4_000));
    assert.deepEqual(back, [small], "small ones are copied");
    const target = new Uint8Array(10_000);
    queue.moveTo(target, 0, 2_009);
    assert.equal(back.length, 1);
    queue.moveTo(target, 0, 2);
    assert.equal(back[1], first);
    queue.moveTo(target, 0, queue.bytes);
    assert.equal(back[2], second);
    assert.equal(back.length, 3);
  });

  it("keeps small messages in little more than their bytes", () => {
    const queue = new SendQueue(undefined);
    const slab = new Uint8Array(1_000_000);
    for (let at = 0; at + 7 <= slab.length; at += 7) queue.push(slab.subarray(at, at + 7));
    const held = queue["pieces"].reduce((sum, piece) => sum + piece.buffer.byteLength, 0);
    assert.ok(held < queue.bytes * 1.1, `${held} bytes for ${queue.bytes}`);
    assert.ok(queue["pieces"].length < 100);
    assert.ok(queue["pieces"].every((piece) => piece.buffer !== slab.buffer));
  });
});
