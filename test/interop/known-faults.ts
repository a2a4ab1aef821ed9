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
  {
    client: "Wire",
    cases: ["special_status_message"],
    evidence:
      "`GrpcException.grpcMessage` is the field as it was sent: `%09%0Atest with whitespace%0D%0A...`. The specification has the client undo the percent-encoding, as all other peers do",
  },
  {
    client: "grpc-go",
    server: "misbehaving server",
    cases: ["rst_during_data"],
    evidence:
      "its test program wants UNKNOWN; its own library says INTERNAL, as the specification's table maps a reset with NO_ERROR, and as the program itself wants it in rst_after_header",
  },
  {
    client: "grpc-java",
    server: "misbehaving server",
    cases: ["rst_after_header", "rst_during_data", "rst_after_data"],
    evidence:
      'the call fails as it should; its test program compares the description with "HTTP/2 error code: NO_ERROR", but its own library now says "RST_STREAM closed stream. HTTP/2 error code: NO_ERROR"',
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
