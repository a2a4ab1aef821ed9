import { readFileSync, realpathSync, type Stats, statSync } from "node:fs";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { type ImportRoot, importNameIn, isCovered } from "./import-root.js";
import { sourceUnitsMax } from "./limits.js";
import type { SourceReader } from "./load.js";

/**
 * Reads imports from directories, in their order. Import paths with `..`, absolute ones, and those that lead out of
 * their directory through a link are not found.
 *
 * @throws {Error} from `read`, when a file is there and cannot be read, or is larger than {@link sourceUnitsMax} bytes
 */
export function fileReader(includeDirs: readonly string[]): SourceReader {
  const roots = includeDirs.map((dir) => ({ dir }));
  return { read: (path) => readFromRoots(path, roots) };
}

/** Reads a file from the first root that has it, as {@link fileReader}. */
export function readFromRoots(path: string, roots: readonly ImportRoot[]): ReturnType<SourceReader["read"]> {
  if (!isCanonical(path)) return undefined;
  for (const root of roots) {
    const file = join(root.dir, path);
    const text = isCovered(file, root) ? readInside(root.dir, path) : undefined;
    if (text !== undefined) return { text, displayPath: displayed(file) };
  }
  return undefined;
}

/**
 * The path by which a file is imported: relative to the include directory that holds it; the first one if several do.
 *
 * @returns undefined when it is in none
 */
export function toImportPath(file: string, includeDirs: readonly string[]): string | undefined {
  return importNameIn(
    file,
    includeDirs.map((dir) => ({ dir })),
  );
}

/** Whether an import path is one that can be looked for: no `..`, no absolute path. */
export function isCanonical(path: string): boolean {
  if (path === "" || isAbsolute(path) || path.includes("\\") || path.includes("\0")) return false;
  return path.split("/").every((part) => part !== "" && part !== "." && part !== "..");
}

/** The text of a file below a directory; undefined when there is none, or a link leads out of the directory. */
export function readInside(dir: string, path: string): string | undefined {
  const file = join(dir, path);
  const info = statOf(file);
  if (info === undefined || !info.isFile()) return undefined;
  const outside = relative(realpathSync(dir), realpathSync(file));
  if (outside === ".." || outside.startsWith(`..${sep}`) || isAbsolute(outside)) return undefined;
  if (info.size > sourceUnitsMax) throw new Error(`${file} has ${info.size} bytes; at most ${sourceUnitsMax} are read`);
  return readFileSync(file, "utf8");
}

function statOf(file: string): Stats | undefined {
  try {
    return statSync(file, { throwIfNoEntry: false });
  } catch (error) {
    // A part of the path that is a file, or a name that no file can have: there is no such file.
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOTDIR" || code === "ENAMETOOLONG" || code === "ELOOP") return undefined;
    throw error;
  }
}

/** A path for messages: short where the file is below the working directory, else as given. */
export function displayed(file: string): string {
  const path = relative(process.cwd(), file);
  return path.startsWith("..") || isAbsolute(path) ? file : path;
}

/** True also for a link to one; false where it cannot be looked at. */
export function isDirectory(path: string): boolean {
  return lookAt(path)?.isDirectory() === true;
}

/** As {@link isDirectory}. */
export function isFile(path: string): boolean {
  return lookAt(path)?.isFile() === true;
}

function lookAt(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

/** A directory and all those around it, from the inside out. */
export function ancestors(dir: string): string[] {
  const dirs = [resolve(dir)];
  for (;;) {
    const inner = dirs.at(-1) as string;
    const outer = dirname(inner);
    if (outer === inner) return dirs;
    dirs.push(outer);
  }
}
