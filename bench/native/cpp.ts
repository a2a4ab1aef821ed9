import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../tools/files.js";
import { runToEnd } from "../../tools/processes.js";
import { Missing, type PeerSpec, type Programs, type Surroundings } from "../peer.js";
import { buildOnce, runStep } from "./build.js";

const packages = "Debian packages libgrpc++-dev, protobuf-compiler and protobuf-compiler-grpc";
const sources = ["server.cc", "echo.pb.cc", "echo.grpc.pb.cc"] as const;

/** What a program prints, or undefined where it is not there or fails. */
async function ask(program: string, ...args: string[]): Promise<string | undefined> {
  const { code, output } = await runToEnd(program, args, { timeoutMs: 10_000 });
  return code === 0 ? output.trim() : undefined;
}

async function build(folder: string): Promise<void> {
  const flags = await ask("pkg-config", "--cflags", "--libs", "grpc++", "protobuf");
  const plugin = await ask("which", "grpc_cpp_plugin");
  if (flags === undefined || plugin === undefined) throw new Missing(`there is no C++ gRPC (${packages})`);
  copyFileSync(join(root, "test", "protos", "echo.proto"), join(folder, "echo.proto"));
  const out = ["-I", ".", "--cpp_out=.", "--grpc_out=.", `--plugin=protoc-gen-grpc=${plugin}`];
  await runStep("protoc", [...out, "echo.proto"], folder);
  await runStep("g++", ["-std=c++17", "-O3", "-DNDEBUG", "-o", "server", ...sources, ...flags.split(/\s+/)], folder);
}

async function prepare({ cache }: Surroundings): Promise<Programs> {
  const folder = await buildOnce("grpc-cpp", cache, build);
  const version = (await ask("pkg-config", "--modversion", "grpc++")) ?? "";
  return { version, server: { program: join(folder, "server"), args: [] } };
}

export const grpcCpp: PeerSpec = {
  name: "grpc-cpp",
  what: "C++ gRPC with its callback API; server only",
  speaks: "grpc",
  prepare,
};
