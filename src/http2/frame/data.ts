import type { OutputBuffer } from "../output-buffer.js";
import { Flag, FrameType, openFrame } from "./frame-header.js";

/** Up to this length a loop copies faster than `set`, in bytes. */
const loopBytesMax = 32;

/** Copies `source[from..to)` to `target` at `at`. */
export function copyBytes(source: Uint8Array, from: number, to: number, target: Uint8Array, at: number): void {
  if (to - from > loopBytesMax) {
    target.set(from === 0 && to === source.length ? source : source.subarray(from, to), at);
    return;
  }
  for (let i = from, j = at; i < to; i++, j++) target[j] = source[i] as number;
}

/**
 * Writes a DATA frame header (RFC 9113 section 6.1) and makes room for its payload.
 *
 * @returns where the payload goes
 */
export function openData(out: OutputBuffer, streamId: number, length: number, endStream: boolean): number {
  return openFrame(out, length, FrameType.DATA, endStream ? Flag.END_STREAM : 0, streamId);
}

/** Writes a DATA frame of `data[from..to)`. */
export function writeData(
  out: OutputBuffer,
  streamId: number,
  data: Uint8Array,
  from: number,
  to: number,
  endStream: boolean,
): void {
  const at = openData(out, streamId, to - from, endStream);
  copyBytes(data, from, to, out.buffer, at);
}
