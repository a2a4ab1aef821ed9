import {
  type DescriptorProto,
  type FieldDescriptorProto,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
} from "@bufbuild/protobuf/wkt";
import type { AggregateField, AggregateValue, OptionValue, Span } from "./ast.js";
import { encodeOptions, type OptionLeaf, OptionMessage, OptionProblem } from "./option-value.js";
import { declaresExtension } from "./validate-numbers.js";

/** What reading a value in the text format must know of types. */
export interface TextFormatTypes {
  messageType(fullName: string): DescriptorProto | undefined;
  /** @throws {OptionProblem} */
  scalar(field: FieldDescriptorProto, value: OptionValue, name: string): OptionLeaf;
  /** @param typeName full name of the message that it extends */
  extension(name: string, typeName: string): FieldDescriptorProto | undefined;
  /** Whether a list of numbers is packed; the field is of the message, or extends it. */
  isPacked(message: DescriptorProto, field: FieldDescriptorProto): boolean;
  /** Whether a message has the delimited form. */
  isGroup(message: DescriptorProto, field: FieldDescriptorProto): boolean;
  /** Whether a singular field that is no message has presence only by another value than zero. */
  isImplicit(message: DescriptorProto, field: FieldDescriptorProto): boolean;
  /** The required fields that a message lacks, as paths. */
  missingRequired(message: OptionMessage): string[];
  error(span: Span, message: string): void;
}

/** Reads `{ ... }` values of options. */
export class TextFormatReader {
  readonly #types: TextFormatTypes;

  constructor(types: TextFormatTypes) {
    this.#types = types;
  }

  /** @param option the name of the option, for errors */
  read(field: FieldDescriptorProto, value: AggregateValue, option: string): OptionMessage {
    const type = this.#types.messageType(field.typeName.slice(1));
    if (type === undefined) throw new OptionProblem(`The type of option "${option}" is not known.`);
    return this.#message(type, field.typeName.slice(1), value, option);
  }

  #message(type: DescriptorProto, typeName: string, value: AggregateValue, option: string): OptionMessage {
    const message = new OptionMessage(type);
    for (const field of value.fields) {
      try {
        if (field.bracketed && field.name.text.includes("/")) this.#any(message, typeName, field, option);
        else this.#field(message, typeName, field, option);
      } catch (problem) {
        if (!(problem instanceof OptionProblem)) throw problem;
        this.#types.error(field.value, problem.message);
      }
    }
    if (type.options?.mapEntry) fillEntry(message, (name) => this.#types.messageType(name));
    inOrder(message);
    return message;
  }

  #field(message: OptionMessage, typeName: string, node: AggregateField, option: string): void {
    const field = this.#find(message.type, typeName, node);
    if (field === undefined) {
      const what = node.bracketed ? `no extension named "[${node.name.text}]"` : `no field named "${node.name.text}"`;
      this.#types.error(node.name, `Error while parsing option value for "${option}": "${typeName}" has ${what}.`);
      return;
    }
    const isList = field.label === Label.REPEATED;
    const isMessage = field.type === Type.MESSAGE || field.type === Type.GROUP;
    if (!node.hasColon && !isMessage)
      throw new OptionProblem(`Expected ":" behind "${field.name}", which is no message.`);
    if (node.value.kind === "list" && !isList)
      throw new OptionProblem(`Field "${field.name}" is not repeated, so it takes no list.`);
    const items = node.value.kind === "list" ? node.value.items : [node.value];
    const existing = message.fields.get(field.number);
    if (existing !== undefined && !isList) throw new OptionProblem(`Field "${field.name}" was already set.`);
    const other = sameOneof(message, field);
    if (other !== undefined)
      throw new OptionProblem(`Field "${field.name}" is of the same oneof as "${other}", which was already set.`);
    const values = existing?.values ?? [];
    for (const item of items) values.push(this.#leaf(field, item, option));
    if (values.length === 0 || (!isList && this.#isDropped(message.type, field, values[0] as OptionLeaf))) return;
    const isPacked = isList && this.#types.isPacked(message.type, field);
    const isGroup = values[0] instanceof OptionMessage && this.#types.isGroup(message.type, field);
    message.fields.set(field.number, { desc: field, values, isPacked, isGroup });
  }

  /** A zero of a field with implicit presence is the same as none. */
  #isDropped(type: DescriptorProto, field: FieldDescriptorProto, value: OptionLeaf): boolean {
    if (field.extendee !== "" || Object.hasOwn(field, "oneofIndex") || !isZero(field, value)) return false;
    return this.#types.isImplicit(type, field);
  }

  #leaf(field: FieldDescriptorProto, value: OptionValue, option: string): OptionLeaf {
    if (field.type !== Type.MESSAGE && field.type !== Type.GROUP) return this.#types.scalar(field, value, field.name);
    if (value.kind !== "aggregate") throw new OptionProblem(`Field "${field.name}" is a message: expected "{".`);
    return this.read(field, value, option);
  }

