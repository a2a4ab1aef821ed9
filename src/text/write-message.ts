import {
  type DescField,
  type DescMessage,
  getExtension,
  type Message,
  type Registry,
  type UnknownField,
} from "@bufbuild/protobuf";
import { type ReflectMessage, reflect } from "@bufbuild/protobuf/reflect";
import { fromBinary } from "../codec/binary.js";
import { RawUnknown, rawOf } from "../codec/raw-unknown.js";
import { zeroOf } from "../codec/zero.js";
import { messageOfExtension } from "./ext-value.js";
import type { TextOutput } from "./output.js";
import { enumText, scalarText } from "./scalar-text.js";
import { type FieldLike, textNameOf } from "./text-fields.js";
import { writeUnknown } from "./write-unknown.js";

/** What writing a text goes by. */
export interface WriteSettings {
  readonly registry: Registry | undefined;
  readonly alwaysEmitImplicit: boolean;
  readonly printUnknownFields: boolean;
}

/** `IMPLICIT` of `FeatureSet.FieldPresence`. */
const implicitPresence = 2;

/** What a type in brackets may be, as it is read back. */
const urlPattern: RegExp = /^[\w.\-~!$&()*+,;=/]+\/[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*$/;

/** Writes messages in the text format. */
export class MessageWriter {
  readonly #output: TextOutput;
  readonly #settings: WriteSettings;

  constructor(output: TextOutput, settings: WriteSettings) {
    this.#output = output;
    this.#settings = settings;
  }

  /** Writes the fields of a message, in the order of their numbers; then extensions, then unknown fields. */
  write(message: ReflectMessage): void {
    if (this.#writeAny(message)) return;
    for (const field of message.sortedFields) {
      if (message.isSet(field)) this.#field(field, message.get(field));
      else if (this.#settings.alwaysEmitImplicit) this.#zero(field);
    }
    this.#unknown(message.desc, message.message);
  }

  #field(field: DescField, value: unknown): void {
    if (field.fieldKind === "map") {
      for (const [key, one] of value as Iterable<[unknown, unknown]>) this.#entry(field, key, one);
    } else {
      this.#values(field, value);
    }
  }

  #values(field: FieldLike, value: unknown): void {
    const name = textNameOf(field);
    if (field.fieldKind !== "list") this.#value(field, name, value);
    else for (const one of value as Iterable<unknown>) this.#value(field, name, one);
  }

  #value(field: FieldLike, name: string, value: unknown): void {
    if (field.message !== undefined) {
      this.#output.open(name);
      this.write(value as ReflectMessage);
      this.#output.close();
    } else {
      this.#output.scalar(name, this.#text(field, name, value));
    }
  }

  #text(field: FieldLike, name: string, value: unknown): string {
    if (field.enum !== undefined) return enumText(field.enum, value, name);
    return scalarText(field.scalar as NonNullable<FieldLike["scalar"]>, value, name);
  }

  #entry(field: DescField & { readonly fieldKind: "map" }, key: unknown, value: unknown): void {
    this.#output.open(textNameOf(field));
    this.#output.scalar("key", scalarText(field.mapKey, key, `${field.name}.key`));
    this.#value(field, "value", value);
    this.#output.close();
  }

  /** A field that has its zero, and is not on the wire. */
  #zero(field: DescField): void {
    if (field.presence !== implicitPresence) return;
    const name = textNameOf(field);
    if (field.fieldKind === "enum") this.#output.scalar(name, enumText(field.enum, field.enum.values[0]?.number, name));
    else if (field.fieldKind === "scalar")
      this.#output.scalar(name, scalarText(field.scalar, zeroOf(field.scalar), name));
  }

  /** A message whose type is known stands in an Any as itself. */
  #writeAny({ desc, message }: ReflectMessage): boolean {
    const { registry } = this.#settings;
    if (desc.typeName !== "google.protobuf.Any" || registry === undefined) return false;
    const { typeUrl, value } = message as Message & { readonly typeUrl?: unknown; readonly value?: unknown };
    if (typeof typeUrl !== "string" || !(value instanceof Uint8Array) || !urlPattern.test(typeUrl)) return false;
    const type = registry.getMessage(typeUrl.slice(typeUrl.lastIndexOf("/") + 1));
    const inner = type === undefined ? undefined : decoded(type, value);
    if (inner === undefined) return false;
    this.#output.open(`[${typeUrl}]`);
    this.write(inner);
    this.#output.close();
    return true;
  }

  #unknown(desc: DescMessage, message: Message): void {
    const { registry, printUnknownFields } = this.#settings;
    if (registry === undefined && !printUnknownFields) return;
    for (const [no, fields] of byNumber(unknownFieldsOf(message))) {
      const extension = registry?.getExtensionFor(desc, no);
      if (extension === undefined) {
        if (printUnknownFields) for (const field of fields) writeUnknown(this.#output, field);
        continue;
      }
      // All fields of one number at once, and no others, or each extension would go over them all.
      const value: unknown = getExtension({ $typeName: desc.typeName, $unknown: fields } as Message, extension);
      const { message: type } = extension;
      const wrap = (one: unknown): unknown => (type === undefined ? one : messageOfExtension(type, one));
      const isList = extension.fieldKind === "list";
      this.#values(extension, isList ? Array.from(value as Iterable<unknown>, wrap) : wrap(value));
    }
  }
}

function decoded(type: DescMessage, value: Uint8Array): ReflectMessage | undefined {
  try {
    return reflect(type, fromBinary(type, value), false);
  } catch {
    // Its bytes are no message of that type: they are written as they are.
    return undefined;
  }
}

/** Fields that the schema does not know. To read `$unknown` would leave the message with all of them cut. */
function unknownFieldsOf(message: Message): readonly UnknownField[] {
  const raw = rawOf(message);
  return raw === undefined ? (message.$unknown ?? []) : new RawUnknown(raw.bytes, raw.start, raw.end).fields();
}

function byNumber(fields: readonly UnknownField[]): [number, UnknownField[]][] {
  const groups = new Map<number, UnknownField[]>();
  for (const field of fields) {
    const group = groups.get(field.no);
    if (group === undefined) groups.set(field.no, [field]);
    else group.push(field);
  }
  return [...groups].sort(([a], [b]) => a - b);
}
