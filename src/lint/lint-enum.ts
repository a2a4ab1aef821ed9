import type { EnumDescriptorProto } from "@bufbuild/protobuf/wkt";
import type { Enclosing, FileReport } from "./file-report.js";
import { isPascal, isUpperSnake, lowerSnake } from "./letter-case.js";
import { checkComment } from "./lint-comment.js";

/** Checks an enum and its values. @param around the messages that it is in */
export function checkEnum(one: EnumDescriptorProto, around: Enclosing, report: FileReport): void {
  const parts = [...around, one];
  if (!isPascal(one.name)) report.add("ENUM_PASCAL_CASE", parts, `Enum "${one.name}" should be PascalCase.`, [1]);
  if (one.options?.allowAlias) {
    report.add("ENUM_NO_ALLOW_ALIAS", parts, `Enum "${one.name}" should not allow aliases.`, [3, 2]);
  }
  checkComment("COMMENT_ENUM", "Enum", one.name, parts, report);
  const [first] = one.value;
  if (first !== undefined && first.number !== 0) {
    const text = `The first value "${first.name}" of enum "${one.name}" should be 0.`;
    report.add("ENUM_FIRST_VALUE_ZERO", [...parts, first], text, [2]);
  }
  checkValues(one, parts, report);
}

function checkValues(one: EnumDescriptorProto, parts: Enclosing, report: FileReport): void {
  const prefix = `${lowerSnake(one.name).toUpperCase()}_`;
  for (const value of one.value) {
    const at = [...parts, value];
    const what = `Enum value "${value.name}"`;
    if (!isUpperSnake(value.name)) {
      report.add("ENUM_VALUE_UPPER_SNAKE_CASE", at, `${what} should be UPPER_SNAKE_CASE.`, [1]);
    }
    if (!value.name.startsWith(prefix)) {
      report.add("ENUM_VALUE_PREFIX", at, `${what} should begin with "${prefix}".`, [1]);
    }
    const suffix = report.settings.enumZeroValueSuffix;
    if (value.number === 0 && !value.name.endsWith(suffix)) {
      report.add("ENUM_ZERO_VALUE_SUFFIX", at, `${what} is 0 and should end with "${suffix}".`, [1]);
    }
    checkComment("COMMENT_ENUM_VALUE", "Enum value", value.name, at, report);
  }
}
