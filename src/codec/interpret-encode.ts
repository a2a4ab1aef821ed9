import { ScalarType } from "@bufbuild/protobuf";
import {
  caseOf,
  isChild,
  isJson,
  isPartial,
  isWrapped,
  keyOf,
  keysOf,
  type Place,
  refuse,
  refuseUnlessUnset,
  toBytes,
  toLong,
} from "./encode-check.js";
import { type EncodeFields, type FieldPlan, type Fields, Local, type MessagePlan, Presence } from "./plan.js";
import { fits } from "./scalar-fits.js";
import { structOfJson } from "./struct-json.js";
import type { Writer } from "./writer.js";
import * as wire from "./writer.js";

/** The longest tag or length, and the longest number. */
const tagBytesMax = 5;
const numberBytesMax = 10;

/** Writes a message by going over its plan. */
export function interpretedEncode(plan: MessagePlan): EncodeFields {
  return (writer, message, start) => {
    let pos = start;
    for (const field of plan.fields) pos = writeField(writer, field, message, pos);
    // A plain object has no unknown fields: `create` would not take them over.
    return "$unknown" in message && message.$typeName !== undefined ? writer.unknownOf(message, pos) : pos;
  };
}

/** Writes one field if it is set. */
export function writeField(writer: Writer, field: FieldPlan, message: Fields, pos: number): number {
  if (field.shape === "list") return writeList(writer, field, message, pos);
  if (field.shape === "map") return writeMap(writer, field, message, pos);
  if (field.oneof !== undefined) {
    const { oneof } = field;
    const holder = oneof.own && !Object.hasOwn(message, oneof.name) ? undefined : message[oneof.name];
    if (caseOf(oneof, message, holder) !== field.name) return pos;
    const { value } = holder as { value?: unknown };
    if (value === undefined || value === null) refuse(field, undefined, value);
    return writeElement(writer, field, message, undefined, value, pos);
  }
  const ownOnly = field.own || (field.inherits && !isPartial(message));
  const value = ownOnly && !Object.hasOwn(message, field.name) ? undefined : message[field.name];
  if (value === undefined && field.presence !== Presence.implicit) {
    if (field.presence === Presence.required) throw new Error(`${field.desc} is required, and not set`);
    return pos;
  }
  if (field.presence === Presence.implicit && isZero(field, value)) return pos;
  return writeElement(writer, field, message, undefined, value, pos);
}

function isZero(field: FieldPlan, value: unknown): boolean {
  switch (field.type) {
    case ScalarType.STRING:
      return value === "";
    case ScalarType.BOOL:
      return value === false;
    case ScalarType.BYTES:
      return value instanceof Uint8Array && value.length === 0;
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return Object.is(value, 0);
    default:
      if (field.desc.enum !== undefined) return value === field.zero;
      // 0n, 0 and "0"; not null, false or "".
      return value === 0 || value === 0n || (typeof value === "string" && /^-?0+$/.test(value));
  }
}

/** Writes tag and value of a single field or of one element of a list. */
function writeElement(w: Writer, field: FieldPlan, parent: Fields, place: Place, value: unknown, pos: number): number {
  if (field.child !== undefined) return writeMessage(w, field, field.child, parent, place, value, pos, field.number);
  const fitting = fit(field, parent, place, value);
  if (fitting === undefined) return pos;
  w.grow(pos, tagBytesMax + numberBytesMax);
  return writeScalar(w, field.type, fitting, writeTag(w, field.number, wireType(field.type), pos));
}

/** The value in the form in which it is written, or undefined where a plain object does not set the field. */
function fit(field: FieldPlan, parent: Fields, place: Place, value: unknown): unknown {
  if (field.type === ScalarType.BYTES) return toBytes(field, parent, place, value);
  if (isLong(field.type)) return toLong(field, parent, place, value);
  if (fits(field.type, value) && (field.closed === undefined || field.closed.has(value as number))) return value;
  if (place === undefined) refuseUnlessUnset(field, parent, value);
  else refuse(field, place, value);
  return undefined;
}

/** Whether the values of a type are integers of 32 bits. */
export function isNumber(type: ScalarType | undefined): boolean {
  switch (type) {
    case ScalarType.INT32:
    case ScalarType.UINT32:
    case ScalarType.SINT32:
    case ScalarType.FIXED32:
    case ScalarType.SFIXED32:
      return true;
    default:
      return false;
  }
}

/** Whether the values of a type have 64 bits. */
export function isLong(type: ScalarType | undefined): boolean {
  switch (type) {
    case ScalarType.INT64:
    case ScalarType.UINT64:
    case ScalarType.SINT64:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return true;
    default:
      return false;
  }
}

/** Writes tag, length and content of a message; or its start tag, content and end tag. */
export function writeMessage(
  writer: Writer,
  field: FieldPlan,
  child: MessagePlan,
  parent: Fields,
  place: Place,
  value: unknown,
  pos: number,
  number: number,
): number {
  const content = contentOf(field, parent, place, value);
  if (content === undefined) return pos;
  writer.grow(pos, 2 * tagBytesMax);
  if (field.delimited) {
    const end = child.encode(writer, content, writeTag(writer, number, 3, pos));
    writer.grow(end, tagBytesMax);
    return writeTag(writer, number, 4, end);
  }
  const start = writeTag(writer, number, 2, pos);
  return writer.patch(start, 1, child.encode(writer, content, start + 1));
}

