import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { type FileDescriptorProto, FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { displayed, fileReader, isCanonical, readInside } from "./file-reader.js";
import type { SourceReader } from "./load.js";

/** Files that an installed package has as descriptors alone: its module, and what that exports. */
const describedFiles: ReadonlyMap<string, readonly [module: string, name: string]> = new Map([
  [
    "buf/validate/validate.proto",
    ["@bufbuild/protovalidate/gen/buf/validate/validate_pb.js", "file_buf_validate_validate"],
  ],
]);

/**
 * Reads imports from directories, and what is in none of them from the packages that are installed for a project:
 * `pkg/a/b.proto` is the file `a/b.proto` of the package `pkg`. `buf/validate/validate.proto` comes from
 * `@bufbuild/protovalidate` where that is installed.
 *
 * @param projectDir packages are looked for in the `node_modules` of this directory and of those around it
 * @throws {Error} from `read` as with {@link fileReader}
 */
export function projectReader(includeDirs: readonly string[], projectDir: string): SourceReader {
  const files = fileReader(includeDirs);
  return {
    read: (path) => files.read(path) ?? readFromPackage(path, projectDir),
    descriptor: (path) => describedFile(path, projectDir),
  };
}

function readFromPackage(path: string, projectDir: string): ReturnType<SourceReader["read"]> {
  if (!isCanonical(path)) return undefined;
  const parts = path.split("/");
  const name = parts.splice(0, path.startsWith("@") ? 2 : 1).join("/");
  if (parts.length === 0 || name.startsWith(".")) return undefined;
  for (const dir of ancestors(projectDir)) {
    // The package's own directory may be a link; what is in it must not lead out of it.
    const home = join(dir, "node_modules", name);
    const text = readInside(home, parts.join("/"));
    if (text !== undefined) return { text, displayPath: displayed(join(home, ...parts)) };
  }
  return undefined;
}

function ancestors(dir: string): string[] {
  const dirs = [resolve(dir)];
  for (;;) {
    const inner = dirs.at(-1) as string;
    const outer = dirname(inner);
    if (outer === inner) return dirs;
    dirs.push(outer);
  }
}

function describedFile(path: string, projectDir: string): FileDescriptorProto | undefined {
  const [module, name] = describedFiles.get(path) ?? [];
  if (module === undefined || name === undefined) return undefined;
  const require = createRequire(join(resolve(projectDir), "package.json"));
  let exports: unknown;
  try {
    exports = require(module);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "MODULE_NOT_FOUND") return undefined;
    throw error;
  }
  const file = (exports as Readonly<Record<string, { readonly proto?: FileDescriptorProto } | undefined>>)[name];
  if (file?.proto === undefined) return undefined;
  // The project's copy of the runtime library may be another one than ours: bytes are the same in both.
  return fromBinary(FileDescriptorProtoSchema, toBinary(FileDescriptorProtoSchema, file.proto));
}
