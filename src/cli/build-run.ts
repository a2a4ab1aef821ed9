import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { toBinary, toJsonString } from "@bufbuild/protobuf";
import { type FileDescriptorProto, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { type CompiledFiles, compileFiles } from "../generate/compile-files.js";
import type { Diagnostic } from "../proto/diagnostic.js";
import { descriptorSetOf, registryOf } from "../proto/registry.js";
import { type DescriptorFormat, formatOf } from "./descriptor-format.js";
import { diagnosticText } from "./diagnostic-text.js";
import { CliError, ExitCode } from "./exit-code.js";
import type { CliIo } from "./io.js";
import { compileOrTell } from "./lint-compile.js";
import { checkPaths } from "./paths.js";

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

/** Compiles, and writes the descriptors; nothing is written while there are errors. */
export async function runBuild(flags: BuildFlags, io: CliIo): Promise<ExitCode> {
  checkPaths(flags.paths);
  const isPiped = flags.out === standardOutput;
  if (flags.json && isPiped) throw new CliError("--json and --out - both take the standard output", ExitCode.usage);
  const format = formatOf(flags.out, flags.format);
  const compiled = compileOrTell(() => compileFiles(flags.paths, flags.include ?? []), flags.json, io);
  if (compiled === undefined) {
    if (!flags.json) io.stderr("nothing was written\n");
    return ExitCode.failure;
  }
  const files = wantedFiles(compiled, flags);
  const output = encode(compiled.files, files, format);
  if (isPiped) io.stdout(output);
  else writeOutput(flags.out, output);
  tellResult(compiled.diagnostics, files.length, flags, io);
  return ExitCode.ok;
}

function wantedFiles(compiled: CompiledFiles, flags: BuildFlags): readonly FileDescriptorProto[] {
  const names = new Set(compiled.inputs.files.map((file) => file.importName));
  const files = flags.excludeImports ? compiled.files.filter((file) => names.has(file.name)) : compiled.files;
  return flags.excludeSourceInfo ? files.map(withoutSourceInfo) : files;
}

function withoutSourceInfo(file: FileDescriptorProto): FileDescriptorProto {
  const { sourceCodeInfo: _, ...rest } = file;
  return Object.assign(Object.create(Object.getPrototypeOf(file)), rest);
}

/** In JSON, custom options have their names, which are found among all files. */
function encode(
  all: readonly FileDescriptorProto[],
  files: readonly FileDescriptorProto[],
  format: DescriptorFormat,
): string | Uint8Array {
  const set = descriptorSetOf(files);
  if (format === "binpb") return toBinary(FileDescriptorSetSchema, set);
  return `${toJsonString(FileDescriptorSetSchema, set, { registry: registryOf(all), prettySpaces: 2 })}\n`;
}

function writeOutput(path: string, output: string | Uint8Array): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, output);
  } catch (error) {
    throw new CliError(`--out ${path}: cannot be written: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function tellResult(diagnostics: readonly Diagnostic[], count: number, flags: BuildFlags, io: CliIo): void {
  if (flags.json) {
    io.stdout(`${JSON.stringify({ ok: true, out: flags.out, files: count, diagnostics })}\n`);
    return;
  }
  io.stderr(diagnosticText(diagnostics, io.colorStderr));
}
