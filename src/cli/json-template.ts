import { type DescField, type DescMessage, type JsonValue, ScalarType } from "@bufbuild/protobuf";
import { hasOwnJson } from "./request-json.js";

const ofOwnJson: Readonly<Record<string, JsonValue>> = {
  Any: { "@type": "type.googleapis.com/pkg.Type" },
  Timestamp: "1970-01-01T00:00:00Z",
  Duration: "0s",
  FieldMask: "",
  Struct: {},
  Value: null,
  ListValue: [],
  DoubleValue: 0,
  FloatValue: 0,
  Int64Value: "0",
  UInt64Value: "0",
  Int32Value: 0,
  UInt32Value: 0,
  BoolValue: false,
  StringValue: "",
  BytesValue: "",
};

/** A message with every field, to be filled in. Of a oneof the first field; a type inside of itself is left empty. */
export function jsonTemplate(desc: DescMessage, around: readonly DescMessage[] = []): JsonValue {
  if (hasOwnJson(desc)) return ofOwnJson[desc.name] ?? {};
  if (around.includes(desc)) return {};
  const inner = [...around, desc];
  const result: Record<string, JsonValue> = {};
  for (const member of desc.members) {
    const field = member.kind === "oneof" ? member.fields[0] : member;
    if (field !== undefined) result[field.jsonName] = fieldTemplate(field, inner);
  }
  return result;
}

function fieldTemplate(field: DescField, around: readonly DescMessage[]): JsonValue {
  const value = oneTemplate(field, around);
  if (field.fieldKind === "list") return [value];
  if (field.fieldKind !== "map") return value;
  return { [field.mapKey === ScalarType.STRING ? "key" : field.mapKey === ScalarType.BOOL ? "true" : "0"]: value };
}

const quoted: ReadonlySet<ScalarType | undefined> = new Set([
  ScalarType.INT64,
  ScalarType.UINT64,
  ScalarType.FIXED64,
  ScalarType.SFIXED64,
  ScalarType.SINT64,
]);

function oneTemplate(field: DescField, around: readonly DescMessage[]): JsonValue {
  if (field.message !== undefined) return jsonTemplate(field.message, around);
  if (field.enum !== undefined) return field.enum.values[0]?.name ?? 0;
  if (field.scalar === ScalarType.STRING || field.scalar === ScalarType.BYTES) return "";
  if (field.scalar === ScalarType.BOOL) return false;
  return quoted.has(field.scalar) ? "0" : 0;
}
