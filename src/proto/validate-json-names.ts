import {
  type DescriptorProto,
  type FieldDescriptorProto,
  FeatureSet_JsonFormat as JsonFormat,
} from "@bufbuild/protobuf/wkt";
import { defaultJsonName } from "./names.js";
import { errorAt, type FileUnit, featuresOf } from "./unit.js";

/** Checks that no two fields have the same name in JSON, by default or as written with `json_name`. */
export function validateJsonNames(unit: FileUnit, desc: DescriptorProto): void {
  if (desc.options?.deprecatedLegacyJsonFieldConflicts === true || areDistinct(desc)) return;
  const isStrict = featuresOf(unit).of(desc).jsonFormat === JsonFormat.ALLOW;
  validatePass(unit, desc, false, isStrict);
  validatePass(unit, desc, true, isStrict);
}

/** Nearly always: all names, by default and as written, are different. */
function areDistinct(desc: DescriptorProto): boolean {
  const names = new Set<string>();
  let count = 0;
  for (const field of desc.field) {
    const byDefault = defaultJsonName(field.name);
    names.add(byDefault);
    count++;
    if (field.jsonName === byDefault) continue;
    names.add(field.jsonName);
    count++;
  }
  return names.size === count;
}

function validatePass(unit: FileUnit, desc: DescriptorProto, withCustom: boolean, isStrict: boolean): void {
  const byName = new Map<string, FieldDescriptorProto>();
  for (const field of desc.field) {
    const isCustom = withCustom && field.jsonName !== defaultJsonName(field.name);
    const name = withCustom ? field.jsonName : defaultJsonName(field.name);
    const same = byName.get(name);
    if (same === undefined) {
      byName.set(name, field);
      continue;
    }
    // Two fields of one name were told already.
    if (same.name === field.name) continue;
    const sameIsCustom = withCustom && same.jsonName !== defaultJsonName(same.name);
    // Two default names were compared in the first pass.
    if (withCustom && !isCustom && !sameIsCustom) continue;
    const message =
      `The ${isCustom ? "custom" : "default"} JSON name of field "${field.name}" ("${name}") conflicts with the` +
      ` ${sameIsCustom ? "custom" : "default"} JSON name of field "${same.name}".`;
    const at = unit.origins.nameOf(field);
    // proto2 was there before JSON, so defaults may clash in it.
    if (isCustom && sameIsCustom ? true : isStrict) errorAt(unit, at, message);
    else if (at !== undefined) unit.diagnostics.warning(unit.tokens.start(at.start), unit.tokens.end(at.end), message);
  }
}
