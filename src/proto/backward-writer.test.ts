import assert from "node:assert/strict";
import { test } from "node:test";
import { BinaryReader, BinaryWriter } from "@bufbuild/protobuf/wire";
import { BackwardWriter } from "./backward-writer.js";

const integers = [0, 1, 127, 128, 16_383, 16_384, 0x7fffffff, -1, -128, -0x80000000];

test("numbers are written as the runtime library writes them", () => {
  for (const value of integers) {
    const [writer, other] = [new BackwardWriter(), new BinaryWriter()];
    writer.int32Field(5, value);
    assert.deepEqual(writer.take(), other.tag(5, 0).int32(value).finish(), String(value));
  }
  const [writer, other] = [new BackwardWriter(), new BinaryWriter()];
  writer.varint(0xffffffff);
  writer.boolField(536870911, true);
  assert.deepEqual(writer.take(), other.tag(536870911, 0).bool(true).uint32(0xffffffff).finish());
});

test("texts of all lengths and letters", () => {
  const texts = ["", "a", "x".repeat(47), "x".repeat(48), "y".repeat(49), "é", `${"z".repeat(60)}€`, "\u{1f600}\0"];
  for (const text of texts) {
    const [writer, other] = [new BackwardWriter(), new BinaryWriter()];
    writer.stringField(1, text);
    assert.equal(writer.length, other.tag(1, 2).string(text).finish().length);
    assert.deepEqual(writer.take(), other.tag(1, 2).string(text).finish(), text);
  }
});

test("room is made at every size, and a writer can be used again", () => {
  for (const size of [16_370, 16_384, 100_000]) {
    const writer = new BackwardWriter();
    const bytes = Uint8Array.from({ length: size }, (_, i) => i);
    writer.bytesField(1, bytes);
    const before = writer.length;
    for (let i = 0; i < 20_000; i++) writer.int32Field(2, i);
    writer.close(3, before);
    const reader = new BinaryReader(writer.take());
    assert.deepEqual(reader.tag(), [3, 2]);
    const inner = new BinaryReader(reader.bytes());
    for (let i = 19_999; i >= 0; i--) assert.deepEqual([inner.tag(), inner.int32()], [[2, 0], i]);
    assert.equal(inner.pos, inner.len);
    assert.deepEqual(reader.tag(), [1, 2]);
    assert.deepEqual(reader.bytes(), bytes);
    writer.stringField(1, "again");
    assert.deepEqual(writer.take(), new BinaryWriter().tag(1, 2).string("again").finish());
  }
});
