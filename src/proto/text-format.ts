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
  extension(name: string): FieldDescriptorProto | undefined;
  /** Whether a list of numbers is packed; the field is of the message, or extends it. */
  isPacked(message: DescriptorProto, field: FieldDescriptorProto): boolean;
  /** Whether a message has the delimited form. */
  isGroup(message: DescriptorProto, field: FieldDescriptorProto): boolean;
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
    if (values.length === 0) return;
    const isPacked = isList && this.#types.isPacked(message.type, field);
    const isGroup = values[0] instanceof OptionMessage && this.#types.isGroup(message.type, field);
    message.fields.set(field.number, { desc: field, values, isPacked, isGroup });
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
      const extension = this.#types.extension(name);
      const fits = extension?.extendee === `.${typeName}` && declaresExtension(type, extension.number);
      return fits ? extension : undefined;
    }
    return type.field.find((one) =>
      one.type === Type.GROUP ? one.typeName.endsWith(`.${name}`) || one.name === name : one.name === name,
    );
  }

  /** `[host/a.b] { ... }`: a message packed in an Any. */
  #any(message: OptionMessage, typeName: string, node: AggregateField, option: string): void {
    const url = node.name.text;
    const packedName = url.slice(url.lastIndexOf("/") + 1);
    const packed = this.#types.messageType(packedName);
    const [urlField, valueField] = message.type.field;
    if (typeName !== "google.protobuf.Any" || urlField === undefined || valueField === undefined)
      throw new OptionProblem(`"[${url}]" is only allowed in a google.protobuf.Any.`);
    if (!/^type\.google(apis|prod)\.com\//.test(url))
      throw new OptionProblem(`The URL "${url}" must start with "type.googleapis.com/".`);
    if (packed === undefined) throw new OptionProblem(`The type "${packedName}" is not known.`);
    if (node.value.kind !== "aggregate") throw new OptionProblem('Expected "{".');
    const bytes = encodeOptions(this.#message(packed, packedName, node.value, option));
    message.fields.set(urlField.number, { desc: urlField, values: [url], isPacked: false, isGroup: false });
    message.fields.set(valueField.number, { desc: valueField, values: [bytes], isPacked: false, isGroup: false });
  }
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
