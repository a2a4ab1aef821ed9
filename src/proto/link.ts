import { type DescriptorProto, FieldDescriptorProto_Type as Type } from "@bufbuild/protobuf/wkt";
import type { Resolver } from "./resolve.js";
import type { ProtoSymbol } from "./symbols.js";
import { errorAt, type FileUnit, type TypeReference } from "./unit.js";

/** Replaces the names of types in a file's descriptor by full names, with their kind. */
export function linkTypes(unit: FileUnit, resolver: Resolver): void {
  for (const reference of unit.typeReferences) {
    // As protoc does: only the type of a field looks past names that are no types.
    const typesOnly = reference.kind === "field";
    const found = resolver.resolve(unit, reference.name.text, reference.scope, typesOnly);
    if (found.symbol !== undefined) link(unit, reference, found.symbol);
    // What an import that is missing would have defined cannot be told from what nobody defines.
    else if (!unit.isIncomplete) errorAt(unit, reference.name, found.problem);
  }
}

function link(unit: FileUnit, reference: TypeReference, symbol: ProtoSymbol): void {
  const fullName = `.${symbol.fullName}`;
  const isMessage = symbol.kind === "message";
  if (reference.kind === "field") {
    if (!isMessage && symbol.kind !== "enum") {
      errorAt(unit, reference.name, `"${symbol.fullName}" is not a type, but a ${symbol.kind}.`);
      return;
    }
    reference.desc.type = isMessage ? Type.MESSAGE : Type.ENUM;
    reference.desc.typeName = fullName;
    return;
  }
  if (!isMessage) {
    errorAt(unit, reference.name, `"${symbol.fullName}" is not a message type, but ${withArticle(symbol.kind)}.`);
    return;
  }
  if (reference.kind !== "extendee" && (symbol.desc as DescriptorProto).options?.mapEntry)
    errorAt(unit, reference.name, `"${symbol.fullName}" is the type of a map's entries, which no method may have.`);
  if (reference.kind === "extendee") reference.desc.extendee = fullName;
  else if (reference.kind === "input") reference.desc.inputType = fullName;
  else reference.desc.outputType = fullName;
}

function withArticle(kind: string): string {
  return /^[aeiou]/.test(kind) ? `an ${kind}` : `a ${kind}`;
}
