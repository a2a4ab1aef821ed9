import type { OutputBuffer } from "../output-buffer.js";

/** Types of frames (RFC 9113 section 6). */
export const FrameType = {
  DATA: 0x0,
  HEADERS: 0x1,
  PRIORITY: 0x2,
  RST_STREAM: 0x3,
  SETTINGS: 0x4,
  PUSH_PROMISE: 0x5,
  PING: 0x6,
  GOAWAY: 0x7,
  WINDOW_UPDATE: 0x8,
  CONTINUATION: 0x9,
} as const;
export type FrameType = (typeof FrameType)[keyof typeof FrameType];

/** Flags of frames. ACK and END_STREAM share a bit, of different frames. */
export const Flag = { ACK: 0x1, END_STREAM: 0x1, END_HEADERS: 0x4, PADDED: 0x8, PRIORITY: 0x20 } as const;

/** Length of a frame header, in bytes (RFC 9113 section 4.1). */
export const frameHeaderBytes = 9;

/** Largest frame before any setting, in bytes of payload (RFC 9113 section 6.5.2). */
export const initialFrameBytesMax = 16_384;

const names: readonly string[] = Object.keys(FrameType);

/** The name of a frame type, for messages to people. */
export function frameTypeName(type: number): string {
  return names[type] ?? `frame type 0x${type.toString(16)}`;
}

/** Reads 24 bits, big-endian. */
export function readUint24(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 16) | ((bytes[at + 1] as number) << 8) | (bytes[at + 2] as number);
}

/** Reads 32 bits, big-endian, unsigned. */
export function readUint32(bytes: Uint8Array, at: number): number {
  return (
    (((bytes[at] as number) << 24) |
      ((bytes[at + 1] as number) << 16) |
      ((bytes[at + 2] as number) << 8) |
      (bytes[at + 3] as number)) >>>
    0
  );
}

/** Reads 31 bits, big-endian; the reserved bit in front of them is ignored. */
export function readUint31(bytes: Uint8Array, at: number): number {
  return readUint32(bytes, at) & 0x7fff_ffff;
}

/** Writes 32 bits, big-endian. */
export function writeUint32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}

/** Writes a frame header at a place that was reserved. */
export function putFrameHeader(
  bytes: Uint8Array,
  at: number,
  length: number,
  type: number,
  flags: number,
  streamId: number,
): void {
  bytes[at] = length >>> 16;
  bytes[at + 1] = length >>> 8;
  bytes[at + 2] = length;
  bytes[at + 3] = type;
  bytes[at + 4] = flags;
  writeUint32(bytes, at + 5, streamId);
}

/**
 * Begins a frame whose length is known: makes room for all of it and writes its header.
 *
 * @returns where the payload goes; the output ends behind it already
 */
export function openFrame(out: OutputBuffer, length: number, type: number, flags: number, streamId: number): number {
  out.prepare(frameHeaderBytes + length);
  const at = out.length;
  putFrameHeader(out.buffer, at, length, type, flags, streamId);
  out.length = at + frameHeaderBytes + length;
  return at + frameHeaderBytes;
}
