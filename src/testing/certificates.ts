import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { checkBoolean, checkOptions, isArray, isText, type OptionChecks, show } from "../base/check-option.js";
import { ipBytes } from "../base/ip-bytes.js";
import { isIpv4, isIpv6 } from "../resolve/ip-address.js";
import {
  der,
  derBitString,
  derObjectIdentifier,
  derOctetString,
  derSequence,
  derSet,
  derTime,
  derTrue,
  derUnsigned,
  derUtf8String,
} from "./der.js";

const DAY_MS = 24 * 60 * 60 * 1000;

/** A certificate and its private key, as PEM: what the `tls` options of a server or a channel take. */
export interface KeyAndCertificate {
  /** PKCS #8, PEM. */
  readonly key: string;
  /** X.509, PEM. */
  readonly cert: string;
}

/** What a certificate shall say. */
export interface CertificateOptions {
  /** Common name of the subject; default the first of `hosts`, else `test`. */
  readonly commonName?: string | undefined;
  /** Subject alternative names: host names (also `*.example.com`), IP addresses, or URIs (with `://`). */
  readonly hosts?: readonly string[] | undefined;
  /** From when it is valid; default a day ago. */
  readonly notBefore?: Date | undefined;
  /** Until when it is valid; default in 30 days. */
  readonly notAfter?: Date | undefined;
}

/** A certificate authority that lives in memory and signs certificates for tests. */
export interface TestAuthority {
  /** The authority's own certificate, PEM: what the other side takes as `ca`. */
  readonly ca: string;
  /** A certificate for a server: may be used to prove a server's identity only. */
  issueServer(options?: CertificateOptions): KeyAndCertificate;
  /** A certificate for a client: may be used to prove a client's identity only. */
  issueClient(options?: CertificateOptions): KeyAndCertificate;
}

/** What `createTestCertificates` gives. */
export interface TestCertificates extends TestAuthority {
  /** For `localhost`, `127.0.0.1` and `::1`, unless `hosts` said otherwise. */
  readonly server: KeyAndCertificate;
  /** Its common name is `test-client`, unless `clientName` said otherwise. */
  readonly client: KeyAndCertificate;
}

/** Options of `createTestCertificates`. */
export interface TestCertificatesOptions {
  /** Names and addresses of the server; default `localhost`, `127.0.0.1`, `::1`. Give others to test a wrong host. */
  readonly hosts?: readonly string[] | undefined;
  /** Common name of the client's certificate; default `test-client`. */
  readonly clientName?: string | undefined;
  /** Makes both certificates (not the authority) ones that expired yesterday; default false. */
  readonly expired?: boolean | undefined;
}

const certificateChecks: OptionChecks<CertificateOptions> = {
  commonName: isText,
  hosts: isArray(isText),
  notBefore: isDate,
  notAfter: isDate,
};

const testChecks: OptionChecks<TestCertificatesOptions> = {
  hosts: isArray(isText),
  clientName: isText,
  expired: checkBoolean,
};

function isDate(name: string, value: unknown): void {
  if (!(value instanceof Date)) throw new TypeError(`${name} must be a Date: got ${show(value)}`);
}

/**
 * Makes an authority, a certificate for a server and one for a client: fresh keys each time (ECDSA P-256), nothing
 * on disk, and no program but Node. For tests only: the keys are in memory in clear, and last 30 days. For a
 * certificate of a foreign authority call it twice; for others use `issueServer` and `issueClient`.
 *
 * ```ts
 * const { ca, server, client } = createTestCertificates();
 * await grpcServer.listen("localhost:0", { tls: { ...server, ca } });
 * const channel = new Channel(address, { tls: { ...client, ca } });
 * ```
 */
export function createTestCertificates(options: TestCertificatesOptions = {}): TestCertificates {
  checkOptions("options of createTestCertificates()", options, testChecks);
  const authority = createTestAuthority();
  const validity =
    options.expired === true
      ? { notBefore: new Date(Date.now() - 10 * DAY_MS), notAfter: new Date(Date.now() - DAY_MS) }
      : {};
  return {
    ...authority,
    server: authority.issueServer({ hosts: options.hosts ?? ["localhost", "127.0.0.1", "::1"], ...validity }),
    client: authority.issueClient({ commonName: options.clientName ?? "test-client", ...validity }),
  };
}

/**
 * Makes an authority alone.
 *
 * @param commonName name of the authority; default `Test CA` and a few random digits, so that two differ
 */
export function createTestAuthority(commonName: string = `Test CA ${randomBytes(4).toString("hex")}`): TestAuthority {
  const keys = newKeys();
  const issuer: Issuer = { name: distinguishedName(commonName), key: keys.privateKey, keyId: keyIdentifier(keys) };
  const ca = signCertificate(issuer, keys, { commonName, ...validityOf({}) }, [
    extension(OID.basicConstraints, true, derSequence(derTrue())),
    extension(OID.keyUsage, true, KEY_USAGE_SIGN_CERTIFICATES),
  ]);
  return {
    ca,
    issueServer: (options = {}) => issue(issuer, OID.serverAuth, options),
    issueClient: (options = {}) => issue(issuer, OID.clientAuth, options),
  };
}

