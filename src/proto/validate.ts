import type { DescriptorProto } from "@bufbuild/protobuf/wkt";
import type { FieldNode, ImportNode, MessageNode } from "./ast.js";
import { commentsBetween } from "./comments.js";
import { joined } from "./names.js";
import type { SymbolTable } from "./symbols.js";
import { type FileUnit, warningAt } from "./unit.js";
import { validateDeclarations } from "./validate-declarations.js";
import { validateEditionFile, validateNestedVisibility } from "./validate-editions.js";
import { validateEnum } from "./validate-enum.js";
import type { ExtensionValidator } from "./validate-extension.js";
import { validateField, validateMessageOptions } from "./validate-field.js";
import { validateJsonNames } from "./validate-json-names.js";
import { validateLite } from "./validate-lite.js";
import { validateNames } from "./validate-names.js";
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
  validateLite(unit);
  validateNames(unit);
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
  if (desc.options?.mapEntry && isOfMap(unit.origins.message(desc))) return;
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

/** Entries of a map come from its field, as the message of a group does. */
function isOfMap(node: MessageNode | FieldNode | undefined): boolean {
  return node?.kind === "field" && node.group === undefined;
}

/** Blanks at one place only, as in lint's: else text of blank lines would be gone over again and again. */
const ignoredImport =
  /^[^\S\n\r\u2028\u2029]*(?:\*[^\S\n\r\u2028\u2029]*)?(?:buf:)?lint:ignore[^\S\n\r\u2028\u2029]+IMPORT_USED\b/m;

/** Its leading comment has a line `lint:ignore IMPORT_USED`, which `peregrine lint` takes as well. */
function isToldToIgnore({ tokens, source }: FileUnit, { start }: ImportNode): boolean {
  const from = start === 0 ? 0 : tokens.end(start - 1);
  const { leading } = commentsBetween(source.text, from, tokens.start(start), start === 0, false, false);
  return ignoredImport.test(leading);
}

/** Warns of imports that nothing was used of, unless a comment says that it is meant so. */
export function warnUnusedImports(unit: FileUnit): void {
  for (const edge of unit.imports) {
    if (edge.isUsed || edge.isPublic || edge.unit === undefined || edge.node === undefined) continue;
    if (isToldToIgnore(unit, edge.node)) continue;
    warningAt(unit, edge.node, `Import ${edge.path} is unused.`);
  }
}
