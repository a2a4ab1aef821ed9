import { ErrorCode } from "../../base/transport.js";
import type { Fault } from "../errors.js";
import { Flag } from "./frame-header.js";

/** The part of a frame that means something, in the buffer it came in. One object per connection, reused. */
export interface PayloadRange {
  start: number;
  end: number;
}

const noPadLength: Fault = { code: ErrorCode.FRAME_SIZE_ERROR, message: "a padded frame without a pad length" };
const padTooLong: Fault = { code: ErrorCode.PROTOCOL_ERROR, message: "padding longer than its frame" };

/**
 * Takes the padding off (RFC 9113 section 6.1): DATA, HEADERS and PUSH_PROMISE have it.
 *
 * @param range the whole payload; without the padding afterwards
 */
export function stripPadding(flags: number, bytes: Uint8Array, range: PayloadRange): Fault | undefined {
  if ((flags & Flag.PADDED) === 0) return undefined;
  if (range.start === range.end) return noPadLength;
  const padding = bytes[range.start] as number;
  range.start += 1;
  if (padding > range.end - range.start) return padTooLong;
  range.end -= padding;
  return undefined;
}
