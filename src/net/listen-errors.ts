import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { formatAddress, type SocketAddress } from "./address.js";
import { systemErrorParts } from "./socket-errors.js";
import { opensslReason, tlsProblem } from "./tls-errors.js";

/** A server could not listen. */
export class ListenError extends Error {
  /** Node's code, for instance `EADDRINUSE`. */
  readonly code: string | undefined;

  constructor(message: string, code: string | undefined, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }

  override get name(): string {
    return "ListenError";
  }
}

/** A client did not become a connection: it is reported, and everybody else is served. */
export class AcceptError extends Error {
  /** The client, for instance `127.0.0.1:4711`; undefined when none was accepted. */
  readonly peer: string | undefined;

  constructor(message: string, peer: string | undefined, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.peer = peer;
  }

  override get name(): string {
    return "AcceptError";
  }
}

/** A client's TLS handshake failed: about that client, while other `AcceptError`s are about the listener. */
export class HandshakeError extends AcceptError {
  override get name(): string {
    return "HandshakeError";
  }
}

/** Says which address could not be had, and what to do. */
export function explainListenError(target: string, address: SocketAddress, error: unknown): ListenError {
  const { code, message } = systemErrorParts(error);
  const at = formatAddress(address);
  const explain = code === undefined ? undefined : LISTEN_PROBLEMS[code];
  return new ListenError(explain?.(at, address) ?? `cannot listen on ${target}: ${message}`, code, error);
}

type ListenText = (at: string, address: SocketAddress) => string;

const LISTEN_PROBLEMS: Readonly<Record<string, ListenText | undefined>> = {
  EADDRINUSE: (at, { path }) =>
    path === undefined
      ? `address in use: another process listens on ${at}; stop it, or take another port (0 picks a free one)`
      : `address in use: another process listens on ${at}; stop it, or take another path`,
  EACCES: (at, { path, port }) =>
    path !== undefined
      ? explainSocketFile(at, path)
      : `no permission to listen on ${at}${port < 1024 ? ": ports below 1024 need privileges; take a higher one" : ""}`,
  EPERM: (at) => `no permission to listen on ${at}`,
  EADDRNOTAVAIL: notOurs,
  // Deno says so of an address that the machine does not have.
  EINVAL: (at, { path }) =>
    path === undefined ? notOurs(at) : `the path of ${at} is too long for a Unix socket (107 bytes at most)`,
  EAFNOSUPPORT: (at) => `this machine does not support the kind of address of ${at} (is IPv6 switched off?)`,
  ENOTFOUND: (at, { host }) => `cannot listen on ${at}: the name ${host ?? ""} cannot be resolved`,
  EAI_AGAIN: (at, { host }) => `cannot listen on ${at}: the name ${host ?? ""} cannot be resolved now`,
  // Bun and Deno say so; Node says EACCES.
  ENOENT: missingFolder,
  ENOTDIR: (at) => `cannot make the socket ${at}: its folder is not a folder`,
  EROFS: (at) => `cannot make the socket ${at}: its file system is read-only`,
  EMFILE: (at) => `cannot listen on ${at}: too many open files in this process`,
};

function notOurs(at: string): string {
  return `${at} is not an address of this machine: take one that it has, or 0.0.0.0 or [::] for all of them`;
}

function missingFolder(at: string): string {
  return `cannot make the socket ${at}: its folder does not exist`;
}

/** Node says EACCES for a missing folder too. */
function explainSocketFile(at: string, path: string): string {
  return existsSync(dirname(path))
    ? `no permission to make the socket ${at}: look at the rights of its folder`
    : missingFolder(at);
}

/** Accepting failed; the listener lives on. */
export function explainAcceptFailure(target: string, error: unknown): AcceptError {
  const { code, message } = systemErrorParts(error);
  const what =
    code === "EMFILE" || code === "ENFILE"
      ? `too many open files (${code}); raise the limit (ulimit -n) or the number of servers`
      : message;
  return new AcceptError(`a connection to ${target} could not be accepted: ${what}`, undefined, error);
}

/** Says why a TLS handshake with a client failed. `verifyCode` is what was wrong with its certificate, if that was it. */
export function explainHandshakeFailure(
  peer: string | undefined,
  error: unknown,
  verifyCode: string | undefined,
): HandshakeError {
  const told = (text: string): HandshakeError => new HandshakeError(`${nameOf(peer)} ${text}`, peer, error);
  if (verifyCode !== undefined) return told(`${explainCertificate(verifyCode)} (${verifyCode})`);
  switch (tlsProblem(error)) {
    case "plaintext":
      return told("does not speak TLS: it sent plaintext to a TLS port; is TLS missing in its options?");
    case "no-h2":
      return told(NO_H2);
    case "certificate-required":
      return told("showed no certificate, and this server requires one");
    case "unknown-ca-alert":
      return told("does not know the authority that signed this server's certificate");
    case "expired-alert":
      return told("says that this server's certificate has expired: look at the clocks of both machines too");
    case "revoked-alert":
      return told("says that this server's certificate was revoked");
    case "rejected-certificate-alert":
      return told("rejected this server's certificate");
    case "version":
      return told("does not speak a TLS version that this server accepts");
    case "no-common-cipher":
      return told("has no cipher in common with this server");
    case "too-large":
      return told(
        "sent certificates of more bytes than TLS takes here, some 100 KB in all; send the chain without what is not needed",
      );
    case "timeout":
      return told("did not finish its TLS handshake in time");
    case "closed":
      return told("closed the connection during the TLS handshake");
    default:
      return told(`failed in the TLS handshake: ${detailOf(error)}`);
  }
}

/** What is wrong with a client's certificate, and what to do. */
function explainCertificate(verifyCode: string): string {
  switch (tlsProblem(Object.assign(new Error(verifyCode), { code: verifyCode }))) {
    case "expired":
      return "showed a certificate that has expired: it needs a new one";
    case "not-yet-valid":
      return "showed a certificate that is not valid yet: look at the clocks of both machines";
    case "self-signed":
      return "showed a certificate that it signed itself: add it to `ca`, or have an authority of `ca` sign it";
    case "unknown-ca":
      return "showed a certificate that does not lead to an authority of `ca`: it sends no intermediate certificate in its `cert`, or another authority signed it";
    default:
      return "showed a certificate that does not verify";
  }
}

/** The handshake went through, but without ALPN. */
export function missingAlpn(peer: string | undefined): HandshakeError {
  return new HandshakeError(`${nameOf(peer)} ${NO_H2}`, peer);
}

function nameOf(peer: string | undefined): string {
  return peer === undefined ? "a client" : `the client ${peer}`;
}

const NO_H2 = "speaks TLS but did not agree on HTTP/2 (ALPN h2)";

function detailOf(error: unknown): string {
  return (error instanceof Error ? opensslReason(error) : undefined) ?? systemErrorParts(error).message;
}
