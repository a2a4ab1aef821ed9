import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { type FileDescriptorProto, FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { ancestors, DirectoryReader, isCanonical, isDirectory, readerOfRoots } from "./file-reader.js";
import type { SourceReader } from "./load.js";
import { type LookedIn, missingText, type PackagePath } from "./missing-text.js";

/** Packages that have the code for a file, and its descriptor in that code, but not always the file itself. */
const describedFiles: ReadonlyMap<string, { readonly name: string; readonly gen: string; readonly constant: string }> =
  new Map([
    [
      "buf/validate/validate.proto",
      { name: "@bufbuild/protovalidate", gen: "@bufbuild/protovalidate/gen", constant: "file_buf_validate_validate" },
    ],
  ]);

/**
 * Reads imports from directories, and what is in none of them from the packages that are installed for a project:
 * `pkg/a/b.proto` is the file `a/b.proto` of the package `pkg`. `buf/validate/validate.proto` comes from
 * `@bufbuild/protovalidate` where that is installed.
 *
 * @param projectDirs packages are looked for in the `node_modules` of these directories and of those around them
 * @throws {Error} from `read` as with `fileReader`
 */
export function projectReader(includeDirs: readonly string[], ...projectDirs: readonly string[]): SourceReader {
  return rootsReader({ roots: includeDirs.map((dir) => ({ dir })), packageDirs: projectDirs, deps: [] });
}

/** As {@link projectReader}, with roots that may leave out some files. */
export function rootsReader(where: LookedIn): SourceReader {
  const files = readerOfRoots(where.roots);
  return {
    read: (path) => files.read(path) ?? readFromPackage(path, where.packageDirs),
    descriptor: (path) => describedFile(path, where.packageDirs),
    explainMissing: (path) =>
      missingText(path, where, packageOf(path, where.packageDirs), describedFiles.get(path)?.name),
  };
}

/** The package that has the code for a file that has no text, and where it has it: `<gen>/<path>_pb.js`. */
export function packagedGen(path: string): { readonly name: string; readonly gen: string } | undefined {
  return describedFiles.get(path);
}

function packageOf(path: string, projectDirs: readonly string[]): PackagePath | undefined {
  if (!isCanonical(path)) return undefined;
  const parts = path.split("/");
  const name = parts.splice(0, path.startsWith("@") ? 2 : 1).join("/");
  if (parts.length === 0 || name.startsWith(".")) return undefined;
  const dirs = new Set(projectDirs.flatMap(ancestors));
  const homes = [...dirs].map((dir) => join(dir, "node_modules", name)).filter(isDirectory);
  return { name, inner: parts.join("/"), homes };
}

function readFromPackage(path: string, projectDirs: readonly string[]): ReturnType<SourceReader["read"]> {
  const { homes, inner } = packageOf(path, projectDirs) ?? { homes: [], inner: "" };
  for (const home of homes) {
    // The package's own directory may be a link; what is in it must not lead out of it.
    const reader = new DirectoryReader(home);
    const text = reader.read(inner);
    if (text !== undefined) return { text, displayPath: reader.displayed(inner) };
  }
  return undefined;
}

function describedFile(path: string, projectDirs: readonly string[]): FileDescriptorProto | undefined {
  const described = describedFiles.get(path);
  if (described === undefined) return undefined;
  const module = `${described.gen}/${path.replace(/\.proto$/, "_pb.js")}`;
  for (const dir of projectDirs) {
    const exports = requireFrom(dir, module);
    const file = exports?.[described.constant] as { readonly proto?: FileDescriptorProto } | undefined;
    if (file?.proto === undefined) continue;
    // The project's copy of the runtime library may be another one than ours: bytes are the same in both.
    return fromBinary(FileDescriptorProtoSchema, toBinary(FileDescriptorProtoSchema, file.proto));
  }
  return undefined;
}

/** What a module exports; undefined when it is not installed there. */
function requireFrom(dir: string, module: string): Readonly<Record<string, unknown>> | undefined {
  const require = createRequire(join(resolve(dir), "package.json"));
  let file: string;
  try {
    file = require.resolve(module);
  } catch {
    return undefined;
  }
  return require(file) as Readonly<Record<string, unknown>>;
}
