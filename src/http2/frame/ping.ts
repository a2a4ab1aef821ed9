import { ErrorCode } from "../../base/transport.js";
import type { Fault } from "../errors.js";
import type { OutputBuffer } from "../output-buffer.js";
import { Flag, FrameType, openFrame, writeUint32 } from "./frame-header.js";

const pingBytes = 8;
const wrongSize: Fault = { code: ErrorCode.FRAME_SIZE_ERROR, message: "PING of a length other than 8" };

/** Checks the length of a PING frame (RFC 9113 section 6.7); its payload means something to its sender only. */
export function checkPing(start: number, end: number): Fault | undefined {
  return end - start === pingBytes ? undefined : wrongSize;
}

/** Writes a PING whose payload is two numbers of 32 bits. */
export function writePing(out: OutputBuffer, high: number, low: number): void {
  const at = openFrame(out, pingBytes, FrameType.PING, 0, 0);
  writeUint32(out.buffer, at, high);
  writeUint32(out.buffer, at + 4, low);
}

/** Answers a PING with its own payload, `bytes[start..start + 8)`. */
export function writePingAck(out: OutputBuffer, bytes: Uint8Array, start: number): void {
  const at = openFrame(out, pingBytes, FrameType.PING, Flag.ACK, 0);
  for (let i = 0; i < pingBytes; i++) out.buffer[at + i] = bytes[start + i] as number;
}
