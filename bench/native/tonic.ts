import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { PeerSpec, Programs, Surroundings } from "../peer.js";
import { buildOnce, runStep } from "./build.js";
import { writeDescriptors } from "./descriptors.js";

async function build(folder: string): Promise<void> {
  writeDescriptors(join(folder, "echo.binpb"));
  await runStep("cargo", ["build", "--release", "--quiet"], folder);
}

async function prepare({ cache }: Surroundings): Promise<Programs> {
  const folder = await buildOnce("tonic", cache, build);
  const program = join(folder, "target", "release", "peregrine-bench-tonic");
  const version = /^tonic = .*"=([\d.]+)"/m.exec(readFileSync(join(folder, "Cargo.toml"), "utf8"))?.[1] ?? "";
  return { version, server: { program, args: [] } };
}

export const tonic: PeerSpec = {
  name: "tonic",
  what: "Rust tonic with prost, release build with LTO; server only",
  speaks: "grpc",
  prepare,
};
