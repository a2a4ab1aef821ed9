import type { TransportFailure } from "../base/transport.js";

/**
 * How often one call is begun again because the peer certainly never processed it. gRFC A6 lets a client go on without
 * end while a call has not left it; a bound keeps a peer that refuses everything from being asked in a tight loop.
 */
export const TRANSPARENT_RETRIES_MAX = 5;

/**
 * Bytes of messages that a call holds until its response begins, so that it can be sent again; a call that has sent
 * more is not begun again.
 */
export const REPLAY_BYTES_MAX: number = 256 * 1024;

/**
 * Whether a call whose stream failed may begin again without its user knowing (gRFC A6, transparent retries).
 *
 * @param retries how often that happened to this call before
 * @param replayable false once something of the response has come, or when sent messages are no longer held
 */
export function mayRetryTransparently(failure: TransportFailure, retries: number, replayable: boolean): boolean {
  return failure.unprocessed && replayable && retries < TRANSPARENT_RETRIES_MAX;
}
