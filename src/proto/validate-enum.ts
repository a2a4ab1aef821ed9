import {
  type EnumDescriptorProto,
  FeatureSet_EnumType as EnumType,
  type EnumValueDescriptorProto,
  FeatureSet_JsonFormat as JsonFormat,
} from "@bufbuild/protobuf/wkt";
import { errorAt, type FileUnit, featuresOf } from "./unit.js";
import { reportOverlaps, reportReservedNames } from "./validate-numbers.js";

/** Checks the values of an enum, and what is reserved in it. */
export function validateEnum(unit: FileUnit, desc: EnumDescriptorProto): void {
  const { names, values, enums } = unit.origins;
  const features = featuresOf(unit).of(desc);
  const first = desc.value[0];
  if (first === undefined) errorAt(unit, names.get(desc), `Enum "${desc.name}" must contain at least one value.`);
  else if (first.number !== 0 && features.enumType === EnumType.OPEN)
    errorAt(
      unit,
      values.get(first)?.number,
      `The first enum value must be zero for open enums${unit.syntax === "proto3" ? ", as all of proto3 are" : ""}.`,
    );
  validateAliases(unit, desc);
  if (features.jsonFormat === JsonFormat.ALLOW) validateStrippedNames(unit, desc);
  const reserved = new Set(desc.reservedName);
  for (const value of desc.value) {
    if (reserved.has(value.name)) errorAt(unit, names.get(value), `Enum value "${value.name}" is reserved.`);
    if (desc.reservedRange.some((range) => value.number >= range.start && value.number <= range.end))
      errorAt(unit, values.get(value)?.number, `Enum value "${value.name}" uses reserved number ${value.number}.`);
  }
  const elements = enums.get(desc)?.body.elements ?? [];
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
  const allowed = desc.options?.allowAlias === true;
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
      unit.origins.values.get(value)?.number,
      `"${value.name}" uses the same enum value as "${same.name}". If this is intended, set "option allow_alias = true;"` +
        " in the enum definition.",
    );
  }
  if (allowed && !hasAlias)
    errorAt(
      unit,
      unit.origins.names.get(desc),
      `"${desc.name}" declares support for enum aliases but no enum values share numbers. Please remove the unnecessary` +
        ' "option allow_alias = true;" declaration.',
    );
}

/** Generated code drops the enum's name from its values' names, which must not make two of them one. */
function validateStrippedNames(unit: FileUnit, desc: EnumDescriptorProto): void {
  if (desc.options?.deprecatedLegacyJsonFieldConflicts === true) return;
  const byName = new Map<string, EnumValueDescriptorProto>();
  for (const value of desc.value) {
    const stripped = strippedName(value.name, desc.name);
    const same = byName.get(stripped);
    if (same === undefined) byName.set(stripped, value);
    else if (same.number !== value.number && same.name !== value.name)
      errorAt(
        unit,
        unit.origins.names.get(value),
        `Enum name "${value.name}" has the same name as "${same.name}" if you ignore case and strip out the enum name` +
          " prefix (if any). (If you are using allow_alias, please assign the same number to each enum value name.)",
      );
  }
}

/** A value's name in camel case, without the enum's name in front. */
function strippedName(value: string, enumName: string): string {
  const prefix = enumName.replaceAll("_", "").toLowerCase();
  let at = 0;
  let matched = 0;
  for (; at < value.length && matched < prefix.length; at++) {
    if (value[at] === "_") continue;
    if (value.charAt(at).toLowerCase() !== prefix[matched++]) return camelCase(value);
  }
  if (matched < prefix.length) return camelCase(value);
  while (value[at] === "_") at++;
  // A name that is the prefix alone keeps it.
  return camelCase(at === value.length ? value : value.slice(at));
}

function camelCase(name: string): string {
  let upper = true;
  let out = "";
  for (const c of name) {
    if (c === "_") {
      upper = true;
      continue;
    }
    out += upper ? c.toUpperCase() : c.toLowerCase();
    upper = false;
  }
  return out;
}
