import { type Dirent, readdirSync, realpathSync, type Stats, statSync } from "node:fs";
import { basename, dirname, isAbsolute, join, resolve } from "node:path";
import { type BufProject, bufModuleDirs, findBufProject } from "../proto/buf-modules.js";
import { type ImportRoot, importNameIn, isLeftOut } from "../proto/import-root.js";
import { InputError } from "../proto/input-error.js";

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
  readonly roots: readonly ImportRoot[];
  /** The paths that were given; the modules of the project where none were. */
  readonly paths: readonly string[];
  /** Every directory that was searched for files, for those who watch. */
  readonly searchedDirs: readonly string[];
  /** The `buf` projects that the paths belong to. */
  readonly projects: readonly BufProject[];
}

/**
 * Finds the `.proto` files behind paths, and the names that they are imported by.
 *
 * @param paths files, or directories that are searched with all below them but `node_modules` and what begins with a dot;
 *   from the current directory, or, where there is no such thing, from an include directory. None means the modules of
 *   the `buf.yaml` in the current directory
 * @param includeDirs where imports are searched first; then in the modules of the `buf.yaml` that a path belongs to; when
 *   empty, also in each directory of `paths` and each file's own directory, where these are in no module
 * @throws {InputError} when a path or directory does not exist, has no `.proto` file, is in no include directory, when
 *   two files would have the same import name, or when a `buf.yaml` cannot be used
 */
export function findInputFiles(paths: readonly string[], includeDirs: readonly string[]): InputFiles {
  for (const dir of includeDirs) checkIncludeDir(dir);
  const located = paths.length > 0 ? paths.map((path) => locate(path, includeDirs)) : moduleDirs();
  const projects = projectsOf(located);
  const modules = projects.flatMap((project) => project.modules);
  const roots = [...includeDirs.map((dir) => ({ dir })), ...modules];
  return { ...filesBehind(located, roots, includeDirs.length === 0), projects };
}

/**
 * Finds the files as {@link findInputFiles} does, for those who do not ask how they are imported: two may have one name.
 *
 * @returns each once, in the order of the paths
 * @throws {InputError} when a path does not exist or has no `.proto` file, or when a `buf.yaml` cannot be used
 */
export function findProtoPaths(paths: readonly string[]): string[] {
  const given = paths.length > 0 ? paths : moduleDirs();
  const roots = projectsOf(given).flatMap((project) => project.modules);
  const byRealPath = new Map<string, string>();
  const searched = new Map<string, string>();
  for (const path of given.flatMap((one) => filesOf(one, roots, searched))) {
    const real = realpathSync(path);
    if (!byRealPath.has(real)) byRealPath.set(real, path);
  }
  return [...byRealPath.values()];
}

function moduleDirs(): string[] {
  const dirs = bufModuleDirs(".");
  if (dirs.length > 0) return dirs;
  throw new InputError(
    "no paths, and no buf.yaml in the current directory: give .proto files, or directories that have some",
  );
}

/** Each once. */
function projectsOf(paths: readonly string[]): BufProject[] {
  const projects = new Map<string, BufProject>();
  for (const path of paths) {
    const project = findBufProject(path);
    if (project !== undefined) projects.set(resolve(project.path), project);
  }
  return [...projects.values()];
}

/**
 * As {@link findInputFiles}, with all roots known.
 *
 * @param withOwnDirs whether what is below none of the roots is named by its own directory
 */
export function filesBehind(
  paths: readonly string[],
  given: readonly ImportRoot[],
  withOwnDirs: boolean,
): Omit<InputFiles, "projects"> {
  const searched = new Map<string, string>();
  const found: string[] = [];
  const ownDirs = new Set<string>();
  for (const path of paths) {
    const files = filesOf(path, given, searched);
    found.push(...files);
    if (files.some((file) => importNameIn(file, given) === undefined))
      ownDirs.add(files[0] === path ? dirname(path) : path);
  }
  const roots = withOwnDirs ? [...given, ...[...ownDirs].map((dir) => ({ dir }))] : given;
  return { files: nameFiles(found, roots), roots, paths, searchedDirs: [...searched.values()] };
}

/** The file of that path, or those below the directory. */
function filesOf(path: string, roots: readonly ImportRoot[], searched: Map<string, string>): readonly string[] {
  const isDir = statPath(
    path,
    roots.map((root) => root.dir),
  ).isDirectory();
  return isDir ? wantedFilesIn(path, roots, searched) : [checkedFile(path, roots)];
}

function wantedFilesIn(dir: string, roots: readonly ImportRoot[], searched: Map<string, string>): string[] {
  if (searched.has(realpathSync(dir))) return [];
  const files = protoFilesIn(dir, searched);
  const wanted = files.filter((file) => !isLeftOut(file, roots));
  if (wanted.length > 0) return wanted;
  const why = files.length > 0 ? " that buf.yaml does not leave out" : "";
  throw new InputError(`${dir}: there is no .proto file${why} in this directory or below it`);
}

function checkedFile(path: string, roots: readonly ImportRoot[]): string {
  if (!path.endsWith(".proto")) throw new InputError(`${path}: not a .proto file: its name must end in .proto`);
  if (!isLeftOut(path, roots)) return path;
  throw new InputError(`${path}: buf.yaml leaves this file out (includes, excludes): give --include DIR to take it`);
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

function nameFiles(paths: readonly string[], roots: readonly ImportRoot[]): InputFile[] {
  const byName = new Map<string, InputFile>();
  for (const path of paths) {
    const importName = importNameOf(path, roots);
    const other = byName.get(importName);
    if (other === undefined) byName.set(importName, { path, importName });
    else if (resolve(other.path) !== resolve(path)) throw sameName(importName, other.path, path);
  }
  return [...byName.values()].sort((a, b) => (a.importName < b.importName ? -1 : 1));
}

function importNameOf(path: string, roots: readonly ImportRoot[]): string {
  const name = importNameIn(path, roots);
  if (name !== undefined) return name;
  throw new InputError(
    `${path}: the file is in none of the include directories (${roots.map((root) => root.dir).join(", ")}): add the one that its import ` +
      "name begins in",
  );
}

function sameName(importName: string, first: string, second: string): InputError {
  return new InputError(
    `${first} and ${second} would both be imported as "${importName}": give an include directory above both, ` +
      `so that they differ (${basename(dirname(first))}/${importName})`,
  );
}
