import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { create, ScalarType } from "@bufbuild/protobuf";
import { FieldDescriptorProto_TypeSchema, NullValueSchema, TimestampSchema } from "@bufbuild/protobuf/wkt";
import { describeValue, enumCheck, scalarCheck } from "./value-check.js";

const int32Max = 2 ** 31 - 1;
const cases: readonly (readonly [ScalarType, readonly unknown[], readonly unknown[]])[] = [
  [ScalarType.STRING, ["", "x"], [1, null, undefined, {}]],
  [ScalarType.BOOL, [true, false], [0, "true"]],
  [ScalarType.BYTES, [new Uint8Array(1), Buffer.alloc(1)], ["x", [1]]],
  [ScalarType.DOUBLE, [0, -0, Number.NaN, Infinity, 1e308], ["1", 1n]],
  [ScalarType.FLOAT, [0, Number.NaN, -Infinity, 3.4e38, 3.4028234663852886e38], [3.5e38, "1"]],
  [ScalarType.INT32, [int32Max, -int32Max - 1, 0], [int32Max + 1, -int32Max - 2, 0.5, Number.NaN, "1", 1n]],
  [ScalarType.SINT32, [-1], [2 ** 31]],
  [ScalarType.SFIXED32, [-1], [2 ** 31]],
  [ScalarType.UINT32, [0, 2 ** 32 - 1], [-1, 2 ** 32, 1.5]],
  [ScalarType.FIXED32, [0], [-1]],
  [
    ScalarType.INT64,
    [2n ** 63n - 1n, -(2n ** 63n), 5, "-5"],
    [2n ** 63n, 2 ** 53, 0.5, "5x", "", "99999999999999999999"],
  ],
  [ScalarType.SINT64, [-1n], [2n ** 63n]],
  [ScalarType.SFIXED64, [-1n], [2n ** 63n]],
  [ScalarType.UINT64, [0n, 2n ** 64n - 1n, "18446744073709551615"], [-1n, 2n ** 64n, -1, "-1"]],
  [ScalarType.FIXED64, [0n], [-1n]],
];

describe("checks of values", () => {
  for (const [scalar, good, bad] of cases) {
    it(`take what fits ${ScalarType[scalar]} and nothing else`, () => {
      const check = scalarCheck(scalar);
      for (const value of good) assert.equal(check(value), undefined, describeValue(value));
      for (const value of bad) assert.equal(typeof check(value), "string", describeValue(value));
    });
  }

  it("take any number for an open enum, and its own for a closed one", () => {
    const open = enumCheck(NullValueSchema);
    assert.equal(open(77), undefined);
    assert.equal(open("NULL_VALUE"), "number of enum google.protobuf.NullValue");
    const closed = enumCheck(FieldDescriptorProto_TypeSchema);
    assert.equal(closed(1), undefined);
    assert.equal(closed(77), "value of enum google.protobuf.FieldDescriptorProto.Type");
  });
});

describe("values in error messages", () => {
  it("are short and show no content", () => {
    const shown: readonly (readonly [unknown, string])[] = [
      ["a\nb", '"a\\nb"'],
      ["x".repeat(50), `"${"x".repeat(40)}..."`],
      [5n, "5n"],
      [-0.5, "-0.5"],
      [undefined, "undefined"],
      [null, "null"],
      [[1, 2], "an array of length 2"],
      [new Uint8Array(3), "a Uint8Array of 3 bytes"],
      [create(TimestampSchema), "a message google.protobuf.Timestamp"],
      [new Date(0), "a Date"],
      [{ secret: 1 }, "an object"],
      [() => 1, "a function"],
      [Symbol("s"), "Symbol(s)"],
    ];
    for (const [value, text] of shown) assert.equal(describeValue(value), text);
  });
});
