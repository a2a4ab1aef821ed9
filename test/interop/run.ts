import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createTestCertificates } from "peregrine/testing";
import { type ServerProcess, startServer } from "../../tools/processes.js";
import { plainCases } from "./cases.js";
import { compressedCases } from "./compressed-cases.js";
import { prepareGo } from "./go.js";
import { runCase } from "./own-client.js";
import { type CertificateFiles, Missing, type Peer, type PeerTarget } from "./peer.js";
import { preparePython } from "./python.js";
import { Results } from "./results.js";

const own = "peregrine";
const cacheFolder = fileURLToPath(new URL("../../../.cache/", import.meta.url));
const serverProgram = fileURLToPath(new URL("server-main.js", import.meta.url));

const preparations: Readonly<Record<string, (cacheFolder: string) => Promise<Peer>>> = {
  "grpc-go": prepareGo,
  "Python grpcio": preparePython,
};

/** Certificates of this run, as files for the peers and as text for our own client. */
interface RunCertificates extends CertificateFiles {
  readonly folder: string;
  readonly caText: string;
}

/** A client that runs one case against a server. */
type RunClient = (name: string, target: PeerTarget) => Promise<string | undefined>;

function makeCertificates(): RunCertificates {
  const { ca, server } = createTestCertificates();
  const folder = mkdtempSync(join(tmpdir(), "interop-"));
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return join(folder, name);
  };
  return {
    folder,
    caText: ca,
    ca: write("ca.pem", ca),
    cert: write("server.pem", server.cert),
    key: write("server.key", server.key),
  };
}

function startOwnServer(certificate: CertificateFiles | undefined): Promise<ServerProcess> {
  const tls =
    certificate === undefined
      ? []
      : ["--use_tls", `--tls_cert_file=${certificate.cert}`, `--tls_key_file=${certificate.key}`];
  return startServer(process.execPath, (port) => [serverProgram, `--port=${port}`, ...tls], { timeoutMs: 20_000 });
}

/** Runs cases against one server, plaintext and then TLS. */
async function runPairing(
  results: Results,
  names: { client: string; server: string },
  cases: readonly string[],
  start: (certificate: CertificateFiles | undefined) => Promise<ServerProcess>,
  certificates: RunCertificates,
  runClient: RunClient,
): Promise<void> {
  for (const secure of [false, true]) {
    const pairing = { ...names, secure };
    const server = await start(secure ? certificates : undefined).catch((error: unknown) => {
      results.add(pairing, "(server starts)", String(error));
    });
    if (server === undefined) continue;
    for (const name of cases) {
      const target = { port: server.port, caFile: secure ? certificates.ca : undefined };
      results.add(pairing, name, await runClient(name, target));
    }
    await server.stop();
  }
}

/**
 * Runs clients against servers, plaintext and TLS: ours with ours, and ours with each peer that can be had here, both
 * ways. Under `INTEROP=all` a peer that is missing counts as a failure.
 */
async function runAll(results: Results, certificates: RunCertificates): Promise<void> {
  const caText = (target: PeerTarget): string | undefined =>
    target.caFile === undefined ? undefined : certificates.caText;
  const ownCases = [...Object.keys(plainCases), ...Object.keys(compressedCases)];
  const self = { client: own, server: own };
  await runPairing(results, self, ownCases, startOwnServer, certificates, (name, target) => {
    const ca = caText(target);
    return runCase(name, { host: "localhost", port: target.port, tls: ca === undefined ? undefined : { ca } });
  });
  for (const [name, prepare] of Object.entries(preparations)) {
    const peer = await prepare(cacheFolder).catch((error: unknown) => {
      if (!(error instanceof Missing)) throw error;
      results.leaveOut(name, error.message);
    });
    if (peer === undefined) continue;
    const theirs = { client: peer.name, server: own };
    await runPairing(results, theirs, peer.clientCases, startOwnServer, certificates, peer.runClient);
    const ours = { client: own, server: peer.name };
    await runPairing(results, ours, peer.serverCases, peer.startServer, certificates, (name, target) =>
      peer.runOurClient(name, target.port, caText(target)),
    );
  }
}

const certificates = makeCertificates();
const results = new Results();
try {
  await runAll(results, certificates);
} finally {
  rmSync(certificates.folder, { recursive: true, force: true });
}
for (const line of results.matrix()) console.log(line);
for (const line of results.leftOut) console.log(`left out: ${line}`);
const missing = process.env["INTEROP"] === "all" ? results.leftOut.length : 0;
const failed = results.count(true) + missing;
console.log(`\n${results.count(false)} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
