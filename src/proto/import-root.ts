import { isAbsolute, relative, resolve, sep } from "node:path";

/** A directory that import names begin in. */
export interface ImportRoot {
  readonly dir: string;
  /** Where not empty, only what is below one of these directories belongs to it. */
  readonly includes?: readonly string[];
  /** What is below one of these directories does not. */
  readonly excludes?: readonly string[];
}

/** What stands in a path behind its directory, where both are written alike: the answer for nearly all, without more work. */
function plainRest(path: string, dir: string): string | undefined {
  if (!path.startsWith(dir) || path.length <= dir.length + 1 || dir === "") return undefined;
  const from = dir.endsWith(sep) ? dir.length : dir.length + 1;
  const rest = path.slice(from);
  return path[from - 1] === sep && !/(^|[\\/])\.{0,2}([\\/]|$)/.test(rest) ? rest : undefined;
}

/** Whether a path is a directory or something below it. */
export function isWithin(path: string, dir: string): boolean {
  if (plainRest(path, dir) !== undefined) return true;
  const inner = relative(resolve(dir), resolve(path));
  return inner !== ".." && !inner.startsWith(`..${sep}`) && !isAbsolute(inner);
}

/** Whether a file belongs to a root: it is below its directory, and not left out. */
export function isCovered(file: string, root: ImportRoot): boolean {
  if (!isWithin(file, root.dir)) return false;
  const { includes = [], excludes = [] } = root;
  if (includes.length > 0 && !includes.some((dir) => isWithin(file, dir))) return false;
  return !excludes.some((dir) => isWithin(file, dir));
}

/** Whether a file is below the directory of a root that leaves it out, and belongs to no other one. */
export function isLeftOut(file: string, roots: readonly ImportRoot[]): boolean {
  return roots.some((root) => isWithin(file, root.dir)) && !roots.some((root) => isCovered(file, root));
}

/** The name that a file is imported by: from the first root that it belongs to; undefined when there is none. */
export function importNameIn(file: string, roots: readonly ImportRoot[]): string | undefined {
  const root = roots.find((one) => isCovered(file, one));
  const name = root && (plainRest(file, root.dir) ?? relative(resolve(root.dir), resolve(file)));
  return name === "" ? undefined : name?.split(sep).join("/");
}
