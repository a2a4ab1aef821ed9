import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { CliError } from "./exit-code.js";

/** A file to be written. */
export interface OutputFile {
  /** Relative to the output directory, with `/`. */
  readonly path: string;
  readonly text: string;
}

export interface WriteResult {
  readonly written: readonly string[];
  /** Files that had the text already; they are not touched, so that watchers and builds see no change. */
  readonly unchanged: readonly string[];
}

/**
 * Writes files below a directory. Each appears whole or not at all: it is written beside its place and then renamed.
 *
 * @throws {CliError} when the directory or a file cannot be written
 */
export function writeFiles(outDir: string, files: readonly OutputFile[]): WriteResult {
  const written: string[] = [];
  const unchanged: string[] = [];
  if (statSync(outDir, { throwIfNoEntry: false })?.isDirectory() === false) {
    throw new CliError(`${outDir}: the output directory is a file: give another --out`);
  }
  for (const file of files) {
    const path = join(outDir, file.path);
    if (readIfFile(path) === file.text) {
      unchanged.push(file.path);
      continue;
    }
    writeWhole(path, file.text);
    written.push(file.path);
  }
  return { written, unchanged };
}

function readIfFile(path: string): string | undefined {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true ? readFileSync(path, "utf8") : undefined;
}

function writeWhole(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(temporary, text);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    const reason = error instanceof Error ? error.message : String(error);
    throw new CliError(`${path}: the file cannot be written: ${reason}`, 1, { cause: error });
  }
}
