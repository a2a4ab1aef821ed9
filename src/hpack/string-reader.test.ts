import assert from "node:assert/strict";
import { test } from "node:test";
import { scratchKeptBytesMax } from "./limits.js";
import { StringReader } from "./string-reader.js";

function reader(hex: string): StringReader {
  const bytes = new Uint8Array(Buffer.from(hex, "hex"));
  return new StringReader({ bytes, position: 0, end: bytes.length });
}

test("reads plain and Huffman strings, one behind the other", () => {
  const bytes = Buffer.from("0361ff62" + "86a8eb10649cbf" + "00" + "80", "hex");
  const cursor = { bytes, position: 0, end: bytes.length };
  const strings = new StringReader(cursor);
  for (const text of ["a\u00ffb", "no-cache", "", ""]) {
    assert.equal(strings.read(100), text.length);
    assert.equal(strings.text, text);
  }
  assert.equal(cursor.position, bytes.length);
});

test("measures a string that is not to be kept, without making it", () => {
  for (const hex of ["086e6f2d6361636865", "86a8eb10649cbf"]) {
    const strings = reader(hex);
    assert.equal(strings.read(7), 8);
    assert.equal(strings.text, undefined);
  }
  const kept = reader("86a8eb10649cbf");
  assert.equal(kept.read(8), 8);
  assert.equal(kept.text, "no-cache");
});

test("refuses a string that the block does not hold, and bad Huffman codes", () => {
  for (const [hex, problem] of [
    ["", /length that is cut off/],
    ["7f", /length that is cut off/],
    ["7fffffffffffff", /over 2\^32-1/],
    ["04616263", /of 4 bytes, of which 3 are in the block/],
    ["81ff", /bad Huffman padding/],
    ["8118", /bad Huffman padding/],
    ["84ffffffff", /EOS/],
  ] as const) {
    const strings = reader(hex);
    assert.equal(strings.read(100), -1, hex);
    assert.match(strings.problem, problem);
    assert.equal(strings.text, undefined);
  }
});

test("gives large scratch space back, and keeps small", () => {
  // Five zero bits are the symbol "0".
  for (const [prefix, length, kept] of [
    [[0xe4], 100, true],
    [[0xff, 0xe9, 0x06], 1000, false],
  ] as const) {
    const bytes = Uint8Array.of(...prefix, ...new Uint8Array(length));
    const strings = new StringReader({ bytes, position: 0, end: bytes.length });
    assert.equal(strings.read(100_000), (length * 8) / 5);
    strings.release();
    assert.equal(strings.text, undefined);
    const { scratch } = strings as unknown as { scratch: Uint8Array };
    assert.ok(scratch.length <= scratchKeptBytesMax);
    assert.equal(scratch.length > 0, kept);
  }
});
