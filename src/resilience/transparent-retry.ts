import type { TransportFailure } from "../base/transport.js";

/**
 * How often one call is begun again that was lost before it left this process. gRFC A6 lets a client go on without end; a
 * bound keeps a peer that drops each connection from being asked in a tight loop.
 */
export const TRANSPARENT_RETRIES_MAX = 5;

/** How often one that the peer refused (REFUSED_STREAM, GOAWAY): once, not to add to the load of who refuses (gRFC A6). */
export const REFUSED_RETRIES_MAX = 1;

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
  const refused = failure.scope === "stream" && failure.origin === "peer";
  return failure.unprocessed && replayable && retries < (refused ? REFUSED_RETRIES_MAX : TRANSPARENT_RETRIES_MAX);
}
