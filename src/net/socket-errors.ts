import { tlsReason } from "./tls-errors.js";

/** The parts of an error of Node's sockets that tell what happened. */
export interface SystemErrorParts {
  /** `ECONNRESET`, `ERR_SSL_WRONG_VERSION_NUMBER`, ... */
  readonly code: string | undefined;
  readonly message: string;
}

/** Reads code and message; of an AggregateError (several addresses of one name were tried) those of the last one. */
export function systemErrorParts(error: unknown): SystemErrorParts {
  if (error instanceof AggregateError && error.errors.length > 0) {
    return systemErrorParts(error.errors[error.errors.length - 1]);
  }
  if (!(error instanceof Error)) return { code: undefined, message: String(error) };
  const code = (error as NodeJS.ErrnoException).code;
  return { code: typeof code === "string" ? code : undefined, message: error.message };
}

/** What ended a connection that had been up. */
export function describeSocketError(error: unknown): string {
  const { code, message } = systemErrorParts(error);
  const known = code === undefined ? undefined : ENDINGS[code];
  if (known !== undefined) return `${known} (${code})`;
  const reason = tlsReason(error);
  if (reason !== undefined) return `TLS failed: ${reason}`;
  return `the connection failed: ${message}`;
}

const ENDINGS: Readonly<Record<string, string | undefined>> = {
  ECONNRESET: "the connection was reset by the peer",
  EPIPE: "the peer closed the connection while we were writing",
  ETIMEDOUT: "the peer no longer answers",
  ECONNABORTED: "the connection was aborted by this machine",
  EHOSTUNREACH: "the host can no longer be reached",
  ENETUNREACH: "the network can no longer be reached",
  ENETDOWN: "the network is down",
  ENOTCONN: "the connection was lost",
  ENOBUFS: "this machine is out of network buffers",
  ERR_STREAM_DESTROYED: "the socket was destroyed",
  ERR_STREAM_WRITE_AFTER_END: "the socket had been closed for writing",
};
