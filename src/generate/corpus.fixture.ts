import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { fromBinary } from "@bufbuild/protobuf";
import { type FileDescriptorProto, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";

/** The repository's root, from the compiled test. */
export const root: string = fileURLToPath(new URL("../../../", import.meta.url));

/** The `.proto` files that the generator's tests write code for. */
export const corpusDir: string = `${root}src/generate/corpus`;
export const corpusNames: readonly string[] = [
  "edition.proto",
  "kinds.proto",
  "legacy.proto",
  "names.proto",
  "nested/dir/shared.proto",
  "nested/other.proto",
  "no-package.proto",
];

/** Descriptors of the corpus and of what it imports, with source positions, made by buf. */
export function corpusFiles(): FileDescriptorProto[] {
  const buf = `${root}node_modules/.bin/buf`;
  const bytes = execFileSync(buf, ["build", corpusDir, "--as-file-descriptor-set", "-o", "-"], { maxBuffer: 1 << 24 });
  return fromBinary(FileDescriptorSetSchema, bytes).file;
}
