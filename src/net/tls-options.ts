import type { PeerCertificate, SecureContext, SecureContextOptions } from "node:tls";
import {
  checkBoolean,
  checkFunction,
  checkOptions,
  isOneOf,
  isText,
  type OptionChecks,
  show,
} from "../base/check-option.js";
import { nodeTls } from "./node-modules.js";
import { opensslReason } from "./tls-errors.js";
import { TlsSessions } from "./tls-sessions.js";

/** Certificates or keys as PEM: text, bytes, or several of them. */
export type PemMaterial = string | Uint8Array | readonly (string | Uint8Array)[];

/** What both sides can say about themselves. */
export interface TlsIdentityOptions {
  /** Private key of `cert`. */
  readonly key?: PemMaterial | undefined;
  /** Own certificate, and behind it the intermediate ones up to, but without, the root. */
  readonly cert?: PemMaterial | undefined;
  /** Opens `key` where it is encrypted. */
  readonly passphrase?: string | undefined;
  /** Oldest version that is spoken. Default `TLSv1.2`, which HTTP/2 asks at least (RFC 9113 section 9.2). */
  readonly minVersion?: "TLSv1.2" | "TLSv1.3" | undefined;
  /** Ciphers in OpenSSL's notation. Default: those of Node. */
  readonly ciphers?: string | undefined;
}

/** TLS of a channel. An empty object is TLS with the authorities that Node trusts. */
export interface TlsClientOptions extends TlsIdentityOptions {
  /** Authorities that may have signed the server's certificate. Default: those that Node trusts. */
  readonly ca?: PemMaterial | undefined;
  /** Name that the server's certificate must be for, and that is sent as SNI. Default: the host of the target. */
  readonly serverName?: string | undefined;
  /**
   * Decides whether a certificate of a trusted authority belongs to the server: returns an error if not. Default: the
   * certificate's names are compared with the server name.
   */
  readonly checkServerIdentity?: ((serverName: string, certificate: PeerCertificate) => Error | undefined) | undefined;
  /**
   * `false` takes any certificate of anybody: encrypted, but with no proof of who is there. For trying things by hand.
   * Default true.
   */
  readonly verifyCertificate?: boolean | undefined;
}

/** TLS of a server. `key` and `cert` are needed. */
export interface TlsServerOptions extends TlsIdentityOptions {
  /** Authorities that may have signed clients' certificates. */
  readonly ca?: PemMaterial | undefined;
  /**
   * What is asked of clients. `none`: no certificate. `request`: it is asked for, and a client without one, or with
   * one that does not verify, is served as a client without certificate. `require`: only clients with a certificate
   * that `ca` signed get in. Default: `require` where `ca` is given, else `none`.
   */
  readonly clientCertificate?: "none" | "request" | "require" | undefined;
}

/** The TLS options cannot work. */
export class TlsOptionsError extends Error {
  override get name(): string {
    return "TlsOptionsError";
  }
}

const identityChecks: OptionChecks<TlsIdentityOptions> = {
  key: isPem,
  cert: isPem,
  passphrase: isText,
  minVersion: isOneOf("TLSv1.2", "TLSv1.3"),
  ciphers: isText,
};

const clientChecks: OptionChecks<TlsClientOptions> = {
  ...identityChecks,
  ca: isPem,
  serverName: isText,
  checkServerIdentity: checkFunction,
  // A text such as "false" must not decide about trust.
  verifyCertificate: checkBoolean,
};

const serverChecks: OptionChecks<TlsServerOptions> = {
  ...identityChecks,
  ca: isPem,
  clientCertificate: isOneOf("none", "request", "require"),
};

function isPem(name: string, value: unknown): void {
  for (const one of Array.isArray(value) ? value : [value]) {
    if (typeof one === "string" || one instanceof Uint8Array) continue;
    throw new TypeError(`${name} must be PEM, as text or bytes, or an array of these: got ${show(one)}`);
  }
}

/** @throws {TypeError} naming an option that is not known or of another type, and what it may be */
export function checkTlsServerOptions(options: unknown): void {
  checkOptions("tls options of a server", options, serverChecks, "tls.");
}

/** A channel's TLS options after they were checked and read; made once, used for each connection. */
export interface ClientTls {
  readonly secureContext: SecureContext;
  readonly serverName: string | undefined;
  readonly checkServerIdentity: TlsClientOptions["checkServerIdentity"];
  readonly verifyCertificate: boolean;
  readonly sessions: TlsSessions;
}

