import type { DescField, DescMessage, DescOneof } from "@bufbuild/protobuf";
import { FeatureSet_FieldPresence } from "@bufbuild/protobuf/wkt";
import { compareField } from "./compare-field.js";
import { jsonFormatOf } from "./json-format.js";
import { covers, halfOpen, rangeText } from "./ranges.js";
import type { Report } from "./report.js";

/** Compares a message with the one of the same name before. */
export function compareMessage(old: DescMessage, now: DescMessage, report: Report): void {
  const name = now.typeName;
  if (jsonFormatOf(old) < jsonFormatOf(now)) {
    report.add("MESSAGE_SAME_JSON_FORMAT", now.file, now.proto, `JSON of message "${name}" is no longer checked.`);
  }
  const fields = new Map(now.fields.map((field) => [field.number, field]));
  for (const field of old.fields) {
    const current = fields.get(field.number);
    if (current === undefined) fieldDeleted(field, now, report);
    else compareField(field, current, report);
  }
  compareRequired(old, now, report);
  for (const oneof of old.oneofs) oneofKept(oneof, now, report);
  compareReserved(old, now, report);
  const isWithout = (one: DescMessage): boolean => one.proto.options?.noStandardDescriptorAccessor === true;
  if (!isWithout(old) && isWithout(now)) {
    const rule = "MESSAGE_NO_REMOVE_STANDARD_DESCRIPTOR_ACCESSOR";
    report.add(rule, now.file, now.proto, `Message "${name}" no longer has its accessor of the descriptor.`, [7, 2]);
  }
}

function fieldDeleted(field: DescField, now: DescMessage, report: Report): void {
  const what = `Field ${field.number} ("${field.name}") of message "${now.typeName}" was deleted`;
  report.add("FIELD_NO_DELETE", now.file, now.proto, `${what}.`);
  if (!covers(halfOpen(now.proto.reservedRange), { from: field.number, to: field.number })) {
    const rule = "FIELD_NO_DELETE_UNLESS_NUMBER_RESERVED";
    report.add(rule, now.file, now.proto, `${what} without reserving the number.`);
  }
  if (!now.proto.reservedName.includes(field.name)) {
    const rule = "FIELD_NO_DELETE_UNLESS_NAME_RESERVED";
    report.add(rule, now.file, now.proto, `${what} without reserving the name.`);
  }
}

function compareRequired(old: DescMessage, now: DescMessage, report: Report): void {
  const rule = "MESSAGE_SAME_REQUIRED_FIELDS";
  const [before, current] = [requiredOf(old), requiredOf(now)];
  for (const [number, field] of current) {
    if (before.has(number)) continue;
    const text = `Field ${number} ("${field.name}") of message "${now.typeName}" is required now.`;
    report.add(rule, now.file, field.proto, text);
  }
  for (const [number, field] of before) {
    if (current.has(number)) continue;
    const text = `Required field ${number} ("${field.name}") of message "${now.typeName}" was deleted, or is not required now.`;
    report.add(rule, now.file, now.proto, text);
  }
}

function requiredOf(message: DescMessage): Map<number, DescField> {
  const required = message.fields.filter((field) => field.presence === FeatureSet_FieldPresence.LEGACY_REQUIRED);
  return new Map(required.map((field) => [field.number, field]));
}

function oneofKept(oneof: DescOneof, now: DescMessage, report: Report): void {
  if (now.oneofs.some((one) => one.name === oneof.name)) return;
  const text = `Oneof "${oneof.name}" of message "${now.typeName}" was deleted.`;
  report.add("ONEOF_NO_DELETE", now.file, now.proto, text);
}

function compareReserved(old: DescMessage, now: DescMessage, report: Report): void {
  const name = now.typeName;
  const rule = "RESERVED_MESSAGE_NO_DELETE";
  const reserved = halfOpen(now.proto.reservedRange);
  for (const range of halfOpen(old.proto.reservedRange).filter((one) => !covers(reserved, one))) {
    report.add(rule, now.file, now.proto, `Message "${name}" no longer reserves ${rangeText(range)}.`);
  }
  for (const gone of old.proto.reservedName.filter((one) => !now.proto.reservedName.includes(one))) {
    report.add(rule, now.file, now.proto, `Message "${name}" no longer reserves the name "${gone}".`);
  }
  const extensions = halfOpen(now.proto.extensionRange);
  for (const range of halfOpen(old.proto.extensionRange).filter((one) => !covers(extensions, one))) {
    const text = `Message "${name}" no longer has the extension range ${rangeText(range)}.`;
    report.add("EXTENSION_MESSAGE_NO_DELETE", now.file, now.proto, text);
  }
}
