import { formatAddress, type SocketAddress } from "./address.js";
import { systemErrorParts } from "./socket-errors.js";
import { opensslReason, type TlsProblem, tlsProblem } from "./tls-errors.js";

/** How far a connection attempt came. */
export type DialStage = "TCP connect" | "TLS handshake";

/** Why a connection could not be made. */
export interface DialFailure {
  readonly stage: DialStage;
  /** Node's code where there is one, for instance `ECONNREFUSED` or `CERT_HAS_EXPIRED`. */
  readonly code: string | undefined;
  /** For people: what was wrong at which address, and what to look at. */
  readonly message: string;
}

/** Explains an error of an attempt. `serverName` is the name that the certificate had to be for. */
export function explainDialError(
  address: SocketAddress,
  stage: DialStage,
  error: unknown,
  serverName: string | undefined,
): DialFailure {
  const { code, message } = systemErrorParts(error);
  const at = formatAddress(address);
  const explain = code === undefined ? undefined : CONNECT_PROBLEMS[code];
  if (stage === "TCP connect") {
    return { stage, code, message: explain?.(at, address) ?? `cannot connect to ${at}: ${message}` };
  }
  const problem = tlsProblem(error);
  const text = HANDSHAKE_PROBLEMS[problem]?.(at, serverName ?? "");
  // A network error in the middle of a handshake is told as what it is.
  if (text === undefined && explain !== undefined) return { stage, code, message: explain(at, address) };
  const reason = error instanceof Error ? opensslReason(error) : undefined;
  const detail = reason ?? message;
  return { stage, code, message: text ?? `the TLS handshake with ${at} failed: ${detail}` };
}

/** The handshake went through, but the peers did not agree on HTTP/2. */
export function explainMissingAlpn(address: SocketAddress, agreed: string | false | null): DialFailure {
  const what = typeof agreed === "string" && agreed !== "" ? `it chose ${agreed}` : "it chose no protocol";
  return { stage: "TLS handshake", code: "ALPN", message: `${noH2(formatAddress(address))}; ${what}` };
}

export function explainDialTimeout(address: SocketAddress, stage: DialStage, timeoutMs: number): DialFailure {
  return {
    stage,
    code: "ETIMEDOUT",
    message: `timed out after ${timeoutMs} ms in the ${stage} with ${formatAddress(address)}`,
  };
}

function noH2(at: string): string {
  return `the server at ${at} speaks TLS but did not agree on HTTP/2 (ALPN h2)`;
}

type ConnectText = (at: string, address: SocketAddress) => string;

const CONNECT_PROBLEMS: Readonly<Record<string, ConnectText | undefined>> = {
  ECONNREFUSED: (at, { path }) =>
    path === undefined
      ? `connection refused at ${at}: is a server listening there?`
      : `connection refused at ${at}: the socket file exists, but no server is listening on it`,
  ENOENT: (at) => `there is no socket at ${at}: is the server running?`,
  ENOTSOCK: (at) => `${at} is not a socket`,
  EACCES: (at) => `no permission to connect to ${at}`,
  EPERM: (at) => `this machine does not allow to connect to ${at} (EPERM): look at its firewall`,
  EHOSTUNREACH: (at) => `the host of ${at} cannot be reached (EHOSTUNREACH)`,
  ENETUNREACH: (at) => `no network leads to ${at} (ENETUNREACH)`,
  EADDRNOTAVAIL: (at) => `this machine has no address or no free port to reach ${at} from (EADDRNOTAVAIL)`,
  EAFNOSUPPORT: (at) => `this machine does not support the kind of address of ${at}`,
  ETIMEDOUT: (at) => `${at} did not answer (ETIMEDOUT)`,
  ECONNRESET: (at) => `the connection to ${at} was reset before it was up`,
  ENOTFOUND: (at, { host }) => `the name ${host ?? at} cannot be resolved (ENOTFOUND): is it spelled right?`,
  EAI_AGAIN: (at, { host }) => `the name ${host ?? at} cannot be resolved now (EAI_AGAIN): is DNS reachable?`,
  EMFILE: (at) => `too many open files in this process to connect to ${at} (EMFILE)`,
  ENFILE: (at) => `too many open files on this machine to connect to ${at} (ENFILE)`,
  ENAMETOOLONG: (at) => `the path of ${at} is too long for a Unix socket (107 bytes at most)`,
  EINVAL: (at, { path }) =>
    path === undefined
      ? `cannot connect to ${at}: the address is not valid (EINVAL)`
      : `the path of ${at} is too long for a Unix socket (107 bytes at most)`,
  ERR_SOCKET_BAD_PORT: (at) => `cannot connect to ${at}: a port is a number from 1 to 65535`,
};

type HandshakeText = (at: string, serverName: string) => string;

const HANDSHAKE_PROBLEMS: Partial<Readonly<Record<TlsProblem, HandshakeText>>> = {
  plaintext: (at) => `the server at ${at} does not speak TLS (plaintext?)`,
  "no-h2": (at) => `${noH2(at)}; it refused the handshake for that`,
  expired: (at) => `the certificate of the server at ${at} has expired`,
  "not-yet-valid": (at) => `the certificate of the server at ${at} is not valid yet: is a clock wrong?`,
  "self-signed": (at) => `the certificate of the server at ${at} is self-signed: to trust it, give it as \`ca\``,
  "unknown-ca": (at) =>
    `the certificate of the server at ${at} was signed by an unknown authority: give that authority's certificate as \`ca\``,
  "wrong-host": (at, serverName) =>
    `the certificate of the server at ${at} is not for ${serverName}: connect by a name it has, or set \`serverName\``,
  "bad-certificate": (at) => `the certificate of the server at ${at} is not acceptable`,
  "certificate-required": (at) => `the server at ${at} requires a client certificate: give \`key\` and \`cert\``,
  "unknown-ca-alert": (at) => `the server at ${at} does not know the authority that signed our client certificate`,
  "expired-alert": (at) => `the server at ${at} says that our client certificate has expired`,
  "revoked-alert": (at) => `the server at ${at} says that our client certificate was revoked`,
  "rejected-certificate-alert": (at) => `the server at ${at} rejected our client certificate`,
  version: (at) => `the server at ${at} does not speak a TLS version that we accept`,
  "no-common-cipher": (at) => `the server at ${at} has no cipher in common with us`,
  "handshake-failure-alert": (at) =>
    `the server at ${at} refused the TLS handshake: no common cipher, or a client certificate is missing`,
  closed: (at) => `the server at ${at} closed the connection during the TLS handshake: does it speak TLS there?`,
};
