import { type DescExtension, type DescField, type DescFile, ScalarType } from "@bufbuild/protobuf";
import { FeatureSet_FieldPresence, FieldOptions_JSType } from "@bufbuild/protobuf/wkt";
import { isWireCompatible, isWireJsonCompatible, typeText } from "./field-type.js";
import { cppStringTypeOf, javaUtf8ValidationOf } from "./language-features.js";
import type { Report } from "./report.js";

type Field = DescField | DescExtension;

/** Compares a field, or an extension, with the one of the same number before. */
export function compareField(old: Field, now: Field, report: Report): void {
  const file = fileOf(now);
  const what = `Field ${now.number} ("${now.name}")${now.kind === "field" ? ` of message "${now.parent.typeName}"` : ""}`;
  const changed = (rule: string, name: string, before: string, after: string, sub: readonly number[]): void => {
    if (before !== after)
      report.add(rule, file, now.proto, `${what} changed its ${name} from ${before} to ${after}.`, sub);
  };
  changed("FIELD_SAME_NAME", "name", quoted(nameOf(old)), quoted(nameOf(now)), [1]);
  // In JSON, an extension has its full name.
  if (now.kind === "field")
    changed("FIELD_SAME_JSON_NAME", "JSON name", quoted(old.jsonName), quoted(now.jsonName), [10]);
  changed("FIELD_SAME_ONEOF", "oneof", oneofOf(old), oneofOf(now), []);
  changed("FIELD_SAME_JSTYPE", "jstype", jstypeOf(old), jstypeOf(now), [8, 6]);
  if (isText(old) && isText(now)) {
    const [before, after] = [fileOf(old), fileOf(now)];
    changed(
      "FIELD_SAME_CPP_STRING_TYPE",
      "type in C++",
      cppStringTypeOf(old, before),
      cppStringTypeOf(now, after),
      [8, 1],
    );
  }
  if (old.scalar === ScalarType.STRING && now.scalar === ScalarType.STRING) {
    const [before, after] = [javaUtf8ValidationOf(old, fileOf(old)), javaUtf8ValidationOf(now, fileOf(now))];
    changed("FIELD_SAME_JAVA_UTF8_VALIDATION", "UTF-8 validation in Java", before, after, []);
  }
  changed("FIELD_SAME_UTF8_VALIDATION", "UTF-8 validation", utf8Of(old), utf8Of(now), []);
  changed("FIELD_SAME_DEFAULT", "default", defaultOf(old), defaultOf(now), [7]);
  compareType(old, now, changed);
  compareCardinality(old, now, changed);
}

function nameOf(field: Field): string {
  return field.kind === "extension" ? field.typeName : field.name;
}

function fileOf(field: Field): DescFile {
  return "file" in field ? field.file : field.parent.file;
}

function isText({ scalar }: Field): boolean {
  return scalar === ScalarType.STRING || scalar === ScalarType.BYTES;
}

type Changed = (rule: string, name: string, before: string, after: string, sub: readonly number[]) => void;

function compareType(old: Field, now: Field, changed: Changed): void {
  const [before, after] = [typeText(old), typeText(now)];
  const sub = now.message === undefined && now.enum === undefined ? [5] : [6];
  changed("FIELD_SAME_TYPE", "type", before, after, sub);
  if (!isWireCompatible(old, now)) changed("FIELD_WIRE_COMPATIBLE_TYPE", "type", before, after, sub);
  if (!isWireJsonCompatible(old, now)) changed("FIELD_WIRE_JSON_COMPATIBLE_TYPE", "type", before, after, sub);
}

function compareCardinality(old: Field, now: Field, changed: Changed): void {
  const [before, after] = [cardinalityOf(old), cardinalityOf(now)];
  changed("FIELD_SAME_CARDINALITY", "cardinality", before, after, []);
  const wire = (text: string): string => (text === "repeated" || text === "a map" ? "many values" : "one value");
  changed("FIELD_WIRE_COMPATIBLE_CARDINALITY", "cardinality", wire(before), wire(after), []);
  const json = (text: string): string => (text === "repeated" || text === "a map" ? text : "one value");
  changed("FIELD_WIRE_JSON_COMPATIBLE_CARDINALITY", "cardinality", json(before), json(after), []);
}

function cardinalityOf(field: Field): string {
  if (field.fieldKind === "map") return "a map";
  if (field.fieldKind === "list") return "repeated";
  if (field.presence === FeatureSet_FieldPresence.LEGACY_REQUIRED) return "required";
  return field.presence === FeatureSet_FieldPresence.IMPLICIT ? "optional with implicit presence" : "optional";
}

function oneofOf(field: Field): string {
  return field.oneof === undefined ? "none" : quoted(field.oneof.name);
}

function jstypeOf(field: Field): string {
  return FieldOptions_JSType[field.proto.options?.jstype ?? FieldOptions_JSType.JS_NORMAL];
}

function utf8Of(field: Field): string {
  return "utf8Validation" in field && field.utf8Validation ? "on" : "off";
}

function defaultOf(field: Field): string {
  return field.proto.defaultValue === "" ? "none" : quoted(field.proto.defaultValue);
}

function quoted(text: string): string {
  return `"${text}"`;
}
