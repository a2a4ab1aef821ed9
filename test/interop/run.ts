import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createTestCertificates } from "peregrine/testing";
import { parseOptions, type RunOptions } from "./options.js";
import { badServerName, type RunCertificates, runPairings } from "./pairings.js";
import { prepareCaddy } from "./peers/caddy.js";
import { prepareCpp } from "./peers/cpp.js";
import { prepareGo } from "./peers/go.js";
import { prepareGrpclib } from "./peers/grpclib.js";
import { prepareJava } from "./peers/java.js";
import { prepareArmeria, prepareKotlin, prepareWire } from "./peers/jvm.js";
import { prepareConnect, prepareGrpcJs, prepareNiceGrpc, prepareOwn } from "./peers/node.js";
import { Missing, type Peer, type Prepare, type Surroundings } from "./peers/peer.js";
import { prepareApache, prepareHaproxy, prepareNghttpx, prepareNginx } from "./peers/proxies.js";
import { preparePython, preparePythonAsyncio } from "./peers/python.js";
import { prepareRuby } from "./peers/ruby.js";
import { prepareTonic } from "./peers/tonic.js";
import { writeReport } from "./report.js";
import { alignTable, Results } from "./results.js";

const cacheFolder = fileURLToPath(new URL("../../../.cache/", import.meta.url));

/** In the order of the matrix. */
const preparations: Readonly<Record<string, Prepare>> = {
  Peregrine: prepareOwn,
  "grpc-go": prepareGo,
  "C++ gRPC": prepareCpp,
  "grpc-java": prepareJava,
  "grpc-kotlin": prepareKotlin,
  Armeria: prepareArmeria,
  Wire: prepareWire,
  grpcio: preparePython,
  "grpcio asyncio": preparePythonAsyncio,
  grpclib: prepareGrpclib,
  "Ruby gRPC": prepareRuby,
  tonic: prepareTonic,
  "grpc-js": prepareGrpcJs,
  "connect-node": prepareConnect,
  "nice-grpc": prepareNiceGrpc,
  nginx: prepareNginx,
  haproxy: prepareHaproxy,
  nghttpx: prepareNghttpx,
  Apache: prepareApache,
  Caddy: prepareCaddy,
};

function makeCertificates(folder: string): RunCertificates {
  const { ca, server } = createTestCertificates();
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return join(folder, name);
  };
  return {
    caText: ca,
    ca: write("ca.pem", ca),
    cert: write("server.pem", server.cert),
    key: write("server.key", server.key),
  };
}

/** All at once: what is built or fetched takes long, and waits for other things than the cores. */
async function preparePeers(results: Results, surroundings: Surroundings, { only }: RunOptions): Promise<Peer[]> {
  const isWanted = (name: string): boolean => only === undefined || name === "Peregrine" || name.includes(only);
  const prepared = await Promise.all(
    Object.entries(preparations).map(async ([name, prepare]) => {
      if (!isWanted(name)) return undefined;
      const startMs = performance.now();
      const peer = await prepare(surroundings).catch((error: unknown) => {
        if (!(error instanceof Missing)) throw error;
        results.leaveOut(name, error.message);
      });
      const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
      console.error(`${name}: ${peer === undefined ? "left out" : "ready"} after ${seconds} s`);
      return peer;
    }),
  );
  return prepared.filter((peer) => peer !== undefined);
}

function print(results: Results, names: readonly string[]): void {
  console.log("passed/total of the cases that both ends have: plaintext, TLS\n");
  for (const line of alignTable(results.matrix(names))) console.log(line);
  if (results.known > 0) console.log("* known faults of a peer: see docs/interop.md");
  for (const line of results.leftOut) console.log(`left out: ${line}`);
}

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  const runFolder = mkdtempSync(join(tmpdir(), "interop-"));
  const results = new Results();
  try {
    const certificates = makeCertificates(runFolder);
    const buildsAll = options.build || process.env["INTEROP"] === "all";
    const peers = await preparePeers(results, { cacheFolder, runFolder, certificates, buildsAll }, options);
    await runPairings(results, peers, options, certificates);
    const names = [...peers.map(({ name }) => name), badServerName];
    if (options.json) console.log(JSON.stringify({ results: results.all, leftOut: results.leftOut }, undefined, 2));
    else print(results, names);
    if (options.write) writeReport(results, peers, names);
  } finally {
    rmSync(runFolder, { recursive: true, force: true });
  }
  const missing = process.env["INTEROP"] === "all" ? results.leftOut.length : 0;
  const failed = results.failed + missing;
  if (results.known > 0) console.error(`${results.known} fail by a known fault of a peer`);
  if (results.passed + failed === 0) console.error("no case was chosen by --only and --case");
  (options.json ? console.error : console.log)(`\n${results.passed} passed, ${failed} failed`);
  return failed === 0 && results.passed > 0 ? 0 : 1;
}

process.exit(await main());
