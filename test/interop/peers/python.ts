import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { runToEnd, type ServerProcess, startServer } from "../../../tools/processes.js";
import { echoNames, echoPrefix, officialNames, without } from "../case-names.js";
import { testFolder } from "./folders.js";
import type { CertificateFiles, Peer, PeerTarget, Surroundings } from "./peer.js";
import { install, type Program, runClientProgram } from "./programs.js";

/** Also that of grpcio-tools. */
export const grpcioVersion = "1.85.1";
const version = grpcioVersion;
const protos = ["echo.proto", "grpc/testing/empty.proto", "grpc/testing/messages.proto", "grpc/testing/test.proto"];

/** Cannot be told for each message on its client. */
const clientCases = without(officialNames, "client_compressed_streaming");
/** Its handlers do not see whether a request came compressed. */
const serverCases = without(officialNames, "client_compressed_unary", "client_compressed_streaming");

/** Python's grpcio with threads, with a client and a server of ours, in an environment of its own. */
export async function preparePython({ cacheFolder }: Surroundings): Promise<Peer> {
  const environment = await environmentOf(cacheFolder);
  const client: Program = { ...environment.run("interop/python/client.py"), plainFlags: [] };
  return {
    name: "grpcio",
    version,
    client: {
      cases: [...clientCases, ...echoNames],
      run: (name, target) =>
        name.startsWith(echoPrefix)
          ? runEcho(environment, name.slice(echoPrefix.length), target)
          : runClientProgram(client, name, target),
    },
    server: {
      cases: [...serverCases, ...echoNames],
      start: (certificate) => start(environment.run("interop/python/server.py"), certificate),
    },
  };
}

/** The same package's asyncio interface, which is an implementation of its own: the server. */
export async function preparePythonAsyncio({ cacheFolder }: Surroundings): Promise<Peer> {
  const environment = await environmentOf(cacheFolder);
  return {
    name: "grpcio asyncio",
    version,
    server: {
      cases: serverCases,
      start: (certificate) => start(environment.run("interop/python/aio_server.py"), certificate),
    },
  };
}

interface Environment {
  run(script: string): Program & { readonly env: Readonly<Record<string, string>> };
}

const environments = new Map<string, Promise<Environment>>();

/** Made once, whoever asks first. */
function environmentOf(cacheFolder: string): Promise<Environment> {
  const found = environments.get(cacheFolder) ?? makeEnvironment(cacheFolder);
  environments.set(cacheFolder, found);
  return found;
}

async function makeEnvironment(cacheFolder: string): Promise<Environment> {
  const folder = join(cacheFolder, `grpcio-${version}`);
  const python = join(folder, "bin", "python");
  const generated = join(folder, "gen");
  if (!existsSync(join(generated, "grpc/testing/test_pb2_grpc.py"))) {
    mkdirSync(generated, { recursive: true });
    const source = join(testFolder, "protos");
    await install("python3", ["-m", "venv", folder]);
    await install(python, ["-m", "pip", "install", "--quiet", `grpcio==${version}`, `grpcio-tools==${version}`]);
    const out = [`--python_out=${generated}`, `--grpc_python_out=${generated}`];
    await install(python, ["-m", "grpc_tools.protoc", `-I${source}`, ...out, ...protos]);
  }
  const env = { PYTHONPATH: generated, PYTHONDONTWRITEBYTECODE: "1" };
  return { run: (script) => ({ command: python, args: [join(testFolder, script)], env }) };
}

async function runEcho(environment: Environment, name: string, { port, ca }: PeerTarget): Promise<string | undefined> {
  const { command, args, env } = environment.run("peers/python/echo_client.py");
  const all = [...args, String(port), name, ...(ca === undefined ? [] : [ca.file])];
  const { code, output } = await runToEnd(command, all, { timeoutMs: 30_000, env });
  return code === 0 ? undefined : `exit code ${code}: ${output.trim()}`;
}

function start(
  { command, args, env }: ReturnType<Environment["run"]>,
  certificate: CertificateFiles | undefined,
): Promise<ServerProcess> {
  const tls = certificate === undefined ? [] : [certificate.cert, certificate.key];
  return startServer(command, (port) => [...args, String(port), ...tls], { timeoutMs: 20_000, env });
}
