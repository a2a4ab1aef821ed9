import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { HeaderBlockWriter } from "./header-block-writer.js";
import { type BlockCursor, integerTooLarge, integerTruncated, readInteger, writeInteger } from "./integer.js";

function write(mask: number, pattern: number, value: number): Uint8Array {
  const out = new HeaderBlockWriter(1);
  writeInteger(out, mask, pattern, value);
  return out.buffer.slice(0, out.length);
}

function cursorOn(bytes: Uint8Array, end: number = bytes.length): BlockCursor {
  return { bytes, position: 0, end };
}

test("writes and reads the examples of RFC 7541 C.1", () => {
  for (const [mask, value, bytes] of [
    [0x1f, 10, [10]],
    [0x1f, 1337, [31, 0x9a, 0x0a]],
    [0xff, 42, [42]],
  ] as const) {
    assert.deepEqual([...write(mask, 0, value)], [...bytes]);
    assert.equal(readInteger(cursorOn(Uint8Array.from(bytes)), mask), value);
  }
});

test("reads back any integer at any prefix, keeps the pattern, and moves behind it", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 0, max: 0xffffffff }), (bits, value) => {
      const mask = (1 << bits) - 1;
      const pattern = ~mask & 0xff;
      const bytes = write(mask, pattern, value);
      assert.equal((bytes[0] as number) & pattern, pattern);
      const cursor = cursorOn(Uint8Array.of(...bytes, 0x55));
      assert.equal(readInteger(cursor, mask), value);
      assert.equal(cursor.position, bytes.length);
      for (let end = 0; end < bytes.length; end++) {
        const cut = cursorOn(bytes, end);
        assert.equal(readInteger(cut, mask), integerTruncated);
        assert.equal(cut.position, 0);
      }
    }),
  );
});

test("refuses more than five continuation bytes and values over 2^32-1", () => {
  const read = (...bytes: number[]): number => readInteger(cursorOn(Uint8Array.from(bytes)), 0x1f);
  assert.equal(read(0x1f, 0xe0, 0xff, 0xff, 0xff, 0x0f), 0xffffffff);
  assert.equal(read(0x1f, 0xe1, 0xff, 0xff, 0xff, 0x0f), integerTooLarge);
  assert.equal(read(0x1f, 0xff, 0xff, 0xff, 0xff, 0x7f), integerTooLarge);
  assert.equal(read(0x1f, 0x80, 0x80, 0x80, 0x80, 0x00), 31);
  assert.equal(read(0x1f, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00), integerTooLarge);
});
