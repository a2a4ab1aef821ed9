import {
  FeatureSet_VisibilityFeature_DefaultSymbolVisibility as DefaultVisibility,
  type DescriptorProto,
  type EnumDescriptorProto,
  SymbolVisibility,
} from "@bufbuild/protobuf/wkt";
import { parentOf } from "./names.js";
import type { ProtoSymbol, SymbolTable } from "./symbols.js";
import { errorAt, type FileUnit, featuresOf, type TypeReference, warningAt } from "./unit.js";

/** Checks the types of other files that a file names: whether it may, and whether it should. */
export function validateReferences(unit: FileUnit, table: SymbolTable): void {
  for (const reference of unit.typeReferences) {
    const symbol = table.get(fullNameOf(reference).slice(1));
    if (symbol === undefined || symbol.unit === unit) continue;
    if (symbol.kind !== "message" && symbol.kind !== "enum") continue;
    const desc = symbol.desc as DescriptorProto | EnumDescriptorProto;
    const hidden = hiddenBecause(symbol, desc);
    if (hidden !== undefined)
      errorAt(
        unit,
        reference.name,
        `"${symbol.fullName}" of "${symbol.unit.source.path}" cannot be used outside of that file: ${hidden}.`,
      );
    else if (desc.options?.deprecated) warningAt(unit, reference.name, `"${symbol.fullName}" is deprecated.`);
  }
}

function fullNameOf(reference: TypeReference): string {
  switch (reference.kind) {
    case "field":
      return reference.desc.typeName;
    case "extendee":
      return reference.desc.extendee;
    case "input":
      return reference.desc.inputType;
    case "output":
      return reference.desc.outputType;
  }
}

function hiddenBecause(symbol: ProtoSymbol, desc: DescriptorProto | EnumDescriptorProto): string | undefined {
  if (desc.visibility === SymbolVisibility.VISIBILITY_EXPORT) return undefined;
  if (desc.visibility === SymbolVisibility.VISIBILITY_LOCAL) return 'it is marked "local"';
  const visibility = featuresOf(symbol.unit).file.defaultSymbolVisibility;
  if (visibility === DefaultVisibility.EXPORT_ALL) return undefined;
  const isTop = parentOf(symbol.fullName) === symbol.unit.desc.package;
  if (isTop && visibility === DefaultVisibility.EXPORT_TOP_LEVEL) return undefined;
  return `it is local by features.default_symbol_visibility = ${DefaultVisibility[visibility]}`;
}
