import {
  type DescriptorProto,
  type DescriptorProto_ExtensionRange,
  type ExtensionRangeOptions_Declaration,
  type FieldDescriptorProto,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
  ExtensionRangeOptions_VerificationState as Verification,
} from "@bufbuild/protobuf/wkt";
import type { OptionNode } from "./ast.js";
import { scalarTypeOf, typeWord } from "./scalar-types.js";
import { errorAt, type FileUnit } from "./unit.js";

/** Checks the extensions that a message declares in the options of its extension ranges. */
export function validateDeclarations(unit: FileUnit, desc: DescriptorProto): void {
  const names = new Set<string>();
  for (const range of desc.extensionRange) {
    if (range.options === undefined || range.options.declaration.length === 0) continue;
    const at = optionOf(unit, desc, range, "declaration");
    const numbers = new Set<number>();
    for (const one of range.options.declaration) {
      const problem = problemOf(range, one, numbers, names);
      if (problem !== undefined) errorAt(unit, at, problem);
      numbers.add(one.number);
      if (one.fullName !== "") names.add(one.fullName);
    }
    if (isSetTo(range, Verification.UNVERIFIED))
      errorAt(
        unit,
        optionOf(unit, desc, range, "verification") ?? at,
        "An extension range cannot be UNVERIFIED when it has declarations of extensions.",
      );
  }
}

function problemOf(
  range: DescriptorProto_ExtensionRange,
  one: ExtensionRangeOptions_Declaration,
  numbers: ReadonlySet<number>,
  names: ReadonlySet<string>,
): string | undefined {
  const { number, fullName, type } = one;
  if (number < range.start || number >= range.end)
    return `Extension declaration number ${number} is not in the extension range.`;
  if (numbers.has(number)) return `Extension declaration number ${number} is declared multiple times.`;
  if (names.has(fullName)) return `Extension field name "${fullName}" is declared multiple times.`;
  if (fullName === "" || type === "") {
    const isComplete = one.reserved && fullName === "" && type === "";
    return isComplete ? undefined : `Extension declaration ${number} should have both full_name and type set.`;
  }
  const isWord = type === "enum" || scalarTypeOf(type) !== undefined;
  return problemOfName(fullName) ?? (isWord ? undefined : problemOfName(type));
}

function problemOfName(name: string): string | undefined {
  if (!name.startsWith(".")) return `"${name}" must have a leading dot: it is a full name.`;
  if (!/^(\.[A-Za-z0-9_]+)+$/.test(name)) return `"${name}" contains invalid identifiers.`;
  return undefined;
}

function isSetTo(range: DescriptorProto_ExtensionRange, state: Verification): boolean {
  const { options } = range;
  if (options === undefined || !Object.hasOwn(options, "verification")) return false;
  return options.verification === state;
}

/** Where a range has an option; ranges and their statements are in the same order. */
function optionOf(
  unit: FileUnit,
  desc: DescriptorProto,
  range: DescriptorProto_ExtensionRange,
  name: string,
): OptionNode | undefined {
  const node = unit.origins.message(desc);
  const elements = node?.kind === "message" ? node.body.elements : (node?.group?.elements ?? []);
  const statements = elements.flatMap((one) => (one.kind === "extensions" ? one.ranges.map(() => one) : []));
  const options = statements[desc.extensionRange.indexOf(range)]?.options?.options;
  return options?.find((one) => one.name[0]?.text === name);
}

/** What is wrong with an extension by the declarations of the range that its number is in. */
export function declarationProblem(
  extended: DescriptorProto,
  field: FieldDescriptorProto,
  fullName: string,
): string | undefined {
  const range = extended.extensionRange.find((one) => field.number >= one.start && field.number < one.end);
  const declarations = range?.options?.declaration ?? [];
  if (range === undefined || (declarations.length === 0 && !isSetTo(range, Verification.DECLARATION))) return undefined;
  const what = `"${extended.name}" extension field ${field.number}`;
  const declared = declarations.find((one) => one.number === field.number);
  if (declared === undefined)
    return `The extension range of "${extended.name}" does not declare field "${fullName}" with number ${field.number}.`;
  if (declared.reserved) return `${what} cannot be used: the range declares it as reserved.`;
  if (declared.fullName !== `.${fullName}`)
    return `${what} is expected to have the name "${declared.fullName}", not ".${fullName}".`;
  const type = field.typeName === "" ? typeWord(field.type) : field.typeName;
  if (declared.type !== type) return `${what} is expected to be of type "${declared.type}", not "${type}".`;
  const isRepeated = field.label === Label.REPEATED;
  if (declared.repeated !== isRepeated) return `${what} is expected to be ${isRepeated ? "singular" : "repeated"}.`;
  return undefined;
}

/** What is wrong with an extension of a message set. */
export function messageSetProblem(extended: DescriptorProto, field: FieldDescriptorProto): string | undefined {
  if (extended.options?.messageSetWireFormat !== true) return undefined;
  if (field.type === Type.MESSAGE && field.label === Label.OPTIONAL) return undefined;
  return "Extensions of message sets must be optional messages.";
}
