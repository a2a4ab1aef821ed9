import { type CompiledFiles, hasErrors } from "../generate/compile-files.js";
import { InputError } from "../proto/input-error.js";
import { tellDiagnostics } from "./diagnostic-text.js";
import { CliError, ExitCode } from "./exit-code.js";
import type { Printer } from "./io.js";

/**
 * Compiles files, and prints what is wrong with them.
 *
 * @returns undefined when there were errors
 * @throws {CliError} for paths that cannot be used
 */
export function compileOrTell<File>(
  work: () => CompiledFiles<File>,
  json: boolean,
  io: Printer,
): CompiledFiles<File> | undefined {
  const compiled = compileInputs(work);
  if (!hasErrors(compiled.diagnostics)) return compiled;
  if (json) io.stdout(`${JSON.stringify({ ok: false, diagnostics: compiled.diagnostics })}\n`);
  else tellDiagnostics(compiled.diagnostics, io);
  return undefined;
}

/**
 * Compiles files that something else is done with.
 *
 * @throws {CliError} for paths that cannot be used, and for errors in files, which it has
 */
export function compileOrFail<File>(work: () => CompiledFiles<File>): CompiledFiles<File> {
  const compiled = compileInputs(work);
  const { diagnostics } = compiled;
  if (hasErrors(diagnostics)) {
    throw new CliError("the .proto files have errors", ExitCode.failure, { diagnostics });
  }
  return compiled;
}

function compileInputs<File>(work: () => CompiledFiles<File>): CompiledFiles<File> {
  try {
    return work();
  } catch (error) {
    if (error instanceof InputError) throw new CliError(error.message);
    throw error;
  }
}

/** Where the file of an import name is. */
export function pathsByName(compiled: CompiledFiles): Map<string, string> {
  return new Map(compiled.inputs.files.map((file) => [file.importName, file.path]));
}
