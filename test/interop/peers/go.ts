import { existsSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { plainNames, soakNames, without } from "../case-names.js";
import type { Peer, Surroundings } from "./peer.js";
import { install, runClientProgram, startServerProgram } from "./programs.js";

/** The newest that was tried; it asks for Go 1.26 or newer. */
const version = "v1.85.0";
const programs = ["client", "server", "http2"] as const;
const negativeCases = ["goaway", "rst_after_header", "rst_during_data", "rst_after_data", "ping", "max_streams"];

/** The official interop programs of grpc-go, built from their published module into the cache once. */
export async function prepareGo({ cacheFolder }: Surroundings): Promise<Peer> {
  const folder = join(cacheFolder, `grpc-go-${version}`);
  await build(folder);
  const program = (name: string): { command: string; args: string[] } => ({ command: join(folder, name), args: [] });
  return {
    name: "grpc-go",
    version,
    client: {
      cases: [...plainNames, ...soakNames],
      run: (name, target) => runClientProgram(program("client"), name, target),
    },
    // It does not compress as it is told, and gives no server id.
    server: {
      cases: [...without(plainNames, "pick_first_unary"), ...soakNames],
      start: (certificate) => startServerProgram(program("server"), certificate),
    },
    runNegative: {
      cases: negativeCases,
      run: (name, target) => runClientProgram(program("http2"), name, target),
    },
  };
}

async function build(folder: string): Promise<void> {
  if (programs.every((program) => existsSync(join(folder, program)))) return;
  mkdirSync(folder, { recursive: true });
  const modules = programs.map((program) => `google.golang.org/grpc/interop/${program}@${version}`);
  // Outside of the repository, so that no go.mod is looked for; GOBIN says where the programs go.
  await install("go", ["install", ...modules], { timeoutMs: 300_000, cwd: tmpdir(), env: { GOBIN: folder } });
}
