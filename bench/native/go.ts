import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { PeerSpec, Programs, Surroundings } from "../peer.js";
import { buildOnce, runStep } from "./build.js";
import { runPlugin } from "./descriptors.js";

const goPackage = "peregrine.test/grpc-go/echo";
const plugins = [
  { name: "protoc-gen-go", path: "google.golang.org/protobuf/cmd/protoc-gen-go" },
  { name: "protoc-gen-go-grpc", path: "google.golang.org/grpc/cmd/protoc-gen-go-grpc" },
] as const;

async function build(folder: string): Promise<void> {
  // The toolchain that is there: another one would be downloaded.
  const env = { GOTOOLCHAIN: "local", GOFLAGS: "-buildvcs=false" };
  for (const { name, path } of plugins) {
    await runStep("go", ["build", "-o", join("bin", name), path], folder, env);
    runPlugin(join(folder, "bin", name), `module=peregrine.test/grpc-go,Mecho.proto=${goPackage}`, folder);
  }
  await runStep("go", ["build", "-o", join("bin", "echo"), "."], folder, env);
}

async function prepare({ cache }: Surroundings): Promise<Programs> {
  const folder = await buildOnce("grpc-go", cache, build);
  const program = join(folder, "bin", "echo");
  const version = /google\.golang\.org\/grpc v(\S+)/.exec(readFileSync(join(folder, "go.mod"), "utf8"))?.[1] ?? "";
  return { version, server: { program, args: ["server"] }, client: { program, args: ["client"] } };
}

export const grpcGo: PeerSpec = { name: "grpc-go", what: "grpc-go, server and client", speaks: "grpc", prepare };
