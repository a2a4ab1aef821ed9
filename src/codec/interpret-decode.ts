import { ScalarType } from "@bufbuild/protobuf";
import { type DecodeFields, type FieldPlan, type Fields, Local, type MessagePlan, specimen } from "./plan.js";
import type { Reader } from "./reader.js";
import { jsonOfStruct, setOwn, structOfJson } from "./struct-json.js";
import { writeInt32 } from "./writer.js";

/** Told each field before it is read; how an error finds out where it happened. */
export type FieldProbe = (plan: MessagePlan, field: FieldPlan | undefined) => void;

/**
 * Reads whatever the code made for a type leaves to it: fields that the schema does not know, unusual wire types,
 * groups, wrappers. A field is read by its declared type, whatever its wire type says, except that numbers may be
 * packed or not: so does protobuf-es.
 */
export class FieldReader {
  /** Set while an error is located. */
  probe: FieldProbe | undefined;

  /** Reads fields until an offset: what an interpreted message does. */
  readonly fields = (plan: MessagePlan): DecodeFields => {
    return (reader, message, end) => {
      while (reader.pos < end) this.field(plan, reader, message, reader.tag());
    };
  };

  /** Reads one field whose tag has been read. */
  field(plan: MessagePlan, reader: Reader, message: Fields, tag: number): void {
    const field = plan.byNumber.get(tag >>> 3);
    this.probe?.(plan, field);
    if (field === undefined) {
      const data = reader.skip(tag);
      if (reader.keepUnknown) keepUnknown(message, tag, data);
      return;
    }
    if (field.shape === "list") this.#list(field, reader, message, tag);
    else if (field.shape === "map") this.#map(field, reader, message);
    else if (field.child !== undefined) this.#message(field, field.child, reader, message);
    else this.#scalar(field, reader, message, tag);
  }

  #scalar(field: FieldPlan, reader: Reader, message: Fields, tag: number): void {
    const value = readScalar(reader, field.type, field.strictText, field.longAsString);
    if (field.closed === undefined || field.closed.has(value as number)) {
      setField(message, field, value);
    } else if (reader.keepUnknown) {
      const bytes = new Uint8Array(10);
      keepUnknown(message, tag, bytes.slice(0, writeInt32(bytes, 0, value as number)));
    }
  }

  #message(field: FieldPlan, child: MessagePlan, reader: Reader, message: Fields): void {
    const merged = toMessage(field, child, getField(message, field));
    this.#child(field, child, reader, merged);
    setField(message, field, toLocal(field, merged));
  }

  #child(field: FieldPlan, child: MessagePlan, reader: Reader, target: Fields): void {
    if (field.delimited) {
      this.#group(field.number, child, reader, target);
    } else {
      this.#length(child, reader, target);
    }
  }

  /** Reads a length and a message of that length. */
  #length(child: MessagePlan, reader: Reader, target: Fields): void {
    const end = reader.endOfLength();
    reader.enter();
    if (this.probe === undefined) child.decode(reader, target, end);
    else this.fields(child)(reader, target, end);
    reader.depth--;
  }

  #group(number: number, plan: MessagePlan, reader: Reader, target: Fields): void {
    reader.enter();
    for (;;) {
      if (reader.pos >= reader.buf.length) reader.fail("ends inside of a group");
      const tag = reader.tag();
      if ((tag & 7) === 4) {
        if (tag >>> 3 !== number) reader.fail("the end of another group than began");
        break;
      }
      this.field(plan, reader, target, tag);
    }
    reader.depth--;
  }

  #list(field: FieldPlan, reader: Reader, message: Fields, tag: number): void {
    const items = message[field.name] as unknown[];
    const { child, type } = field;
    if (child !== undefined) {
      const item = child.make();
      this.#child(field, child, reader, item);
      items.push(toLocal(field, item));
    } else if ((tag & 7) === 2 && type !== ScalarType.STRING && type !== ScalarType.BYTES) {
      const end = reader.endOfLength();
      while (reader.pos < end) items.push(readScalar(reader, type, false, field.longAsString));
    } else {
      items.push(readScalar(reader, type, field.strictText, field.longAsString));
    }
  }

  /** Reads a map's entry: a message of a key, 1, and a value, 2, either of which may be missing. */
  #map(field: FieldPlan, reader: Reader, message: Fields): void {
    const { child } = field;
    const end = reader.endOfLength();
    let key: unknown;
    let value: unknown;
    while (reader.pos < end) {
      const tag = reader.tag();
      if (tag >>> 3 === 1) key = readScalar(reader, field.key, field.strictText, false);
      else if (tag >>> 3 !== 2) reader.skip(tag);
      else if (child === undefined) value = readScalar(reader, field.type, field.strictText, false);
      else {
        const merged = toMessage(field, child, value);
        this.#length(child, reader, merged);
        value = toLocal(field, merged);
      }
    }
    key ??= zeroOf(field.key, 0);
    value ??= child === undefined ? zeroOf(field.type, field.zero) : toLocal(field, child.make());
    setOwn(message[field.name] as Record<string, unknown>, String(key), value);
  }
}

