import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { Reader, WireError } from "./reader.js";
import { skipField } from "./skip.js";

function readerOf(...bytes: number[]): Reader {
  const reader = new Reader();
  reader.reset(Uint8Array.from(bytes));
  return reader;
}

function varint(value: bigint): number[] {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return [...bytes, Number(rest)];
}

describe("Reader", () => {
  it("reads varints of each length as 32 and 64 bits", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.nat(63), (big, shift) => {
        const value = big >> BigInt(shift);
        const bytes = varint(value);
        assert.equal(readerOf(...bytes).int64(), value);
        assert.equal(readerOf(...bytes).uint64(), BigInt.asUintN(64, value));
        assert.equal(readerOf(...bytes).uint32(), Number(BigInt.asUintN(32, value)));
        assert.equal(readerOf(...bytes).int32(), Number(BigInt.asIntN(32, value)));
        assert.equal(readerOf(...bytes).bool(), value !== 0n);
        const reader = readerOf(...bytes, 1);
        reader.uint32();
        assert.equal(reader.pos, bytes.length);
      }),
    );
  });

  it("refuses a varint cut at each byte, and one of more than ten", () => {
    const long = varint(-1n);
    for (let i = 0; i < long.length; i++) {
      for (const read of ["uint32", "int64", "bool", "tag"] as const) {
        assert.throws(() => readerOf(...long.slice(0, i))[read](), /ends inside of a varint/);
      }
    }
    const eleven = new Array<number>(11).fill(0x80);
    assert.throws(() => readerOf(...eleven, 0).uint32(), /a varint of more than 10 bytes/);
    assert.throws(() => readerOf(...eleven, 0).int64(), /a varint of more than 10 bytes/);
  });

  it("refuses field 0, wire types 6 and 7, and tags of more than 32 bits, at their offset", () => {
    for (const bytes of [[0], [2], [14], [15], [0xff, 0xff, 0xff, 0xff, 0x1f], [0x88, 0x80, 0x80, 0x80, 0x80, 0]]) {
      const reader = readerOf(8, ...bytes);
      assert.equal(reader.tag(), 8);
      assert.throws(
        () => reader.tag(),
        (error) => error instanceof WireError && error.offset === 1,
      );
    }
  });

  it("compares lengths with what is left before it takes the bytes", () => {
    for (const read of ["bytes", "strictText", "lenientText", "endOfLength"] as const) {
      assert.throws(() => readerOf(3, 1, 2)[read](), /length 3, but 2 bytes are left/);
      assert.throws(() => readerOf(0xff, 0xff, 0xff, 0xff, 0x0f, 1)[read](), /length 4294967295, but 1 bytes are left/);
    }
    assert.throws(() => readerOf(3, 1, 2).key(true), /length 3, but 2 bytes are left/);
  });

  it("refuses fixed-width values that are cut", () => {
    for (const read of ["fixed32", "sfixed32", "float"] as const) {
      assert.throws(() => readerOf(1, 2, 3)[read](), /fixed-width/);
    }
    for (const read of ["fixed64", "sfixed64", "double"] as const) {
      assert.throws(() => readerOf(1, 2, 3, 4, 5, 6, 7)[read](), /fixed-width/);
    }
  });

  it("skips nested groups up to the limit of depth, and refuses ends that do not match", () => {
    const nested = (depth: number): number[] => [...new Array(depth).fill(11), ...new Array(depth).fill(12)];
    const skip = (...bytes: number[]): number => {
      const reader = readerOf(...bytes);
      skipField(reader, reader.tag());
      return reader.pos;
    };
    assert.equal(skip(...nested(100)), 200);
    assert.throws(() => skip(...nested(101)), /nested deeper than 100 levels/);
    assert.throws(() => skip(11, 20), /the end of another group than began/);
    assert.throws(() => skip(11, 8, 1), /ends inside of a varint/);
    assert.throws(() => skip(12, 1), /the end of a group that did not begin/);
  });

  it("remembers keys, and never takes one for another", () => {
    const reader = new Reader();
    const encoder = new TextEncoder();
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 3 })), (keys) => {
        for (const key of [...keys, ...keys]) {
          const bytes = encoder.encode(key);
          reader.reset(Uint8Array.from([bytes.byteLength, ...bytes]));
          assert.equal(reader.key(true), key);
          assert.equal(reader.pos, bytes.byteLength + 1);
        }
      }),
    );
  });

  it("refuses or replaces invalid UTF-8, as asked", () => {
    for (const bytes of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xe2, 0x82], new Array<number>(40).fill(0xff)]) {
      const input = [bytes.length, ...bytes];
      assert.throws(() => readerOf(...input).strictText(), /not valid UTF-8/);
      assert.throws(() => readerOf(...input).key(true), /not valid UTF-8/);
      assert.equal(readerOf(...input).lenientText(), new TextDecoder().decode(Uint8Array.from(bytes)));
    }
    assert.equal(readerOf(3, 0xef, 0xbf, 0xbd).strictText(), "\ufffd");
  });

  it("gives plain views of the input, also of a Buffer", () => {
    const reader = new Reader();
    reader.reset(Buffer.from([2, 7, 8, 9]));
    const bytes = reader.bytes();
    assert.equal(Object.getPrototypeOf(bytes), Uint8Array.prototype);
    assert.deepEqual(bytes, Uint8Array.from([7, 8]));
  });
});
