import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hashContents } from "../../../tools/stamp.js";
import { officialNames } from "../case-names.js";
import { testFolder } from "./folders.js";
import type { Peer, Surroundings } from "./peer.js";
import { debianVersion, install, runClientProgram, startServerProgram } from "./programs.js";

const sources = ["build.sh", "client.cc", "flags.h", "server.cc"].map((name) => `test/interop/cpp/${name}`);
const protos = ["empty", "messages", "test"].map((name) => `test/protos/grpc/testing/${name}.proto`);

/** A server and a client of ours on the C++ gRPC that Debian has, built into the cache when they have changed. */
export async function prepareCpp({ cacheFolder }: Surroundings): Promise<Peer> {
  const version = await debianVersion("libgrpc++-dev");
  await debianVersion("protobuf-compiler-grpc");
  const folder = join(cacheFolder, `grpc-cpp-${version.replace(/[^0-9.]/g, "-")}`);
  await build(folder);
  const program = (name: string): { command: string; args: string[] } => ({ command: join(folder, name), args: [] });
  return {
    name: "C++ gRPC",
    version: `Debian ${version}`,
    client: { cases: officialNames, run: (name, target) => runClientProgram(program("client"), name, target) },
    server: { cases: officialNames, start: (certificate) => startServerProgram(program("server"), certificate) },
  };
}

async function build(folder: string): Promise<void> {
  const stamp = join(folder, "stamp");
  const value = hashContents([...sources, ...protos]);
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === value) return;
  mkdirSync(folder, { recursive: true });
  await install("sh", [join(testFolder, "interop/cpp/build.sh"), join(testFolder, "protos"), folder]);
  writeFileSync(stamp, value);
}
