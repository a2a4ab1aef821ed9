import { readFileSync } from "node:fs";
import { formatProto } from "../format/format.js";
import { unifiedDiff } from "../format/unified-diff.js";
import { findProtoPaths } from "../generate/input-files.js";
import type { Diagnostic } from "../proto/diagnostic.js";
import { InputError } from "../proto/input-error.js";
import { tellDiagnostics } from "./diagnostic-text.js";
import { CliError, ExitCode } from "./exit-code.js";
import type { CliIo } from "./io.js";
import { asIs } from "./printable.js";
import { replaceFile } from "./replace-file.js";

/** The command line of `peregrine format`, as commander names it. */
export interface FormatFlags {
  readonly paths: readonly string[];
  readonly write: boolean;
  readonly check: boolean;
  readonly diff: boolean;
  readonly json: boolean;
}

/** A file and what it is when formatted; undefined where it has errors. */
interface Formatted {
  readonly file: string;
  readonly before: string;
  readonly after: string | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

const stdinName = "<stdin>";

/** Formats once. */
export async function runFormat(flags: FormatFlags, io: CliIo): Promise<ExitCode> {
  const results = flags.paths.includes("-") ? [await formatStdin(flags, io)] : formatFiles(flags);
  const changed = results.filter((one) => one.after !== undefined && one.after !== one.before);
  if (flags.write) for (const one of changed) replaceFile(one.file, one.after ?? one.before);
  if (flags.json) io.stdout(`${JSON.stringify(reportOf(results, flags))}\n`);
  else print(results, changed, flags, io);
  return isFine(results, flags) ? ExitCode.ok : ExitCode.failure;
}

function isFine(results: readonly Formatted[], flags: FormatFlags): boolean {
  return results.every((one) => one.after !== undefined && !(flags.check && one.after !== one.before));
}

async function formatStdin(flags: FormatFlags, io: CliIo): Promise<Formatted> {
  checkFlags(flags);
  if (flags.paths.length > 1) throw new CliError('"-" (standard input) must be the only path', ExitCode.usage);
  if (flags.write) throw new CliError('"-" (standard input) cannot be written: leave out --write', ExitCode.usage);
  return formatBytes(stdinName, await io.readStdin());
}

function formatFiles(flags: FormatFlags): Formatted[] {
  checkFlags(flags);
  const files = filesOf(flags.paths);
  if (files.length > 1 && !(flags.write || flags.check || flags.diff || flags.json)) {
    const choice = "--write to rewrite them, --check to list those that would change, or --diff to see how";
    throw new CliError(`there are ${files.length} files, and one can be printed: give ${choice}`, ExitCode.usage);
  }
  return files.map((file) => formatBytes(file, read(file)));
}

function checkFlags(flags: FormatFlags): void {
  const other = flags.check ? "--check" : "--diff";
  if (flags.write && (flags.check || flags.diff))
    throw new CliError(`--write and ${other} cannot be given together: ${other} writes nothing`, ExitCode.usage);
}

function filesOf(paths: readonly string[]): string[] {
  try {
    return findProtoPaths(paths);
  } catch (error) {
    if (error instanceof InputError) throw new CliError(error.message);
    throw error;
  }
}

function read(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CliError(`${file}: the file cannot be read: ${reason}`, ExitCode.failure, { cause: error });
  }
}

function formatBytes(file: string, bytes: Uint8Array): Formatted {
  // What is not UTF-8 would be lost, were it read as if it were.
  const before = decoded(bytes);
  if (before === undefined) return { file, before: "", after: undefined, diagnostics: [notUtf8(file, bytes)] };
  const result = formatProto(before, file);
  if (result.ok) return { file, before, after: result.text, diagnostics: [] };
  return { file, before, after: undefined, diagnostics: result.diagnostics };
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function notUtf8(file: string, bytes: Uint8Array): Diagnostic {
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const newline = bytes.indexOf(10, start);
    const end = newline === -1 ? bytes.length : newline + 1;
    if (decoded(bytes.subarray(start, end)) === undefined) break;
    start = end;
  }
  return { severity: "error", file, line, column: 1, message: "The line is not UTF-8: save the file as UTF-8." };
}

function reportOf(results: readonly Formatted[], flags: FormatFlags): object {
  const files = results.flatMap(({ file, before, after }) => {
    if (after === undefined) return [];
    const changed = after !== before;
    const isText = !(flags.write || flags.check || flags.diff);
    return [
      {
        file,
        changed,
        ...(flags.write ? { written: changed } : {}),
        ...(flags.diff ? { diff: unifiedDiff(before, after, file) } : {}),
        ...(isText ? { text: after } : {}),
      },
    ];
  });
  return { ok: isFine(results, flags), files, diagnostics: results.flatMap((one) => one.diagnostics) };
}

/** What the command is run for goes to stdout, so that it can be piped; all else to stderr. */
function print(results: readonly Formatted[], changed: readonly Formatted[], flags: FormatFlags, io: CliIo): void {
  const broken = results.filter((one) => one.after === undefined);
  for (const one of broken) tellDiagnostics(one.diagnostics, io);
  if (broken.length > 0 && broken.length + changed.length > 1)
    io.stderr(`${counted(broken.length)} with errors left as ${broken.length === 1 ? "it is" : "they are"}\n`);
  if (flags.diff) {
    for (const one of changed) io.stdout(asIs(unifiedDiff(one.before, one.after ?? one.before, one.file)));
  } else if (flags.write || flags.check) {
    for (const one of changed) io.stdout(`${one.file}\n`);
  } else {
    io.stdout(asIs(results[0]?.after ?? ""));
  }
  if (flags.write) io.stderr(`${counted(changed.length)} of ${results.length} formatted\n`);
  else if (flags.check && changed.length > 0) io.stderr(`${counted(changed.length)} would change with --write\n`);
}

function counted(count: number): string {
  return `${count} ${count === 1 ? "file" : "files"}`;
}
