import {
  type FieldDescriptorProto,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
} from "@bufbuild/protobuf/wkt";
import type { OptionNode, OptionValue } from "./ast.js";
import { nearestFloat, scalarOption } from "./option-scalar.js";
import { OptionProblem } from "./option-value.js";
import type { SymbolTable } from "./symbols.js";
import { errorAt, type FileUnit } from "./unit.js";

/** Writes the `default = ...` of fields as the text that descriptors hold. */
export function setDefaults(unit: FileUnit, table: SymbolTable): void {
  for (const [field, option] of unit.origins.defaults) setDefault(unit, field, option, table);
}

function setDefault(unit: FileUnit, field: FieldDescriptorProto, option: OptionNode, table: SymbolTable): void {
  if (field.label === Label.REPEATED) {
    errorAt(unit, option, "Repeated fields can't have default values.");
    return;
  }
  if (field.type === Type.MESSAGE || field.type === Type.GROUP) {
    errorAt(unit, option, "Messages can't have default values.");
    return;
  }
  try {
    if (Object.hasOwn(field, "type")) field.defaultValue = defaultText(field, option.value, table);
  } catch (problem) {
    if (!(problem instanceof OptionProblem)) throw problem;
    errorAt(unit, option.value, problem.message);
  }
}

function defaultText(field: FieldDescriptorProto, value: OptionValue, table: SymbolTable): string {
  const enumType = field.type === Type.ENUM ? table.enumType(field.typeName.slice(1)) : undefined;
  if (field.type === Type.ENUM && enumType === undefined) return "";
  const leaf = scalarOption(field.type, value, { name: "default", form: "default", enumType, isClosed: true });
  if (field.type === Type.ENUM) return value.kind === "identifier" ? value.text : "";
  if (typeof leaf === "number") return floatText(leaf, field.type === Type.FLOAT);
  if (leaf instanceof Uint8Array) return escapedBytes(leaf);
  return String(leaf);
}

const normalFloatMin = 2 ** -126;

/** The text that C++ writes: with as many digits as any number survives, else with as many as every number does. */
export function floatText(value: number, isFloat: boolean): string {
  if (Number.isNaN(value)) return "nan";
  const number = isFloat ? nearestFloat(value) : value;
  if (!Number.isFinite(number)) return number > 0 ? "inf" : "-inf";
  // A float that is not normal is always written in full.
  const digitsOfFloat = Math.abs(number) < normalFloatMin && number !== 0 ? [9] : [6, 9];
  const same = (text: string) => (isFloat ? Math.fround(Number(text)) : Number(text)) === number;
  for (const digits of isFloat ? digitsOfFloat : [15, 17]) {
    const text = generalFormat(number, digits);
    if (same(text)) return text;
  }
  return String(number);
}

/** `%.{digits}g`. */
function generalFormat(value: number, digits: number): string {
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  const [mantissa = "", exponentText = "0"] = value.toExponential(digits - 1).split("e");
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < digits) return withoutZeros(value.toFixed(Math.max(0, digits - 1 - exponent)));
  const sign = exponent < 0 ? "-" : "+";
  return `${withoutZeros(mantissa)}e${sign}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

function withoutZeros(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

const escapes: ReadonlyMap<number, string> = new Map([
  [10, "\\n"],
  [13, "\\r"],
  [9, "\\t"],
  [34, '\\"'],
  [39, "\\'"],
  [92, "\\\\"],
]);

/** Bytes as C writes them. */
function escapedBytes(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) {
    const simple = escapes.get(byte);
    if (simple !== undefined) text += simple;
    else if (byte >= 32 && byte < 127) text += String.fromCharCode(byte);
    else text += `\\${byte.toString(8).padStart(3, "0")}`;
  }
  return text;
}