/** What a missing key or value of a map's entry is. */
function zeroOf(type: ScalarType | undefined, number: number): unknown {
  switch (type) {
    case ScalarType.STRING:
      return "";
    case ScalarType.BOOL:
      return false;
    case ScalarType.BYTES:
      return new Uint8Array(0);
    case ScalarType.INT64:
    case ScalarType.SINT64:
    case ScalarType.SFIXED64:
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return 0n;
    default:
      return number;
  }
}

function keepUnknown(message: Fields, tag: number, data: Uint8Array): void {
  const unknown = (message["$unknown"] as unknown[] | undefined) ?? [];
  unknown.push({ no: tag >>> 3, wireType: tag & 7, data });
  message["$unknown"] = unknown;
}

function getField(message: Fields, field: FieldPlan): unknown {
  if (field.oneof === undefined) return Object.hasOwn(message, field.name) ? message[field.name] : undefined;
  const oneof = message[field.oneof.name] as { case: unknown; value?: unknown };
  return oneof.case === field.name ? oneof.value : undefined;
}

function setField(message: Fields, field: FieldPlan, value: unknown): void {
  if (field.oneof === undefined) setOwn(message, field.name, value);
  else setOwn(message, field.oneof.name, { case: field.name, value });
}

/** The message that a field's value stands for: the value itself, but for wrappers and JSON. */
function toMessage(field: FieldPlan, child: MessagePlan, local: unknown): Fields {
  if (field.local === Local.message) return local === undefined ? child.make() : (local as Fields);
  const message = child.make();
  if (local === undefined) return message;
  if (field.local === Local.wrapped) message["value"] = local;
  // Decoded before: what it came from again, for a second Struct to be merged into.
  else message["fields"] = structOfJson(local as object)["fields"];
  return message;
}

function toLocal(field: FieldPlan, message: Fields): unknown {
  if (field.local === Local.message) return message;
  return field.local === Local.wrapped ? message["value"] : jsonOfStruct(message);
}

/** Reads one value of a scalar type; 64-bit ones as bigint, or as text where `longAsString` asks for it. */
function readScalar(reader: Reader, type: ScalarType | undefined, strict: boolean, longAsString: boolean): unknown {
  switch (type) {
    case ScalarType.STRING:
      return strict ? reader.strictText() : reader.lenientText();
    case ScalarType.BOOL:
      return reader.bool();
    case ScalarType.BYTES:
      return reader.bytes();
    case ScalarType.DOUBLE:
      return reader.double();
    case ScalarType.FLOAT:
      return reader.float();
    case ScalarType.UINT32:
      return reader.uint32();
    case ScalarType.SINT32:
      return reader.sint32();
    case ScalarType.FIXED32:
      return reader.fixed32();
    case ScalarType.SFIXED32:
      return reader.sfixed32();
    case ScalarType.INT32:
      return reader.int32();
    default: {
      const value = readLong(reader, type);
      return longAsString ? String(value) : value;
    }
  }
}

function readLong(reader: Reader, type: ScalarType | undefined): bigint {
  switch (type) {
    case ScalarType.UINT64:
      return reader.uint64();
    case ScalarType.SINT64:
      return reader.sint64();
    case ScalarType.FIXED64:
      return reader.fixed64();
    case ScalarType.SFIXED64:
      return reader.sfixed64();
    default:
      return reader.int64();
  }
}

/** New messages by protobuf-es itself. */
export function interpretedMake(plan: MessagePlan): () => Fields {
  return () => specimen(plan.schema);
}
