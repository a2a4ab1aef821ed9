import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import {
  type DescriptorProto,
  type EnumDescriptorProto,
  type FieldDescriptorProto,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
} from "@bufbuild/protobuf/wkt";
import type { OptionValue } from "./ast.js";
import { fieldNumberMax } from "./limits.js";
import { isPackable, typeWord } from "./scalar-types.js";

/** A message that is built from options, before it is bytes. */
export class OptionMessage {
  readonly type: DescriptorProto;
  /** By field number, in the order they were set. */
  readonly fields: Map<number, OptionField> = new Map();

  constructor(type: DescriptorProto) {
    this.type = type;
  }
}

export interface OptionField {
  readonly desc: FieldDescriptorProto;
  readonly values: OptionLeaf[];
  /** A list of numbers takes the packed form. */
  readonly isPacked: boolean;
  /** A message takes the delimited form, as groups do. */
  readonly isGroup: boolean;
}

export type OptionLeaf = OptionMessage | bigint | number | boolean | string | Uint8Array;

/** Wrong value of an option; its text says what is right. */
export class OptionProblem extends Error {}

const integerRanges: ReadonlyMap<Type, readonly [bigint, bigint]> = new Map([
  [Type.INT32, [-(2n ** 31n), 2n ** 31n - 1n]],
  [Type.SINT32, [-(2n ** 31n), 2n ** 31n - 1n]],
  [Type.SFIXED32, [-(2n ** 31n), 2n ** 31n - 1n]],
  [Type.UINT32, [0n, 2n ** 32n - 1n]],
  [Type.FIXED32, [0n, 2n ** 32n - 1n]],
  [Type.INT64, [-(2n ** 63n), 2n ** 63n - 1n]],
  [Type.SINT64, [-(2n ** 63n), 2n ** 63n - 1n]],
  [Type.SFIXED64, [-(2n ** 63n), 2n ** 63n - 1n]],
  [Type.UINT64, [0n, 2n ** 64n - 1n]],
  [Type.FIXED64, [0n, 2n ** 64n - 1n]],
] as const);

/**
 * Reads a scalar or enum value.
 *
 * @param inText the value stands inside `{ ... }`, where the text format's wider rules hold
 * @throws {OptionProblem} when it does not fit the type
 */
export function scalarOption(
  type: Type,
  value: OptionValue,
  name: string,
  enumType: EnumDescriptorProto | undefined,
  inText: boolean,
): OptionLeaf {
  switch (type) {
    case Type.ENUM:
      return enumOption(value, name, enumType, inText);
    case Type.BOOL:
      return booleanOption(value, name, inText);
    case Type.STRING:
      if (value.kind !== "string")
        throw new OptionProblem(`Value must be a quoted string for string option "${name}".`);
      return value.text;
    case Type.BYTES:
      if (value.kind !== "string") throw new OptionProblem(`Value must be a quoted string for bytes option "${name}".`);
      return value.bytes ?? new TextEncoder().encode(value.text);
    case Type.FLOAT:
    case Type.DOUBLE:
      return floatOption(type, value, name);
    default:
      return integerOption(type, value, name);
  }
}

function integerOption(type: Type, value: OptionValue, name: string): bigint {
  const range = integerRanges.get(type);
  const word = typeWord(type);
  // A zero with a sign is read as a float, which an integer field takes as well.
  const number =
    value.kind === "float" && Object.is(value.value, -0) ? 0n : value.kind === "integer" ? value.value : undefined;
  if (number === undefined || range === undefined)
    throw new OptionProblem(`Value must be integer for ${word} option "${name}".`);
  if (number < range[0] || number > range[1])
    throw new OptionProblem(`Value out of range, ${range[0]} to ${range[1]}, for ${word} option "${name}".`);
  return number;
}

function floatOption(type: Type, value: OptionValue, name: string): number {
  if (value.kind === "integer") return Number(value.value);
  if (value.kind === "float") return value.value;
  if (value.kind === "identifier") {
    const word = value.text.toLowerCase();
    if (word === "inf" || word === "infinity") return value.negative ? -Infinity : Infinity;
    if (word === "nan") return Number.NaN;
  }
  throw new OptionProblem(`Value must be number for ${typeWord(type)} option "${name}".`);
}

function booleanOption(value: OptionValue, name: string, inText: boolean): boolean {
  const word = value.kind === "identifier" && !value.negative ? value.text : undefined;
  if (word === "true" || (inText && (word === "True" || word === "t"))) return true;
  if (word === "false" || (inText && (word === "False" || word === "f"))) return false;
  if (inText && value.kind === "integer" && (value.value === 0n || value.value === 1n)) return value.value === 1n;
  throw new OptionProblem(`Value must be "true" or "false" for boolean option "${name}".`);
}

