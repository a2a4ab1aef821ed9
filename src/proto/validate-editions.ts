import {
  FeatureSet_VisibilityFeature_DefaultSymbolVisibility as DefaultVisibility,
  type DescriptorProto,
  Edition,
  type EnumDescriptorProto,
  FeatureSet_EnumType as EnumType,
  type FeatureSet,
  type FieldDescriptorProto,
  FieldDescriptorProto_Label as Label,
  FeatureSet_FieldPresence as Presence,
  FeatureSet_RepeatedFieldEncoding as RepeatedEncoding,
  SymbolVisibility,
  FieldDescriptorProto_Type as Type,
} from "@bufbuild/protobuf/wkt";
import type { FieldNode, OptionNode, Span } from "./ast.js";
import { fieldNumberMax } from "./limits.js";
import { isPackable } from "./scalar-types.js";
import type { SymbolTable } from "./symbols.js";
import { errorAt, type FileUnit, featuresOf } from "./unit.js";

/** Checks the options of a file whose syntax is an edition. */
export function validateEditionFile(unit: FileUnit): void {
  if (unit.syntax !== "editions") return;
  const at = (name: string) => unit.fileOptions.find((one) => lastPart(one) === name);
  if (featuresOf(unit).file.fieldPresence === Presence.LEGACY_REQUIRED)
    errorAt(unit, at("field_presence"), "Required presence can't be specified by default.");
  if (unit.desc.options?.javaStringCheckUtf8)
    errorAt(
      unit,
      at("java_string_check_utf8"),
      "java_string_check_utf8 is not allowed under editions. Use the (pb.java).utf8_validation feature instead.",
    );
}

/** Checks a field against its features; the field has a type. */
export function validateEditionField(
  unit: FileUnit,
  field: FieldDescriptorProto,
  node: FieldNode,
  table: SymbolTable,
): void {
  validateLegacyWords(unit, node);
  validateLegacyOptions(unit, field, node);
  const features = featuresOf(unit).of(field);
  if (field.label !== Label.REPEATED && hasImplicitPresence(field, features.fieldPresence)) {
    const byDefault = unit.origins.defaults.get(field);
    if (byDefault !== undefined) errorAt(unit, byDefault, "Implicit presence fields can't specify defaults.");
    if (isClosedEnum(field, table)) errorAt(unit, node.type, "Implicit presence enum fields must always be open.");
  }
  const isRequired = features.fieldPresence === Presence.LEGACY_REQUIRED;
  if (field.extendee !== "" && isRequired) errorAt(unit, node.name, "Extensions can't be required.");
  const own = field.options?.features;
  if (own === undefined) return;
  for (const [name, problem] of problemsOf(field, own, table)) {
    const at = node.options?.options.find((one) => lastPart(one) === name) ?? node.name;
    errorAt(unit, at, problem);
  }
}

function validateLegacyWords(unit: FileUnit, node: FieldNode): void {
  if (node.label?.text === "optional")
    errorAt(
      unit,
      node.label,
      'Label "optional" is not supported in editions. All singular fields have presence unless features.field_presence says' +
        " otherwise.",
    );
  if (node.label?.text === "required")
    errorAt(
      unit,
      node.label,
      'Label "required" is not supported in editions: use features.field_presence = LEGACY_REQUIRED.',
    );
  if (node.group !== undefined)
    errorAt(
      unit,
      node.type,
      "Groups are not supported in editions: use features.message_encoding = DELIMITED on a message field.",
    );
}

function validateLegacyOptions(unit: FileUnit, field: FieldDescriptorProto, node: FieldNode): void {
  const { options } = field;
  if (options === undefined) return;
  const at = (name: string) => node.options?.options.find((one) => lastPart(one) === name) ?? node.name;
  if (Object.hasOwn(options, "packed"))
    errorAt(
      unit,
      at("packed"),
      "Option packed is not allowed under editions: use features.repeated_field_encoding instead.",
    );
  if (unit.edition >= Edition.EDITION_2024 && Object.hasOwn(options, "ctype"))
    errorAt(
      unit,
      at("ctype"),
      "Option ctype is not allowed from edition 2024 on: use features.(pb.cpp).string_type instead.",
    );
}

