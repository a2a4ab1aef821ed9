import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { PeerInfo } from "../base/transport.js";
import { formatPeerAddress, remoteAddressOf, type SocketAddress } from "./address.js";
import { nodeCrypto } from "./node-modules.js";

/** The other end of a plaintext connection. `fallback` is for Unix sockets, whose clients have no address. */
export function plainPeer(socket: Socket, fallback: SocketAddress): PeerInfo {
  return { address: formatPeerAddress(remoteAddressOf(socket) ?? fallback), secure: false };
}

/**
 * The other end of a TLS connection, after the handshake. Call it while the socket is open.
 *
 * @param known the certificate of an earlier connection, where this one has resumed its session: Node has none then
 */
export function securePeer(socket: TLSSocket, fallback: SocketAddress, known?: Uint8Array): PeerInfo {
  const address = formatPeerAddress(remoteAddressOf(socket) ?? fallback);
  const certificate = socket.authorized ? (socket.getPeerX509Certificate()?.raw ?? known) : undefined;
  return certificate === undefined ? { address, secure: true } : new CertifiedPeer(address, certificate);
}

/** Keeps the DER bytes alone, and takes them apart when somebody asks. */
class CertifiedPeer implements PeerInfo {
  readonly address: string;
  readonly secure: boolean = true;
  readonly certificate: Uint8Array;
  #parsed: { readonly subject: string; readonly subjectAltNames: readonly string[] } | undefined;

  constructor(address: string, certificate: Uint8Array) {
    this.address = address;
    this.certificate = certificate;
  }

  get subject(): string {
    return this.#parse().subject;
  }

  get subjectAltNames(): readonly string[] {
    return this.#parse().subjectAltNames;
  }

  #parse(): { readonly subject: string; readonly subjectAltNames: readonly string[] } {
    if (this.#parsed === undefined) {
      const { X509Certificate } = nodeCrypto();
      const { subject, subjectAltName } = new X509Certificate(this.certificate);
      // One attribute a line; commas inside of a value come escaped.
      this.#parsed = {
        subject: (subject ?? "").split("\n").join(", "),
        subjectAltNames: splitAltNames(subjectAltName ?? ""),
      };
    }
    return this.#parsed;
  }
}

const separator = ", ";
const kindAt: RegExp = /([^:,]+):/y;
const valueAt: RegExp = /"(?:[^"\\]|\\.)*"|[^,]*/y;

/**
 * Takes Node's one-line form apart: `DNS:localhost, IP Address:127.0.0.1` becomes `DNS:localhost` and `IP:127.0.0.1`.
 * A name with a comma or quote in it comes as a JSON string, so that nobody can smuggle a second name into one.
 */
export function splitAltNames(text: string): string[] {
  const names: string[] = [];
  let at = 0;
  while (at < text.length) {
    // Both look at the place where they stand only: a search would begin anew at each character of a long name.
    kindAt.lastIndex = at;
    const kind = kindAt.exec(text)?.[1];
    if (kind === undefined) break;
    valueAt.lastIndex = at + kind.length + 1;
    const value = valueAt.exec(text)?.[0] ?? "";
    const plain = value.startsWith('"') ? (JSON.parse(value) as string) : value;
    names.push(`${kind === "IP Address" ? "IP" : kind}:${plain}`);
    at = valueAt.lastIndex + separator.length;
  }
  return names;
}
