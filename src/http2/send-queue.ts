import type { HeaderList } from "../base/transport.js";
import { copyBytes } from "./frame/data.js";

/** Used-up pieces at the front are dropped once there are this many. */
const compactAt = 64;

/** What a stream still has to send: bytes by reference, then its end. Made only for a stream that has to wait. */
export class SendQueue {
  /** Bytes that wait. */
  bytes: number = 0;
  /** The stream ends behind them. */
  ends: boolean = false;
  /** Its trailers, when it ends with some. */
  trailers: HeaderList | undefined;
  sensitive: ReadonlySet<string> | undefined;
  private readonly pieces: Uint8Array[] = [];
  private first: number = 0;
  /** Bytes of the first piece that are sent. */
  private offset: number = 0;

  push(data: Uint8Array): void {
    if (data.length === 0) return;
    this.pieces.push(data);
    this.bytes += data.length;
  }

  /** Moves the first `byteCount` bytes, at most `bytes` of them, into `target` at `at`. */
  moveTo(target: Uint8Array, at: number, byteCount: number): void {
    let left = byteCount;
    let to = at;
    while (left > 0) {
      const piece = this.pieces[this.first] as Uint8Array;
      const count = Math.min(left, piece.length - this.offset);
      copyBytes(piece, this.offset, this.offset + count, target, to);
      to += count;
      left -= count;
      this.offset += count;
      if (this.offset === piece.length) this.dropFirst();
    }
    this.bytes -= byteCount;
  }

  private dropFirst(): void {
    this.pieces[this.first] = noBytes;
    this.first++;
    this.offset = 0;
    if (this.first < compactAt || this.first * 2 < this.pieces.length) return;
    this.pieces.splice(0, this.first);
    this.first = 0;
  }
}

const noBytes = new Uint8Array(0);
