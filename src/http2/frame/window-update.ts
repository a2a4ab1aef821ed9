import { ErrorCode } from "../../base/transport.js";
import type { Fault } from "../errors.js";
import type { OutputBuffer } from "../output-buffer.js";
import { FrameType, openFrame, writeUint32 } from "./frame-header.js";

const windowUpdateBytes = 4;
const wrongSize: Fault = { code: ErrorCode.FRAME_SIZE_ERROR, message: "WINDOW_UPDATE of a length other than 4" };

/** An increment of 0: an error of the stream, or of the connection when it is for that (RFC 9113 section 6.9). */
export const zeroIncrement: Fault = { code: ErrorCode.PROTOCOL_ERROR, message: "WINDOW_UPDATE by 0" };

/** Checks the length of a WINDOW_UPDATE frame (RFC 9113 section 6.9); its payload is the increment. */
export function checkWindowUpdate(start: number, end: number): Fault | undefined {
  return end - start === windowUpdateBytes ? undefined : wrongSize;
}

/** Writes a WINDOW_UPDATE frame; stream 0 is the connection. */
export function writeWindowUpdate(out: OutputBuffer, streamId: number, increment: number): void {
  const at = openFrame(out, windowUpdateBytes, FrameType.WINDOW_UPDATE, 0, streamId);
  writeUint32(out.buffer, at, increment);
}
