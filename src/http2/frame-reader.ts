import { frameHeaderBytes, readUint24, readUint31 } from "./frame/frame-header.js";

/** What takes the frames. Both answer false when nothing more is to be read: the connection is over. */
export interface FrameSink {
  /** A whole frame; its payload is `bytes[start..end)`, which stays valid. */
  onFrame(type: number, flags: number, streamId: number, bytes: Uint8Array, start: number, end: number): boolean;
  /** A frame longer than allowed; known from its header, before any of it was kept. */
  onFrameTooLong(type: number, streamId: number, length: number): boolean;
}

/**
 * Cuts the bytes of a connection into frames. Frames are read in the chunk they came in; only one that goes over the
 * end of a chunk is copied together, at most `frameBytesMax` bytes.
 */
export class FrameReader {
  private readonly frameBytesMax: number;
  private readonly sink: FrameSink;
  /** A frame that is not complete: its header first, then all of it. */
  private partial: Uint8Array | undefined;
  /** How many bytes of it there are. */
  private held: number = 0;

  constructor(frameBytesMax: number, sink: FrameSink) {
    this.frameBytesMax = frameBytesMax;
    this.sink = sink;
  }

  read(chunk: Uint8Array): void {
    let at = 0;
    if (this.partial !== undefined) {
      at = this.complete(chunk);
      if (at < 0) return;
    }
    const end = chunk.length;
    while (end - at >= frameHeaderBytes) {
      const length = readUint24(chunk, at);
      if (length > this.frameBytesMax) {
        this.refuse(chunk, at, length);
        return;
      }
      const start = at + frameHeaderBytes;
      const next = start + length;
      if (next > end) break;
      if (!this.give(chunk, at, next)) return;
      at = next;
    }
    if (at < end) this.keep(chunk, at);
  }

  private give(bytes: Uint8Array, at: number, end: number): boolean {
    const type = bytes[at + 3] as number;
    const flags = bytes[at + 4] as number;
    return this.sink.onFrame(type, flags, readUint31(bytes, at + 5), bytes, at + frameHeaderBytes, end);
  }

  private refuse(bytes: Uint8Array, at: number, length: number): void {
    this.partial = undefined;
    this.sink.onFrameTooLong(bytes[at + 3] as number, readUint31(bytes, at + 5), length);
  }

  /** Keeps the beginning of a frame, in a buffer of the frame's own length as soon as that is known. */
  private keep(chunk: Uint8Array, at: number): void {
    const count = chunk.length - at;
    const known = count >= frameHeaderBytes;
    const partial = new Uint8Array(frameHeaderBytes + (known ? readUint24(chunk, at) : 0));
    partial.set(chunk.subarray(at));
    this.partial = partial;
    this.held = count;
  }

  /**
   * Goes on with the frame that was kept.
   *
   * @returns where the next frame begins in the chunk, or -1 when the chunk is used up or nothing more is to be read
   */
  private complete(chunk: Uint8Array): number {
    let partial = this.partial as Uint8Array;
    let at = 0;
    if (this.held < frameHeaderBytes) {
      at = this.fill(partial, chunk, 0, frameHeaderBytes);
      if (this.held < frameHeaderBytes) return -1;
      const length = readUint24(partial, 0);
      if (length > this.frameBytesMax) {
        this.refuse(partial, 0, length);
        return -1;
      }
      const whole = new Uint8Array(frameHeaderBytes + length);
      whole.set(partial);
      this.partial = partial = whole;
    }
    at = this.fill(partial, chunk, at, partial.length);
    if (this.held < partial.length) return -1;
    this.partial = undefined;
    return this.give(partial, 0, partial.length) ? at : -1;
  }

  private fill(partial: Uint8Array, chunk: Uint8Array, at: number, until: number): number {
    const end = Math.min(chunk.length, at + until - this.held);
    partial.set(chunk.subarray(at, end), this.held);
    this.held += end - at;
    return end;
  }
}