  /** Fields go by name; groups by the name of their message. */
  #find(type: DescriptorProto, typeName: string, node: AggregateField): FieldDescriptorProto | undefined {
    const name = node.name.text;
    if (node.bracketed) {
      if (name.startsWith(".")) return undefined;
      const extension = this.#types.extension(name, typeName);
      const fits = extension?.extendee === `.${typeName}` && declaresExtension(type, extension.number);
      return fits ? extension : undefined;
    }
    return (
      type.field.find((one) => one.name === name) ??
      type.field.find((one) => this.#isGroupNamed(type, typeName, one, name))
    );
  }

  /** A field in the form of a group, with its message beside it: that message's name stands for it too. */
  #isGroupNamed(type: DescriptorProto, typeName: string, field: FieldDescriptorProto, name: string): boolean {
    if (field.name !== name.toLowerCase() || field.typeName !== `.${typeName}.${name}`) return false;
    return this.#types.isGroup(type, field);
  }

  /** `[host/a.b] { ... }`: a message packed in an Any. */
  #any(message: OptionMessage, typeName: string, node: AggregateField, option: string): void {
    const url = node.name.text;
    const slash = url.lastIndexOf("/") + 1;
    const packedName = url.slice(slash);
    const packed = this.#types.messageType(packedName);
    const [urlField, valueField] = message.type.field;
    if (typeName !== "google.protobuf.Any" || urlField === undefined || valueField === undefined)
      throw new OptionProblem(`"[${url}]" is only allowed in a google.protobuf.Any.`);
    if (!/^type\.google(apis|prod)\.com\/$/.test(url.slice(0, slash)))
      throw new OptionProblem(`The URL "${url}" must be "type.googleapis.com/" with the name of a type behind it.`);
    for (const { number, name } of [urlField, valueField])
      if (message.fields.has(number)) throw new OptionProblem(`The Any has a "${name}" already: it holds one message.`);
    if (packed === undefined) throw new OptionProblem(`The type "${packedName}" is not known.`);
    if (node.value.kind !== "aggregate") throw new OptionProblem('Expected "{".');
    const value = this.#message(packed, packedName, node.value, option);
    const missing = this.#types.missingRequired(value);
    if (missing.length > 0)
      throw new OptionProblem(`The message "${packedName}" in the Any lacks what is required: ${missing.join(", ")}.`);
    const bytes = encodeOptions(value);
    message.fields.set(urlField.number, { desc: urlField, values: [url], isPacked: false, isGroup: false });
    message.fields.set(valueField.number, { desc: valueField, values: [bytes], isPacked: false, isGroup: false });
  }
}

/** A map entry has both of its fields, whatever was written. */
function fillEntry(entry: OptionMessage, messageType: (fullName: string) => DescriptorProto | undefined): void {
  for (const desc of entry.type.field) {
    if (entry.fields.has(desc.number)) continue;
    const value = desc.type === Type.MESSAGE ? emptyMessage(messageType(desc.typeName.slice(1))) : zeroOf(desc.type);
    if (value !== undefined) entry.fields.set(desc.number, { desc, values: [value], isPacked: false, isGroup: false });
  }
}

function emptyMessage(type: DescriptorProto | undefined): OptionMessage | undefined {
  return type === undefined ? undefined : new OptionMessage(type);
}

function zeroOf(type: Type): OptionLeaf {
  switch (type) {
    case Type.STRING:
      return "";
    case Type.BYTES:
      return new Uint8Array(0);
    case Type.BOOL:
      return false;
    case Type.FLOAT:
    case Type.DOUBLE:
      return 0;
    default:
      return 0n;
  }
}

function isZero(field: FieldDescriptorProto, value: OptionLeaf): boolean {
  if (value instanceof Uint8Array) return value.length === 0;
  // A zero with a sign is not all zero bits.
  if (typeof value === "number") return Object.is(field.type === Type.FLOAT ? Math.fround(value) : value, 0);
  return value === 0n || value === "" || value === false;
}

/** Puts the fields in the order of their numbers, in which a message that was read as a whole is written. */
function inOrder(message: OptionMessage): void {
  const { fields } = message;
  let last = 0;
  let isSorted = true;
  for (const number of fields.keys()) {
    if (number < last) isSorted = false;
    last = number;
  }
  if (isSorted) return;
  const sorted = [...fields].sort(([a], [b]) => a - b);
  fields.clear();
  for (const [number, field] of sorted) fields.set(number, field);
}

/** Another field of a field's oneof that is set. */
function sameOneof(message: OptionMessage, field: FieldDescriptorProto): string | undefined {
  if (!Object.hasOwn(field, "oneofIndex")) return undefined;
  for (const { desc } of message.fields.values()) {
    const isIn = Object.hasOwn(desc, "oneofIndex") && desc.extendee === "";
    if (desc !== field && isIn && desc.oneofIndex === field.oneofIndex) return desc.name;
  }
  return undefined;
}
