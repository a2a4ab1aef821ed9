import { type CompiledFiles, compileFiles, hasErrors } from "../generate/compile-files.js";
import { generate } from "../generate/generate.js";
import { findInputFiles } from "../generate/input-files.js";
import { isGenerated } from "../generate/is-generated.js";
import {
  type GenerateOptions,
  type GenerateRuntime,
  type GenerateTarget,
  type ImportExtension,
  type ImportMapping,
  type JsImportStyle,
  resolveOptions,
  type ValidTypes,
} from "../generate/options.js";
import type { Diagnostic } from "../proto/diagnostic.js";
import { InputError } from "../proto/input-error.js";
import { packagedGen } from "../proto/package-reader.js";
import { tellDiagnostics } from "./diagnostic-text.js";
import { CliError, ExitCode } from "./exit-code.js";
import { printFailure } from "./failure-report.js";
import { flagName } from "./flag-name.js";
import { InputWatcher } from "./input-watcher.js";
import type { CliIo } from "./io.js";
import { checkPaths } from "./paths.js";
import { type WriteResult, writeFiles } from "./write-files.js";

/** The command line of `peregrine generate`, as commander names it. */
export interface GenerateFlags {
  readonly paths: readonly string[];
  readonly out: string;
  readonly include?: readonly string[];
  readonly runtime: GenerateRuntime;
  readonly importExtension: ImportExtension;
  readonly jsImportStyle: JsImportStyle;
  readonly erasableSyntax?: boolean;
  readonly jsonTypes?: boolean;
  readonly target: GenerateTarget;
  readonly codec?: boolean;
  readonly validTypes?: ValidTypes;
  readonly mapImports?: readonly ImportMapping[];
  readonly tsNocheck?: boolean;
  readonly keepStale?: boolean;
  readonly watch?: boolean;
  readonly json?: boolean;
}

/** Generates once, or with `watch` until the user ends it. */
export async function runGenerate(flags: GenerateFlags, io: CliIo): Promise<ExitCode> {
  checkPaths(flags.paths);
  checkTogether(flags);
  try {
    // A command line that leads nowhere ends at once, before there is anything to watch.
    if (flags.watch) findInputFiles(flags.paths, flags.include ?? []);
    else return generateOnce(flags, io).exitCode;
  } catch (error) {
    if (!(error instanceof InputError || error instanceof CliError)) throw error;
    reportError(error, flags, io);
    return ExitCode.failure;
  }
  return watchAndGenerate(flags, io);
}

/** Each option was checked alone when it was read. */
function checkTogether(flags: GenerateFlags): void {
  try {
    resolveOptions(flags, flagName);
  } catch (error) {
    throw new CliError(error instanceof Error ? error.message : String(error), ExitCode.usage);
  }
}

function reportError(error: Error, flags: GenerateFlags, io: CliIo): void {
  if (flags.json) printFailure(error, "result", io);
  else io.stderr(`peregrine: ${error.message}\n`);
}

/** One run, and what it was made from. */
interface Run {
  readonly exitCode: ExitCode;
  readonly compiled: CompiledFiles;
}

function generateOnce(flags: GenerateFlags, io: CliIo): Run {
  const compiled = compileFiles(flags.paths, flags.include ?? []);
  const { diagnostics } = compiled;
  if (hasErrors(diagnostics)) {
    printErrors(diagnostics, flags, io);
    return { exitCode: ExitCode.failure, compiled };
  }
  // What came from the code of a package is imported from there.
  const packaged = compiled.packagedNames.flatMap((name): ImportMapping[] => {
    const target = packagedGen(name)?.gen;
    return target === undefined ? [] : [{ pattern: name, target }];
  });
  const options = optionsOf(flags, [...(flags.mapImports ?? []), ...packaged]);
  const names = compiled.inputs.files.map((file) => file.importName);
  const files = generate(compiled.files, names, options);
  printResult(diagnostics, writeFiles(flags.out, files, flags.keepStale ? undefined : isGenerated), flags, io);
  return { exitCode: ExitCode.ok, compiled };
}

/** An option of the generator that is left out here does not compile. */
function optionsOf(flags: GenerateFlags, mapImports: readonly ImportMapping[]): GenerateOptions {
  const { runtime, importExtension, jsImportStyle, erasableSyntax, jsonTypes, target, codec, validTypes, tsNocheck } =
    flags;
  const modules = { runtime, importExtension, jsImportStyle, mapImports };
  const contents = { erasableSyntax, jsonTypes, target, codec, validTypes, tsNocheck };
  return { ...modules, ...contents } satisfies { readonly [name in keyof GenerateOptions]-?: GenerateOptions[name] };
}

function printErrors(diagnostics: readonly Diagnostic[], flags: GenerateFlags, io: CliIo): void {
  if (flags.json) {
    io.stdout(`${JSON.stringify({ ok: false, diagnostics })}\n`);
    return;
  }
  const count = diagnostics.filter((one) => one.severity === "error").length;
  tellDiagnostics(diagnostics, io);
  io.stderr(`${count} ${count === 1 ? "error" : "errors"}, nothing was written\n`);
}

function printResult(diagnostics: readonly Diagnostic[], result: WriteResult, flags: GenerateFlags, io: CliIo): void {
  if (flags.json) {
    io.stdout(`${JSON.stringify({ ok: true, out: flags.out, ...result, diagnostics })}\n`);
    return;
  }
  tellDiagnostics(diagnostics, io);
  const written = result.written.length;
  const unchanged = result.unchanged.length > 0 ? `, ${result.unchanged.length} unchanged` : "";
  const removed = result.removed.length > 0 ? `, ${result.removed.length} stale removed` : "";
  io.stdout(`${written} ${written === 1 ? "file" : "files"} written${unchanged}${removed} to ${flags.out}\n`);
}

/** Runs at every change until the user ends it; what is wrong in between is told and does not end it. */
function watchAndGenerate(flags: GenerateFlags, io: CliIo): Promise<ExitCode> {
  return new Promise((resolve) => {
    const run = (): void => {
      watcher.beforeRead();
      watcher.afterRead(runAndReport(flags, io));
    };
    const watcher = new InputWatcher(flags, run);
    const stopListening = io.onInterrupt(() => {
      stopListening();
      watcher.close();
      resolve(ExitCode.ok);
    });
    run();
    if (!flags.json) io.stderr(`watching ${flags.paths.join(", ") || "the modules of buf.yaml"} (Ctrl-C ends it)\n`);
  });
}

/** What was compiled, or undefined where it did not get as far as that. */
function runAndReport(flags: GenerateFlags, io: CliIo): CompiledFiles | undefined {
  try {
    return generateOnce(flags, io).compiled;
  } catch (error) {
    reportError(error instanceof Error ? error : new Error(String(error)), flags, io);
    return undefined;
  }
}
