import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { huffmanBadPadding, huffmanDecode, huffmanEncode, huffmanEndOfString, huffmanLength } from "./huffman.js";
import { huffmanCodes, huffmanLengths } from "./huffman-table.js";

function encode(text: string): Uint8Array {
  const target = new Uint8Array(huffmanLength(text) + 2);
  const end = huffmanEncode(text, target, 1);
  assert.equal(end, target.length - 1, "writes the length that it announces");
  return target.slice(1, end);
}

function decode(bytes: Uint8Array, capacity: number = 4096): string | number {
  const target = Buffer.alloc(capacity);
  const padded = Uint8Array.of(0x3c, ...bytes, 0x3c);
  const count = huffmanDecode(padded, 1, 1 + bytes.length, target);
  return count < 0 || count > capacity ? count : target.toString("latin1", 0, count);
}

function bitsToBytes(bits: string): Uint8Array {
  assert.equal(bits.length % 8, 0);
  return Uint8Array.from(bits.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2));
}

const codeBits = (symbol: number): string =>
  (huffmanCodes[symbol] as number).toString(2).padStart(huffmanLengths[symbol] as number, "0");

test("the code is complete, and some of its codes are those of Appendix B", () => {
  let sum = 0;
  for (const bits of huffmanLengths) sum += 2 ** -bits;
  assert.equal(sum, 1);
  const known: readonly (readonly [number, number])[] = [
    [0, 0x1ff8],
    [10, 0x3ffffffc],
    [32, 0x14],
    [48, 0x0],
    [97, 0x3],
    [122, 0x7b],
    [127, 0xffffffc],
    [128, 0xfffe6],
    [195, 0x7fff1],
    [249, 0xffffffe],
    [255, 0x3ffffee],
    [256, 0x3fffffff],
  ];
  for (const [symbol, code] of known) assert.equal(huffmanCodes[symbol], code, `symbol ${symbol}`);
});

test("encodes the strings of RFC 7541 C.4 and C.6", () => {
  for (const [text, hex] of [
    ["www.example.com", "f1e3c2e5f23a6ba0ab90f4ff"],
    ["no-cache", "a8eb10649cbf"],
    ["custom-value", "25a849e95bb8e8b4bf"],
    ["302", "6402"],
    ["Mon, 21 Oct 2013 20:13:21 GMT", "d07abe941054d444a8200595040b8166e082a62d1bff"],
    ["", ""],
  ] as const) {
    assert.equal(Buffer.from(encode(text)).toString("hex"), hex);
    assert.equal(decode(Buffer.from(hex, "hex")), text);
  }
});

test("every symbol round-trips at every bit offset", () => {
  for (let symbol = 0; symbol < 256; symbol++) {
    for (let before = 0; before < 8; before++) {
      const text = `${"0".repeat(before)}${String.fromCharCode(symbol)}a`;
      assert.equal(decode(encode(text)), text);
    }
  }
});

test("random bytes round-trip", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const text = Buffer.from(bytes).toString("latin1");
      assert.equal(decode(encode(text)), text);
    }),
    { numRuns: 500 },
  );
});

test("any bytes decode to what encodes to them again, or are refused", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      const text = decode(bytes);
      if (typeof text === "string") assert.deepEqual(encode(text), bytes);
      else assert.ok(text === huffmanBadPadding || text === huffmanEndOfString);
    }),
    { numRuns: 2000 },
  );
});

test("a string cut at any byte is refused or is the front of the string", () => {
  const text = "www.example.com\u00ff\u0000{}~<\\^ the end";
  const bytes = encode(text);
  for (let end = 0; end < bytes.length; end++) {
    const got = decode(bytes.subarray(0, end));
    assert.ok(typeof got === "number" ? got === huffmanBadPadding : text.startsWith(got) && got.length < text.length);
  }
});

test("refuses padding of 8 bits or more, padding with a zero, and EOS", () => {
  assert.equal(decode(bitsToBytes(`${codeBits(0x61)}111`)), "a");
  assert.equal(decode(bitsToBytes(`${codeBits(0x61)}110`)), huffmanBadPadding);
  assert.equal(decode(bitsToBytes(`${codeBits(0x61)}11111111111`)), huffmanBadPadding);
  assert.equal(decode(Uint8Array.of(0xff)), huffmanBadPadding);
  assert.equal(decode(Uint8Array.of(0xff, 0xff, 0xff)), huffmanBadPadding);
  assert.equal(decode(Uint8Array.of(0xff, 0xff, 0xff, 0xff)), huffmanEndOfString);
  assert.equal(decode(bitsToBytes(`${codeBits(0x61)}${codeBits(256)}11111`)), huffmanEndOfString);
});

test("counts what does not fit the target, and does not store it", () => {
  const target = new Uint8Array(4);
  const bytes = encode("0123456789\u00ff!");
  assert.equal(huffmanDecode(bytes, 0, bytes.length, target), 12);
  assert.equal(Buffer.from(target).toString(), "0123");
});
