import type { DescriptorProto } from "@bufbuild/protobuf/wkt";
import { joined } from "./names.js";
import type { SymbolTable } from "./symbols.js";
import { type FileUnit, warningAt } from "./unit.js";
import { validateDeclarations } from "./validate-declarations.js";
import { validateEditionFile, validateNestedVisibility } from "./validate-editions.js";
import { validateEnum } from "./validate-enum.js";
import type { ExtensionValidator } from "./validate-extension.js";
import { validateField, validateMessageOptions } from "./validate-field.js";
import { validateJsonNames } from "./validate-json-names.js";
import { validateNaming } from "./validate-naming.js";
import { validateNumbers } from "./validate-numbers.js";
import { validateReferences } from "./validate-references.js";

/** Checks all rules of a linked file that are about more than names. */
export function validateFile(unit: FileUnit, table: SymbolTable, extensions: ExtensionValidator): void {
  const { desc } = unit;
  validateEditionFile(unit);
  for (const one of desc.messageType) validateMessage(unit, one, desc.package, table, extensions);
  for (const one of desc.enumType) validateEnum(unit, one);
  for (const one of desc.extension) {
    validateField(unit, one, table);
    extensions.validate(unit, one, joined(desc.package, one.name));
  }
  validateReferences(unit, table);
  validateNaming(unit);
}

function validateMessage(
  unit: FileUnit,
  desc: DescriptorProto,
  scope: string,
  table: SymbolTable,
  extensions: ExtensionValidator,
): void {
  if (desc.options?.mapEntry && unit.origins.message(desc)?.kind === "field") return;
  const fullName = joined(scope, desc.name);
  validateNumbers(unit, desc);
  validateNestedVisibility(unit, desc);
  validateDeclarations(unit, desc);
  validateMessageOptions(unit, desc);
  validateJsonNames(unit, desc);
  for (const one of desc.field) validateField(unit, one, table);
  for (const one of desc.extension) {
    validateField(unit, one, table);
    extensions.validate(unit, one, joined(fullName, one.name));
  }
  for (const one of desc.enumType) validateEnum(unit, one);
  for (const one of desc.nestedType) validateMessage(unit, one, fullName, table, extensions);
}

/** Warns of imports that nothing was used of. */
export function warnUnusedImports(unit: FileUnit): void {
  for (const edge of unit.imports) {
    if (edge.isUsed || edge.isPublic || edge.unit === undefined || edge.node === undefined) continue;
    warningAt(unit, edge.node, `Import ${edge.path} is unused.`);
  }
}
