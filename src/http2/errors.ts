import { ErrorCode, type FailureScope, type TransportFailure } from "../base/transport.js";

/** A rule of HTTP/2 that the peer broke: what a frame reader gives instead of a frame. */
export interface Fault {
  readonly code: ErrorCode;
  readonly message: string;
}

/** What a failure makes us write before the stream or the connection is over. */
export type WireAction = "reset" | "goaway" | "close";

/**
 * Maps a failure to what goes to the peer, the one place that decides it (RFC 9113 section 5.4): a stream's failure
 * is a RST_STREAM, a connection's a GOAWAY and the end, and where the bytes below failed nothing can be told.
 */
export function wireAction(failure: TransportFailure): WireAction {
  switch (failure.scope) {
    case "stream":
      return "reset";
    case "connection":
      return "goaway";
    case "io":
      return "close";
  }
}

/** A failure that our own protocol code found in what the peer did. */
export function localFailure(scope: FailureScope, code: ErrorCode, message: string): TransportFailure {
  return { scope, origin: "local", code, message, unprocessed: false };
}

/** A failure that the peer told. */
export function peerFailure(
  scope: FailureScope,
  code: number,
  message: string,
  unprocessed: boolean = false,
): TransportFailure {
  return { scope, origin: "peer", code, message, unprocessed };
}

/** The end of a connection that nobody is to blame for: it was drained and its last stream is done. */
export const drainedFailure: TransportFailure = {
  scope: "connection",
  origin: "user",
  code: ErrorCode.NO_ERROR,
  message: "the connection was shut down",
  unprocessed: true,
};

const names: readonly string[] = Object.keys(ErrorCode);

/** The name of an error code as RFC 9113 section 7 spells it; `0x<hex>` for one it does not define. */
export function errorCodeName(code: number): string {
  return names[code] ?? `0x${code.toString(16)}`;
}