/** Fields of oneofs, extensions and messages always have presence. */
function hasImplicitPresence(field: FieldDescriptorProto, presence: number): boolean {
  if (field.extendee !== "" || Object.hasOwn(field, "oneofIndex")) return false;
  return presence === Presence.IMPLICIT && field.type !== Type.MESSAGE && field.type !== Type.GROUP;
}

/** Whether a field's type is a closed enum. */
export function isClosedEnum(field: FieldDescriptorProto, table: SymbolTable): boolean {
  if (field.type !== Type.ENUM) return false;
  const symbol = table.get(field.typeName.slice(1));
  return symbol !== undefined && featuresOf(symbol.unit).of(symbol.desc).enumType === EnumType.CLOSED;
}

/** The features that a field sets and must not, each with what is wrong. */
function problemsOf(field: FieldDescriptorProto, own: FeatureSet, table: SymbolTable): [string, string][] {
  const problems: [string, string][] = [];
  const isRepeated = field.label === Label.REPEATED;
  const presence = presenceProblem(field, own.fieldPresence);
  if (presence !== undefined) problems.push(["field_presence", presence]);
  if (own.repeatedFieldEncoding !== 0 && !isRepeated)
    problems.push(["repeated_field_encoding", "Only repeated fields can specify repeated field encoding."]);
  else if (own.repeatedFieldEncoding === RepeatedEncoding.PACKED && !isPackable(field.type))
    problems.push([
      "repeated_field_encoding",
      "Only repeated primitive fields can specify PACKED repeated field encoding.",
    ]);
  const entry = mapEntryOf(field, table);
  const hasText = (entry?.field ?? [field]).some((one) => one.type === Type.STRING);
  if (own.utf8Validation !== 0 && !hasText)
    problems.push(["utf8_validation", "Only string fields can specify utf8 validation."]);
  if (own.messageEncoding !== 0 && (field.type !== Type.MESSAGE || entry !== undefined))
    problems.push(["message_encoding", "Only message fields can specify message encoding."]);
  return problems;
}

function presenceProblem(field: FieldDescriptorProto, presence: number): string | undefined {
  if (presence === 0) return undefined;
  if (Object.hasOwn(field, "oneofIndex")) return "Oneof fields can't specify field presence.";
  if (field.label === Label.REPEATED) return "Repeated fields can't specify field presence.";
  // Another error tells of extensions that are required.
  if (field.extendee !== "" && presence !== Presence.LEGACY_REQUIRED) return "Extensions can't specify field presence.";
  if (field.type === Type.MESSAGE && presence === Presence.IMPLICIT)
    return "Message fields can't specify implicit presence.";
  return undefined;
}

function mapEntryOf(field: FieldDescriptorProto, table: SymbolTable): DescriptorProto | undefined {
  const type = field.type === Type.MESSAGE ? table.message(field.typeName.slice(1)) : undefined;
  return type?.options?.mapEntry ? type : undefined;
}

/** Under STRICT visibility nothing nested may be exported, but enums of a message that is nothing but their namespace. */
export function validateNestedVisibility(unit: FileUnit, desc: DescriptorProto): void {
  if (featuresOf(unit).file.defaultSymbolVisibility !== DefaultVisibility.STRICT) return;
  for (const one of desc.nestedType) report(unit, one, "message");
  const isNamespace = desc.reservedRange.some((range) => range.start === 1 && range.end === fieldNumberMax + 1);
  if (!isNamespace) for (const one of desc.enumType) report(unit, one, "enum");
}

function report(unit: FileUnit, desc: DescriptorProto | EnumDescriptorProto, what: string): void {
  if (desc.visibility !== SymbolVisibility.VISIBILITY_EXPORT) return;
  const at: Span | undefined = unit.origins.nameOf(desc);
  errorAt(
    unit,
    at,
    `"${desc.name}" is a nested ${what}, which cannot be exported with STRICT default_symbol_visibility.`,
  );
}

function lastPart(option: OptionNode): string | undefined {
  return option.name.at(-1)?.text;
}
