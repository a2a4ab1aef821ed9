import { type DescExtension, type DescField, ScalarType } from "@bufbuild/protobuf";
import { FieldDescriptorProto_Type as Type } from "@bufbuild/protobuf/wkt";

type Field = DescField | DescExtension;

/** Types whose values may be read as one another: buf's groups, for bytes and for bytes and JSON. */
const wireGroups: readonly (readonly Type[])[] = [
  [Type.INT32, Type.INT64, Type.UINT32, Type.UINT64, Type.BOOL],
  [Type.SINT32, Type.SINT64],
  [Type.FIXED32, Type.SFIXED32],
  [Type.FIXED64, Type.SFIXED64],
];
const jsonGroups: readonly (readonly Type[])[] = [
  [Type.INT32, Type.UINT32],
  [Type.INT64, Type.UINT64],
  [Type.FIXED32, Type.SFIXED32],
  [Type.FIXED64, Type.SFIXED64],
];

/** The type in words: a scalar's name, or a full name with what it names. */
export function typeText(field: Field): string {
  if (field.fieldKind === "map") return `map<${ScalarType[field.mapKey].toLowerCase()}, ${namedType(field)}>`;
  const type = namedType(field);
  return "delimitedEncoding" in field && field.delimitedEncoding ? `group ${type}` : type;
}

function namedType(field: Field): string {
  if (field.message !== undefined) return `message ${field.message.typeName}`;
  if (field.enum !== undefined) return `enum ${field.enum.typeName}`;
  return field.scalar === undefined ? "" : ScalarType[field.scalar].toLowerCase();
}

/** Whether bytes written for the old type mean the same for the new one. */
export function isWireCompatible(old: Field, now: Field): boolean {
  const [a, b] = [old.proto.type, now.proto.type];
  if (typeText(old) === typeText(now)) return true;
  // Text is bytes; bytes need not be text.
  if (a === Type.STRING && b === Type.BYTES) return true;
  return shareGroup(wireGroups, a, b) || isEnumWithAllValues(old, now);
}

/** Whether bytes and JSON written for the old type mean the same for the new one. */
export function isWireJsonCompatible(old: Field, now: Field): boolean {
  if (typeText(old) === typeText(now)) return true;
  return shareGroup(jsonGroups, old.proto.type, now.proto.type) || isEnumWithAllValues(old, now);
}

function shareGroup(groups: readonly (readonly Type[])[], a: Type, b: Type): boolean {
  return groups.some((group) => group.includes(a) && group.includes(b));
}

/** Another enum of the same short name that has all values of the old one. */
function isEnumWithAllValues(old: Field, now: Field): boolean {
  const [a, b] = [old.enum, now.enum];
  if (a === undefined || b === undefined || old.fieldKind !== now.fieldKind || a.name !== b.name) return false;
  return a.values.every((value) => b.values.some((one) => one.number === value.number && one.name === value.name));
}