function enumOption(
  value: OptionValue,
  name: string,
  enumType: EnumDescriptorProto | undefined,
  inText: boolean,
): bigint {
  if (inText && value.kind === "integer") return integerOption(Type.INT32, value, name);
  if (value.kind !== "identifier" || value.negative)
    throw new OptionProblem(`Value must be identifier for enum-valued option "${name}".`);
  const found = enumType?.value.find((one) => one.name === value.text);
  if (found !== undefined) return BigInt(found.number);
  throw new OptionProblem(
    `Enum type "${enumType?.name ?? "?"}" has no value named "${value.text}" for option "${name}".`,
  );
}

/** One field on the way from an options message to an option. */
export interface OptionStep {
  readonly message: OptionMessage;
  readonly field: FieldDescriptorProto;
}

/**
 * Writes one option that was set, with all messages on the way. As `protoc` does, each is a record of its own: two that set
 * fields of one message leave it to the reader to merge them.
 */
export function writeOption(writer: BinaryWriter, steps: readonly OptionStep[], value: OptionLeaf): void {
  const [step, ...rest] = steps;
  const set = step?.message.fields.get(step.field.number);
  if (step === undefined || set === undefined || !isFieldNumber(step.field.number)) return;
  if (rest.length === 0) {
    writeField(writer, step.field, set.isGroup, value);
  } else if (set.isGroup) {
    writer.tag(step.field.number, WireType.StartGroup);
    writeOption(writer, rest, value);
    writer.tag(step.field.number, WireType.EndGroup);
  } else {
    writer.tag(step.field.number, WireType.LengthDelimited).fork();
    writeOption(writer, rest, value);
    writer.join();
  }
}

/** The bytes of a message of options. */
export function encodeOptions(message: OptionMessage): Uint8Array {
  const writer = new BinaryWriter();
  writeMessage(writer, message);
  return writer.finish();
}

function writeMessage(writer: BinaryWriter, message: OptionMessage): void {
  for (const { desc, values, isPacked, isGroup } of message.fields.values()) {
    if (!isFieldNumber(desc.number)) continue;
    const isList = desc.label === Label.REPEATED;
    if (isList && isPacked && isPackable(desc.type)) {
      writer.tag(desc.number, WireType.LengthDelimited).fork();
      for (const value of values) writeScalar(writer, desc.type, value);
      writer.join();
      continue;
    }
    for (const value of values) writeField(writer, desc, isGroup, value);
  }
}

/** A number that no field can have is told where the field is defined. */
function isFieldNumber(number: number): boolean {
  return number >= 1 && number <= fieldNumberMax;
}

function writeField(writer: BinaryWriter, desc: FieldDescriptorProto, isGroup: boolean, value: OptionLeaf): void {
  if (!(value instanceof OptionMessage)) {
    writer.tag(desc.number, wireType(desc.type));
    writeScalar(writer, desc.type, value);
  } else if (isGroup) {
    writer.tag(desc.number, WireType.StartGroup);
    writeMessage(writer, value);
    writer.tag(desc.number, WireType.EndGroup);
  } else {
    writer.tag(desc.number, WireType.LengthDelimited).fork();
    writeMessage(writer, value);
    writer.join();
  }
}

/** Whether a step's field has the delimited form. */
export function isRecordOfGroup({ message, field }: OptionStep): boolean {
  return message.fields.get(field.number)?.isGroup === true;
}

export function wireType(type: Type): WireType {
  switch (type) {
    case Type.DOUBLE:
    case Type.FIXED64:
    case Type.SFIXED64:
      return WireType.Bit64;
    case Type.FLOAT:
    case Type.FIXED32:
    case Type.SFIXED32:
      return WireType.Bit32;
    case Type.STRING:
    case Type.BYTES:
      return WireType.LengthDelimited;
    default:
      return WireType.Varint;
  }
}

function writeScalar(writer: BinaryWriter, type: Type, value: OptionLeaf): void {
  if (typeof value === "boolean") writer.bool(value);
  else if (typeof value === "string") writer.string(value);
  else if (value instanceof Uint8Array) writer.bytes(value);
  else if (typeof value === "number") type === Type.FLOAT ? writer.float(floatRange(value)) : writer.double(value);
  else if (typeof value === "bigint") writeInteger(writer, type, value);
}

/** A float field takes any number; one too large is infinite. */
function floatRange(value: number): number {
  return Math.fround(value);
}

function writeInteger(writer: BinaryWriter, type: Type, value: bigint): void {
  switch (type) {
    case Type.SINT32:
      writer.sint32(Number(value));
      return;
    case Type.UINT32:
      writer.uint32(Number(value));
      return;
    case Type.FIXED32:
      writer.fixed32(Number(value));
      return;
    case Type.SFIXED32:
      writer.sfixed32(Number(value));
      return;
    case Type.SINT64:
      writer.sint64(value);
      return;
    case Type.UINT64:
      writer.uint64(value);
      return;
    case Type.FIXED64:
      writer.fixed64(value);
      return;
    case Type.SFIXED64:
      writer.sfixed64(value);
      return;
    default:
      // int32 and enum have the wire form of int64.
      writer.int64(value);
  }
}
