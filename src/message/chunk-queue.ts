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
  /** The last piece, while it is a buffer of ours with room; filled up to `openLength`. */
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
      this.close();
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

  /** Four bytes as a number, the first one highest; there must be as many. */
  shiftUint32(): number {
    const head = this.nonEmptyHead();
    const { bytes, end } = head;
    if (this.lengthOf(head) - end < 4) {
      const high = (this.shiftByte() << 8) | this.shiftByte();
      return high * 0x1_0000 + ((this.shiftByte() << 8) | this.shiftByte());
    }
    this.byteCount -= 4;
    head.end = end + 4;
    const high = ((bytes[end] as number) << 8) | (bytes[end + 1] as number);
    return high * 0x1_0000 + (((bytes[end + 2] as number) << 8) | (bytes[end + 3] as number));
  }

  /** The next bytes, of which there must be as many: where they lie if in one piece, else one copy. Valid until bytes are shifted again. */
  shift(length: number): ByteRange {
    if (length === 0) return nothing;
    const head = this.nonEmptyHead();
    const start = head.end;
    if (this.lengthOf(head) - start >= length) {
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
      const count = Math.min(this.lengthOf(head) - end, length - filled);
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
    this.head = new ByteRange(own, 0, 0);
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
    return head.end === this.lengthOf(head) ? this.advance() : head;
  }

  private lengthOf({ bytes }: ByteRange): number {
    return bytes === this.open ? this.openLength : bytes.length;
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
      this.append(this.open, taken === chunk.length ? chunk : chunk.subarray(0, taken));
      size = Math.min(Math.max(this.open.length * 2, size), coalescingBufferBytesMax);
    }
    if (taken === chunk.length) return;
    this.open = new Uint8Array(size);
    this.openLength = 0;
    this.addPiece(this.open);
    this.append(this.open, taken === 0 ? chunk : chunk.subarray(taken));
  }

  private append(open: Uint8Array, bytes: Uint8Array): void {
    open.set(bytes, this.openLength);
    this.openLength += bytes.length;
  }

  /** Nothing is written behind what the open buffer holds. */
  private close(): void {
    const { open, openLength, head } = this;
    this.open = undefined;
    if (open === undefined || openLength === open.length) return;
    const piece = open.subarray(0, openLength);
    if (head.bytes === open) this.head = new ByteRange(piece, head.start, head.end);
    else this.rest[this.rest.length - 1] = piece;
  }
}
