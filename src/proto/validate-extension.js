import { errorAt } from "./unit.js";
import { numberSpan, validateNumber } from "./validate-numbers.js";
const optionTypes = new Set([
    "FileOptions",
    "MessageOptions",
    "FieldOptions",
    "OneofOptions",
    "EnumOptions",
    "EnumValueOptions",
    "ServiceOptions",
    "MethodOptions",
    "ExtensionRangeOptions",
].map((name) => `.google.protobuf.${name}`));
/** Checks extensions against the message that they extend, and against each other across all files. */
export class ExtensionValidator {
    #table;
    /** Who has a number, by extended message and number. */
    #taken = new Map();
    constructor(table) {
        this.#table = table;
    }
    validate(unit, field, fullName) {
        const node = unit.origins.fields.get(field);
        const at = numberSpan(unit, field);
        const extended = this.#table.message(field.extendee.slice(1));
        if (extended !== undefined) {
            // A message set has numbers up to those of any int32.
            if (extended.options?.messageSetWireFormat !== true)
                validateNumber(unit, field, at);
            if (unit.syntax === "proto3" && !optionTypes.has(field.extendee))
                errorAt(unit, node?.name, "Extensions in proto3 are only allowed for defining options.");
            if (!extended.extensionRange.some((range) => field.number >= range.start && field.number < range.end))
                errorAt(unit, at, `"${field.extendee.slice(1)}" does not declare ${field.number} as an extension number.`);
            this.#claim(unit, field, fullName);
        }
        if (node?.label?.text === "required")
            errorAt(unit, node.label, `The extension "${fullName}" cannot be required.`);
    }
    #claim(unit, field, fullName) {
        const key = `${field.extendee}:${field.number}`;
        const other = this.#taken.get(key);
        if (other === undefined)
            this.#taken.set(key, fullName);
        else if (other !== fullName)
            errorAt(unit, numberSpan(unit, field), `Extension number ${field.number} has already been used in "${field.extendee.slice(1)}" by extension "${other}".`);
    }
}
