import {
  type EnumDescriptorProto,
  FeatureSet_EnumType as EnumType,
  type EnumValueDescriptorProto,
  FeatureSet_JsonFormat as JsonFormat,
} from "@bufbuild/protobuf/wkt";
import type { OptionNode } from "./ast.js";
import { errorAt, type FileUnit, featuresOf } from "./unit.js";
import { reportOverlaps, reportReservedNames } from "./validate-numbers.js";
import { validateValueSupport } from "./validate-support.js";

/** Checks the values of an enum, and what is reserved in it. */
export function validateEnum(unit: FileUnit, desc: EnumDescriptorProto): void {
  const { origins } = unit;
  const features = featuresOf(unit).of(desc);
  const first = desc.value[0];
  if (first === undefined) errorAt(unit, origins.nameOf(desc), `Enum "${desc.name}" must contain at least one value.`);
  else if (first.number !== 0 && features.enumType === EnumType.OPEN)
    errorAt(
      unit,
      origins.value(first)?.number,
      `The first enum value must be zero for open enums${unit.syntax === "proto3" ? ", as all of proto3 are" : ""}.`,
    );
  validateAliases(unit, desc);
  for (const value of desc.value) if (value.options !== undefined) validateValueSupport(unit, value);
  if (features.jsonFormat === JsonFormat.ALLOW) validateStrippedNames(unit, desc);
  if (desc.reservedName.length > 0 || desc.reservedRange.length > 0) validateReserved(unit, desc);
}

function validateReserved(unit: FileUnit, desc: EnumDescriptorProto): void {
  const { origins } = unit;
  const reserved = new Set(desc.reservedName);
  for (const value of desc.value) {
    if (reserved.has(value.name)) errorAt(unit, origins.nameOf(value), `Enum value "${value.name}" is reserved.`);
    if (desc.reservedRange.some((range) => value.number >= range.start && value.number <= range.end))
      errorAt(unit, origins.value(value)?.number, `Enum value "${value.name}" uses reserved number ${value.number}.`);
  }
  const elements = origins.enumType(desc)?.body.elements ?? [];
  const rangeNodes = elements.flatMap((one) => (one.kind === "reserved" ? one.ranges : []));
  const nameNodes = elements.flatMap((one) => (one.kind === "reserved" ? one.names : []));
  reportOverlaps(
    unit,
    desc.reservedRange.map((r, i) => ({ start: r.start, last: r.end, what: "Reserved", node: rangeNodes[i] })),
  );
  reportReservedNames(unit, desc.reservedName, nameNodes);
}

function validateAliases(unit: FileUnit, desc: EnumDescriptorProto): void {
  const byNumber = new Map<number, EnumValueDescriptorProto>();
  const { options } = desc;
  const allowed = options?.allowAlias === true;
  let hasAlias = false;
  for (const value of desc.value) {
    const same = byNumber.get(value.number);
    if (same === undefined) {
      byNumber.set(value.number, value);
      continue;
    }
    hasAlias = true;
    if (allowed) continue;
    errorAt(
      unit,
      unit.origins.value(value)?.number,
      `"${value.name}" uses the same enum value as "${same.name}". If this is intended, set "option allow_alias = true;"` +
        " in the enum definition.",
    );
  }
  if (hasAlias) return;
  if (!allowed && options !== undefined && Object.hasOwn(options, "allowAlias"))
    errorAt(unit, aliasOption(unit, desc), 'Aliases are not allowed by default: remove "option allow_alias = false;".');
  if (allowed)
    errorAt(
      unit,
      unit.origins.nameOf(desc),
      `"${desc.name}" declares support for enum aliases but no enum values share numbers. Please remove the unnecessary` +
        ' "option allow_alias = true;" declaration.',
    );
}

function aliasOption(unit: FileUnit, desc: EnumDescriptorProto): OptionNode | undefined {
  const options = unit.origins.enumType(desc)?.body.elements.filter((one) => one.kind === "option");
  return options?.find((one) => one.name[0]?.text === "allow_alias");
}

/** Generated code drops the enum's name from its values' names, which must not make two of them one. */
function validateStrippedNames(unit: FileUnit, desc: EnumDescriptorProto): void {
  if (desc.options?.deprecatedLegacyJsonFieldConflicts === true) return;
  const byName = new Map<string, EnumValueDescriptorProto>();
  const prefix = desc.name.replaceAll("_", "").toLowerCase();
  for (const value of desc.value) {
    const stripped = strippedName(value.name, prefix);
    const same = byName.get(stripped);
    if (same === undefined) byName.set(stripped, value);
    else if (same.number !== value.number && same.name !== value.name)
      errorAt(
        unit,
        unit.origins.nameOf(value),
        `Enum name "${value.name}" has the same name as "${same.name}" if you ignore case and strip out the enum name` +
          " prefix (if any). (If you are using allow_alias, please assign the same number to each enum value name.)",
      );
  }
}

/**
 * A value's name without the enum's name in front, in a form that is the same for names which are one in camel case.
 *
 * @param prefix the enum's name in lower case, without underscores
 */
function strippedName(value: string, prefix: string): string {
  const name = value.toLowerCase();
  let at = 0;
  let matched = 0;
  for (; at < name.length && matched < prefix.length; at++) {
    const c = name.charCodeAt(at);
    if (c === underscore) continue;
    if (c !== prefix.charCodeAt(matched++)) return camelKey(name);
  }
  if (matched < prefix.length) return camelKey(name);
  while (name.charCodeAt(at) === underscore) at++;
  // A name that is the prefix alone keeps it.
  return camelKey(at === name.length ? name : name.slice(at));
}

const underscore = 95;

function isLower(code: number): boolean {
  return code >= 97 && code <= 122;
}

/** In camel case an underscore only shows before a letter, and not at the beginning. */
function camelKey(name: string): string {
  if (!/^_|__|_$|_[0-9]/.test(name)) return name;
  return name
    .replace(/_+/g, (run, at: number) => (isLower(name.charCodeAt(at + run.length)) ? "_" : ""))
    .replace(/^_/, "");
}
