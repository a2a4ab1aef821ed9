import { encodeWithRawBytes, hasRawBytes } from "./raw-bytes.js";

/** Above this many UTF-16 units, a call into the runtime is cheaper than a loop. */
const loopUnitsMax = 48;

/**
 * Writes Protobuf from the last byte to the first: what a length is of is written before the length, so that nothing is
 * measured twice or moved. Fields, and the items of lists, come in reverse order.
 */
export class BackwardWriter {
  #bytes: Buffer = Buffer.allocUnsafe(16_384);
  /** Where what is written begins. */
  #start = 16_384;

  /** How many bytes are written. */
  get length(): number {
    return this.#bytes.length - this.#start;
  }

  /** A copy of what is written; the writer is empty then. */
  take(): Uint8Array {
    const copy = new Uint8Array(this.length);
    copy.set(this.#bytes.subarray(this.#start));
    this.#start = this.#bytes.length;
    return copy;
  }

  /** An unsigned number of up to 32 bits. */
  varint(value: number): void {
    let size = 1;
    for (let rest = value >>> 7; rest !== 0; rest >>>= 7) size++;
    let at = this.#reserve(size);
    const bytes = this.#bytes;
    let rest = value >>> 0;
    for (; rest > 0x7f; rest >>>= 7) bytes[at++] = (rest & 0x7f) | 0x80;
    bytes[at] = rest;
  }

  /** An `int32`: a negative one takes the ten bytes of an `int64`. */
  int32(value: number): void {
    if (value >= 0) {
      this.varint(value);
      return;
    }
    const at = this.#reserve(10);
    const bytes = this.#bytes;
    let rest = value;
    for (let i = 0; i < 5; i++, rest >>= 7) bytes[at + i] = (rest & 0x7f) | 0x80;
    bytes.fill(0xff, at + 5, at + 9);
    bytes[at + 9] = 1;
  }

  int32Field(field: number, value: number): void {
    this.int32(value);
    this.varint(field << 3);
  }

  boolField(field: number, value: boolean): void {
    this.int32Field(field, value ? 1 : 0);
  }

  /** The tag and the length of all that was written since {@link length} was `before`. */
  close(field: number, before: number): void {
    this.varint(this.length - before);
    this.varint((field << 3) | 2);
  }

  bytesField(field: number, value: Uint8Array): void {
    const before = this.length;
    // First the room: it may be in another buffer.
    const at = this.#reserve(value.length);
    this.#bytes.set(value, at);
    this.close(field, before);
  }

  stringField(field: number, value: string): void {
    const before = this.length;
    if (value.length > loopUnitsMax || !this.#ascii(value)) this.#utf8(value);
    this.close(field, before);
  }

  /** False, with nothing written, where the text is not all ASCII. */
  #ascii(text: string): boolean {
    const at = this.#reserve(text.length);
    const bytes = this.#bytes;
    for (let i = 0; i < text.length; i++) {
      const c = text.charCodeAt(i);
      if (c > 0x7f) {
        this.#start += text.length;
        return false;
      }
      bytes[at + i] = c;
    }
    return true;
  }

  #utf8(text: string): void {
    if (hasRawBytes(text)) {
      const bytes = encodeWithRawBytes(text);
      const at = this.#reserve(bytes.length);
      this.#bytes.set(bytes, at);
      return;
    }
    const size = Buffer.byteLength(text);
    const at = this.#reserve(size);
    this.#bytes.write(text, at, size);
  }

  /** Makes room in front; gives where it begins. */
  #reserve(size: number): number {
    if (this.#start < size) this.#grow(size);
    this.#start -= size;
    return this.#start;
  }

  #grow(size: number): void {
    const used = this.length;
    const bytes = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, used + size));
    this.#bytes.copy(bytes, bytes.length - used, this.#start);
    this.#bytes = bytes;
    this.#start = bytes.length - used;
  }
}
