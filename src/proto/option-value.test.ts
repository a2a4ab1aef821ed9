import assert from "node:assert/strict";
import { test } from "node:test";
import { create } from "@bufbuild/protobuf";
import {
  DescriptorProtoSchema,
  FieldDescriptorProtoSchema,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
} from "@bufbuild/protobuf/wkt";
import type { OptionValue } from "./ast.js";
import { scalarOption } from "./option-scalar.js";
import { encodeOptions, type OptionLeaf, OptionMessage, OptionProblem } from "./option-value.js";

const at = { start: 0, end: 0 };
const integer = (value: bigint): OptionValue => ({
  kind: "integer",
  value,
  digits: String(value).replace("-", ""),
  negative: value < 0n,
  ...at,
});
const float = (value: number): OptionValue => ({ kind: "float", value, ...at });
const word = (text: string, negative = false): OptionValue => ({ kind: "identifier", text, negative, ...at });
const text = (value: string): OptionValue => ({ kind: "string", text: value, bytes: undefined, isUtf8: true, ...at });

function read(type: Type, value: OptionValue, inText = false): OptionLeaf {
  const form = inText ? "text" : "option";
  return scalarOption(type, value, { name: "o", form, enumType: undefined, isClosed: false });
}

test("integers at the ends of their ranges", () => {
  const ends: [Type, bigint, bigint][] = [
    [Type.INT32, -(2n ** 31n), 2n ** 31n - 1n],
    [Type.UINT32, 0n, 2n ** 32n - 1n],
    [Type.SINT64, -(2n ** 63n), 2n ** 63n - 1n],
    [Type.FIXED64, 0n, 2n ** 64n - 1n],
  ];
  for (const [type, low, high] of ends) {
    assert.equal(read(type, integer(low)), low);
    assert.equal(read(type, integer(high)), high);
    assert.throws(() => read(type, integer(low - 1n)), OptionProblem);
    assert.throws(() => read(type, integer(high + 1n)), OptionProblem);
  }
  assert.throws(() => read(Type.INT32, float(1.5)), OptionProblem);
  assert.throws(() => read(Type.INT32, float(-0)), OptionProblem);
  const minusZero: OptionValue = { kind: "integer", value: 0n, digits: "0", negative: true, ...at };
  assert.equal(read(Type.INT32, minusZero), 0n);
  assert.throws(() => read(Type.UINT32, minusZero), OptionProblem);
});

test("floats take integers and words", () => {
  assert.equal(read(Type.DOUBLE, integer(3n)), 3);
  assert.equal(read(Type.FLOAT, word("inf", true)), -Infinity);
  assert.ok(Number.isNaN(read(Type.DOUBLE, word("nan"))));
  assert.throws(() => read(Type.DOUBLE, text("1")), OptionProblem);
});

test("booleans take more in the text format", () => {
  assert.equal(read(Type.BOOL, word("true")), true);
  assert.throws(() => read(Type.BOOL, word("t")), OptionProblem);
  assert.equal(read(Type.BOOL, word("t"), true), true);
  assert.equal(read(Type.BOOL, integer(0n), true), false);
});

test("each type has its wire form", () => {
  const forms: [Type, OptionLeaf, number[]][] = [
    [Type.INT32, -1n, [8, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1]],
    [Type.SINT32, -1n, [8, 1]],
    [Type.UINT64, 300n, [8, 172, 2]],
    [Type.FIXED32, 1n, [13, 1, 0, 0, 0]],
    [Type.SFIXED64, -2n, [9, 254, 255, 255, 255, 255, 255, 255, 255]],
    [Type.BOOL, true, [8, 1]],
    [Type.FLOAT, 1, [13, 0, 0, 128, 63]],
    [Type.STRING, "é", [10, 2, 195, 169]],
    [Type.BYTES, Uint8Array.of(255), [10, 1, 255]],
  ];
  for (const [type, value, bytes] of forms) assert.deepEqual([...encoded(type, [value], false)], bytes);
});

test("lists are packed where that is asked for", () => {
  assert.deepEqual([...encoded(Type.INT32, [1n, 2n], true)], [10, 2, 1, 2]);
  assert.deepEqual([...encoded(Type.INT32, [1n, 2n], false)], [8, 1, 8, 2]);
});

function encoded(type: Type, values: OptionLeaf[], isPacked: boolean): Uint8Array {
  const message = new OptionMessage(create(DescriptorProtoSchema));
  const desc = create(FieldDescriptorProtoSchema, { number: 1, type, label: Label.REPEATED });
  message.fields.set(1, { desc, values, isPacked, isGroup: false });
  return encodeOptions(message);
}
