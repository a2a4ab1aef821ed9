import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { OutputBuffer } from "./output-buffer.js";
import { OutputPool } from "./output-pool.js";

describe("output buffer", () => {
  it("never writes again into what it gave away", () => {
    const out = new OutputBuffer();
    const taken: [Uint8Array, number][] = [];
    for (let round = 0; round < 300; round++) {
      const size = (round * 37) % 900;
      out.prepare(size);
      out.buffer.fill(round & 0xff, out.length, out.length + size);
      out.length += size;
      assert.equal(out.pending, size);
      const bytes = out.take();
      assert.equal(bytes?.length ?? 0, size);
      if (bytes !== undefined) taken.push([bytes, round & 0xff]);
    }
    for (const [bytes, value] of taken) assert.ok(bytes.every((byte) => byte === value));
  });

  it("uses large memory again that is written, but not below bytes that wait, nor for little", () => {
    const out = new OutputBuffer();
    const write = (size: number): void => {
      out.prepare(size);
      out.length += size;
    };
    write(40_000);
    out.take();
    const { buffer } = out;
    write(10);
    out.reuse(false);
    assert.equal(out.start, buffer === out.buffer ? 40_000 : 0);
    out.take();
    out.reuse(false);
    write(10_000);
    out.take();
    write(300_000);
    out.take();
    out.reuse(false);
    assert.ok(out.buffer.length >= 300_000);
    write(10);
    out.take();
    out.reuse(false);
    assert.equal(out.buffer.length, 0);
  });

  it("gives what is written to the pool, and keeps nothing of it", () => {
    const pool = new OutputPool(10_000);
    const out = new OutputBuffer(pool);
    out.prepare(500);
    out.length = 500;
    const { buffer } = out;
    out.reuse(false);
    assert.equal(out.buffer, buffer, "bytes wait");
    out.take();
    out.reuse(false);
    out.reuse(false);
    assert.equal(out.buffer.length, 0);
    assert.equal(pool.bytes, buffer.length);
    const other = new OutputBuffer(pool);
    other.prepare(500);
    assert.equal(other.buffer, buffer);
    out.prepare(500);
    assert.notEqual(out.buffer, buffer, "never two owners");
  });

  it("keeps no memory of an idle connection, nor a little of any, when the pool is full", () => {
    for (const [size, idle] of [
      [500, false],
      [40_000, true],
    ] as const) {
      const out = new OutputBuffer(new OutputPool(0));
      out.prepare(size);
      out.length = size;
      out.take();
      out.reuse(idle);
      assert.equal(out.buffer.length, 0);
    }
  });

  it("grows inside of a frame without moving it", () => {
    const out = new OutputBuffer();
    out.prepare(600);
    out.buffer.fill(1, 0, 600);
    out.length = 600;
    out.take();
    out.buffer.fill(2, 600, 650);
    out.length = 650;
    out.reserve(5_000);
    out.buffer.fill(3, 650, 5_650);
    out.length = 5_650;
    const bytes = out.take();
    assert.equal(bytes?.length, 5_050);
    assert.ok(bytes?.subarray(0, 50).every((byte) => byte === 2));
    assert.ok(bytes?.subarray(50).every((byte) => byte === 3));
  });
});
