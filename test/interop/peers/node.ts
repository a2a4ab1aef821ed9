import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type echoCases, runEchoCase } from "../../peers/echo-cases.js";
import { echoNames, echoPrefix, officialNames, plainNames, soakNames, without } from "../case-names.js";
import { openConnectClient } from "../node/connect.js";
import { openGrpcJsClient } from "../node/grpc-js-client.js";
import { openNiceGrpcClient } from "../node/nice-grpc.js";
import { runOwnCase } from "../own-client.js";
import { runCase } from "../run-case.js";
import type { Endpoint, OpenClient } from "../test-client.js";
import { serverProgram, testFolder } from "./folders.js";
import type { Peer, PeerServer, PeerTarget, Prepare } from "./peer.js";
import { startServerProgram } from "./programs.js";

export const ownName = "Peregrine";

/** Our client and server. */
export const prepareOwn: Prepare = async () => ({
  name: ownName,
  version: `this revision, Node ${process.versions.node}`,
  client: {
    cases: [...officialNames, ...echoNames],
    run: (name, target) => {
      if (!name.startsWith(echoPrefix)) return runOwnCase(name, endpointOf(target));
      return runEchoCase(name.slice(echoPrefix.length) as keyof typeof echoCases, target.port, target.ca?.text);
    },
  },
  server: serverOf("peregrine", [...officialNames, ...echoNames]),
});

/** It is told what to compress for a whole channel, and its server does not compress. */
export const prepareGrpcJs: Prepare = async () =>
  peerOf("@grpc/grpc-js", "grpc-js", openGrpcJsClient, {
    client: without(officialNames, "client_compressed_streaming"),
    server: [...plainNames, ...soakNames],
  });

/** Told what to compress for a whole transport, and its server sends no headers before the first response. */
export const prepareConnect: Prepare = async () =>
  peerOf("@connectrpc/connect-node", "connect-node", openConnectClient, {
    client: without(officialNames, "client_compressed_streaming"),
    server: [...plainNames, ...soakNames],
  });

/** On grpc-js. Its deadlines are another package's. */
export const prepareNiceGrpc: Prepare = async () =>
  peerOf("nice-grpc", "nice-grpc", openNiceGrpcClient, {
    client: without(officialNames, "client_compressed_streaming", "timeout_on_sleeping_server"),
    server: [...plainNames, ...soakNames],
  });

function peerOf(
  packageName: string,
  implementation: string,
  open: OpenClient,
  cases: { client: readonly string[]; server: readonly string[] },
): Peer {
  return {
    name: implementation,
    version: versionOf(packageName),
    client: { cases: cases.client, run: (name, target) => runCase(name, open, endpointOf(target)) },
    server: serverOf(implementation, cases.server),
  };
}

function endpointOf({ port, ca }: PeerTarget): Endpoint {
  return { host: "localhost", port, tls: ca === undefined ? undefined : { ca: ca.text } };
}

function serverOf(implementation: string, cases: readonly string[]): PeerServer {
  const program = { command: process.execPath, args: [serverProgram, `--implementation=${implementation}`] };
  return { cases, start: (certificate) => startServerProgram(program, certificate) };
}

function versionOf(packageName: string): string {
  const file = join(testFolder, "../node_modules", packageName, "package.json");
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}
