import { ScalarType } from "@bufbuild/protobuf";
import { isLong, wireType } from "./interpret-encode.js";
import { type DecodeFields, type FieldPlan, type Fields, Local, type MessagePlan, specimen } from "./plan.js";
import { keepRaw } from "./raw-unknown.js";
import type { Reader } from "./reader.js";
import { skipField } from "./skip.js";
import { countJson, jsonOfStruct, setOwn, structOfJson } from "./struct-json.js";
import { writeInt32, writeUint32 } from "./writer.js";
import { zeroOf } from "./zero.js";

/** What a value takes of the heap that is pushed to a list, and an entry of a map besides key and value; in words of 8 bytes. */
export const itemWords = 2;
export const entryWords = 12;
/** What a list's first item takes besides: V8 makes room for 17 at once. */
export const firstItemWords = 17;
/** What a JSON value takes while a Struct is read into one that is there. */
const jsonWords = 12;
/** Longer packed fields are counted before they are read, in bytes; an array of more elements than the most is no block of memory. */
export const countedBytesMin = 65_536;
export const countedBytesMax = 32_000_000;
/** A tag and an enum's value take at most so many bytes. */
const tagBytesMax = 5;
const enumBytesMax = 10;
/** What a bigint in a packed field takes. */
export const longWords = 4;

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
      while (reader.pos < end) {
        const start = reader.pos;
        this.field(plan, reader, message, reader.tag(), start);
      }
    };
  };

  /** Reads one field whose tag, which begins at `start`, has been read. */
  field(plan: MessagePlan, reader: Reader, message: Fields, tag: number, start: number): void {
    const field = plan.byNumber.get(tag >>> 3);
    this.probe?.(plan, field);
    if (field === undefined) {
      skipField(reader, tag);
      if (reader.keepUnknown) keep(reader, keepRaw(message, reader.buf, start, reader.pos));
      return;
    }
    if (field.shape === "list") this.#list(field, reader, message, tag);
    else if (field.shape === "map") this.#map(field, reader, message);
    else if (field.child !== undefined) this.#message(field, field.child, reader, message);
    else this.#scalar(field, reader, message);
  }

  #scalar(field: FieldPlan, reader: Reader, message: Fields): void {
    const value = readScalar(reader, field.type, field.strictText, field.longAsString);
    if (field.closed === undefined || field.closed.has(value as number)) {
      setField(message, field, value);
    } else if (reader.keepUnknown) {
      keepEnum(reader, message, field.number, value as number);
    }
  }

  #message(field: FieldPlan, child: MessagePlan, reader: Reader, message: Fields): void {
    const merged = toMessage(field, child, getField(message, field), reader);
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
    reader.enter(child.words);
    if (this.probe === undefined) child.decode(reader, target, end);
    else this.fields(child)(reader, target, end);
    reader.depth--;
  }

  #group(number: number, plan: MessagePlan, reader: Reader, target: Fields): void {
    reader.enter(plan.words);
    for (;;) {
      if (reader.pos >= reader.buf.length) reader.fail("ends inside of a group");
      const start = reader.pos;
      const tag = reader.tag();
      if ((tag & 7) === 4) {
        if (tag >>> 3 !== number) reader.fail("the end of another group than began");
        break;
      }
      this.field(plan, reader, target, tag, start);
    }
    reader.depth--;
  }

  #list(field: FieldPlan, reader: Reader, message: Fields, tag: number): void {
    const items = message[field.name] as unknown[];
    const { child, type } = field;
    if (child !== undefined) {
      const item = child.make();
      this.#child(field, child, reader, item);
      if (items.push(toLocal(field, item)) === 1) reader.left -= firstItemWords;
    } else if ((tag & 7) === 2 && type !== ScalarType.STRING && type !== ScalarType.BYTES) {
      this.#packed(field, reader, message, items);
    } else {
      items.push(readScalar(reader, type, field.strictText, field.longAsString));
      reader.spend(items.length === 1 ? itemWords + firstItemWords : itemWords);
    }
  }

  #packed(field: FieldPlan, reader: Reader, message: Fields, before: unknown[]): void {
    const { type } = field;
    const end = reader.endOfLength();
    const byteCount = end - reader.pos;
    const words = isLong(type) ? longWords : 1;
    const width = widthOf(type);
    if (width > 1 && (byteCount / width) * words > reader.left) reader.spent();
    if (width === 1) reader.packed(end, words);
    const { length } = before;
    let items = before;
    // Of many, the memory that they need is taken at once: an array that grows takes up to half as much again.
    if (width === 1 && length === 0 && byteCount > countedBytesMin && byteCount < countedBytesMax) {
      items = new Array(reader.count(reader.pos, end));
      message[field.name] = items;
    }
    let at = length;
    while (reader.pos < end) items[at++] = readScalar(reader, type, false, field.longAsString);
    reader.spend(at - length + firstItemWords);
  }

  /** Reads a map's entry: a message of a key, 1, and a value, 2, either of which may be missing. */
  #map(field: FieldPlan, reader: Reader, message: Fields): void {
    const { child } = field;
    const end = reader.endOfLength();
    reader.spend(entryWords);
    let key: unknown;
    let value: unknown;
    while (reader.pos < end) {
      const tag = reader.tag();
      if (tag >>> 3 === 1) key = readScalar(reader, field.key, field.strictText, false);
      else if (tag >>> 3 !== 2) skipField(reader, tag);
      else if (child === undefined) value = readScalar(reader, field.type, field.strictText, false);
      else {
        const merged = toMessage(field, child, value, reader);
        this.#length(child, reader, merged);
        value = toLocal(field, merged);
      }
    }
    key ??= zeroOf(field.key, 0);
    // A missing key or value of an entry is its zero.
    value ??= child === undefined ? zeroOf(field.type, field.zero) : toLocal(field, child.make());
    setOwn(message[field.name] as Record<string, unknown>, String(key), value);
  }
}

/** How many bytes a packed value has at least. */
export function widthOf(type: ScalarType | undefined): number {
  const kind = wireType(type);
  return kind === 0 ? 1 : kind === 1 ? 8 : 4;
}

/** Keeps a value that a closed enum does not know as the unknown field that it came in. */
function keepEnum(reader: Reader, message: Fields, number: number, value: number): void {
  const bytes = new Uint8Array(tagBytesMax + enumBytesMax);
  const end = writeInt32(bytes, writeUint32(bytes, 0, (number << 3) >>> 0), value);
  reader.spend((bytes.length + keepRaw(message, bytes, 0, end) + 7) >>> 3);
}

/** Counts what unknown fields take: with them the input stays. */
function keep(reader: Reader, byteCount: number): void {
  reader.pin();
  reader.spend((byteCount + 7) >>> 3);
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
function toMessage(field: FieldPlan, child: MessagePlan, local: unknown, reader: Reader): Fields {
  if (field.local === Local.message) return local === undefined ? child.make() : (local as Fields);
  const message = child.make();
  if (local === undefined) return message;
  if (field.local === Local.wrapped) message["value"] = local;
  else {
    // Decoded before: what it came from again, for a second Struct to be merged into. Each time takes as long as it is large.
    reader.spend(countJson(local) * jsonWords);
    message["fields"] = structOfJson(local as object)["fields"];
  }
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
