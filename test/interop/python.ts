import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runToEnd, startServer } from "../../tools/processes.js";
import { echoCases, runEchoCase } from "../peers/echo-cases.js";
import { type CertificateFiles, Missing, type Peer } from "./peer.js";

/** Also that of grpcio-tools. */
export const grpcioVersion = "1.85.1";
const version = grpcioVersion;
/** The scripts and protos are not compiled: they are read from the source tree. */
const testFolder: string = fileURLToPath(new URL("../../../test/", import.meta.url));

/** Python's grpcio, with a client and a server of ours for the Echo service, in an environment of its own. */
export async function preparePython(cacheFolder: string): Promise<Peer> {
  const folder = join(cacheFolder, `grpcio-${version}`);
  const python = join(folder, "bin", "python");
  await install(folder, python);
  const run = (script: string, args: readonly string[]): string[] => [
    join(testFolder, "peers/python", script),
    ...args,
  ];
  const env = { PYTHONPATH: join(folder, "gen"), PYTHONDONTWRITEBYTECODE: "1" };
  const names = Object.keys(echoCases);
  return {
    name: `grpcio ${version}`,
    clientCases: names,
    serverCases: names,
    runClient: async (name, { port, caFile }) => {
      const args = run("echo_client.py", [String(port), name, ...(caFile === undefined ? [] : [caFile])]);
      const { code, output } = await runToEnd(python, args, { timeoutMs: 30_000, env });
      return code === 0 ? undefined : `exit code ${code}: ${output.trim()}`;
    },
    startServer: (certificate: CertificateFiles | undefined) => {
      const tls = certificate === undefined ? [] : [certificate.cert, certificate.key];
      return startServer(python, (port) => run("echo_server.py", [String(port), ...tls]), { timeoutMs: 20_000, env });
    },
    runOurClient: runEchoCase,
  };
}

async function install(folder: string, python: string): Promise<void> {
  const generated = join(folder, "gen");
  if (existsSync(join(generated, "echo_pb2_grpc.py"))) return;
  mkdirSync(generated, { recursive: true });
  const protos = join(testFolder, "protos");
  const steps: readonly (readonly [string, readonly string[]])[] = [
    ["python3", ["-m", "venv", folder]],
    [python, ["-m", "pip", "install", "--quiet", `grpcio==${version}`, `grpcio-tools==${version}`]],
    [
      python,
      [
        "-m",
        "grpc_tools.protoc",
        `-I${protos}`,
        `--python_out=${generated}`,
        `--grpc_python_out=${generated}`,
        "echo.proto",
      ],
    ],
  ];
  for (const [command, args] of steps) {
    const { code, output } = await runToEnd(command, args, { timeoutMs: 240_000 });
    if (code === 127) throw new Missing(`there is no ${command} command`);
    if (code !== 0)
      throw new Missing(`${args.slice(0, 3).join(" ")} ended with ${code}: ${output.trim().split("\n").at(-1)}`);
  }
}
