import {
  type DescriptorProto,
  Edition,
  type EnumDescriptorProto,
  FeatureSet_EnforceNamingStyle as NamingStyle,
} from "@bufbuild/protobuf/wkt";
import { errorAt, type FileUnit, featuresOf } from "./unit.js";

/** What is wrong with a name, behind "should" or in its place. */
type Rule = (name: string) => string | undefined;

/** Checks all names of a file by the style of its edition, where `features.enforce_naming_style` asks for it. */
export function validateNaming(unit: FileUnit): void {
  const { desc } = unit;
  // Where the feature begins; before, all is as it was.
  if (unit.edition < Edition.EDITION_2024) return;
  check(unit, desc, "Package", desc.package, snakeCase);
  for (const one of desc.messageType) message(unit, one);
  for (const one of desc.enumType) enumType(unit, one);
  for (const one of desc.extension) check(unit, one, "Field", one.name, snakeCase);
  for (const one of desc.service) {
    check(unit, one, "Service", one.name, titleCase);
    for (const method of one.method) check(unit, method, "Method", method.name, titleCase);
  }
}

function message(unit: FileUnit, desc: DescriptorProto): void {
  if (desc.options?.mapEntry) return;
  check(unit, desc, "Message", desc.name, titleCase);
  for (const one of desc.field) check(unit, one, "Field", one.name, snakeCase);
  for (const one of desc.oneofDecl) check(unit, one, "Oneof", one.name, snakeCase);
  for (const one of desc.extension) check(unit, one, "Field", one.name, snakeCase);
  for (const one of desc.enumType) enumType(unit, one);
  for (const one of desc.nestedType) message(unit, one);
}

function enumType(unit: FileUnit, desc: EnumDescriptorProto): void {
  check(unit, desc, "Enum", desc.name, titleCase);
  for (const one of desc.value) check(unit, one, "Enum value", one.name, upperSnakeCase);
}

function check(unit: FileUnit, desc: object, what: string, name: string, rule: Rule): void {
  const style = featuresOf(unit).of(desc).enforceNamingStyle;
  if (style === NamingStyle.STYLE_LEGACY || name === "") return;
  const problem = rule(name);
  if (problem === undefined) return;
  const way = 'Set "features.enforce_naming_style = STYLE_LEGACY" to allow it.';
  errorAt(unit, unit.origins.nameOf(desc), `${what} name "${name}" ${problem}. ${way}`);
}

function titleCase(name: string): string | undefined {
  if (/^[a-z]/.test(name)) return "should begin with a capital letter";
  return /^[A-Z][A-Za-z0-9]*$/.test(name) ? undefined : "should be TitleCase";
}

function snakeCase(name: string): string | undefined {
  if (/[A-Z]/.test(name)) return "should be lower_snake_case";
  if (!/^[a-z]/.test(name)) return "should begin with a lower case letter";
  return underscores(name);
}

function upperSnakeCase(name: string): string | undefined {
  if (/[a-z]/.test(name)) return "should be UPPER_SNAKE_CASE";
  if (!/^[A-Z]/.test(name)) return "should begin with an upper case letter";
  return underscores(name);
}

/** An underscore stands before a letter, else two names could become one in camel case. */
function underscores(name: string): string | undefined {
  return /_(?![A-Za-z])/.test(name) ? "has an underscore that no letter follows" : undefined;
}
