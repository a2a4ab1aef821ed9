import type { FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import { compile } from "../proto/compile.js";
import type { Diagnostic } from "../proto/diagnostic.js";
import { fileReader } from "../proto/file-reader.js";
import type { SourceReader } from "../proto/load.js";
import { findInputFiles, type InputFiles } from "./input-files.js";

/** What became of `.proto` files on the disk. */
export interface CompiledFiles {
  readonly inputs: InputFiles;
  /** Descriptors of the files and of all that they import, imports first. Incomplete where there are errors. */
  readonly files: readonly FileDescriptorProto[];
  readonly diagnostics: readonly Diagnostic[];
  /** Paths of all files that were read, imports too. */
  readonly readPaths: readonly string[];
}

/**
 * Compiles the `.proto` files behind paths.
 *
 * @throws {InputError} when the paths themselves cannot be used; errors in files are among the diagnostics
 */
export function compileFiles(paths: readonly string[], includeDirs: readonly string[]): CompiledFiles {
  const inputs = findInputFiles(paths, includeDirs);
  const reader = fileReader(inputs.includeDirs);
  const readPaths: string[] = [];
  const names = inputs.files.map((file) => file.importName);
  const recording: SourceReader = {
    read: (path) => {
      const found = reader.read(path);
      if (found !== undefined) readPaths.push(found.displayPath);
      return found;
    },
  };
  const { files, diagnostics } = compile(names, recording);
  const searched = `Searched in ${inputs.includeDirs.map((dir) => (dir === "." ? "./" : dir)).join(", ")}`;
  return { inputs, files, diagnostics: diagnostics.map((one) => withSearched(one, searched)), readPaths };
}

/** The compiler does not know directories; who looks for a missing file wants to. */
function withSearched(one: Diagnostic, searched: string): Diagnostic {
  return /^(Import|File) ".*" was not found\.$/.test(one.message)
    ? { ...one, message: `${one.message} ${searched}` }
    : one;
}

/** True where nothing usable came out. */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((one) => one.severity === "error");
}
