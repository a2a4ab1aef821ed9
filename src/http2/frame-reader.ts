import { Flag, FrameType, frameHeaderBytes, putFrameHeader, readUint24, readUint31 } from "./frame/frame-header.js";

/** What takes the frames. Both answer false when nothing more is to be read: the connection is over. */
export interface FrameSink {
  /** A whole frame; its payload is `bytes[start..end)`, which stays valid. */
  onFrame(type: number, flags: number, streamId: number, bytes: Uint8Array, start: number, end: number): boolean;
  /** A frame longer than allowed; known from its header, before any of it was kept. */
  onFrameTooLong(type: number, streamId: number, length: number): boolean;
}

/**
 * A DATA frame that goes over the end of a chunk is cut there, if both pieces have at least so many bytes. Smaller ones would
 * cost more than their copy, and count as overhead that the peer did not cause.
 */
const pieceBytesMin = 1_024;

/**
 * Cuts the bytes of a connection into frames. Frames are read in the chunk they came in. One that goes over the end of a
 * chunk is copied together, at most `frameBytesMax` bytes; but DATA without padding is given as two frames, of which the
 * second has the flags: that means the same, and spares the copy of bulk data.
 */
export class FrameReader {
  private readonly frameBytesMax: number;
  private readonly sink: FrameSink;
  /** A frame that is not complete: its header first, then all of it. */
  private partial: Uint8Array | undefined;
  /** How many bytes of it there are. */
  private held: number = 0;
  /** Bytes that are missing of a DATA frame whose beginning was given; its flags and its stream. */
  private restBytes: number = 0;
  private restFlags: number = 0;
  private restStreamId: number = 0;

  constructor(frameBytesMax: number, sink: FrameSink) {
    this.frameBytesMax = frameBytesMax;
    this.sink = sink;
  }

  /** A frame has begun, and is not complete. */
  get isInside(): boolean {
    return this.partial !== undefined || this.restBytes > 0;
  }

  read(chunk: Uint8Array): void {
    let at = 0;
    if (this.restBytes > 0) at = this.giveRest(chunk);
    else if (this.partial !== undefined) at = this.complete(chunk);
    if (at < 0) return;
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
    if (at < end && !this.giveBeginning(chunk, at)) this.keep(chunk, at);
  }

  /** Gives what is here of a DATA frame; false where the frame has to be copied together. */
  private giveBeginning(chunk: Uint8Array, at: number): boolean {
    const start = at + frameHeaderBytes;
    const count = chunk.length - start;
    if (count < pieceBytesMin || chunk[at + 3] !== FrameType.DATA) return false;
    const flags = chunk[at + 4] as number;
    const missing = readUint24(chunk, at) - count;
    if (missing < pieceBytesMin || (flags & Flag.PADDED) !== 0) return false;
    const streamId = readUint31(chunk, at + 5);
    this.restBytes = missing;
    this.restFlags = flags;
    this.restStreamId = streamId;
    this.sink.onFrame(FrameType.DATA, flags & ~Flag.END_STREAM, streamId, chunk, start, chunk.length);
    return true;
  }

  /** Goes on with the DATA frame whose beginning was given; answers as `complete`. */
  private giveRest(chunk: Uint8Array): number {
    const { restBytes, restFlags, restStreamId } = this;
    const count = chunk.length;
    if (count >= restBytes) {
      this.restBytes = 0;
      return this.sink.onFrame(FrameType.DATA, restFlags, restStreamId, chunk, 0, restBytes) ? restBytes : -1;
    }
    if (count >= pieceBytesMin && restBytes - count >= pieceBytesMin) {
      this.restBytes = restBytes - count;
      this.sink.onFrame(FrameType.DATA, restFlags & ~Flag.END_STREAM, restStreamId, chunk, 0, count);
      return -1;
    }
    this.restBytes = 0;
    this.partial = new Uint8Array(frameHeaderBytes + restBytes);
    putFrameHeader(this.partial, 0, restBytes, FrameType.DATA, restFlags, restStreamId);
    this.held = frameHeaderBytes;
    return this.complete(chunk);
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
