import { readFileSync } from "node:fs";
import { join } from "node:path";
import { compressedNames, plainNames, without } from "../case-names.js";
import { buildOnce, writeTestDescriptors } from "./builds.js";
import type { Peer, Surroundings } from "./peer.js";
import { install, runClientProgram, startServerProgram } from "./programs.js";

/**
 * A caller cancels by dropping the call, so no status is seen before the response; the end of a call by its own timer is
 * CANCELLED "Timeout expired", which races with the server's; what to compress is told to a whole client.
 */
const notInClient = ["cancel_after_begin", "timeout_on_sleeping_server", "client_compressed_streaming"];
/** Its handlers do not see whether a request came compressed, and cannot tell it for each message of a stream. */
const inServer = [...plainNames, "server_compressed_unary"];

/** A client and a server of ours on Rust's tonic. */
export async function prepareTonic(surroundings: Surroundings): Promise<Peer> {
  const folder = await buildOnce({ name: "tonic", run: build }, surroundings);
  const program = (name: string): { command: string; args: string[] } => ({
    command: join(folder, "target/debug", name),
    args: [],
  });
  return {
    name: "tonic",
    version: /^tonic = .*"=([\d.]+)"/m.exec(readFileSync(join(folder, "Cargo.toml"), "utf8"))?.[1] ?? "",
    client: {
      cases: without([...plainNames, ...compressedNames], ...notInClient),
      run: (name, target) => runClientProgram(program("client"), name, target),
    },
    server: { cases: inServer, start: (certificate) => startServerProgram(program("server"), certificate) },
  };
}

async function build(folder: string): Promise<void> {
  writeTestDescriptors(join(folder, "test.binpb"));
  await install("cargo", ["build", "--quiet"], { cwd: folder, timeoutMs: 420_000 });
}
