import type { FieldDescriptorProto } from "@bufbuild/protobuf/wkt";
import type { SymbolTable } from "./symbols.js";
import { errorAt, type FileUnit } from "./unit.js";
import { declarationProblem, messageSetProblem } from "./validate-declarations.js";
import { validateLiteExtension } from "./validate-lite.js";
import { declaresExtension, numberSpan, validateNumber } from "./validate-numbers.js";

const optionTypes: ReadonlySet<string> = new Set(
  [
    "FileOptions",
    "MessageOptions",
    "FieldOptions",
    "OneofOptions",
    "EnumOptions",
    "EnumValueOptions",
    "ServiceOptions",
    "MethodOptions",
    "ExtensionRangeOptions",
  ].map((name) => `.google.protobuf.${name}`),
);

/** Checks extensions against the message that they extend, and against each other across all files. */
export class ExtensionValidator {
  readonly #table: SymbolTable;
  /** Who has a number, by extended message and number. */
  readonly #taken = new Map<string, string>();

  constructor(table: SymbolTable) {
    this.#table = table;
  }

  validate(unit: FileUnit, field: FieldDescriptorProto, fullName: string): void {
    const node = unit.origins.field(field);
    const at = numberSpan(unit, field);
    const extended = this.#table.message(field.extendee.slice(1));
    if (extended !== undefined) {
      // A message set has numbers up to those of any int32.
      const isNumber = extended.options?.messageSetWireFormat === true || validateNumber(unit, field, at);
      if (unit.syntax === "proto3" && !optionTypes.has(field.extendee))
        errorAt(unit, node?.name, "Extensions in proto3 are only allowed for defining options.");
      if (isNumber && !declaresExtension(extended, field.number))
        errorAt(unit, at, `"${field.extendee.slice(1)}" does not declare ${field.number} as an extension number.`);
      const problem = messageSetProblem(extended, field) ?? declarationProblem(extended, field, fullName);
      if (isNumber && problem !== undefined) errorAt(unit, node?.name, problem);
      this.#claim(unit, field, fullName);
      validateLiteExtension(unit, field, this.#table);
    }
    if (node?.label?.text === "required") errorAt(unit, node.label, `The extension "${fullName}" cannot be required.`);
  }

  #claim(unit: FileUnit, field: FieldDescriptorProto, fullName: string): void {
    const key = `${field.extendee}:${field.number}`;
    const other = this.#taken.get(key);
    if (other === undefined) this.#taken.set(key, fullName);
    else if (other !== fullName)
      errorAt(
        unit,
        numberSpan(unit, field),
        `Extension number ${field.number} has already been used in "${field.extendee.slice(1)}" by extension "${other}".`,
      );
  }
}
