import type {
  EnumValueDescriptorProto,
  FieldDescriptorProto,
  FieldOptions_FeatureSupport,
} from "@bufbuild/protobuf/wkt";
import type { Name } from "./ast.js";
import type { SymbolTable } from "./symbols.js";
import { errorAt, type FileUnit } from "./unit.js";

/** Checks what a field, and each value of its enum, says of the editions that may use it. */
export function validateFieldSupport(unit: FileUnit, field: FieldDescriptorProto, table: SymbolTable): void {
  const support = field.options?.featureSupport;
  if (support === undefined) return;
  const at = unit.origins.nameOf(field) as Name | undefined;
  report(unit, at, problemOf(support, field.name));
  for (const value of table.enumType(field.typeName.slice(1))?.value ?? []) {
    const own = value.options?.featureSupport;
    if (own !== undefined) report(unit, at, problemWithin(support, { ...support, ...ownOf(own) }, value, field.name));
  }
}

/** Checks what a value of an enum says of the editions that may use it. */
export function validateValueSupport(unit: FileUnit, value: EnumValueDescriptorProto): void {
  const support = value.options?.featureSupport;
  if (support !== undefined)
    report(unit, unit.origins.nameOf(value) as Name | undefined, problemOf(support, value.name));
}

function report(unit: FileUnit, at: Name | undefined, problem: string | undefined): void {
  if (problem !== undefined) errorAt(unit, at, `In feature_support, ${problem}`);
}

type Support = Partial<
  Pick<
    FieldOptions_FeatureSupport,
    "editionIntroduced" | "editionDeprecated" | "deprecationWarning" | "editionRemoved" | "removalError"
  >
>;

/** What was set, without what reads as zero. */
function ownOf(support: Support): Support {
  return Object.fromEntries(Object.entries(support).filter(([key]) => !key.startsWith("$")));
}

function problemOf(support: Support, name: string): string | undefined {
  const { deprecationWarning, removalError } = ownOf(support);
  const { editionIntroduced: from = 0, editionDeprecated: old = 0, editionRemoved: gone = 0 } = ownOf(support);
  if (old !== 0 && old < from) return `"${name}" is deprecated before it is introduced.`;
  if (old !== 0 && deprecationWarning === undefined) return `"${name}" is deprecated, but has no deprecation_warning.`;
  if (old === 0 && deprecationWarning !== undefined)
    return `"${name}" has a deprecation_warning, but no edition_deprecated.`;
  if (gone === 0)
    return removalError === undefined ? undefined : `"${name}" has a removal_error, but no edition_removed.`;
  if (old >= gone) return `"${name}" is deprecated after it is removed.`;
  if (gone < from) return `"${name}" is removed before it is introduced.`;
  if (from !== gone && removalError === undefined) return `"${name}" is removed, but has no removal_error.`;
  return undefined;
}

/** What an enum's value says holds together with what the field says, and goes no further. */
function problemWithin(
  field: Support,
  value: Support,
  { name }: EnumValueDescriptorProto,
  fieldName: string,
): string | undefined {
  const problem = problemOf(value, name);
  if (problem !== undefined) return problem;
  const [outer, inner] = [ownOf(field), ownOf(value)];
  if ((inner.editionIntroduced ?? 0) < (outer.editionIntroduced ?? 0))
    return `the value "${name}" is introduced before "${fieldName}" is.`;
  if (outer.editionRemoved !== undefined && (inner.editionRemoved ?? 0) > outer.editionRemoved)
    return `the value "${name}" is removed after "${fieldName}" is.`;
  if (outer.editionDeprecated !== undefined && (inner.editionDeprecated ?? 0) > outer.editionDeprecated)
    return `the value "${name}" is deprecated after "${fieldName}" is.`;
  return undefined;
}
