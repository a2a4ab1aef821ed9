import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { officialNames, without } from "../case-names.js";
import type { Peer, Surroundings } from "./peer.js";
import { install, type Program, runClientProgram, startServerProgram } from "./programs.js";

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
  const libraries = await resolve(join(cacheFolder, `grpc-java-${version}`));
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

/** What a file says, unless Maven's own folder, where its libraries are, has been cleared meanwhile. */
export function readClassPath(file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  const classPath = readFileSync(file, "utf8");
  return classPath.split(delimiter).every((library) => existsSync(library)) ? classPath : undefined;
}

/** The class path of the published artifact. */
async function resolve(folder: string): Promise<string> {
  const file = join(folder, "classpath");
  const known = readClassPath(file);
  if (known !== undefined) return known;
  mkdirSync(folder, { recursive: true });
  const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>local</groupId><artifactId>interop</artifactId><version>1</version><dependencies><dependency>
<groupId>io.grpc</groupId><artifactId>grpc-interop-testing</artifactId><version>${version}</version>
</dependency></dependencies></project>`;
  writeFileSync(join(folder, "pom.xml"), pom);
  await install("mvn", ["-q", "-B", "dependency:build-classpath", "-Dmdep.outputFile=classpath"], { cwd: folder });
  return readFileSync(file, "utf8");
}
