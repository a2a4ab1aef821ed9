import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { LentReads, readMemory } from "./lent-reads.js";

interface Chunk {
  readonly bytes: Uint8Array;
  readonly lent: boolean;
}

const reads = LentReads.make();

it("Node lends memory, other runtimes do not", () => {
  const isNode = process.versions["bun"] === undefined && process.versions["deno"] === undefined;
  assert.equal(readMemory() !== undefined, isNode && process.platform !== "win32");
});

describe("lent reads", { skip: reads === undefined ? "this runtime has no onread" : false }, () => {
  it("lend what is read, and copy what came before there was a sink", () => {
    const made = LentReads.make() as LentReads;
    const chunks: Chunk[] = [];
    const { callback } = made.options;
    const buffer = made.options.buffer as Uint8Array;
    const read = (byteCount: number, value: number): void => {
      buffer.fill(value, 0, byteCount);
      assert.equal(callback(byteCount, buffer), true);
      buffer.fill(0xee);
    };
    read(20_000, 1);
    read(3, 2);
    made.attach({ onChunk: (bytes, lent) => void chunks.push({ bytes, lent }) });
    read(4, 3);
    read(16_384, 4);
    assert.deepEqual(
      chunks.map(({ bytes, lent }) => [bytes.length, bytes[0], bytes.at(-1), lent]),
      [
        [20_000, 1, 1, false],
        [3, 2, 2, false],
        // Written over by now.
        [4, 0xee, 0xee, true],
        [16_384, 0xee, 0xee, true],
      ],
    );
  });

  it("share the memory of all sockets", () => {
    assert.equal(LentReads.make()?.options.buffer, reads?.options.buffer);
  });
});
