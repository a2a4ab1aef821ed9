import { unwritten } from "../base/memory.js";
import {
  coalescedChunkBytesMax,
  coalescingBufferBytesMax,
  coalescingBufferBytesMin,
  detachedBytesMin,
} from "./limits.js";

const empty = new Uint8Array(0);
/** Of every queue that never had a second piece, as most never have; not written. */
const noPieces: Uint8Array[] = [];

/**
 * Bytes in the order in which they came, in whatever pieces. Large pieces are kept as they are; small ones behind
 * others are copied together, so that what is kept costs little more than its bytes.
 */
export class ChunkQueue {
  /** How many bytes there are. */
  byteCount: number = 0;
  private head: Uint8Array = empty;
  private offset: number = 0;
  /** What follows the head, from `restAt` on. */
  private rest: Uint8Array[] = noPieces;
  private restAt: number = 0;
  /** The buffer that the last piece lies at the front of, if it is ours and has room. */
  private open: Uint8Array | undefined;
  private openLength: number = 0;

  /** Takes bytes that stay valid and unchanged. */
  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    if (this.byteCount === 0) {
      this.head = chunk;
      this.offset = 0;
      this.open = undefined;
    } else if (chunk.length < coalescedChunkBytesMax) {
      this.coalesce(chunk);
    } else {
      this.open = undefined;
      this.addPiece(chunk);
    }
    this.byteCount += chunk.length;
  }

  /** One byte; there must be one. */
  shiftByte(): number {
    if (this.offset === this.head.length) this.advance();
    this.byteCount--;
    return this.head[this.offset++] as number;
  }

  /**
   * The next bytes, of which there must be as many: a view where they lie in one piece, else one copy. Never a
   * `Buffer`, so that users do not meet one where a message has bytes.
   */
  shift(length: number): Uint8Array {
    if (length === 0) return empty;
    if (this.offset === this.head.length) this.advance();
    const { offset } = this;
    if (this.head.length - offset >= length) {
      this.byteCount -= length;
      this.offset = offset + length;
      const piece = new Uint8Array(this.head.buffer, this.head.byteOffset + offset, length);
      if (this.byteCount === 0) this.release();
      return piece;
    }
    // All of the bytes are here, so the allocation is no larger than what was received.
    const joined = unwritten(length);
    this.moveTo(joined, length);
    return joined;
  }

  /** Moves the next bytes, of which there must be as many, to the front of `target`. */
  protected moveTo(target: Uint8Array, length: number): void {
    this.byteCount -= length;
    let filled = 0;
    while (filled < length) {
      if (this.offset === this.head.length) this.advance();
      const count = Math.min(this.head.length - this.offset, length - filled);
      target.set(this.head.subarray(this.offset, this.offset + count), filled);
      this.offset += count;
      filled += count;
    }
    if (this.byteCount === 0) this.release();
  }

  /** Copies what is left of a small head, so that a few bytes do not hold the read buffer that they came in. */
  detach(): void {
    const left = this.head.length - this.offset;
    if (left !== this.byteCount || left >= coalescedChunkBytesMax || this.open !== undefined) return;
    if (this.head.buffer.byteLength <= detachedBytesMin) return;
    const own = new Uint8Array(Math.max(left, detachedBytesMin));
    own.set(this.head.subarray(this.offset));
    this.head = own.subarray(0, left);
    this.offset = 0;
    this.open = own;
    this.openLength = left;
  }

  /** Lets go of all bytes. */
  clear(): void {
    this.byteCount = 0;
    this.release();
  }

  private release(): void {
    this.head = empty;
    this.offset = 0;
    this.open = undefined;
    this.rest = noPieces;
    this.restAt = 0;
  }

  /** Goes to the next piece, and now and then moves the pieces to the front, each one once on average. */
  private advance(): void {
    this.head = this.rest[this.restAt] as Uint8Array;
    this.offset = 0;
    this.rest[this.restAt++] = empty;
    if (this.restAt < 16 || this.restAt * 2 < this.rest.length) return;
    this.rest.copyWithin(0, this.restAt);
    this.rest.length -= this.restAt;
    this.restAt = 0;
  }

  private addPiece(piece: Uint8Array): void {
    if (this.rest === noPieces) this.rest = [];
    this.rest.push(piece);
  }

  private coalesce(chunk: Uint8Array): void {
    let taken = 0;
    let size = coalescingBufferBytesMin;
    if (this.open !== undefined) {
      taken = Math.min(this.open.length - this.openLength, chunk.length);
      this.append(this.open, chunk.subarray(0, taken));
      size = Math.min(Math.max(this.open.length * 2, size), coalescingBufferBytesMax);
    }
    if (taken === chunk.length) return;
    this.open = new Uint8Array(size);
    this.openLength = 0;
    this.addPiece(empty);
    this.append(this.open, chunk.subarray(taken));
  }

  /** Lengthens the last piece, which lies at the front of `open`. */
  private append(open: Uint8Array, bytes: Uint8Array): void {
    open.set(bytes, this.openLength);
    this.openLength += bytes.length;
    const piece = open.subarray(0, this.openLength);
    if (this.rest.length > this.restAt) this.rest[this.rest.length - 1] = piece;
    else this.head = piece;
  }
}
