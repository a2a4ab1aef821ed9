/** State of a channel or of one of its connections (grpc/grpc `doc/connectivity-semantics-and-api.md`). */
export const ConnectivityState = {
  /** No connection, and nobody tries to make one: nothing was called lately. */
  IDLE: "IDLE",
  /** A connection is being made: name, TCP, TLS and the first SETTINGS. */
  CONNECTING: "CONNECTING",
  /** Calls can be made. */
  READY: "READY",
  /** The last attempt failed; the next one follows after the backoff. Calls fail unless they wait for ready. */
  TRANSIENT_FAILURE: "TRANSIENT_FAILURE",
  /** Closed by the user; final. */
  SHUTDOWN: "SHUTDOWN",
} as const;
export type ConnectivityState = (typeof ConnectivityState)[keyof typeof ConnectivityState];
