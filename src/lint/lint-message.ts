import {
  type DescriptorProto,
  FeatureSet_FieldPresence,
  type FieldDescriptorProto,
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
} from "@bufbuild/protobuf/wkt";
import type { Enclosing, FileReport } from "./file-report.js";
import { isLowerSnake, isPascal } from "./letter-case.js";
import { checkComment } from "./lint-comment.js";
import { checkEnum } from "./lint-enum.js";

/** Checks a message and all in it. @param around the messages that it is in */
export function checkMessage(message: DescriptorProto, around: Enclosing, report: FileReport): void {
  // The entry of a map was not written by anybody.
  if (message.options?.mapEntry) return;
  const parts = [...around, message];
  if (!isPascal(message.name)) {
    report.add("MESSAGE_PASCAL_CASE", parts, `Message "${message.name}" should be PascalCase.`, [1]);
  }
  checkComment("COMMENT_MESSAGE", "Message", message.name, parts, report);
  for (const field of message.field) checkField(field, [...parts, field], report);
  checkOneofs(message, parts, report);
  for (const nested of message.nestedType) checkMessage(nested, parts, report);
  for (const nested of message.enumType) checkEnum(nested, parts, report);
  checkExtensions(message.extension, parts, report);
}

/** Checks extensions, which are fields with a place of their own. */
export function checkExtensions(fields: readonly FieldDescriptorProto[], around: Enclosing, report: FileReport): void {
  for (const field of fields) checkField(field, [...around, field], report);
}

function checkField(field: FieldDescriptorProto, parts: Enclosing, report: FileReport): void {
  const isGroup = field.type === FieldDescriptorProto_Type.GROUP;
  if (!isLowerSnake(field.name)) {
    report.add("FIELD_LOWER_SNAKE_CASE", parts, `Field "${field.name}" should be lower_snake_case.`, [1]);
  }
  const isRequired =
    field.label === FieldDescriptorProto_Label.REQUIRED ||
    field.options?.features?.fieldPresence === FeatureSet_FieldPresence.LEGACY_REQUIRED;
  if (isRequired) report.add("FIELD_NOT_REQUIRED", parts, `Field "${field.name}" should not be required.`, [1]);
  // What stands before a group is the comment of its message.
  if (!isGroup) checkComment("COMMENT_FIELD", "Field", field.name, parts, report);
}

function checkOneofs(message: DescriptorProto, parts: Enclosing, report: FileReport): void {
  const synthetic = new Set(message.field.filter((field) => field.proto3Optional).map((field) => field.oneofIndex));
  message.oneofDecl.forEach((oneof, index) => {
    if (synthetic.has(index)) return;
    if (!isLowerSnake(oneof.name)) {
      report.add("ONEOF_LOWER_SNAKE_CASE", [...parts, oneof], `Oneof "${oneof.name}" should be lower_snake_case.`, [1]);
    }
    checkComment("COMMENT_ONEOF", "Oneof", oneof.name, [...parts, oneof], report);
  });
}
