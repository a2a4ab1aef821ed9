import { ByteRange } from "../base/byte-range.js";
import { wordsMax } from "./decode-bounds.js";
import { KeyCache } from "./key-cache.js";
import { depthMax, varintBytesMax } from "./limits.js";
import { readUtf8 } from "./utf8.js";

/** Where 64-bit and floating point values are put together from their bytes. Little endian, as all that run JavaScript. */
const words: Int32Array = new Int32Array(2);
const signed: BigInt64Array = new BigInt64Array(words.buffer);
const unsigned: BigUint64Array = new BigUint64Array(words.buffer);
const floats: Float32Array = new Float32Array(words.buffer);
const doubles: Float64Array = new Float64Array(words.buffer);

/** Bytes that are no Protobuf, and at which offset that showed. */
export class WireError extends Error {
  readonly offset: number;

  constructor(reason: string, offset: number) {
    super(reason);
    this.offset = offset;
  }
}

/** Thrown where a message takes more than `Reader.left` said that it may. */
export class SpentError extends Error {}

/** What views and text take of the heap besides their content, in words of 8 bytes. */
const viewWords = 13;
const textWords = 2;
const bigintWords = 3;

const nothing: Uint8Array = new Uint8Array(0);

/**
 * Reads Protobuf's wire format. Never reads behind the end: whatever a length says is compared with what is left
 * before it is used. Fields are public since the code made per type works on them.
 */
export class Reader {
  buf: Uint8Array = nothing;
  pos = 0;
  /** Messages and groups around the place that is read. */
  depth = 0;
  depthMax: number = depthMax;
  /** Whether fields that the schema does not know are kept. */
  keepUnknown = true;
  /**
   * What the message may still take of the heap, in words of 8 bytes by estimate; below zero it took too much. Text and numbers only
   * subtract: whatever there can be many of in a message looks at it (`spend`), and so does who decodes, at the end.
   */
  left: number = wordsMax;
  /** Whether something that was decoded keeps the input alive. */
  private pinned = false;
  private cachedView: DataView | undefined;
  /** What makes views of `buf`; made when one is needed. */
  private range: ByteRange | undefined;
  private readonly keys: KeyCache = new KeyCache();
  private lo = 0;
  private hi = 0;

  /** Starts at the first byte of `bytes`. */
  reset(bytes: Uint8Array): void {
    this.buf = bytes;
    this.pos = 0;
    this.depth = 0;
    this.pinned = false;
    this.cachedView = undefined;
    this.range = undefined;
  }

  /** Starts at the first byte of the range; `buf` is its whole chunk, and the end is the caller's to look at. */
  resetRange(range: ByteRange): void {
    this.reset(range.bytes);
    this.pos = range.start;
    this.range = range;
  }

  /** Lets go of the bytes. */
  release(): void {
    this.reset(nothing);
  }

  fail(reason: string): never {
    throw new WireError(reason, this.pos);
  }

  /**
   * Goes one message or group deeper; the caller takes one off `depth` when it is through.
   * @param words what the message takes of the heap
   */
  enter(words: number): void {
    if (++this.depth > this.depthMax) this.fail(`nested deeper than ${this.depthMax} levels`);
    this.left -= words;
    if (this.left < 0) this.spent();
  }

  /** Takes words of what the message may take. */
  spend(words: number): void {
    this.left -= words;
    if (this.left < 0) this.spent();
  }

  /** The message has taken more than it may. */
  spent(): never {
    throw new SpentError();
  }

  /** The input stays alive with what is decoded, and counts once. */
  pin(): void {
    if (this.pinned) return;
    this.pinned = true;
    this.spend(((this.range ?? this.buf).length + 7) >>> 3);
  }

  /**
   * Looks at a packed field before memory is taken for its values.
   * @param words what one value takes
   */
  packed(end: number, words: number): void {
    const most = (end - this.pos) * words;
    if (most > this.left && this.count(this.pos, end) * words > this.left) this.spent();
  }

  /** How many varints end in `buf[start..end)`. */
  count(start: number, end: number): number {
    const { buf } = this;
    let count = 0;
    for (let i = start; i < end; i++) if ((buf[i] as number) < 0x80) count++;
    return count;
  }

  /** Reads a length, compares it with what is left, and gives the offset of the end. */
  endOfLength(): number {
    const length = this.uint32();
    const end = this.pos + length;
    if (end > this.buf.length) this.fail(`length ${length}, but ${this.buf.length - this.pos} bytes are left`);
    return end;
  }

  /** A field's number and wire type. More than 32 bits, field 0 and wire types 6 and 7 are refused. */
  tag(): number {
    const start = this.pos;
    const tag = this.uint32();
    const size = this.pos - start;
    const illegal = size > 5 || (size === 5 && (this.buf[this.pos - 1] as number) > 0x0f);
    if (illegal || tag >>> 3 === 0 || (tag & 7) > 5) {
      this.pos = start;
      this.fail(
        illegal ? "a tag of more than 32 bits" : `illegal tag: field number ${tag >>> 3}, wire type ${tag & 7}`,
      );
    }
    return tag;
  }

