import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { compressedNames, plainNames, soakNames } from "./case-names.js";
import { knownFaults } from "./known-faults.js";
import { negativeScripts } from "./negative/scripts.js";
import { testFolder } from "./peers/folders.js";
import type { Peer } from "./peers/peer.js";
import type { Results } from "./results.js";
import { channelSoakBytes, soakIterations } from "./soak-cases.js";

/** Whose programs a peer's are. */
const origins: Readonly<Record<string, string>> = {
  Peregrine: "client and server of `test/interop`",
  "grpc-go": "the official interop client, server and HTTP/2 client",
  "C++ gRPC": "client and server of ours (`test/interop/cpp`) on the library",
  "grpc-java": "the official interop client, server and HTTP/2 client",
  "grpc-kotlin": "client and server of ours (`test/interop/peers/jvm`) on the library",
  Armeria: "the same client, and grpc-java's official handlers, on its transport",
  Wire: "client of ours (`test/interop/peers/jvm`) on the library",
  grpcio: "client and server of ours (`test/interop/python`) on the library, with threads",
  "grpcio asyncio": "server of ours on the library's asyncio interface",
  grpclib: "client and server of ours (`test/interop/peers/grpclib`) on the library",
  "Ruby gRPC": "the official interop client and server",
  tonic: "client and server of ours (`test/interop/peers/tonic`) on the library",
  "grpc-js": "our cases and handlers (`test/interop/node`) on the package",
  "connect-node": "our cases and handlers on the package, gRPC protocol",
  "nice-grpc": "our cases and handlers on the package",
};

const leftOutCases: readonly (readonly [string, string])[] = [
  [
    "`compute_engine_creds`, `service_account_creds`, `jwt_token_creds`, `oauth2_auth_token`, `per_rpc_creds`, `google_default_credentials`",
    "need accounts of Google Cloud",
  ],
  ["`cacheable_unary`", "needs a caching proxy that the official tests no longer run"],
  ["`orca_per_rpc`, `orca_oob`", "Peregrine has no interface for load reports yet"],
  [
    "`max_concurrent_streams_connection_scaling`",
    "Peregrine keeps one connection per address (gRFC A105 is not there yet)",
  ],
];

const leftOutPeers: readonly (readonly [string, string])[] = [
  ["gRPC for .NET, Swift, Dart, PHP", "their toolchains are not had from the registries that CI can reach"],
  [
    "Traefik",
    "its module replaces others, so `go install` refuses it, and the pages that it embeds are not in the module; Debian does not package it",
  ],
];

const notes = `Columns are servers, rows are clients; a cell says how many passed of the cases that both ends have, plaintext and then TLS.
A \`*\` marks faults of a peer that are listed below: such a case is expected to fail, and the run fails when it does not.
Compressed cases with a client in a process of its own go through a relay that counts bytes, so that what either end says of
itself is not trusted.`;

/** Writes docs/interop.md of a whole run. */
export function writeReport(results: Results, peers: readonly Peer[], names: readonly string[]): void {
  const sections = [
    "# Interop",
    `Written by \`npm run interop -- --write\`. The cases are those of gRPC's
[interop-test-descriptions](https://github.com/grpc/grpc/blob/master/doc/interop-test-descriptions.md) and
[http2-interop-test-descriptions](https://github.com/grpc/grpc/blob/master/doc/http2-interop-test-descriptions.md).
${results.passed} passed, ${results.failed} failed, ${results.known} fail by a known fault of a peer.`,
    "## Peers",
    tableOf(["peer", "version", "what runs"], peers.map(rowOf)),
    "## Matrix",
    notes,
    tableOf(results.matrix(names)[0]!, results.matrix(names).slice(1)),
    "## Cases",
    casesText(),
    "## Known faults of peers",
    faultsText(results),
    "## Left out",
    tableOf(["what", "why"], [...leftOutCases, ...leftOutPeers, ...results.leftOut.map(splitReason)]),
  ];
  writeFileSync(join(testFolder, "../docs/interop.md"), `${sections.join("\n\n")}\n`);
}

function rowOf({ name, version, server }: Peer): readonly string[] {
  const origin = origins[name] ?? (server?.isProxy === true ? "a proxy in front of our server, h2c inside" : "");
  return [name, version, origin];
}

function splitReason(line: string): readonly string[] {
  const at = line.indexOf(": ");
  return [line.slice(0, at), line.slice(at + 2)];
}

function casesText(): string {
  const list = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(", ");
  return [
    `- plain: ${list(plainNames)}`,
    `- compressed: ${list(compressedNames)}`,
    `- soak, ${soakIterations} iterations each, ours with itself and with grpc-go: ${list(soakNames)}; channel_soak has messages of ${channelSoakBytes} bytes, rpc_soak those of large_unary`,
    `- against a server of frames that misbehaves, plaintext: ${list(Object.keys(negativeScripts))}`,
    "- `echo/...`: what the official service cannot show, with Python: details, large messages, order",
  ].join("\n");
}

function faultsText(results: Results): string {
  const seen = knownFaults.filter((fault) => results.all.some(({ known }) => known === fault));
  if (seen.length === 0) return "None.";
  const rows = seen.map(({ client, server, cases, evidence }) => [
    client ?? "any client",
    server ?? "any server",
    cases.map((name) => `\`${name}\``).join(", "),
    evidence,
  ]);
  return tableOf(["client", "server", "cases", "what is wrong, and how that is known"], rows);
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
