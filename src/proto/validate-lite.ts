import { type FieldDescriptorProto, FileOptions_OptimizeMode as OptimizeMode } from "@bufbuild/protobuf/wkt";
import type { SymbolTable } from "./symbols.js";
import { errorAt, type FileUnit } from "./unit.js";

/** Checks a file against `optimize_for = LITE_RUNTIME`, its own and that of what it imports: lite code has no descriptors. */
export function validateLite(unit: FileUnit): void {
  if (isLite(unit)) {
    validateServices(unit);
    return;
  }
  for (const edge of unit.imports) {
    if (edge.unit === undefined || edge.isOption || !isLite(edge.unit)) continue;
    const what = `"${edge.path}" has optimize_for = LITE_RUNTIME, and can only be imported by files that have it too`;
    errorAt(unit, edge.node, `${what}: "${unit.source.path}" has not.`);
  }
}

/** Checks that an extension in a lite file extends a message of a lite file. */
export function validateLiteExtension(unit: FileUnit, field: FieldDescriptorProto, table: SymbolTable): void {
  const name = field.extendee.slice(1);
  const owner = table.get(name)?.unit;
  if (owner === undefined || !isLite(unit) || isLite(owner)) return;
  const what = `A file with optimize_for = LITE_RUNTIME cannot extend "${name}", whose file has not`;
  errorAt(unit, unit.origins.nameOf(field), `${what}: define the extension in another file.`);
}

function validateServices(unit: FileUnit): void {
  const { options, service } = unit.desc;
  if (options?.ccGenericServices !== true && options?.javaGenericServices !== true) return;
  const message =
    "A file with optimize_for = LITE_RUNTIME cannot define services, but with cc_generic_services and java_generic_services false.";
  for (const one of service) errorAt(unit, unit.origins.nameOf(one), message);
}

function isLite(unit: FileUnit): boolean {
  return unit.desc.options?.optimizeFor === OptimizeMode.LITE_RUNTIME;
}
