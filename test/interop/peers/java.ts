import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { officialNames, without } from "../case-names.js";
import { resolveClassPath } from "./maven.js";
import type { Peer, Surroundings } from "./peer.js";
import { type Program, runClientProgram, startServerProgram } from "./programs.js";

const version = "1.76.0";
const testPackage = "io.grpc.testing.integration";
const notInServer = [
  "pick_first_unary",
  "client_compressed_unary",
  "client_compressed_streaming",
  "server_compressed_streaming",
];
const negativeCases = ["goaway", "rst_after_header", "rst_during_data", "rst_after_data", "ping", "max_streams"];

/** The official interop programs of grpc-java, as published with their dependencies. */
export async function prepareJava({ cacheFolder, runFolder, certificates }: Surroundings): Promise<Peer> {
  const libraries = await resolveClassPath(join(cacheFolder, `grpc-java-${version}`), [
    `io.grpc:grpc-interop-testing:${version}`,
  ]);
  // The programs read their certificates as resources; the first of a name on the class path counts.
  const resources = join(runFolder, "java");
  mkdirSync(join(resources, "certs"), { recursive: true });
  copyFileSync(certificates.ca, join(resources, "certs/ca.pem"));
  copyFileSync(certificates.cert, join(resources, "certs/server1.pem"));
  copyFileSync(certificates.key, join(resources, "certs/server1.key"));
  const program = (name: string): Program => ({
    command: "java",
    // Short runs: the second compiler would only warm up.
    args: ["-XX:TieredStopAtLevel=1", "-Xshare:auto", "-cp", `${resources}:${libraries}`, `${testPackage}.${name}`],
    tlsFlags: () => ["--use_tls=true", "--use_test_ca=true"],
    plainFlags: name === "Http2Client" ? [] : ["--use_tls=false"],
  });
  return {
    name: "grpc-java",
    version,
    client: {
      cases: officialNames,
      run: (name, target) => runClientProgram(program("TestServiceClient"), name, target),
    },
    // It gives no server id, does not look at expect_compressed, and does not compress what it streams.
    server: {
      cases: without(officialNames, ...notInServer),
      start: (certificate) => startServerProgram(program("TestServiceServer"), certificate, () => ["--use_tls=true"]),
    },
    runNegative: {
      cases: negativeCases,
      run: (name, target) => runClientProgram(program("Http2Client"), name, target),
    },
  };
}
