import { lstatSync, readFileSync, realpathSync, type Stats, statSync } from "node:fs";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { type ImportRoot, importNameIn, isCovered } from "./import-root.js";
import { sourceUnitsMax } from "./limits.js";
import type { SourceReader } from "./load.js";
import { decodeWithRawBytes, mayLackBytes } from "./raw-bytes.js";

/**
 * Reads imports from directories, in their order. Import paths with `..`, absolute ones, and those that lead out of
 * their directory through a link are not found. Where directories really are is looked up once.
 *
 * @throws {Error} from `read`, when a file is there and cannot be read, or is larger than {@link sourceUnitsMax} bytes
 */
export function fileReader(includeDirs: readonly string[]): SourceReader {
  return readerOfRoots(includeDirs.map((dir) => ({ dir })));
}

/** Reads each file from the first root that has it, as {@link fileReader}. */
export function readerOfRoots(roots: readonly ImportRoot[]): SourceReader {
  const readers = roots.map((root) => new DirectoryReader(root.dir));
  return {
    read(path) {
      if (!isCanonical(path)) return undefined;
      for (const [i, reader] of readers.entries()) {
        if (!isCovered(join(reader.dir, path), roots[i] as ImportRoot)) continue;
        const text = reader.read(path);
        if (text !== undefined) return { text, displayPath: reader.displayed(path) };
      }
      return undefined;
    },
  };
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
  // Also an empty part, which a path that begins or ends with a slash has.
  return path !== "" && !/[\\\0]|(^|\/)\.{0,2}(\/|$)/.test(path) && !isAbsolute(path);
}

/** Reads files below one directory, which no link may lead out of. */
export class DirectoryReader {
  readonly dir: string;
  readonly #shown: string;
  /** Whether the directories below really are there. */
  readonly #areInside = new Map<string, boolean>();
  #realDir: string | undefined;

  constructor(dir: string) {
    this.dir = dir;
    this.#shown = displayed(dir);
  }

  /**
   * @param path a canonical one
   * @returns undefined when there is no such file, or a link leads out of the directory
   */
  read(path: string): string | undefined {
    const file = join(this.dir, path);
    const link = statOf(file, lstatSync);
    const info = link?.isSymbolicLink() ? statOf(file, statSync) : link;
    if (info === undefined || !info.isFile()) return undefined;
    if (link?.isSymbolicLink() ? !this.#isInside(file) : !this.#isDirInside(dirname(file))) return undefined;
    if (info.size > sourceUnitsMax)
      throw new Error(`${file} has ${info.size} bytes; at most ${sourceUnitsMax} are read`);
    const text = readFileSync(file, "utf8");
    return mayLackBytes(text) ? decodeWithRawBytes(readFileSync(file)) : text;
  }

  /** The path of a file for messages, as {@link displayed}. */
  displayed(path: string): string {
    return join(this.#shown, path);
  }

  #isDirInside(dir: string): boolean {
    let isInside = this.#areInside.get(dir);
    if (isInside === undefined) {
      isInside = this.#isInside(dir);
      this.#areInside.set(dir, isInside);
    }
    return isInside;
  }

  #isInside(path: string): boolean {
    this.#realDir ??= realpathSync.native(this.dir);
    const outside = relative(this.#realDir, realpathSync.native(path));
    return outside !== ".." && !outside.startsWith(`..${sep}`) && !isAbsolute(outside);
  }
}

function statOf(file: string, stat: typeof statSync): Stats | undefined {
  try {
    return stat(file, { throwIfNoEntry: false });
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
