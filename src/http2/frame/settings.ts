import { ErrorCode } from "../../base/transport.js";
import type { Fault } from "../errors.js";
import type { OutputBuffer } from "../output-buffer.js";
import { Flag, FrameType, openFrame, writeUint32 } from "./frame-header.js";

/** Settings (RFC 9113 section 6.5.2). */
export const SettingId = {
  HEADER_TABLE_SIZE: 0x1,
  ENABLE_PUSH: 0x2,
  MAX_CONCURRENT_STREAMS: 0x3,
  INITIAL_WINDOW_SIZE: 0x4,
  MAX_FRAME_SIZE: 0x5,
  MAX_HEADER_LIST_SIZE: 0x6,
} as const;
export type SettingId = (typeof SettingId)[keyof typeof SettingId];

/** Length of one entry: two bytes identifier, four bytes value. */
export const settingBytes = 6;

const wrongSize: Fault = { code: ErrorCode.FRAME_SIZE_ERROR, message: "SETTINGS of a length that is no multiple of 6" };
const ackWithPayload: Fault = { code: ErrorCode.FRAME_SIZE_ERROR, message: "an ack of SETTINGS with a payload" };
const tooMany: Fault = { code: ErrorCode.ENHANCE_YOUR_CALM, message: "too many entries in SETTINGS" };

/** Checks flags and length of a SETTINGS frame (RFC 9113 section 6.5). */
export function checkSettings(flags: number, start: number, end: number, entriesMax: number): Fault | undefined {
  const length = end - start;
  if ((flags & Flag.ACK) !== 0) return length === 0 ? undefined : ackWithPayload;
  if (length % settingBytes !== 0) return wrongSize;
  return length / settingBytes > entriesMax ? tooMany : undefined;
}

/** Writes a SETTINGS frame of pairs: identifier, value, identifier, value, ... */
export function writeSettings(out: OutputBuffer, pairs: readonly number[]): void {
  let at = openFrame(out, (pairs.length / 2) * settingBytes, FrameType.SETTINGS, 0, 0);
  const bytes = out.buffer;
  for (let i = 0; i + 1 < pairs.length; i += 2) {
    bytes[at] = (pairs[i] as number) >>> 8;
    bytes[at + 1] = pairs[i] as number;
    writeUint32(bytes, at + 2, pairs[i + 1] as number);
    at += settingBytes;
  }
}

/** Writes the ack of a SETTINGS frame. */
export function writeSettingsAck(out: OutputBuffer): void {
  openFrame(out, 0, FrameType.SETTINGS, Flag.ACK, 0);
}
