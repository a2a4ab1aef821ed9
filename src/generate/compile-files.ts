import { dirname } from "node:path";
import type { FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import { compile } from "../proto/compile.js";
import type { Diagnostic } from "../proto/diagnostic.js";
import { isDirectory } from "../proto/file-reader.js";
import type { ImportRoot } from "../proto/import-root.js";
import type { SourceReader } from "../proto/load.js";
import { rootsReader } from "../proto/package-reader.js";
import { filesBehind, findInputFiles, type InputFiles } from "./input-files.js";

/** What became of `.proto` files on the disk. */
export interface CompiledFiles<File = FileDescriptorProto> {
  readonly inputs: InputFiles;
  /** Descriptors of the files and of all that they import, imports first. Incomplete where there are errors. */
  readonly files: readonly File[];
  readonly diagnostics: readonly Diagnostic[];
  /** Paths of all files that were read, imports too. */
  readonly readPaths: readonly string[];
  /** Names of the files that came as descriptors out of the code of a package. */
  readonly packagedNames: readonly string[];
  /** Where packages were looked for. */
  readonly packageDirs: readonly string[];
}

/**
 * Compiles the `.proto` files behind paths. Imports come from the include directories, the modules of a `buf.yaml`, and the
 * packages that are installed where the paths or the current directory are.
 *
 * @throws {InputError} when the paths themselves cannot be used; errors in files are among the diagnostics
 */
export function compileFiles(paths: readonly string[], includeDirs: readonly string[]): CompiledFiles {
  return compileFilesBy(compile, paths, includeDirs);
}

/** Compiles files that are known by their import names. */
export type Compiler<File> = (
  names: readonly string[],
  reader: SourceReader,
) => { readonly files: readonly File[]; readonly diagnostics: readonly Diagnostic[] };

/** As {@link compileFiles}, with another form of what comes out. */
export function compileFilesBy<File>(
  compiler: Compiler<File>,
  paths: readonly string[],
  includeDirs: readonly string[],
): CompiledFiles<File> {
  const inputs = findInputFiles(paths, includeDirs);
  const dirs = inputs.paths.map((path) => (isDirectory(path) ? path : dirname(path)));
  return compileInputs(compiler, inputs, [...new Set([...dirs, "."])]);
}

/** As {@link compileFiles}, with all roots and places of packages known. */
export function compileRoots(
  paths: readonly string[],
  roots: readonly ImportRoot[],
  packageDirs: readonly string[],
): CompiledFiles {
  return compileInputs(compile, { ...filesBehind(paths, roots, true), projects: [] }, packageDirs);
}

function compileInputs<File>(
  compiler: Compiler<File>,
  inputs: InputFiles,
  packageDirs: readonly string[],
): CompiledFiles<File> {
  const deps = [...new Set(inputs.projects.flatMap((project) => project.deps))];
  const reader = rootsReader({ roots: inputs.roots, packageDirs, deps });
  // Where there are errors, the compiler reads twice.
  const readPaths = new Set<string>();
  const packagedNames = new Set<string>();
  const recording: SourceReader = {
    ...reader,
    read: (path) => {
      const found = reader.read(path);
      if (found !== undefined) readPaths.add(found.displayPath);
      return found;
    },
    descriptor: (path) => {
      const found = reader.descriptor?.(path);
      if (found !== undefined) packagedNames.add(path);
      return found;
    },
  };
  const names = inputs.files.map((file) => file.importName);
  const { files, diagnostics } = compiler(names, recording);
  return { inputs, files, diagnostics, readPaths: [...readPaths], packagedNames: [...packagedNames], packageDirs };
}

/** True where nothing usable came out. */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((one) => one.severity === "error");
}
