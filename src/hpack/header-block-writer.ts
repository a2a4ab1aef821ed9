/** Bytes of header blocks, one behind the other, in a buffer that grows. Reused: `clear` keeps the buffer. */
export class HeaderBlockWriter {
  /** Holds the bytes from 0 to `length`; replaced by a larger one when it grows. */
  buffer: Uint8Array;
  /** How many bytes were written. */
  length: number = 0;

  /** @param capacity size of the first buffer, in bytes */
  constructor(capacity: number = 256) {
    this.buffer = new Uint8Array(capacity);
  }

  /** Makes room for `byteCount` more bytes behind `length`. */
  reserve(byteCount: number): void {
    const needed = this.length + byteCount;
    if (needed <= this.buffer.length) return;
    const larger = new Uint8Array(Math.max(needed, this.buffer.length * 2));
    larger.set(this.buffer.subarray(0, this.length));
    this.buffer = larger;
  }

  /** Forgets what was written. */
  clear(): void {
    this.length = 0;
  }
}
