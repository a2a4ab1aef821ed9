import { type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { isWrapperDesc } from "@bufbuild/protobuf/wkt";
import fc from "fast-check";
import { anyText } from "../base/any-text.testing.js";

type Init = Record<string, unknown>;

const int64: fc.Arbitrary<bigint> = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.bigInt({ min: -200n, max: 200n }),
);
const uint64: fc.Arbitrary<bigint> = fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.bigInt(0n, 200n));
const int32: fc.Arbitrary<number> = fc.oneof(fc.integer(), fc.integer({ min: -200, max: 200 }));
const uint32: fc.Arbitrary<number> = fc.oneof(fc.integer({ min: 0, max: 0xffffffff }), fc.nat(200));
const text: fc.Arbitrary<string> = fc.oneof(
  fc.string(),
  anyText({ maxLength: 50 }),
  fc.constantFrom("\ufeffx", "\ufffd", "x".repeat(127), "\u00e4".repeat(64), "__proto__", "\u{1f600}".repeat(40)),
);

function scalar(type: ScalarType): fc.Arbitrary<unknown> {
  switch (type) {
    case ScalarType.STRING:
      return text;
    case ScalarType.BOOL:
      return fc.boolean();
    case ScalarType.BYTES:
      return fc.uint8Array({ maxLength: 40 });
    case ScalarType.DOUBLE:
      return fc.double();
    case ScalarType.FLOAT:
      return fc.float();
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return uint32;
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return uint64;
    case ScalarType.INT64:
    case ScalarType.SINT64:
    case ScalarType.SFIXED64:
      return int64;
    default:
      return int32;
  }
}

function element(field: DescField, depth: number): fc.Arbitrary<unknown> {
  if (field.enum !== undefined) return fc.constantFrom(...field.enum.values.map((value) => value.number));
  if (field.message === undefined) {
    const value = scalar(field.scalar ?? ScalarType.INT32);
    return "longAsString" in field && field.longAsString
      ? value.map((v) => (typeof v === "bigint" ? String(v) : v))
      : value;
  }
  if (field.fieldKind === "message" && field.oneof === undefined && isWrapperDesc(field.message)) {
    return scalar(field.message.fields[0].scalar);
  }
  if (field.message.typeName === "google.protobuf.Struct") {
    // In a oneof too, it is a JSON object.
    return fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3, noNullPrototype: true });
  }
  return randomMessage(field.message, depth - 1);
}

function key(type: ScalarType): fc.Arbitrary<string> {
  return type === ScalarType.STRING ? text : scalar(type).map(String);
}

function member(field: DescField, depth: number): fc.Arbitrary<unknown> {
  const value = element(field, depth);
  if (field.fieldKind === "list") return fc.array(value, { maxLength: 4 });
  if (field.fieldKind !== "map") return value;
  return fc.dictionary(key(field.mapKey), value, { maxKeys: 3, noNullPrototype: true });
}

/** A plain object with some of a type's fields, as deep as said. */
export function randomMessage(schema: DescMessage, depth: number): fc.Arbitrary<Init> {
  const members: Record<string, fc.Arbitrary<unknown>> = {};
  for (const one of schema.members) {
    if (one.kind === "oneof") {
      const fields = one.fields.filter((field) => depth > 0 || field.message === undefined);
      if (fields.length === 0) continue;
      members[one.localName] = fc.oneof(
        ...fields.map((field) => member(field, depth).map((value) => ({ case: field.localName, value }))),
      );
    } else if (depth > 0 || one.message === undefined) {
      members[one.localName] = member(one, depth);
    }
  }
  return fc.record(members, { requiredKeys: [], noNullPrototype: true });
}
