import { ErrorCode } from "../../base/transport.js";
import type { Fault } from "../errors.js";
import type { OutputBuffer } from "../output-buffer.js";
import { FrameType, openFrame, readUint31, readUint32, writeUint32 } from "./frame-header.js";

const fixedBytes = 8;
/** Most of the debug data that is read or written, in bytes: it is for people. */
const debugBytesMax = 512;

const tooShort: Fault = { code: ErrorCode.FRAME_SIZE_ERROR, message: "GOAWAY shorter than 8 bytes" };

/** A GOAWAY frame (RFC 9113 section 6.8). */
export interface Goaway {
  readonly lastStreamId: number;
  readonly code: number;
  /** The debug data as text; bytes outside of printable ASCII are dots. */
  readonly debugData: string;
}

/** Reads the payload of a GOAWAY frame. */
export function readGoaway(bytes: Uint8Array, start: number, end: number): Goaway | Fault {
  if (end - start < fixedBytes) return tooShort;
  return {
    lastStreamId: readUint31(bytes, start),
    code: readUint32(bytes, start + 4),
    debugData: printable(bytes, start + fixedBytes, Math.min(end, start + fixedBytes + debugBytesMax)),
  };
}

/** Writes a GOAWAY frame; of the debug data at most 512 characters, others than printable ASCII as dots. */
export function writeGoaway(out: OutputBuffer, lastStreamId: number, code: number, debugData: string): void {
  const length = Math.min(debugData.length, debugBytesMax);
  const at = openFrame(out, fixedBytes + length, FrameType.GOAWAY, 0, 0);
  const bytes = out.buffer;
  writeUint32(bytes, at, lastStreamId);
  writeUint32(bytes, at + 4, code);
  for (let i = 0; i < length; i++) {
    const char = debugData.charCodeAt(i);
    bytes[at + fixedBytes + i] = char >= 0x20 && char < 0x7f ? char : 0x2e;
  }
}

/** Bytes of a peer as text for people. */
export function printable(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  for (let i = start; i < end; i++) {
    const byte = bytes[i] as number;
    text += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".";
  }
  return text;
}