  /** The low 32 bits of a varint. Behind the end there is `undefined`, which is not below 128. */
  uint32(): number {
    const { buf } = this;
    const pos = this.pos;
    let byte = buf[pos] as number;
    if (byte < 0x80) {
      this.pos = pos + 1;
      return byte;
    }
    let value = byte & 0x7f;
    byte = buf[pos + 1] as number;
    value |= (byte & 0x7f) << 7;
    if (byte < 0x80) {
      this.pos = pos + 2;
      return value;
    }
    byte = buf[pos + 2] as number;
    value |= (byte & 0x7f) << 14;
    if (byte < 0x80) {
      this.pos = pos + 3;
      return value;
    }
    byte = buf[pos + 3] as number;
    value |= (byte & 0x7f) << 21;
    if (byte < 0x80) {
      this.pos = pos + 4;
      return value;
    }
    value |= ((buf[pos + 4] as number) & 0x0f) << 28;
    for (let i = 4; i < varintBytesMax; i++) {
      if ((buf[pos + i] as number) < 0x80) {
        this.pos = pos + i + 1;
        return value >>> 0;
      }
    }
    return this.failVarint();
  }

  private failVarint(): never {
    const cut = this.buf.length - this.pos < varintBytesMax;
    this.fail(cut ? "ends inside of a varint" : "a varint of more than 10 bytes");
  }

  int32(): number {
    return this.uint32() | 0;
  }

  sint32(): number {
    const value = this.uint32();
    return (value >>> 1) ^ -(value & 1);
  }

  bool(): boolean {
    this.varint64();
    return this.lo !== 0 || this.hi !== 0;
  }

  /** A varint into the two halves. */
  private varint64(): void {
    const { buf } = this;
    let pos = this.pos;
    let lo = 0;
    let hi = 0;
    for (let shift = 0; shift < 70 && pos < buf.length; shift += 7) {
      const byte = buf[pos++] as number;
      const bits = byte & 0x7f;
      if (shift < 28) lo |= bits << shift;
      else if (shift === 28) {
        lo |= bits << 28;
        hi = bits >> 4;
      } else hi |= bits << (shift - 32);
      if (byte < 0x80) {
        this.lo = lo;
        this.hi = hi;
        this.pos = pos;
        return;
      }
    }
    this.failVarint();
  }

  int64(): bigint {
    this.left -= bigintWords;
    this.varint64();
    words[0] = this.lo;
    words[1] = this.hi;
    return signed[0] as bigint;
  }

  uint64(): bigint {
    this.left -= bigintWords;
    this.varint64();
    words[0] = this.lo;
    words[1] = this.hi;
    return unsigned[0] as bigint;
  }

  sint64(): bigint {
    this.left -= bigintWords;
    this.varint64();
    const { lo, hi } = this;
    const sign = -(lo & 1);
    words[0] = ((lo >>> 1) | (hi << 31)) ^ sign;
    words[1] = (hi >>> 1) ^ sign;
    return signed[0] as bigint;
  }

  /** Four bytes into the first half. */
  private word(index: 0 | 1): void {
    const { buf, pos } = this;
    if (pos + 4 > buf.length) this.fail("ends inside of a fixed-width value");
    words[index] =
      (buf[pos] as number) |
      ((buf[pos + 1] as number) << 8) |
      ((buf[pos + 2] as number) << 16) |
      ((buf[pos + 3] as number) << 24);
    this.pos = pos + 4;
  }

  sfixed32(): number {
    this.word(0);
    return words[0] as number;
  }

  fixed32(): number {
    this.word(0);
    return (words[0] as number) >>> 0;
  }

  float(): number {
    this.word(0);
    return floats[0] as number;
  }

  double(): number {
    this.word(0);
    this.word(1);
    return doubles[0] as number;
  }

  /** A view of the input, for many values of fixed width. */
  view(): DataView {
    const { buf } = this;
    this.cachedView ??= new DataView(buf.buffer, buf.byteOffset, buf.byteLength);
    return this.cachedView;
  }

  fixed64(): bigint {
    this.left -= bigintWords;
    this.word(0);
    this.word(1);
    return unsigned[0] as bigint;
  }

  sfixed64(): bigint {
    this.left -= bigintWords;
    this.word(0);
    this.word(1);
    return signed[0] as bigint;
  }

  /** A view of the input, of the plain type even where the input is a Buffer. */
  bytes(): Uint8Array {
    const end = this.endOfLength();
    const { pos } = this;
    this.pos = end;
    this.spend(viewWords);
    this.pin();
    return this.viewOf(pos, end);
  }

  /** Text that must be valid UTF-8. */
  strictText(): string {
    return this.text(true);
  }

  /** Text in which invalid UTF-8 becomes U+FFFD. */
  lenientText(): string {
    return this.text(false);
  }

  private text(strict: boolean): string {
    const end = this.endOfLength();
    const start = this.pos;
    if (end === start) return "";
    this.pos = end;
    this.left -= textWords + ((end - start + 7) >>> 3);
    try {
      return readUtf8(this.buf, start, end, strict);
    } catch {
      this.pos = start;
      this.fail("text that is not valid UTF-8");
    }
  }

  /** Text that is a key of a map; those that came last are known by their bytes. */
  key(strict: boolean): string {
    const start = this.pos;
    const end = this.endOfLength();
    const known = this.keys.find(this.buf, this.pos, end);
    if (known !== undefined) {
      this.pos = end;
      return known;
    }
    const length = end - this.pos;
    this.pos = start;
    const text = this.text(strict);
    this.keys.remember(text, length);
    return text;
  }

  /** Bytes of the input, of the plain type even where the input is a Buffer. */
  viewOf(start: number, end: number): Uint8Array {
    this.range ??= new ByteRange(this.buf);
    return this.range.viewOf(start, end);
  }

  /** Goes over bytes of a value of fixed width. */
  advance(count: number): void {
    if (this.pos + count > this.buf.length) this.fail("ends inside of a fixed-width value");
    this.pos += count;
  }
}
