import type { HeaderBlockWriter } from "./header-block-writer.js";
import { integerContinuationBytesMax, integerMax } from "./limits.js";

/** Where a reader stands in a header block. One object per decoder, so that reading allocates nothing. */
export interface BlockCursor {
  bytes: Uint8Array;
  position: number;
  end: number;
}

/** `readInteger`: the block ends inside of the integer. */
export const integerTruncated = -1;

/** `readInteger`: more than five continuation bytes, or a value over 2^32-1. */
export const integerTooLarge = -2;

/**
 * Reads an integer (RFC 7541 section 5.1) whose first byte the cursor stands on, and moves behind it.
 *
 * @param mask the prefix: `2^N - 1`
 * @returns 0 to 2^32-1, or one of the two failures above
 */
export function readInteger(cursor: BlockCursor, mask: number): number {
  const { bytes, end } = cursor;
  let position = cursor.position;
  if (position >= end) return integerTruncated;
  const prefix = (bytes[position++] as number) & mask;
  if (prefix < mask) {
    cursor.position = position;
    return prefix;
  }
  let value = mask;
  let factor = 1;
  for (let count = 0; count < integerContinuationBytesMax; count++) {
    if (position >= end) return integerTruncated;
    const byte = bytes[position++] as number;
    value += (byte & 0x7f) * factor;
    if (byte < 0x80) {
      cursor.position = position;
      return value <= integerMax ? value : integerTooLarge;
    }
    factor *= 128;
  }
  return integerTooLarge;
}

/**
 * Writes an integer (RFC 7541 section 5.1).
 *
 * @param mask the prefix: `2^N - 1`
 * @param pattern the bits in front of the prefix
 * @param value 0 to 2^32-1
 */
export function writeInteger(out: HeaderBlockWriter, mask: number, pattern: number, value: number): void {
  out.reserve(6);
  const buffer = out.buffer;
  if (value < mask) {
    buffer[out.length++] = pattern | value;
    return;
  }
  buffer[out.length++] = pattern | mask;
  let rest = value - mask;
  while (rest >= 0x80) {
    buffer[out.length++] = (rest & 0x7f) | 0x80;
    rest = Math.floor(rest / 128);
  }
  buffer[out.length++] = rest;
}
