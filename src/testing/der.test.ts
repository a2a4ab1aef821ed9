import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  der,
  derBitString,
  derObjectIdentifier,
  derOctetString,
  derSequence,
  derSet,
  derTime,
  derTrue,
  derUnsigned,
  derUtf8String,
} from "./der.js";

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

describe("DER", () => {
  it("writes lengths in as few bytes as they need", () => {
    assert.equal(hex(der(0x04, Buffer.alloc(127))).slice(0, 4), "047f");
    assert.equal(hex(der(0x04, Buffer.alloc(128))).slice(0, 6), "048180");
    assert.equal(hex(der(0x04, Buffer.alloc(256))).slice(0, 8), "04820100");
    assert.equal(hex(der(0x04, Buffer.alloc(65_536))).slice(0, 10), "0483010000");
  });

  it("writes unsigned integers without a sign bit and without needless zeros", () => {
    assert.equal(hex(derUnsigned(Buffer.from([]))), "020100");
    assert.equal(hex(derUnsigned(Buffer.from([0, 0]))), "020100");
    assert.equal(hex(derUnsigned(Buffer.from([0x7f]))), "02017f");
    assert.equal(hex(derUnsigned(Buffer.from([0x80]))), "02020080");
    assert.equal(hex(derUnsigned(Buffer.from([0, 0, 1, 0]))), "02020100");
  });

  it("writes object identifiers", () => {
    assert.equal(hex(derObjectIdentifier("1.2.840.113549")), "06062a864886f70d");
    assert.equal(hex(derObjectIdentifier("2.5.29.17")), "0603551d11");
    assert.equal(hex(derObjectIdentifier("2.999")), "06028837");
  });

  it("writes times as UTCTime until 2049, as GeneralizedTime after", () => {
    assert.equal(derTime(new Date("2026-11-21T08:09:10.999Z")).toString("latin1"), "\x17\x0d261121080910Z");
    assert.equal(derTime(new Date("2050-01-01T00:00:00Z")).toString("latin1"), "\x18\x0f20500101000000Z");
  });

  it("writes the other values", () => {
    assert.equal(hex(derTrue()), "0101ff");
    assert.equal(hex(derBitString(Buffer.from([0x80]), 7)), "03020780");
    assert.equal(hex(derUtf8String("é")), "0c02c3a9");
    assert.equal(hex(derSequence(derTrue(), derOctetString(Buffer.from([1])))), "30060101ff040101");
    assert.equal(hex(derSet()), "3100");
  });
});
