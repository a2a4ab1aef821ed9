import type { FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import { type CompiledFiles, type Compiler, compileFilesBy } from "../generate/compile-files.js";
import { compile } from "../proto/compile.js";
import { compileToSet, type EncodedFile } from "../proto/compile-set.js";
import type { Diagnostic } from "../proto/diagnostic.js";
import { type DescriptorFormat, formatOf } from "./descriptor-format.js";
import { tellDiagnostics } from "./diagnostic-text.js";
import { CliError, ExitCode } from "./exit-code.js";
import type { CliIo } from "./io.js";
import { compileOrTell } from "./lint-compile.js";
import { checkPaths } from "./paths.js";
import { writeWholeFile } from "./whole-file.js";

/** The command line of `peregrine build`, as commander names it. */
export interface BuildFlags {
  readonly paths: readonly string[];
  readonly out: string;
  readonly include?: readonly string[];
  readonly excludeImports: boolean;
  readonly excludeSourceInfo: boolean;
  readonly format?: DescriptorFormat;
  readonly json: boolean;
}

const standardOutput = "-";
/** Written at once. */
const chunkBytes = 1_048_576;

/** Compiles, and writes the descriptors; nothing is written while there are errors. */
export async function runBuild(flags: BuildFlags, io: CliIo): Promise<ExitCode> {
  checkPaths(flags.paths);
  const isPiped = flags.out === standardOutput;
  if (flags.json && isPiped) throw new CliError("--json and --out - both take the standard output", ExitCode.usage);
  const format = formatOf(flags.out, flags.format);
  const built = format === "json" ? await buildJson(flags, io) : buildBytes(flags, io);
  if (built === undefined) {
    if (!flags.json) io.stderr("nothing was written\n");
    return ExitCode.failure;
  }
  if (isPiped) for (const part of built.output) io.stdout(part);
  else writeOutput(flags.out, built.output);
  tellResult(built, flags, io);
  return ExitCode.ok;
}

interface Built {
  /** One part behind the other. */
  readonly output: readonly (string | Uint8Array)[];
  readonly count: number;
  readonly diagnostics: readonly Diagnostic[];
}

function buildBytes(flags: BuildFlags, io: CliIo): Built | undefined {
  const compiler: Compiler<EncodedFile> = (names, reader) =>
    compileToSet(names, reader, { sourceInfo: !flags.excludeSourceInfo });
  const compiled = compileOrTell(() => compileFilesBy(compiler, flags.paths, flags.include ?? []), flags.json, io);
  if (compiled === undefined) return undefined;
  const files = wantedFiles(compiled, flags);
  return { output: files.map((file) => file.record), count: files.length, diagnostics: compiled.diagnostics };
}

/** In JSON, custom options have their names, which are found among all files. */
async function buildJson(flags: BuildFlags, io: CliIo): Promise<Built | undefined> {
  const compiler: Compiler<FileDescriptorProto> = (names, reader) =>
    compile(names, reader, { sourceInfo: !flags.excludeSourceInfo });
  const compiled = compileOrTell(() => compileFilesBy(compiler, flags.paths, flags.include ?? []), flags.json, io);
  if (compiled === undefined) return undefined;
  const files = wantedFiles(compiled, flags);
  const { descriptorJson } = await import("./descriptor-json.js");
  return { output: [descriptorJson(compiled.files, files)], count: files.length, diagnostics: compiled.diagnostics };
}

function wantedFiles<File extends { readonly name: string }>(
  compiled: CompiledFiles<File>,
  flags: BuildFlags,
): readonly File[] {
  if (!flags.excludeImports) return compiled.files;
  const names = new Set(compiled.inputs.files.map((file) => file.importName));
  return compiled.files.filter((file) => names.has(file.name));
}

function writeOutput(path: string, output: Built["output"]): void {
  try {
    writeWholeFile(path, () => chunksOf(output));
  } catch (error) {
    throw new CliError(`--out ${path}: cannot be written: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Joined to few writes, and not to one: a large set would be in memory twice. */
function* chunksOf(output: Built["output"]): Iterable<Uint8Array> {
  let parts: Uint8Array[] = [];
  let length = 0;
  for (const one of output) {
    const part = typeof one === "string" ? Buffer.from(one) : one;
    parts.push(part);
    length += part.length;
    if (length < chunkBytes) continue;
    yield Buffer.concat(parts);
    parts = [];
    length = 0;
  }
  yield Buffer.concat(parts);
}

function tellResult({ diagnostics, count }: Built, flags: BuildFlags, io: CliIo): void {
  if (flags.json) {
    io.stdout(`${JSON.stringify({ ok: true, out: flags.out, files: count, diagnostics })}\n`);
    return;
  }
  tellDiagnostics(diagnostics, io);
}
