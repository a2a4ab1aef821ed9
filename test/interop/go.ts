import { existsSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runToEnd, type ServerProcess, startServer } from "../../tools/processes.js";
import { plainCases } from "./cases.js";
import { runCase } from "./own-client.js";
import { type CertificateFiles, Missing, type Peer, type PeerTarget } from "./peer.js";

/** The newest that was tried; it asks for Go 1.25 or newer. */
const version = "v1.85.0";
const programs = ["client", "server"] as const;
const notInServer: ReadonlySet<string> = new Set(["pick_first_unary"]);

/** The official interop programs of grpc-go, built from their published module into `cacheFolder` once. */
export async function prepareGo(cacheFolder: string): Promise<Peer> {
  const folder = join(cacheFolder, `grpc-go-${version}`);
  await install(folder);
  const names = Object.keys(plainCases);
  return {
    name: `grpc-go ${version}`,
    clientCases: names,
    serverCases: names.filter((name) => !notInServer.has(name)),
    runClient: (name, target) => runClient(join(folder, "client"), name, target),
    startServer: (certificate) => startGoServer(join(folder, "server"), certificate),
    runOurClient: (name, port, ca) =>
      runCase(name, { host: "localhost", port, tls: ca === undefined ? undefined : { ca } }),
  };
}

async function install(folder: string): Promise<void> {
  if (programs.every((program) => existsSync(join(folder, program)))) return;
  mkdirSync(folder, { recursive: true });
  const modules = programs.map((program) => `google.golang.org/grpc/interop/${program}@${version}`);
  // Outside of the repository, so that no go.mod is looked for; GOBIN says where the programs go.
  const options = { timeoutMs: 300_000, cwd: tmpdir(), env: { GOBIN: folder } };
  const { code, output } = await runToEnd("go", ["install", ...modules], options);
  if (code === 127) throw new Missing("there is no go command");
  if (code !== 0) throw new Missing(`go install ended with ${code}: ${output.trim().split("\n").at(-1)}`);
}

async function runClient(program: string, name: string, { port, caFile }: PeerTarget): Promise<string | undefined> {
  const args = ["--server_host=localhost", `--server_port=${port}`, `--test_case=${name}`];
  if (caFile !== undefined) args.push("--use_tls", "--use_test_ca", `--ca_file=${caFile}`);
  const { code, output } = await runToEnd(program, args, { timeoutMs: 30_000 });
  return code === 0 ? undefined : `exit code ${code}: ${output.trim()}`;
}

function startGoServer(program: string, certificate: CertificateFiles | undefined): Promise<ServerProcess> {
  const tls =
    certificate === undefined
      ? []
      : ["--use_tls", `--tls_cert_file=${certificate.cert}`, `--tls_key_file=${certificate.key}`];
  return startServer(program, (port) => [`--port=${port}`, ...tls], { timeoutMs: 15_000 });
}
