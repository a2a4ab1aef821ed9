import { ErrorCode } from "../../base/transport.js";
import type { Fault } from "../errors.js";
import type { OutputBuffer } from "../output-buffer.js";
import { FrameType, openFrame, writeUint32 } from "./frame-header.js";

const rstStreamBytes = 4;
const wrongSize: Fault = { code: ErrorCode.FRAME_SIZE_ERROR, message: "RST_STREAM of a length other than 4" };

/** Checks the length of a RST_STREAM frame (RFC 9113 section 6.4); its payload is the error code. */
export function checkRstStream(start: number, end: number): Fault | undefined {
  return end - start === rstStreamBytes ? undefined : wrongSize;
}

/** Writes a RST_STREAM frame. */
export function writeRstStream(out: OutputBuffer, streamId: number, code: number): void {
  const at = openFrame(out, rstStreamBytes, FrameType.RST_STREAM, 0, streamId);
  writeUint32(out.buffer, at, code);
}
