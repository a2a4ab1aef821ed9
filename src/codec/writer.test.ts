import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { anyText } from "../base/any-text.testing.js";
import { slabBytes, spareBytesMax } from "./limits.js";
import { varintSize, Writer, writeUint32 } from "./writer.js";

describe("Writer", () => {
  it("writes text of each length as TextEncoder does, behind its length", () => {
    const writer = new Writer();
    const texts = fc.oneof(fc.string(), anyText({ maxLength: 300 }), fc.string({ maxLength: 200 }));
    fc.assert(
      fc.property(texts, fc.nat(100), (text, headroom) => {
        const end = writer.text(text, writer.begin(headroom), 0);
        const bytes = writer.finish(end, false);
        const expected = new TextEncoder().encode(text);
        const size = varintSize(expected.byteLength);
        assert.deepEqual(bytes.subarray(0, headroom), new Uint8Array(headroom));
        assert.deepEqual(bytes.subarray(headroom + size), expected);
        const length = new Uint8Array(size);
        assert.equal(writeUint32(length, 0, expected.byteLength), size);
        assert.deepEqual(bytes.subarray(headroom, headroom + size), length);
      }),
    );
  });

  it("keeps what it gave away as it was, and grows for messages larger than its slab", () => {
    const writer = new Writer();
    const given: Uint8Array[] = [];
    for (let i = 0; i < 200; i++) {
      const bytes = new Uint8Array((i * 997) % (slabBytes + 5000)).fill(i);
      given.push(writer.finish(writer.bytes(bytes, writer.begin(5), 0), i % 3 === 0));
    }
    for (const [i, bytes] of given.entries()) {
      const size = (i * 997) % (slabBytes + 5000);
      assert.equal(bytes.byteLength, 5 + varintSize(size) + size);
      assert.ok(bytes.subarray(5 + varintSize(size)).every((byte) => byte === i));
      assert.ok(bytes.subarray(0, 5).every((byte) => byte === 0));
    }
  });

  it("writes large messages into memory that it got back, and never two into the same", () => {
    const writer = new Writer();
    const large = (fill: number, size = 100_000): Uint8Array =>
      writer.finish(writer.bytes(new Uint8Array(size).fill(fill), writer.begin(5), 0), false);
    const small = writer.finish(writer.bytes(Uint8Array.of(1), writer.begin(5), 0), false);
    const [first, second] = [large(1), large(2)];
    assert.notEqual(first.buffer, second.buffer);
    writer.reuse(small);
    writer.reuse(first);
    const [third, fourth] = [large(3), large(4)];
    assert.equal(third.buffer, first.buffer);
    assert.notEqual(fourth.buffer, first.buffer);
    assert.deepEqual(third.subarray(0, 8), Uint8Array.of(0, 0, 0, 0, 0, 0xa0, 0x8d, 0x06));
    for (const [message, fill] of [
      [second, 2],
      [third, 3],
      [fourth, 4],
    ] as const)
      assert.ok(message.subarray(8).every((byte) => byte === fill));
    writer.reuse(third);
    assert.notEqual(large(5, 20_000).buffer, third.buffer, "far too large for it");
    assert.deepEqual(small, Uint8Array.of(0, 0, 0, 0, 0, 1, 1));
  });

  it("keeps no more memory than its limit", () => {
    const writer = new Writer();
    const messages = Array.from({ length: 12 }, () =>
      writer.finish(writer.bytes(new Uint8Array(1_000_000), writer.begin(0), 0), false),
    );
    for (const message of messages) writer.reuse(message);
    assert.equal(writer["spares"].length, Math.floor(spareBytesMax / messages[0]!.buffer.byteLength));
    writer.reuse(new Uint8Array(spareBytesMax + 1));
    assert.ok(writer["spareBytes"] <= spareBytesMax);
  });

  it("gives the whole of an ArrayBuffer where that is asked for", () => {
    const writer = new Writer();
    for (const size of [1, 100, slabBytes, 3 * slabBytes]) {
      const bytes = writer.finish(writer.bytes(new Uint8Array(size), writer.begin(0), 0), true);
      assert.equal(bytes.buffer.byteLength, bytes.byteLength);
    }
  });

  it("moves content to where its length ends", () => {
    const writer = new Writer();
    for (const size of [0, 1, 127, 128, 16_383, 16_384, 3_000_000]) {
      for (const reserved of [1, 2, 3, 4, 5]) {
        const start = writer.begin(3);
        const buf = writer.grow(start, reserved + size);
        buf.fill(9, start + reserved, start + reserved + size);
        const bytes = writer.finish(writer.patch(start, reserved, start + reserved + size), false);
        assert.equal(bytes.byteLength, 3 + varintSize(size) + size);
        assert.ok(bytes.subarray(3 + varintSize(size)).every((byte) => byte === 9));
      }
    }
  });
});
