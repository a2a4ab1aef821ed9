import { ErrorCode, type HeaderList } from "../../base/transport.js";
import type { HpackEncoder } from "../../hpack/encoder.js";
import type { Fault } from "../errors.js";
import type { OutputBuffer } from "../output-buffer.js";
import { splitIntoContinuations } from "./continuation.js";
import { Flag, FrameType, frameHeaderBytes, putFrameHeader, readUint31 } from "./frame-header.js";
import { type PayloadRange, stripPadding } from "./payload.js";
import { priorityBytes } from "./priority.js";

/** Room that most header blocks fit into, in bytes; larger ones grow the buffer while they are encoded. */
const blockBytesGuess = 512;

const tooShort: Fault = { code: ErrorCode.FRAME_SIZE_ERROR, message: "HEADERS too short for its priority fields" };

/**
 * Finds the header block fragment of a HEADERS frame (RFC 9113 section 6.2).
 *
 * @param range the whole payload; the fragment afterwards
 */
export function readHeaders(flags: number, bytes: Uint8Array, range: PayloadRange): Fault | undefined {
  const fault = stripPadding(flags, bytes, range);
  if (fault !== undefined || (flags & Flag.PRIORITY) === 0) return fault;
  if (range.end - range.start < priorityBytes) return tooShort;
  range.start += priorityBytes;
  return undefined;
}

/** The stream that a HEADERS frame with priority fields depends on; call before `readHeaders`. */
export function headersDependency(flags: number, bytes: Uint8Array, start: number, end: number): number {
  const at = start + ((flags & Flag.PADDED) === 0 ? 0 : 1);
  if ((flags & Flag.PRIORITY) === 0 || end - at < priorityBytes) return 0;
  return readUint31(bytes, at);
}

/**
 * Encodes a header list straight into the output: one HEADERS frame, and CONTINUATION frames behind it where the
 * peer takes no larger ones.
 */
export function writeHeaders(
  out: OutputBuffer,
  encoder: HpackEncoder,
  streamId: number,
  headers: HeaderList,
  sensitive: ReadonlySet<string> | undefined,
  endStream: boolean,
  frameBytesMax: number,
): void {
  out.prepare(frameHeaderBytes + blockBytesGuess);
  const at = out.length;
  out.length = at + frameHeaderBytes;
  encoder.encode(headers, sensitive, out);
  const length = out.length - at - frameHeaderBytes;
  const flags = endStream ? Flag.END_STREAM : 0;
  if (length <= frameBytesMax) {
    putFrameHeader(out.buffer, at, length, FrameType.HEADERS, flags | Flag.END_HEADERS, streamId);
    return;
  }
  putFrameHeader(out.buffer, at, frameBytesMax, FrameType.HEADERS, flags, streamId);
  splitIntoContinuations(out, at + frameHeaderBytes + frameBytesMax, streamId, frameBytesMax);
}
