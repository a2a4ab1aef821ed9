import type { BytesOwner, HeaderList } from "../base/transport.js";
import { copyBytes } from "./frame/data.js";
import type { Ring, Scheduled } from "./write-scheduler.js";

/**
 * Smaller messages are copied behind each other, in bytes: kept as they are, each would cost an object and hold the memory that
 * it was encoded in with others, many times its own length.
 */
const copiedBytesMax = 1_024;
/** The first buffer for them, in bytes; each further one is twice as large, up to the second. */
const bufferBytesMin = 256;
const bufferBytesMax = 16_384;

/** Used-up pieces at the front are dropped once there are this many. */
const compactAt = 64;

/**
 * What a stream still has to send: bytes by reference, then its end, and its place among those that want to send. Made only
 * for a stream that has to wait.
 */
export class SendQueue<Stream = unknown> implements Scheduled {
  readonly stream: Stream;
  ringNext: Scheduled | undefined = undefined;
  ringPrevious: Scheduled | undefined = undefined;
  ring: Ring | undefined = undefined;
  turnBytes: number = 0;
  /** Checks of the stall watch that saw it wait without progress; the first may come at once, and does not count. */
  stallTicks: number = -1;
  /** Bytes that were sent of it since the last check. */
  sentBytes: number = 0;
  /** Bytes that wait. */
  bytes: number = 0;
  /** The stream ends behind them. */
  ends: boolean = false;
  /** Its trailers, when it ends with some. */
  trailers: HeaderList | undefined;
  sensitive: ReadonlySet<string> | undefined;
  private readonly pieces: Uint8Array[] = [];
  /** Who gets pieces back. */
  private owners: Map<Uint8Array, BytesOwner> | undefined;
  private first: number = 0;
  /** Bytes of the first piece that are sent. */
  private offset: number = 0;
  /** The last piece, while it is a buffer of ours with room; filled up to `openLength`. */
  private open: Uint8Array | undefined;
  private openLength: number = 0;

  constructor(stream: Stream) {
    this.stream = stream;
  }

  push(data: Uint8Array, owner?: BytesOwner): void {
    const { length } = data;
    if (length === 0) return;
    this.bytes += length;
    if (length < copiedBytesMax) {
      this.copy(data);
      owner?.reuse(data);
      return;
    }
    this.close();
    if (owner !== undefined) {
      this.owners ??= new Map();
      this.owners.set(data, owner);
    }
    this.pieces.push(data);
  }

  private copy(data: Uint8Array): void {
    let from = 0;
    let size = bufferBytesMin;
    if (this.open !== undefined) {
      from = Math.min(data.length, this.open.length - this.openLength);
      copyBytes(data, 0, from, this.open, this.openLength);
      this.openLength += from;
      size = Math.min(this.open.length * 2, bufferBytesMax);
    }
    if (from === data.length) return;
    this.open = new Uint8Array(Math.max(size, data.length - from));
    this.openLength = data.length - from;
    copyBytes(data, from, data.length, this.open, 0);
    this.pieces.push(this.open);
  }

  /** Nothing is written behind what the open buffer holds. */
  private close(): void {
    if (this.open === undefined) return;
    if (this.openLength < this.open.length)
      this.pieces[this.pieces.length - 1] = this.open.subarray(0, this.openLength);
    this.open = undefined;
  }

  /** Moves the first `byteCount` bytes, at most `bytes` of them, into `target` at `at`. */
  moveTo(target: Uint8Array, at: number, byteCount: number): void {
    let left = byteCount;
    let to = at;
    while (left > 0) {
      const piece = this.pieces[this.first] as Uint8Array;
      const length = piece === this.open ? this.openLength : piece.length;
      const count = Math.min(left, length - this.offset);
      copyBytes(piece, this.offset, this.offset + count, target, to);
      to += count;
      left -= count;
      this.offset += count;
      if (this.offset === length) this.dropFirst();
    }
    this.bytes -= byteCount;
  }

  private giveBack(piece: Uint8Array, owners: Map<Uint8Array, BytesOwner>): void {
    const owner = owners.get(piece);
    owners.delete(piece);
    owner?.reuse(piece);
  }

  private dropFirst(): void {
    // Read up to its end, it may still have room, but what follows goes into another.
    const piece = this.pieces[this.first] as Uint8Array;
    if (piece === this.open) this.open = undefined;
    else if (this.owners !== undefined) this.giveBack(piece, this.owners);
    this.pieces[this.first] = noBytes;
    this.first++;
    this.offset = 0;
    if (this.first < compactAt || this.first * 2 < this.pieces.length) return;
    this.pieces.splice(0, this.first);
    this.first = 0;
  }
}

const noBytes = new Uint8Array(0);
