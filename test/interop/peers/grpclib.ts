import { existsSync } from "node:fs";
import { join } from "node:path";
import { startServer } from "../../../tools/processes.js";
import { plainNames } from "../case-names.js";
import { buildOnce, writeTestDescriptors } from "./builds.js";
import type { Peer, Surroundings } from "./peer.js";
import { install, runClientProgram } from "./programs.js";

const version = "0.4.9";
/** Of what it stands on. */
const packages = [`grpclib==${version}`, "h2==4.4.1", "protobuf==7.36.2"];

/** A client and a server of ours on Python's grpclib, which has an HTTP/2 of its own (h2) and knows no compression. */
export async function prepareGrpclib(surroundings: Surroundings): Promise<Peer> {
  const folder = await buildOnce({ name: "grpclib", versions: packages.join(" "), run: build }, surroundings);
  const python = join(folder, "venv/bin/python");
  const env = { DESCRIPTORS: join(folder, "test.binpb"), PYTHONDONTWRITEBYTECODE: "1" };
  const client = { command: python, args: [join(folder, "client.py")], env };
  return {
    name: "grpclib",
    version,
    client: { cases: plainNames, run: (name, target) => runClientProgram(client, name, target) },
    server: {
      cases: plainNames,
      start: (certificate) => {
        const tls = certificate === undefined ? [] : [certificate.cert, certificate.key];
        const argsFor = (port: number): string[] => [join(folder, "server.py"), String(port), ...tls];
        return startServer(python, argsFor, { timeoutMs: 20_000, env });
      },
    },
  };
}

async function build(folder: string): Promise<void> {
  writeTestDescriptors(join(folder, "test.binpb"));
  if (!existsSync(join(folder, "venv/bin/pip"))) await install("python3", ["-m", "venv", join(folder, "venv")]);
  await install(join(folder, "venv/bin/python"), ["-m", "pip", "install", "--quiet", ...packages]);
}
