import type { UnknownField } from "@bufbuild/protobuf";
import { slabBytes, slabRestBytesMin, spareBytesMax } from "./limits.js";
import { rawOf } from "./raw-unknown.js";
import { writeUtf8 } from "./utf8.js";

const words: Int32Array = new Int32Array(2);
const longs: BigInt64Array = new BigInt64Array(words.buffer);
const floats: Float32Array = new Float32Array(words.buffer);

/** Memory that is written before it is read: not zeroed where the runtime can do that. */
function allocate(size: number): Uint8Array {
  if (typeof Buffer === "undefined") return new Uint8Array(size);
  // It has an ArrayBuffer of its own.
  return new Uint8Array(Buffer.allocUnsafeSlow(size).buffer);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** How many bytes `value`, at least 0 and below 2^32, has as a varint. */
export function varintSize(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x200000) return 3;
  return value < 0x10000000 ? 4 : 5;
}

/** Writes an unsigned 32-bit varint and gives the offset behind it; five bytes are free. */
export function writeUint32(bytes: Uint8Array, pos: number, value: number): number {
  let rest = value;
  let at = pos;
  while (rest > 0x7f) {
    bytes[at++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  bytes[at++] = rest;
  return at;
}

/** Writes a signed 32-bit varint; ten bytes are free, which a negative number takes. */
export function writeInt32(bytes: Uint8Array, pos: number, value: number): number {
  if (value >= 0) return writeUint32(bytes, pos, value);
  let rest = value;
  let at = pos;
  for (let i = 0; i < 9; i++) {
    bytes[at++] = (rest & 0x7f) | 0x80;
    rest >>= 7;
  }
  bytes[at++] = 1;
  return at;
}

function writeVarint64(bytes: Uint8Array, pos: number, low: number, high: number): number {
  let lo = low >>> 0;
  let hi = high >>> 0;
  let at = pos;
  while (hi !== 0) {
    bytes[at++] = (lo & 0x7f) | 0x80;
    lo = ((lo >>> 7) | (hi << 25)) >>> 0;
    hi >>>= 7;
  }
  return writeUint32(bytes, at, lo);
}

/** Writes a 64-bit varint, signed or not; ten bytes are free. */
export function writeInt64(bytes: Uint8Array, pos: number, value: bigint): number {
  longs[0] = value;
  return writeVarint64(bytes, pos, words[0] as number, words[1] as number);
}

/** Writes a zigzag 64-bit varint; ten bytes are free. */
export function writeSint64(bytes: Uint8Array, pos: number, value: bigint): number {
  longs[0] = value;
  const lo = words[0] as number;
  const hi = words[1] as number;
  const sign = hi >> 31;
  return writeVarint64(bytes, pos, (lo << 1) ^ sign, ((hi << 1) | (lo >>> 31)) ^ sign);
}

/** Writes 32 bits in little endian. */
export function writeFixed32(bytes: Uint8Array, pos: number, value: number): number {
  bytes[pos] = value;
  bytes[pos + 1] = value >>> 8;
  bytes[pos + 2] = value >>> 16;
  bytes[pos + 3] = value >>> 24;
  return pos + 4;
}

/** Writes 64 bits in little endian. */
export function writeFixed64(bytes: Uint8Array, pos: number, value: bigint): number {
  longs[0] = value;
  return writeFixed32(bytes, writeFixed32(bytes, pos, words[0] as number), words[1] as number);
}

/** Writes a float in little endian. */
export function writeFloat(bytes: Uint8Array, pos: number, value: number): number {
  floats[0] = value;
  return writeFixed32(bytes, pos, words[0] as number);
}

/** Up to this many UTF-16 units, a loop is faster than a call out of JavaScript. */
const shortUnitsMax = 32;

/**
 * One growing buffer. The offset that is written next is handed from call to call instead of being kept here: that
 * keeps it in a register of the code made per type. Each method takes it and gives the new one, and `buf` may be
 * another one after each.
 */
export class Writer {
  /** Holds many messages; one that does not fit into what is left of it gets memory of its own. */
  private slab: Uint8Array = allocate(slabBytes);
  buf: Uint8Array = this.slab;
  view: DataView = viewOf(this.buf);
  /** What `buf` is the whole of. To ask a view for it takes as long as to make a view. */
  private memory: ArrayBufferLike = this.buf.buffer;
  /** Where in the buffer the message that is written begins; in front of it are messages that were given away. */
  start = 0;
  /** Memory of messages that are gone, oldest first. */
  private readonly spares: Uint8Array[] = [];
  private spareBytes = 0;
  /** Whether fields kept in `$unknown` are written. */
  writeUnknown = true;
  /** Whether the keys of maps are sorted. */
  deterministic = false;

  /** Begins a message: `headroom` zero bytes, and gives the offset behind them. */
  begin(headroom: number): number {
    if (this.buf.length - this.start < slabRestBytesMin) this.renew();
    const { start } = this;
    const end = start + headroom;
    const buf = this.grow(start, headroom);
    // Some bytes, for which a call out of JavaScript takes longer.
    for (let at = start; at < end; at++) buf[at] = 0;
    return end;
  }

  private renew(): void {
    this.slab = allocate(slabBytes);
    this.replace(this.slab);
    this.start = 0;
  }

  private replace(buf: Uint8Array): void {
    this.buf = buf;
    this.view = viewOf(buf);
    this.memory = buf.buffer;
  }

  /** Makes sure that `size` bytes are free behind `pos`, and gives the buffer. */
  grow(pos: number, size: number): Uint8Array {
    const needed = pos + size;
    if (needed <= this.buf.length) return this.buf;
    const larger = this.takeSpare(needed) ?? allocate(Math.max(this.buf.length * 2, needed));
    larger.set(this.buf.subarray(this.start, pos), this.start);
    this.replace(larger);
    return larger;
  }

  /**
   * Gives the message that ends at `end`.
   * @param exact as a copy that is the whole of its ArrayBuffer; else a view, and the next message goes behind it
   */
  finish(end: number, exact: boolean): Uint8Array {
    const { buf, start } = this;
    const message = exact ? buf.slice(start, end) : new Uint8Array(this.memory, start, end - start);
    if (buf === this.slab) {
      if (!exact) this.start = (end + 7) & ~7;
      return message;
    }
    if (exact) this.reuse(buf);
    this.release();
    return message;
  }

  /** The smallest spare buffer that has `needed` bytes and is not far too large. */
  private takeSpare(needed: number): Uint8Array | undefined {
    if (this.spareBytes < needed) return undefined;
    let best = -1;
    for (const [i, { length }] of this.spares.entries()) {
      const isBetter = best === -1 || length < (this.spares[best] as Uint8Array).length;
      if (length >= needed && length <= needed * 2 && isBetter) best = i;
    }
    if (best === -1) return undefined;
    const [spare] = this.spares.splice(best, 1) as [Uint8Array];
    this.spareBytes -= spare.length;
    return spare;
  }

  /**
   * Takes back the memory of a message that nobody reads any more. What shares memory with other messages is left alone; where
   * there is too much, the oldest goes.
   */
  reuse(message: Uint8Array): void {
    const { buffer } = message;
    if (!(buffer instanceof ArrayBuffer) || buffer.byteLength <= slabBytes || buffer.byteLength > spareBytesMax) return;
    this.spares.push(new Uint8Array(buffer));
    this.spareBytes += buffer.byteLength;
    while (this.spareBytes > spareBytesMax) this.spareBytes -= (this.spares.shift() as Uint8Array).length;
  }

  /** Lets go of a buffer that grew: it belongs to the message that made it grow. */
  release(): void {
    if (this.buf !== this.slab) this.replace(this.slab);
  }

  /**
   * Puts the length in front of content that begins `reserved` bytes behind `start` and ends at `end`; where the
   * length takes another number of bytes, the content moves.
   */
  patch(start: number, reserved: number, end: number): number {
    const length = end - start - reserved;
    const size = varintSize(length);
    let { buf } = this;
    if (size !== reserved) {
      buf = this.grow(end, 5);
      buf.copyWithin(start + size, start + reserved, end);
    }
    writeUint32(buf, start, length);
    return start + size + length;
  }

  /** Writes text with its length, and makes sure that `room` bytes are free behind it. */
  text(value: string, start: number, room: number): number {
    const units = value.length;
    const buf = this.grow(start, units * 3 + 5 + room);
    if (units > shortUnitsMax) return this.longText(buf, value, start);
    let pos = start + 1;
    for (let i = 0; i < units; i++) {
      const unit = value.charCodeAt(i);
      if (unit > 0x7f) return this.longText(buf, value, start);
      buf[pos++] = unit;
    }
    buf[start] = units;
    return pos;
  }

  private longText(buf: Uint8Array, value: string, start: number): number {
    // Mostly one byte per unit; where the length then takes more bytes, the text moves.
    const guess = varintSize(value.length);
    const written = writeUtf8(buf, start + guess, value);
    const size = varintSize(written);
    if (size !== guess) buf.copyWithin(start + size, start + guess, start + guess + written);
    writeUint32(buf, start, written);
    return start + size + written;
  }

  /** Writes bytes with their length, and makes sure that `room` bytes are free behind them. */
  bytes(value: Uint8Array, start: number, room: number): number {
    const size = value.length;
    const buf = this.grow(start, size + 5 + room);
    const pos = writeUint32(buf, start, size);
    buf.set(value, pos);
    return pos + size;
  }

  /** Writes what a message keeps of fields that its schema does not know: as they came, unless somebody looked at them. */
  unknownOf(message: object, start: number): number {
    if (!this.writeUnknown) return start;
    const raw = rawOf(message);
    if (raw === undefined) return this.unknown(message, start);
    const size = raw.end - raw.start;
    this.grow(start, size).set(raw.bytes.subarray(raw.start, raw.end), start);
    return start + size;
  }

  private unknown(message: { $unknown?: unknown }, start: number): number {
    const fields = message.$unknown;
    if (!Array.isArray(fields)) return start;
    let pos = start;
    for (const { no, wireType, data } of fields as readonly UnknownField[]) {
      const buf = this.grow(pos, data.length + 5);
      pos = writeUint32(buf, pos, ((no << 3) | wireType) >>> 0);
      buf.set(data, pos);
      pos += data.length;
    }
    return pos;
  }
}
