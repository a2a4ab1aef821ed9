import type { UnknownField } from "@bufbuild/protobuf";
import { Reader } from "./reader.js";
import { skipField } from "./skip.js";

/** Where a message holds its raw unknown fields. Not enumerable: comparing, copying and printing a message skip it. */
const place: unique symbol = Symbol("peregrine.rawUnknown");

/** What an own buffer begins with, in bytes: V8 keeps arrays of up to 64 bytes within their own object. */
const ownBytesMin = 64;

interface Holder {
  [place]?: RawUnknown | undefined;
}

/**
 * The fields of one message that its schema does not know, as the bytes that came, tags included. As long as they stand
 * side by side, they are a part of the input; fields between which others stand are copied together. So they take about
 * the memory that they took on the wire, where an object for each would take up to 80 times as much.
 */
export class RawUnknown {
  bytes: Uint8Array;
  start: number;
  end: number;
  /** Whether `bytes` belongs to this object alone. */
  private owned = false;
  private split: UnknownField[] | undefined;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
  }

  /** Whether somebody has looked at the fields one by one, and may have changed them. */
  get isSplit(): boolean {
    return this.split !== undefined;
  }

  /**
   * Adds the field at `bytes[start..end)`.
   * @returns how many bytes of memory that took
   */
  append(bytes: Uint8Array, start: number, end: number): number {
    if (bytes === this.bytes && start === this.end && !this.owned) {
      this.end = end;
      return 0;
    }
    const taken = this.grow(end - start);
    for (let i = start; i < end; i++) this.bytes[this.end++] = bytes[i] as number;
    return taken;
  }

  private grow(more: number): number {
    const size = this.end - this.start;
    if (this.owned && this.end + more <= this.bytes.length) return 0;
    const larger = new Uint8Array(Math.max(ownBytesMin, 2 * (size + more)));
    larger.set(this.bytes.subarray(this.start, this.end));
    this.bytes = larger;
    this.start = 0;
    this.end = size;
    this.owned = true;
    return larger.length;
  }

  /** The fields one by one, as protobuf-es has them; the same array each time. */
  fields(): UnknownField[] {
    this.split ??= splitFields(this.bytes, this.start, this.end);
    return this.split;
  }

  /** Puts other fields in their place. */
  replace(fields: UnknownField[]): void {
    this.split = fields;
  }
}

/** What is read here was read before: no limit of depth is passed. */
function splitFields(bytes: Uint8Array, start: number, end: number): UnknownField[] {
  const reader = new Reader();
  reader.reset(bytes);
  reader.depthMax = Number.POSITIVE_INFINITY;
  reader.pos = start;
  const fields: UnknownField[] = [];
  while (reader.pos < end) {
    const tag = reader.tag();
    const { pos } = reader;
    skipField(reader, tag);
    fields.push({ no: tag >>> 3, wireType: tag & 7, data: reader.viewOf(pos, reader.pos) });
  }
  return fields;
}

/**
 * `$unknown` of messages that have raw fields: an own property, as protobuf-es has it, that splits them when it is read.
 * One pair of functions for all messages, so that messages of one type go on sharing a hidden class.
 */
const accessor: PropertyDescriptor = {
  get(this: Holder): UnknownField[] | undefined {
    return this[place]?.fields();
  },
  set(this: Holder, value: UnknownField[]): void {
    const property = { value, writable: true, enumerable: true, configurable: true };
    if (Reflect.defineProperty(this, "$unknown", property)) {
      if (Object.hasOwn(this, place)) this[place] = undefined;
    } else if (Object.isFrozen(this)) {
      throw new TypeError("Cannot assign to read only property '$unknown' of object");
    } else {
      this[place]?.replace(value);
    }
  },
  enumerable: true,
  configurable: true,
};

/** Made once: a descriptor for each message would be garbage. */
const hidden: PropertyDescriptor = { value: undefined, enumerable: false, writable: true, configurable: true };

/**
 * Keeps the field at `bytes[start..end)` with a message that is being decoded.
 * @returns how many bytes of memory that took beside those of the input
 */
export function keepRaw(message: object, bytes: Uint8Array, start: number, end: number): number {
  const raw = (message as Holder)[place];
  if (raw !== undefined) return raw.append(bytes, start, end);
  hidden.value = new RawUnknown(bytes, start, end);
  Object.defineProperty(message, place, hidden);
  hidden.value = undefined;
  Object.defineProperty(message, "$unknown", accessor);
  return holderBytes;
}

/** The object, and two properties that the message had no room for. */
const holderBytes = 96;

/**
 * The raw fields of a message, to be written as they came; undefined when it has none, or somebody has looked at
 * `$unknown`, removed or replaced it.
 */
export function rawOf(message: object): RawUnknown | undefined {
  const raw = (message as Holder)[place];
  if (raw === undefined || raw.isSplit) return undefined;
  return Object.getOwnPropertyDescriptor(message, "$unknown")?.get === accessor.get ? raw : undefined;
}
