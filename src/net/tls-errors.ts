/** Why TLS failed, as a class of reasons: each is told with what to do about it. */
export type TlsProblem =
  | "plaintext"
  | "no-h2"
  | "expired"
  | "not-yet-valid"
  | "self-signed"
  | "unknown-ca"
  | "wrong-host"
  | "bad-certificate"
  | "certificate-required"
  | "too-large"
  | "unknown-ca-alert"
  | "expired-alert"
  | "revoked-alert"
  | "rejected-certificate-alert"
  | "version"
  | "no-common-cipher"
  | "handshake-failure-alert"
  | "closed"
  | "timeout"
  | "other";

/**
 * Classifies an error of a TLS socket, by Node's code or by OpenSSL's reason; Node gives one or the other, depending
 * on whether the error came up while reading or while writing. Deno, whose TLS is not OpenSSL, gives OpenSSL's reason
 * only as the code that Node makes of it.
 */
export function tlsProblem(error: unknown): TlsProblem {
  if (!(error instanceof Error)) return "other";
  const code = (error as NodeJS.ErrnoException).code ?? "";
  const byCode = PROBLEM_BY_CODE[code];
  if (byCode !== undefined) return byCode;
  for (const reason of [opensslReason(error), code.startsWith(SSL_CODE) ? code.slice(SSL_CODE.length) : undefined]) {
    const problem = reason === undefined ? undefined : PROBLEM_BY_REASON[plainReason(reason)];
    if (problem !== undefined) return problem;
  }
  return error.message === HANDSHAKE_TIMEOUT ? "timeout" : "other";
}

const SSL_CODE = "ERR_SSL_";
/** Comes with a code from Node and Bun, without one from Deno. */
const HANDSHAKE_TIMEOUT = "TLS handshake timeout";

/** OpenSSL's reason or Node's text, when the error is one of TLS at all; with a plain explanation where we have one. */
export function tlsReason(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const explained = ALERTS[tlsProblem(error)];
  const reason = opensslReason(error);
  if (explained !== undefined) return reason === undefined ? explained : `${explained} (${reason})`;
  return reason;
}

/** For instance `wrong version number`: of an error that carries it, or out of OpenSSL's error line. */
export function opensslReason(error: Error): string | undefined {
  const reason = (error as { reason?: unknown }).reason;
  if (typeof reason === "string" && reason !== "") return readable(reason);
  const line = /SSL routines:[^:]*:([^:\n)]+)/.exec(error.message);
  return line?.[1] === undefined ? undefined : readable(line[1]);
}

/** BoringSSL, which Bun has, writes `KEY_VALUES_MISMATCH` where OpenSSL writes `key values mismatch`. */
function readable(reason: string): string {
  return /^[A-Z0-9_]+$/.test(reason) ? reason.toLowerCase().replaceAll("_", " ") : reason;
}

/** OpenSSL's versions name alerts differently: `sslv3 alert x`, `tlsv13 alert x`, and from 3.2 `ssl/tls alert x`. */
function plainReason(reason: string): string {
  return reason
    .toLowerCase()
    .replaceAll("_", " ")
    .replace(/^(?:sslv3|tlsv1|tlsv13|ssl\/tls) alert /, "alert ");
}

/** What the peer tells us by an alert, also long after the handshake (TLS 1.3 checks client certificates last). */
const ALERTS: Partial<Readonly<Record<TlsProblem, string>>> = {
  "certificate-required": "the peer requires a client certificate and got none",
  "unknown-ca-alert": "the peer does not know the authority that signed our certificate",
  "expired-alert": "the peer says that our certificate has expired",
  "revoked-alert": "the peer says that our certificate was revoked",
  "rejected-certificate-alert": "the peer rejected our certificate",
};

const PROBLEM_BY_CODE: Readonly<Record<string, TlsProblem | undefined>> = {
  ECONNRESET: "closed",
  EPIPE: "closed",
  ERR_TLS_HANDSHAKE_TIMEOUT: "timeout",
  CERT_HAS_EXPIRED: "expired",
  CERT_NOT_YET_VALID: "not-yet-valid",
  DEPTH_ZERO_SELF_SIGNED_CERT: "self-signed",
  SELF_SIGNED_CERT_IN_CHAIN: "unknown-ca",
  UNABLE_TO_GET_ISSUER_CERT: "unknown-ca",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "unknown-ca",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "unknown-ca",
  CERT_SIGNATURE_FAILURE: "bad-certificate",
  CERT_REVOKED: "bad-certificate",
  CERT_UNTRUSTED: "bad-certificate",
  CERT_REJECTED: "bad-certificate",
  CERT_CHAIN_TOO_LONG: "bad-certificate",
  INVALID_CA: "bad-certificate",
  INVALID_PURPOSE: "bad-certificate",
  PATH_LENGTH_EXCEEDED: "bad-certificate",
  ERR_TLS_CERT_ALTNAME_INVALID: "wrong-host",
};

/** Reasons as OpenSSL and BoringSSL give them, in one spelling. */
const PROBLEM_BY_REASON: Readonly<Record<string, TlsProblem | undefined>> = {
  "wrong version number": "plaintext",
  "http request": "plaintext",
  "https proxy request": "plaintext",
  "packet length too long": "plaintext",
  "record layer failure": "plaintext",
  "no application protocol": "no-h2",
  "alert no application protocol": "no-h2",
  "alert certificate required": "certificate-required",
  "alert unknown ca": "unknown-ca-alert",
  "alert bad certificate": "rejected-certificate-alert",
  "alert certificate expired": "expired-alert",
  "alert certificate revoked": "revoked-alert",
  "alert certificate unknown": "rejected-certificate-alert",
  "alert unsupported certificate": "rejected-certificate-alert",
  "peer did not return a certificate": "certificate-required",
  "excessive message size": "too-large",
  "exceeded max fragment": "too-large",
  "unsupported protocol": "version",
  "alert protocol version": "version",
  "no shared cipher": "no-common-cipher",
  "alert handshake failure": "handshake-failure-alert",
};
