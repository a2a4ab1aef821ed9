import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { CliError } from "./exit-code.js";
import { findStaleFiles, findTemporaryFiles, type IsOurs, temporaryName } from "./stale-files.js";

/** A file to be written. */
export interface OutputFile {
  /** Relative to the output directory, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** Paths relative to the output directory, with `/`. */
export interface WriteResult {
  readonly written: readonly string[];
  /** Files that had the text already; they are not touched, so that watchers and builds see no change. */
  readonly unchanged: readonly string[];
  /** Files of an earlier run that this one would not write. */
  readonly removed: readonly string[];
}

/**
 * Writes files below a directory. All are first written beside their places; only when all are there are they renamed,
 * and then are stale ones removed: whatever fails or ends the process before that leaves the old output whole.
 *
 * @param isOurs tells files of earlier runs, to be removed where they are stale; without it none is
 * @throws {CliError} when the directory or a file cannot be written
 */
export function writeFiles(outDir: string, files: readonly OutputFile[], isOurs?: IsOurs): WriteResult {
  const found = statSync(outDir, { throwIfNoEntry: false });
  if (found?.isDirectory() === false) {
    throw new CliError(`${outDir}: the output directory is a file: give another --out`);
  }
  for (const path of findTemporaryFiles(outDir)) rmSync(join(outDir, path), { force: true });
  const changed = files.filter((file) => !hasText(join(outDir, file.path), file.text));
  const unchanged = files.filter((file) => !changed.includes(file)).map((file) => file.path);
  replaceAll(outDir, changed);
  const current = new Set(files.map((file) => file.path));
  const removed = isOurs === undefined ? [] : findStaleFiles(outDir, current, isOurs);
  for (const path of removed) attempt(join(outDir, path), "removed", (full) => rmSync(full));
  return { written: changed.map((file) => file.path), unchanged, removed };
}

function hasText(path: string, text: string): boolean {
  const found = attempt(path, "written", (full) => statSync(full, { throwIfNoEntry: false }));
  // Told before anything is renamed, since renaming on it would fail half way.
  if (found?.isDirectory())
    throw new CliError(`${path}: the file cannot be written: there is a directory of that name`);
  return found?.isFile() === true && readFileSync(path, "utf8") === text;
}

function replaceAll(outDir: string, files: readonly OutputFile[]): void {
  const pairs = files.map((file) => {
    const path = join(outDir, file.path);
    return { path, temporary: temporaryName(path), text: file.text };
  });
  try {
    for (const { path, temporary, text } of pairs) {
      attempt(path, "written", () => {
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(temporary, text);
      });
    }
    for (const { path, temporary } of pairs) attempt(path, "written", () => renameSync(temporary, path));
  } catch (error) {
    for (const { temporary } of pairs) removeIfThere(temporary);
    throw error;
  }
}

/** From Node 22 on `force` does not cover a path that leads through a file. What cannot be removed must not hide why. */
function removeIfThere(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Was never written: its folder could not be made.
  }
}

function attempt<T>(path: string, done: string, work: (path: string) => T): T {
  try {
    return work(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CliError(`${path}: the file cannot be ${done}: ${reason}`, 1, { cause: error });
  }
}
