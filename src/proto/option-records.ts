import { create, type DescMessage, fromBinary, type Message } from "@bufbuild/protobuf";
import { type BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { FieldDescriptorProto_Label as Label, FieldDescriptorProto_Type as Type } from "@bufbuild/protobuf/wkt";
import {
  isRecordOfGroup,
  type OptionLeaf,
  OptionMessage,
  type OptionStep,
  wireType,
  writeOption,
} from "./option-value.js";

/** A custom option in an options message, which does not know it. */
interface UnknownField {
  readonly no: number;
  readonly wireType: WireType;
  readonly data: Uint8Array;
}

interface OptionRecord {
  readonly number: number;
  readonly bytes: Uint8Array;
}

/** The options of one element, as a message and as the bytes of it. */
export interface EncodedOptions {
  readonly message: Message;
  /** As `protoc` writes them; undefined where only an encoder that knows the message can tell. */
  readonly bytes: Uint8Array | undefined;
}

/**
 * Collects the options of one element. Nearly all are strings and switches of the options message, and custom options: of
 * these both forms are made here at once. Others, such as features, are left to the runtime library.
 */
export class OptionRecords {
  readonly #schema: DescMessage;
  readonly #writer: BinaryWriter;
  /** In the order that they were set, which `protoc` keeps for custom ones. */
  readonly #records: OptionRecord[] = [];
  readonly #known: OptionRecord[] = [];
  readonly #custom: OptionRecord[] = [];
  readonly #unknown: UnknownField[] = [];
  readonly #values: [name: string, value: unknown][] = [];
  #isPlain = true;

  /** @param writer one that is empty, for many to share */
  constructor(schema: DescMessage, writer: BinaryWriter) {
    this.#schema = schema;
    this.#writer = writer;
  }

  /** What is wrong with an option of another `descriptor.proto`, where the one that is built in has another field by its number. */
  clashOf([step]: readonly OptionStep[]): string | undefined {
    const field = step?.field;
    if (field === undefined || field.extendee !== "") return undefined;
    const known = this.#schema.fields.find((one) => one.number === field.number)?.proto;
    if (known === undefined || (known.type === field.type && known.label === field.label)) return undefined;
    const what = `The number ${field.number} of "${field.name}" is that of "${known.name}" in the descriptor.proto that programs know`;
    return `${what}: define the option as an extension, or give it another number.`;
  }

  add(steps: readonly OptionStep[], value: OptionLeaf): void {
    const [step] = steps;
    if (step === undefined) return;
    writeOption(this.#writer, steps, value);
    const record = { number: step.field.number, bytes: this.#writer.finish() };
    this.#records.push(record);
    if (step.field.extendee !== "") this.#addCustom(step, record);
    else this.#addKnown(step, record, value);
  }

  finish(): EncodedOptions {
    if (!this.#isPlain) return { message: fromBinary(this.#schema, concat(this.#records)), bytes: undefined };
    const message = create(this.#schema) as Message & Record<string, unknown>;
    for (const [name, value] of this.#values) message[name] = value;
    if (this.#unknown.length > 0) message.$unknown = this.#unknown;
    this.#known.sort((a, b) => a.number - b.number);
    return { message, bytes: concat([...this.#known, ...this.#custom]) };
  }

  #addCustom(step: OptionStep, record: OptionRecord): void {
    const { number: no, bytes } = record;
    const isMessage = step.field.type === Type.MESSAGE || step.field.type === Type.GROUP;
    if (isRecordOfGroup(step)) this.#isPlain = false;
    else {
      const type = isMessage ? WireType.LengthDelimited : wireType(step.field.type);
      this.#unknown.push({ no, wireType: type, data: bytes.subarray(tagLength(bytes)) });
    }
    this.#custom.push(record);
  }

  #addKnown({ field }: OptionStep, record: OptionRecord, value: OptionLeaf): void {
    this.#known.push(record);
    const name = this.#schema.fields.find((one) => one.number === field.number)?.localName;
    const isWord = field.type === Type.STRING || field.type === Type.BOOL || field.type === Type.ENUM;
    if (name === undefined || !isWord || field.label === Label.REPEATED || value instanceof OptionMessage)
      this.#isPlain = false;
    else this.#values.push([name, typeof value === "bigint" ? Number(value) : value]);
  }
}

function tagLength(bytes: Uint8Array): number {
  let length = 1;
  while (((bytes[length - 1] as number) & 0x80) !== 0) length++;
  return length;
}

function concat(records: readonly OptionRecord[]): Uint8Array {
  const [only] = records;
  if (only !== undefined && records.length === 1) return only.bytes;
  let length = 0;
  for (const { bytes } of records) length += bytes.length;
  const all = new Uint8Array(length);
  let at = 0;
  for (const { bytes } of records) {
    all.set(bytes, at);
    at += bytes.length;
  }
  return all;
}
