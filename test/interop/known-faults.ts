/** A case that fails because of a peer, and how that is known. */
export interface KnownFault {
  /** Peers by name, without version; undefined: whichever. */
  readonly client?: string;
  readonly server?: string;
  readonly cases: readonly string[];
  readonly secure?: boolean;
  /** What the peer does wrong, and what shows that it is the peer. */
  readonly evidence: string;
}

export const knownFaults: readonly KnownFault[] = [
  {
    server: "grpcio asyncio",
    cases: ["server_compressed_unary"],
    evidence:
      "`context.set_compression(Gzip)` before the response of a unary method changes nothing: 314 606 bytes are on the wire for 314 159. The same call compresses in a streaming method of the same server, and in the unary method of the server with threads",
  },
];

export function findKnownFault(
  pairing: { readonly client: string; readonly server: string; readonly secure: boolean },
  name: string,
): KnownFault | undefined {
  return knownFaults.find(
    ({ client, server, cases, secure }) =>
      cases.includes(name) &&
      (client === undefined || client === pairing.client) &&
      (server === undefined || server === pairing.server) &&
      (secure === undefined || secure === pairing.secure),
  );
}