/** A server's TLS options after they were checked and read. */
export interface ServerTls {
  /** As `node:tls` takes them. */
  readonly contextOptions: SecureContextOptions;
  readonly clientCertificate: "none" | "request" | "require";
}

/**
 * Reads a channel's TLS options.
 *
 * @throws {TypeError} naming an option that is not known or of another type, and what it may be
 * @throws {TlsOptionsError} when they cannot work, with what is wrong
 */
export function prepareClientTls(options: TlsClientOptions): ClientTls {
  checkOptions("tls options of a channel", options, clientChecks, "tls.");
  if ((options.key === undefined) !== (options.cert === undefined)) {
    throw new TlsOptionsError("a client certificate needs both `key` and `cert`; one is missing");
  }
  return {
    secureContext: makeContext(readContextOptions(options, options.ca)),
    serverName: options.serverName,
    checkServerIdentity: options.checkServerIdentity,
    verifyCertificate: options.verifyCertificate ?? true,
    sessions: new TlsSessions(),
  };
}

/**
 * Reads a server's TLS options.
 *
 * @throws {TypeError} naming an option that is not known or of another type, and what it may be
 * @throws {TlsOptionsError} when they cannot work, with what is wrong
 */
export function prepareServerTls(options: TlsServerOptions): ServerTls {
  checkTlsServerOptions(options);
  if (options.key === undefined || options.cert === undefined) {
    throw new TlsOptionsError("TLS on a server needs `key` and `cert`");
  }
  const clientCertificate = options.clientCertificate ?? (options.ca === undefined ? "none" : "require");
  if (clientCertificate !== "none" && options.ca === undefined) {
    // Node would fall back to the public authorities, and anybody can get a certificate of those.
    throw new TlsOptionsError("to check client certificates give `ca`, the authorities that may have signed them");
  }
  const contextOptions = readContextOptions(options, options.ca);
  makeContext(contextOptions);
  return { contextOptions, clientCertificate };
}

function readContextOptions(options: TlsIdentityOptions, ca: PemMaterial | undefined): SecureContextOptions {
  checkPem("cert", options.cert, "CERTIFICATE");
  checkPem("ca", ca, "CERTIFICATE");
  checkPem("key", options.key, "PRIVATE KEY");
  return {
    minVersion: options.minVersion ?? "TLSv1.2",
    ...(options.ciphers === undefined ? {} : { ciphers: options.ciphers }),
    ...(options.passphrase === undefined ? {} : { passphrase: options.passphrase }),
    ...(options.key === undefined ? {} : { key: nodeMaterial(options.key) }),
    ...(options.cert === undefined ? {} : { cert: nodeMaterial(options.cert) }),
    ...(ca === undefined ? {} : { ca: nodeMaterial(ca) }),
  };
}

function makeContext(options: SecureContextOptions): SecureContext {
  try {
    return nodeTls().createSecureContext(options);
  } catch (error) {
    throw new TlsOptionsError(`the TLS options cannot be used: ${explainContextError(error)}`, { cause: error });
  }
}

function materialList(material: PemMaterial): readonly (string | Uint8Array)[] {
  return typeof material === "string" || material instanceof Uint8Array ? [material] : material;
}

function nodeMaterial(material: PemMaterial): (string | Buffer)[] {
  return materialList(material).map((one) => (typeof one === "string" ? one : Buffer.from(one)));
}

/** Node takes a `ca` or file name that is no PEM without a word, and fails each handshake later. */
function checkPem(option: string, material: PemMaterial | undefined, label: string): void {
  if (material === undefined) return;
  for (const one of materialList(material)) {
    const text = typeof one === "string" ? one : Buffer.from(one).toString("latin1");
    if (text.includes("-----BEGIN ") && text.includes(`${label}-----`)) continue;
    throw new TlsOptionsError(
      `\`${option}\` is not PEM with a ${label.toLowerCase()} in it; give the content of the file, not its name`,
    );
  }
}

function explainContextError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const reason = opensslReason(error) ?? error.message;
  if (/key values mismatch/i.test(reason)) return "`key` does not belong to `cert`";
  if (/bad decrypt|interrupted or cancelled|bad password/i.test(reason)) {
    return "`key` is encrypted, and `passphrase` is missing or wrong";
  }
  return reason;
}
