import { ByteRange } from "../base/byte-range.js";
import { unwritten } from "../base/memory.js";
import {
  coalescedChunkBytesMax,
  coalescingBufferBytesMax,
  coalescingBufferBytesMin,
  detachedBytesMin,
} from "./limits.js";

const empty = new Uint8Array(0);
/** Not written either: it has nothing to shift. */
const nothing = new ByteRange(empty);
/** Of every queue that never had a second piece, as most never have; not written. */
const noPieces: Uint8Array[] = [];

/**
 * Bytes in the order in which they came, in whatever pieces. Large pieces are kept as they are; small ones behind
 * others are copied together, so that what is kept costs little more than its bytes.
 */
export class ChunkQueue {
  /** How many bytes there are. */
  byteCount: number = 0;
  /** What was shifted last; what comes next begins at its end. */
  private head: ByteRange = nothing;
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
      this.head = new ByteRange(chunk, 0, 0);
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
    const head = this.nonEmptyHead();
    this.byteCount--;
    return head.bytes[head.end++] as number;
  }

  /** The next bytes, of which there must be as many: where they lie if in one piece, else one copy. Valid until bytes are shifted again. */
  shift(length: number): ByteRange {
    if (length === 0) return nothing;
    const head = this.nonEmptyHead();
    const start = head.end;
    if (head.bytes.length - start >= length) {
      this.byteCount -= length;
      head.start = start;
      head.end = start + length;
      if (this.byteCount === 0) this.release();
      return head;
    }
    // All of the bytes are here, so the allocation is no larger than what was received.
    const joined = unwritten(length);
    this.moveTo(joined, length);
    return new ByteRange(joined);
  }

  /** Moves the next bytes, of which there must be as many, to the front of `target`. */
  protected moveTo(target: Uint8Array, length: number): void {
    this.byteCount -= length;
    let filled = 0;
    while (filled < length) {
      const head = this.nonEmptyHead();
      const { end } = head;
      const count = Math.min(head.bytes.length - end, length - filled);
      target.set(head.bytes.subarray(end, end + count), filled);
      head.end = end + count;
      filled += count;
    }
    if (this.byteCount === 0) this.release();
  }

  /** Copies what is left of a small head, so that a few bytes do not hold the read buffer that they came in. */
  detach(): void {
    const { bytes, end } = this.head;
    const left = bytes.length - end;
    if (left !== this.byteCount || left >= coalescedChunkBytesMax || this.open !== undefined) return;
    if (bytes.buffer.byteLength <= detachedBytesMin) return;
    const own = new Uint8Array(Math.max(left, detachedBytesMin));
    own.set(bytes.subarray(end));
    this.head = new ByteRange(own.subarray(0, left), 0, 0);
    this.open = own;
    this.openLength = left;
  }

  /** Lets go of all bytes. */
  clear(): void {
    this.byteCount = 0;
    this.release();
  }

  private release(): void {
    this.head = nothing;
    this.open = undefined;
    this.rest = noPieces;
    this.restAt = 0;
  }

  private nonEmptyHead(): ByteRange {
    const { head } = this;
    return head.end === head.bytes.length ? this.advance() : head;
  }

  /** Goes to the next piece, and now and then moves the pieces to the front, each one once on average. */
  private advance(): ByteRange {
    const head = new ByteRange(this.rest[this.restAt] as Uint8Array, 0, 0);
    this.head = head;
    this.rest[this.restAt++] = empty;
    if (this.restAt < 16 || this.restAt * 2 < this.rest.length) return head;
    this.rest.copyWithin(0, this.restAt);
    this.rest.length -= this.restAt;
    this.restAt = 0;
    return head;
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
    else this.head = new ByteRange(piece, 0, this.head.end);
  }
}
