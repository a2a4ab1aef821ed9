import type { OutputBuffer } from "../output-buffer.js";
import { Flag, FrameType, frameHeaderBytes, putFrameHeader } from "./frame-header.js";

/**
 * Makes CONTINUATION frames (RFC 9113 section 6.10) of the part of a header block that did not fit into its HEADERS frame:
 * the rest moves back, from its end on, to let the frame headers in.
 *
 * @param from where the rest begins; it ends where the output does
 */
export function splitIntoContinuations(out: OutputBuffer, from: number, streamId: number, frameBytesMax: number): void {
  const rest = out.length - from;
  const frames = Math.ceil(rest / frameBytesMax);
  out.reserve(frames * frameHeaderBytes);
  const bytes = out.buffer;
  for (let i = frames - 1; i >= 0; i--) {
    const start = from + i * frameBytesMax;
    const length = Math.min(frameBytesMax, from + rest - start);
    const at = start + i * frameHeaderBytes;
    bytes.copyWithin(at + frameHeaderBytes, start, start + length);
    const flags = i === frames - 1 ? Flag.END_HEADERS : 0;
    putFrameHeader(bytes, at, length, FrameType.CONTINUATION, flags, streamId);
  }
  out.length += frames * frameHeaderBytes;
}