interface Keys {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

interface Issuer {
  readonly name: Buffer;
  readonly key: KeyObject;
  readonly keyId: Buffer;
}

const OID = {
  commonName: "2.5.4.3",
  ecdsaWithSha256: "1.2.840.10045.4.3.2",
  subjectKeyIdentifier: "2.5.29.14",
  keyUsage: "2.5.29.15",
  subjectAltName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  authorityKeyIdentifier: "2.5.29.35",
  extendedKeyUsage: "2.5.29.37",
  serverAuth: "1.3.6.1.5.5.7.3.1",
  clientAuth: "1.3.6.1.5.5.7.3.2",
} as const;

/** RFC 5280 section 4.2.1.3: bit 0 is digitalSignature; bits 5 and 6 are keyCertSign and cRLSign. */
const KEY_USAGE_SIGN_DATA: Buffer = derBitString(Buffer.from([0x80]), 7);
const KEY_USAGE_SIGN_CERTIFICATES: Buffer = derBitString(Buffer.from([0x06]), 1);

function issue(issuer: Issuer, purpose: string, options: CertificateOptions): KeyAndCertificate {
  checkOptions("options of a certificate", options, certificateChecks);
  const keys = newKeys();
  const hosts = options.hosts ?? [];
  const commonName = options.commonName ?? hosts[0] ?? "test";
  const extensions = [
    extension(OID.basicConstraints, true, derSequence()),
    extension(OID.keyUsage, true, KEY_USAGE_SIGN_DATA),
    extension(OID.extendedKeyUsage, false, derSequence(derObjectIdentifier(purpose))),
  ];
  if (hosts.length > 0) {
    extensions.push(extension(OID.subjectAltName, false, derSequence(...hosts.map(generalName))));
  }
  return {
    key: keys.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    cert: signCertificate(issuer, keys, { commonName, ...validityOf(options) }, extensions),
  };
}

function newKeys(): Keys {
  return generateKeyPairSync("ec", { namedCurve: "prime256v1" });
}

function validityOf(options: CertificateOptions): { notBefore: Date; notAfter: Date } {
  return {
    notBefore: options.notBefore ?? new Date(Date.now() - DAY_MS),
    notAfter: options.notAfter ?? new Date(Date.now() + 30 * DAY_MS),
  };
}

interface CertificateSubject {
  readonly commonName: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** RFC 5280 section 4.1: the part to be signed, the algorithm, the signature. */
function signCertificate(issuer: Issuer, keys: Keys, subject: CertificateSubject, extensions: Buffer[]): string {
  const algorithm = derSequence(derObjectIdentifier(OID.ecdsaWithSha256));
  const allExtensions = [
    ...extensions,
    extension(OID.subjectKeyIdentifier, false, derOctetString(keyIdentifier(keys))),
    extension(OID.authorityKeyIdentifier, false, derSequence(der(0x80, issuer.keyId))),
  ];
  const toBeSigned = derSequence(
    der(0xa0, derUnsigned(Buffer.from([2]))), // version 3
    derUnsigned(randomBytes(16)),
    algorithm,
    issuer.name,
    derSequence(derTime(subject.notBefore), derTime(subject.notAfter)),
    distinguishedName(subject.commonName),
    publicKeyInfo(keys),
    der(0xa3, derSequence(...allExtensions)),
  );
  const signature = sign("sha256", toBeSigned, issuer.key);
  return toPem(derSequence(toBeSigned, algorithm, derBitString(signature)));
}

function extension(oid: string, critical: boolean, value: Buffer): Buffer {
  const flag = critical ? [derTrue()] : [];
  return derSequence(derObjectIdentifier(oid), ...flag, derOctetString(value));
}

function distinguishedName(commonName: string): Buffer {
  return derSequence(derSet(derSequence(derObjectIdentifier(OID.commonName), derUtf8String(commonName))));
}

function publicKeyInfo(keys: Keys): Buffer {
  return keys.publicKey.export({ type: "spki", format: "der" });
}

/** Any value that differs from key to key will do (RFC 5280 section 4.2.1.2). */
function keyIdentifier(keys: Keys): Buffer {
  return createHash("sha256").update(publicKeyInfo(keys)).digest().subarray(0, 20);
}

/** RFC 5280 section 4.2.1.6: dNSName is [2], uniformResourceIdentifier [6], iPAddress [7]. */
function generalName(host: string): Buffer {
  if (isIpv4(host) || isIpv6(host)) return der(0x87, ipBytes(host));
  return der(host.includes("://") ? 0x86 : 0x82, Buffer.from(host, "latin1"));
}

function toPem(certificate: Buffer): string {
  const lines = certificate.toString("base64").match(/.{1,64}/g) ?? [];
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
}
