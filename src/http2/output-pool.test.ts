import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { OutputPool } from "./output-pool.js";

describe("output pool", () => {
  it("never gives a buffer to two owners, gives as much as was asked for, and holds no more than its bound", () => {
    const take = fc.integer({ min: 1, max: 400_000 }).map((bytes) => ({ bytes }));
    const give = fc.nat();
    fc.assert(
      fc.property(fc.array(fc.oneof(take, give), { maxLength: 200 }), (steps) => {
        const pool = new OutputPool(500_000);
        const owned: Uint8Array[] = [];
        for (const step of steps) {
          if (typeof step !== "number") {
            const buffer = pool.take(step.bytes);
            assert.ok(buffer.length >= step.bytes);
            assert.ok(!owned.some((one) => overlap(one, buffer)));
            owned.push(buffer);
          } else if (owned.length > 0) {
            const [buffer] = owned.splice(step % owned.length, 1);
            pool.give(buffer as Uint8Array);
          }
          assert.ok(pool.bytes <= 500_000);
        }
      }),
      { numRuns: 100 },
    );
  });

  it("gives the last one back first, and no large one for little", () => {
    const pool = new OutputPool(1_000_000);
    const [small, large] = [pool.take(1_024), pool.take(300_000)];
    assert.ok(pool.give(large));
    assert.ok(pool.give(small));
    assert.equal(pool.take(10), small);
    assert.notEqual(pool.take(10), large);
    assert.equal(pool.take(290_000), large);
    assert.equal(pool.bytes, 0);
  });

  it("refuses what does not fit, and what is not worth it", () => {
    const pool = new OutputPool(2_000);
    const [one, two] = [pool.take(1_024), pool.take(1_024)];
    assert.deepEqual([pool.give(one), pool.give(two), pool.give(new Uint8Array(0))], [true, false, false]);
    assert.equal(pool.bytes, 1_024);
  });
});

function overlap(one: Uint8Array, other: Uint8Array): boolean {
  if (one.buffer !== other.buffer) return false;
  return one.byteOffset < other.byteOffset + other.length && other.byteOffset < one.byteOffset + one.length;
}
