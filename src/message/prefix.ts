import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";

/** Length of the prefix in front of each message: one byte of flags, four of length (`doc/PROTOCOL-HTTP2.md`). */
export const prefixBytes = 5;

const lengthMax = 0xffff_ffff;

/**
 * Writes the prefix of a message, for instance into the headroom that a codec left in front of it.
 *
 * @param offset where the prefix begins: five bytes in front of the message
 * @param length of the message as it is sent, in bytes
 * @throws {RpcError} RESOURCE_EXHAUSTED when the length does not fit its four bytes
 */
export function writePrefix(buffer: Uint8Array, offset: number, compressed: boolean, length: number): void {
  if (length > lengthMax) {
    throw new RpcError(
      Status.RESOURCE_EXHAUSTED,
      `message of ${length} bytes cannot be sent: ${lengthMax} bytes is the most that its prefix can say`,
    );
  }
  buffer[offset] = compressed ? 1 : 0;
  buffer[offset + 1] = length >>> 24;
  buffer[offset + 2] = length >>> 16;
  buffer[offset + 3] = length >>> 8;
  buffer[offset + 4] = length;
}
