import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createTestCertificates } from "peregrine/testing";
import { root } from "../../../tools/files.js";
import { runToEnd } from "../../../tools/processes.js";
import { startHelloServer } from "../http2/hello-server.testing.js";
import { installH2spec } from "./install.js";
import { isWhole, readSummary } from "./summary.js";

/**
 * Runs h2spec, strict cases too, against a server of ours, and h2specd against a client of ours, plaintext and TLS. Where there is
 * no Go to build them with, it says so; with `H2SPEC=all` that is a failure.
 */
const serverTests = 146;
const clientTests = 57;
const clientProgram = fileURLToPath(new URL("client-main.js", import.meta.url));

interface Certificates {
  readonly folder: string;
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  readonly server: { readonly cert: string; readonly key: string };
}

function makeCertificates(): Certificates {
  const { ca, server } = createTestCertificates();
  const folder = mkdtempSync(join(tmpdir(), "h2spec-"));
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return join(folder, name);
  };
  return {
    folder,
    ca: write("ca.pem", ca),
    cert: write("server.pem", server.cert),
    key: write("server.key", server.key),
    server,
  };
}

function tell(name: string, output: string, testsExpected: number): boolean {
  const summary = readSummary(output);
  const isPassed = isWhole(summary, testsExpected);
  const counts = summary === undefined ? "no summary" : `${summary.passed} of ${testsExpected} passed`;
  console.log(`${isPassed ? "ok    " : "FAILED"} ${name}: ${counts}`);
  if (!isPassed) console.error(output);
  return isPassed;
}

async function runServerCases(program: string, certificates: Certificates, secure: boolean): Promise<boolean> {
  const server = await startHelloServer(secure ? certificates.server : undefined);
  const args = ["-h", "127.0.0.1", "-p", String(server.port), "--strict", ...(secure ? ["--tls", "--insecure"] : [])];
  const { output } = await runToEnd(program, args, { timeoutMs: 120_000 });
  server.close();
  const isPassed = tell(`h2spec, our server, ${secure ? "TLS" : "plaintext"}`, output, serverTests);
  for (const fault of server.faults) console.error("a mistake of ours:", fault);
  return isPassed && server.faults.length === 0;
}

/** At its end h2specd tells thousands of times that it has closed its listeners. */
const dropped = /^accept tcp .* use of closed network connection\n/gm;

/** h2specd takes a port for each case, in a row: a row that is taken in part is left for another one. */
async function runClientCases(program: string, certificates: Certificates, secure: boolean): Promise<boolean> {
  const { ca, cert, key } = certificates;
  const client = [process.execPath, clientProgram, ...(secure ? [ca] : [])].join(" ");
  const tls = secure ? ["--tls", "--cert-file", cert, "--cert-key-file", key] : [];
  let output = "";
  for (const fromPort of [21_300, 23_700, 26_100]) {
    const args = ["-h", "127.0.0.1", "--from-port", String(fromPort), ...tls, "--exec", client];
    ({ output } = await runToEnd(program, args, { timeoutMs: 240_000, dropped }));
    if (!/address already in use/.test(output)) break;
  }
  return tell(`h2specd, our client, ${secure ? "TLS" : "plaintext"}`, output, clientTests);
}

async function main(): Promise<number> {
  const installed = await installH2spec(join(root, ".cache"));
  if ("missing" in installed) {
    console.error(`h2spec left out: ${installed.missing}`);
    return process.env["H2SPEC"] === "all" ? 1 : 0;
  }
  const certificates = makeCertificates();
  try {
    let isPassed = true;
    for (const secure of [false, true]) {
      isPassed = (await runServerCases(join(installed.folder, "h2spec"), certificates, secure)) && isPassed;
      isPassed = (await runClientCases(join(installed.folder, "h2specd"), certificates, secure)) && isPassed;
    }
    return isPassed ? 0 : 1;
  } finally {
    rmSync(certificates.folder, { recursive: true });
  }
}

process.exitCode = await main();
