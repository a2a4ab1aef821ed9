import { type Dirent, readdirSync, realpathSync, type Stats, statSync } from "node:fs";
import { basename, dirname, isAbsolute, join, resolve } from "node:path";
import { toImportPath } from "../proto/file-reader.js";

/** A `.proto` file that was asked for. */
export interface InputFile {
  /** As the user can find it: relative to the current directory where the path given was. */
  readonly path: string;
  /** As other files import it: relative to its include directory, with `/`. */
  readonly importName: string;
}

export interface InputFiles {
  /** Sorted by import name. */
  readonly files: readonly InputFile[];
  /** Where imports are searched, in order. */
  readonly includeDirs: readonly string[];
  /** Every directory that was searched for files, for those who watch. */
  readonly searchedDirs: readonly string[];
}

/** Paths that do not lead to `.proto` files; the message says what to do. */
export class InputError extends Error {
  override get name(): string {
    return "InputError";
  }
}

/**
 * Finds the `.proto` files behind paths, and the names that they are imported by.
 *
 * @param paths files, or directories that are searched with all below them but `node_modules` and what begins with a dot;
 *   from the current directory, or, where there is no such thing, from an include directory
 * @param includeDirs where imports are searched; when empty, each directory of `paths` and each file's own directory
 * @throws {InputError} when a path or directory does not exist, has no `.proto` file, is in no include directory, or when
 *   two files would have the same import name
 */
export function findInputFiles(paths: readonly string[], includeDirs: readonly string[]): InputFiles {
  const searched = new Map<string, string>();
  const found: string[] = [];
  const ownDirs = new Set<string>();
  for (const dir of includeDirs) checkIncludeDir(dir);
  for (const given of paths) {
    const path = locate(given, includeDirs);
    if (statPath(path, includeDirs).isDirectory()) {
      const files = protoFilesIn(path, searched);
      if (files.length === 0) throw new InputError(`${path}: there is no .proto file in this directory or below it`);
      found.push(...files);
      ownDirs.add(path);
    } else {
      if (!path.endsWith(".proto")) throw new InputError(`${path}: not a .proto file: its name must end in .proto`);
      found.push(path);
      ownDirs.add(dirname(path));
    }
  }
  const dirs = includeDirs.length > 0 ? [...includeDirs] : [...ownDirs];
  return { files: nameFiles(found, dirs), includeDirs: dirs, searchedDirs: [...searched.values()] };
}

/** A path that does not exist from here may be an import name: a file in one of the include directories. */
function locate(path: string, includeDirs: readonly string[]): string {
  if (isAbsolute(path) || statOrUndefined(path) !== undefined) return path;
  const inDirs = includeDirs.map((dir) => join(dir, path));
  return inDirs.find((candidate) => statOrUndefined(candidate) !== undefined) ?? path;
}

function statPath(path: string, includeDirs: readonly string[]): Stats {
  const stats = statOrUndefined(path);
  if (stats !== undefined) return stats;
  const from = isAbsolute(path) ? "" : ` (looked in ${[process.cwd(), ...includeDirs].join(", ")})`;
  throw new InputError(`${path}: no such file or directory${from}: give .proto files, or directories that have some`);
}

/** Undefined also where a part of the path is a file, or must not be looked into. */
function statOrUndefined(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

function checkIncludeDir(dir: string): void {
  const stats = statOrUndefined(dir);
  if (stats?.isDirectory() === true) return;
  const what = stats === undefined ? "does not exist" : "is a file";
  throw new InputError(`${dir}: the include directory ${what}: give the directory that import names begin in`);
}

/** @param searched directories seen already by their real path, so that links in a circle come to an end */
function protoFilesIn(dir: string, searched: Map<string, string>): string[] {
  const real = realpathSync(dir);
  if (searched.has(real)) return [];
  searched.set(real, dir);
  const files: string[] = [];
  for (const entry of entriesOf(dir)) {
    if (entry.name.startsWith(".") || entry.name === "node_modules") continue;
    const path = join(dir, entry.name);
    if (isDirectory(entry, path)) files.push(...protoFilesIn(path, searched));
    else if (entry.name.endsWith(".proto")) files.push(path);
  }
  return files;
}

function entriesOf(dir: string): Dirent[] {
  try {
    return readdirSync(dir, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    throw new InputError(`${dir}: the directory cannot be read: ${error instanceof Error ? error.message : error}`);
  }
}

function isDirectory(entry: Dirent, path: string): boolean {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  return statOrUndefined(path)?.isDirectory() === true;
}

function nameFiles(paths: readonly string[], includeDirs: readonly string[]): InputFile[] {
  const byName = new Map<string, InputFile>();
  for (const path of paths) {
    const importName = importNameOf(path, includeDirs);
    const other = byName.get(importName);
    if (other === undefined) byName.set(importName, { path, importName });
    else if (resolve(other.path) !== resolve(path)) throw sameName(importName, other.path, path);
  }
  return [...byName.values()].sort((a, b) => (a.importName < b.importName ? -1 : 1));
}

function importNameOf(path: string, includeDirs: readonly string[]): string {
  const name = toImportPath(path, includeDirs);
  if (name !== undefined) return name;
  throw new InputError(
    `${path}: the file is in none of the include directories (${includeDirs.join(", ")}): add the one that its import ` +
      "name begins in",
  );
}

function sameName(importName: string, first: string, second: string): InputError {
  return new InputError(
    `${first} and ${second} would both be imported as "${importName}": give an include directory above both, ` +
      `so that they differ (${basename(dirname(first))}/${importName})`,
  );
}
