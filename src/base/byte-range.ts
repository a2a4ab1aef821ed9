/**
 * Bytes within a chunk, from `start` to `end`; where they lie may move on. The chunk's memory is asked for once: to ask a
 * view for its buffer and its offset takes V8 as long as to make a view, of which a chunk of small messages has hundreds.
 */
export class ByteRange {
  readonly bytes: Uint8Array;
  start: number;
  end: number;
  private readonly buffer: ArrayBufferLike;
  private readonly byteOffset: number;

  constructor(bytes: Uint8Array, start: number = 0, end: number = bytes.length) {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    this.buffer = bytes.buffer;
    this.byteOffset = bytes.byteOffset;
  }

  get length(): number {
    return this.end - this.start;
  }

  /** The bytes of the range, never as a `Buffer`, so that users do not meet one where a message has bytes. */
  view(): Uint8Array {
    return this.viewOf(this.start, this.end);
  }

  /** Bytes of the chunk, within the range or not. */
  viewOf(start: number, end: number): Uint8Array {
    return new Uint8Array(this.buffer, this.byteOffset + start, end - start);
  }
}
