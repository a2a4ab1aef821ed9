import {
  type DescriptorProto,
  type FieldDescriptorProto,
  FieldOptions_JSType,
  FieldDescriptorProto_Label as Label,
  FeatureSet_MessageEncoding as MessageEncoding,
  FieldDescriptorProto_Type as Type,
} from "@bufbuild/protobuf/wkt";
import type { FieldNode, Name } from "./ast.js";
import { isInt64, isPackable } from "./scalar-types.js";
import type { SymbolTable } from "./symbols.js";
import { errorAt, type FileUnit, featuresOf } from "./unit.js";
import { isClosedEnum, validateEditionField } from "./validate-editions.js";
import { validateFieldSupport } from "./validate-support.js";

/** Checks a field of a message by itself: its label, type and options. */
export function validateField(unit: FileUnit, field: FieldDescriptorProto, table: SymbolTable): void {
  const node = unit.origins.field(field);
  if (node === undefined) return;
  if (node.map !== undefined) validateMap(unit, field, node, table);
  else validateNoEntry(unit, field, node.type, table);
  if (unit.syntax === "proto3") validateProto3(unit, field, node, table);
  else if (unit.syntax === "editions") {
    if (hasType(field)) validateEditionField(unit, field, node, table);
  } else if (node.label === undefined && node.map === undefined && !Object.hasOwn(field, "oneofIndex"))
    errorAt(unit, node.type, 'Expected "required", "optional", or "repeated".');
  if (node.type?.text === "group" && node.group === undefined) errorAt(unit, node.type, "Missing group body.");
  if (node.group !== undefined && !/^[A-Z]/.test(node.name.text))
    errorAt(unit, node.name, "Group names must start with a capital letter.");
  if (hasType(field)) validateOptions(unit, field, node);
  if (field.options?.featureSupport !== undefined) validateFieldSupport(unit, field, table);
}

/** The message of a map's entries belongs to its map. */
function validateNoEntry(unit: FileUnit, field: FieldDescriptorProto, at: Name | undefined, table: SymbolTable): void {
  if (field.type !== Type.MESSAGE || at === undefined) return;
  const name = field.typeName.slice(1);
  if (table.message(name)?.options?.mapEntry)
    errorAt(
      unit,
      at,
      `"${name}" is the type of a map's entries, which no other field may have: define a message for it.`,
    );
}

/** False when the type's name was not found, which was told. */
function hasType(field: FieldDescriptorProto): boolean {
  return Object.hasOwn(field, "type");
}

function validateProto3(unit: FileUnit, field: FieldDescriptorProto, node: FieldNode, table: SymbolTable): void {
  if (node.label?.text === "required") errorAt(unit, node.label, "Required fields are not allowed in proto3.");
  const byDefault = unit.origins.defaults.get(field);
  if (byDefault !== undefined) errorAt(unit, byDefault, "Explicit default values are not allowed in proto3.");
  if (node.group !== undefined) errorAt(unit, node.type, "Groups are not supported in proto3 syntax.");
  if (isClosedEnum(field, table))
    errorAt(
      unit,
      node.type ?? node.map?.value,
      `Enum type "${field.typeName.slice(1)}" is not an open enum (by its features, or as those of proto2 files), but is` +
        ` used in "${field.name}" of a proto3 file.`,
    );
}

function validateMap(unit: FileUnit, field: FieldDescriptorProto, node: FieldNode, table: SymbolTable): void {
  if (node.map === undefined) return;
  if (node.label !== undefined)
    errorAt(unit, node.label, "Field labels (required/optional/repeated) are not allowed on map fields.");
  const entry = table.message(field.typeName.slice(1));
  const [key, value] = entry?.field ?? [];
  if (key === undefined || value === undefined || !hasType(key)) return;
  switch (key.type) {
    case Type.DOUBLE:
    case Type.FLOAT:
    case Type.BYTES:
    case Type.MESSAGE:
      errorAt(unit, node.map.key, "Key in map fields cannot be float/double, bytes or message types.");
      break;
    case Type.ENUM:
      errorAt(unit, node.map.key, "Key in map fields cannot be enum types.");
  }
  validateNoEntry(unit, value, node.map.value, table);
  const symbol = value.type === Type.ENUM ? table.get(value.typeName.slice(1)) : undefined;
  if (symbol === undefined) return;
  const first = (symbol.desc as { value?: { number: number }[] }).value?.[0];
  if (unit.syntax === "proto3" && isClosedEnum(value, table))
    errorAt(unit, node.map.value, `Enum type "${symbol.fullName}" is not an open enum, but is used in a proto3 map.`);
  else if (first !== undefined && first.number !== 0)
    errorAt(unit, node.map.value, "Enum value in map must define 0 as the first value.");
}

function validateOptions(unit: FileUnit, field: FieldDescriptorProto, node: FieldNode): void {
  const { options } = field;
  if (options === undefined) return;
  const at = (name: string) => node.options?.options.find((one) => one.name[0]?.text === name) ?? node;
  if (options.packed && !(field.label === Label.REPEATED && isPackable(field.type)))
    errorAt(unit, at("packed"), "[packed = true] can only be specified for repeated primitive fields.");
  for (const name of ["lazy", "unverified_lazy"] as const) {
    const isSet = name === "lazy" ? options.lazy : options.unverifiedLazy;
    if (!isSet) continue;
    if (field.type !== Type.MESSAGE)
      errorAt(unit, at(name), `[${name} = true] can only be specified for submessage fields.`);
    else if (isDelimited(unit, field, node))
      errorAt(unit, at(name), `[${name} = true] cannot be specified for fields whose message_encoding is DELIMITED.`);
  }
  if (options.unverifiedLazy && field.extendee !== "")
    errorAt(unit, at("unverified_lazy"), "Extensions cannot be marked as unverified_lazy.");
  if (options.jstype !== FieldOptions_JSType.JS_NORMAL && !isInt64(field.type))
    errorAt(unit, at("jstype"), "jstype is only allowed on int64, uint64, sint64, fixed64 or sfixed64 fields.");
}

/** In the form of a group; a map never is, whatever its file says. */
function isDelimited(unit: FileUnit, field: FieldDescriptorProto, node: FieldNode): boolean {
  return node.map === undefined && featuresOf(unit).of(field).messageEncoding === MessageEncoding.DELIMITED;
}

/** Checks the options of a message or group. */
export function validateMessageOptions(unit: FileUnit, desc: DescriptorProto): void {
  const node = unit.origins.message(desc);
  if (node === undefined) return;
  const elements = (node.kind === "message" ? node.body : node.group)?.elements ?? [];
  const written = elements.filter((one) => one.kind === "option");
  const at = (name: string) => written.find((one) => one.name[0]?.text === name) ?? node.name;
  if (written.some(({ name: [part, more] }) => part?.text === "map_entry" && !part.isExtension && more === undefined))
    errorAt(unit, at("map_entry"), "map_entry should not be set explicitly. Use map<KeyType, ValueType> instead.");
  const [field] = desc.field;
  if (desc.options?.messageSetWireFormat && field !== undefined)
    errorAt(unit, unit.origins.nameOf(field), "Message sets cannot have fields, only extensions.");
  if (unit.syntax !== "proto3") return;
  if (desc.options?.messageSetWireFormat)
    errorAt(unit, at("message_set_wire_format"), "MessageSet is not supported in proto3.");
  const extensions = elements.find((one) => one.kind === "extensions");
  if (extensions !== undefined) errorAt(unit, extensions, "Extension ranges are not allowed in proto3.");
}
