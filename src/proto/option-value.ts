import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import {
  type DescriptorProto,
  type FieldDescriptorProto,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
} from "@bufbuild/protobuf/wkt";
import { setNumberMax } from "./limits.js";
import { isPackable } from "./scalar-types.js";

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

export type OptionLeaf = OptionMessage | bigint | number | boolean | string | Uint8Array | typeof negativeNan;

/** All NaN are one number in JavaScript; this one has a sign, which shows in its bytes. */
export const negativeNan: unique symbol = Symbol("-nan");

/** Wrong value of an option; its text says what is right. */
export class OptionProblem extends Error {}

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
  const isSet = message.type.options?.messageSetWireFormat === true;
  for (const { desc, values, isPacked, isGroup } of message.fields.values()) {
    if (!isFieldNumber(desc.number)) continue;
    if (isSet) {
      for (const value of values) writeSetItem(writer, desc.number, value);
      continue;
    }
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

/** A number that no field can have is told where the field is defined. In a message set any int32 is one. */
function isFieldNumber(number: number): boolean {
  return number >= 1 && number <= setNumberMax;
}

/** An item of a message set: its number is a value, since it may be larger than any of a field. */
function writeSetItem(writer: BinaryWriter, number: number, value: OptionLeaf): void {
  if (!(value instanceof OptionMessage)) return;
  writer.tag(1, WireType.StartGroup).tag(2, WireType.Varint).uint32(number);
  writer.tag(3, WireType.LengthDelimited).fork();
  writeMessage(writer, value);
  writer.join().tag(1, WireType.EndGroup);
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
  else if (value === negativeNan) writeNegativeNan(writer, type);
  else if (typeof value === "number") type === Type.FLOAT ? writer.float(floatRange(value)) : writer.double(value);
  else if (typeof value === "bigint") writeInteger(writer, type, value);
}

function writeNegativeNan(writer: BinaryWriter, type: Type): void {
  if (type === Type.FLOAT) writer.fixed32(0xffc00000);
  else writer.fixed64(0xfff8000000000000n);
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