function contentOf(field: FieldPlan, parent: Fields, place: Place, value: unknown): Fields | undefined {
  if (field.local === Local.wrapped) return isWrapped(field, parent, value) ? { value } : undefined;
  if (field.local === Local.json) return isJson(field, parent, place, value) ? structOfJson(value) : undefined;
  return isChild(field, parent, place, value) ? value : undefined;
}

function writeList(writer: Writer, field: FieldPlan, message: Fields, start: number): number {
  const items = field.own && !Object.hasOwn(message, field.name) ? undefined : message[field.name];
  if (!Array.isArray(items)) {
    refuseUnlessUnset(field, message, items);
    return start;
  }
  if (items.length === 0) return start;
  if (field.packed) return writePacked(writer, field, message, items, start);
  let pos = start;
  for (let i = 0; i < items.length; i++) pos = writeElement(writer, field, message, i, items[i], pos);
  return pos;
}

function writePacked(writer: Writer, field: FieldPlan, message: Fields, items: unknown[], start: number): number {
  writer.grow(start, 2 * tagBytesMax);
  const lengthAt = writeTag(writer, field.number, 2, start);
  let pos = lengthAt + 1;
  for (let i = 0; i < items.length; i++) {
    const value = fit(field, message, i, items[i]);
    writer.grow(pos, numberBytesMax);
    pos = writeScalar(writer, field.type, value, pos);
  }
  return writer.patch(lengthAt, 1, pos);
}

function writeMap(writer: Writer, field: FieldPlan, message: Fields, start: number): number {
  const map = field.own && !Object.hasOwn(message, field.name) ? undefined : message[field.name];
  if (typeof map !== "object" || map === null || Array.isArray(map)) {
    refuseUnlessUnset(field, message, map);
    return start;
  }
  let pos = start;
  for (const key of keysOf(field, map, writer.deterministic)) {
    const value = (map as Record<string, unknown>)[key];
    writer.grow(pos, 4 * tagBytesMax + 2 * numberBytesMax);
    const lengthAt = writeTag(writer, field.number, 2, pos);
    pos = writeTag(writer, 1, wireType(field.key), lengthAt + 1);
    pos = writeScalar(writer, field.key, keyOf(field, key), pos);
    pos = writeMapValue(writer, field, message, key, value, pos);
    pos = writer.patch(lengthAt, 1, pos);
  }
  return pos;
}

function writeMapValue(w: Writer, field: FieldPlan, parent: Fields, key: string, value: unknown, pos: number): number {
  if (field.child !== undefined) return writeMessage(w, field, field.child, parent, key, value, pos, 2);
  const fitting = fit(field, parent, key, value);
  w.grow(pos, tagBytesMax + numberBytesMax);
  return writeScalar(w, field.type, fitting, writeTag(w, 2, wireType(field.type), pos));
}

function writeTag(writer: Writer, number: number, type: number, pos: number): number {
  return wire.writeUint32(writer.buf, pos, ((number << 3) | type) >>> 0);
}

/** The wire type of a value that is not packed. */
export function wireType(type: ScalarType | undefined): number {
  switch (type) {
    case ScalarType.STRING:
    case ScalarType.BYTES:
      return 2;
    case ScalarType.DOUBLE:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return 1;
    case ScalarType.FLOAT:
    case ScalarType.FIXED32:
    case ScalarType.SFIXED32:
      return 5;
    default:
      return 0;
  }
}

/** Writes a value that fits its type; room for a number is there. */
function writeScalar(writer: Writer, type: ScalarType | undefined, value: unknown, pos: number): number {
  const { buf } = writer;
  switch (type) {
    case ScalarType.STRING:
      return writer.text(value as string, pos, 0);
    case ScalarType.BYTES:
      return writer.bytes(value as Uint8Array, pos, 0);
    case ScalarType.BOOL:
      return wire.writeUint32(buf, pos, value === true ? 1 : 0);
    case ScalarType.DOUBLE:
      writer.view.setFloat64(pos, value as number, true);
      return pos + 8;
    case ScalarType.FLOAT:
      return wire.writeFloat(buf, pos, value as number);
    case ScalarType.UINT32:
      return wire.writeUint32(buf, pos, value as number);
    case ScalarType.SINT32:
      return wire.writeUint32(buf, pos, (((value as number) << 1) ^ ((value as number) >> 31)) >>> 0);
    case ScalarType.FIXED32:
    case ScalarType.SFIXED32:
      return wire.writeFixed32(buf, pos, value as number);
    case ScalarType.INT64:
    case ScalarType.UINT64:
      return wire.writeInt64(buf, pos, value as bigint);
    case ScalarType.SINT64:
      return wire.writeSint64(buf, pos, value as bigint);
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return wire.writeFixed64(buf, pos, value as bigint);
    default:
      return wire.writeInt32(buf, pos, value as number);
  }
}
