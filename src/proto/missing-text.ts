import { join, resolve } from "node:path";
import { displayed, isCanonical, isFile } from "./file-reader.js";
import { type ImportRoot, isLeftOut, isWithin } from "./import-root.js";

/** Where imports are looked for. */
export interface LookedIn {
  readonly roots: readonly ImportRoot[];
  /** Packages are looked for in the `node_modules` of these and of the directories around them. */
  readonly packageDirs: readonly string[];
  /** Modules of a registry that the project imports from, which are not looked in. */
  readonly deps: readonly string[];
}

/** What an import path means where it begins with the name of a package. */
export interface PackagePath {
  readonly name: string;
  /** The path in the package. */
  readonly inner: string;
  /** Where the package is installed, from the nearest on. */
  readonly homes: readonly string[];
}

/**
 * Where an import was looked for, and what to do.
 *
 * @param known the package that is known to have the file
 */
export function missingText(path: string, where: LookedIn, inPackage: PackagePath | undefined, known = ""): string {
  if (!isCanonical(path)) {
    return 'Write the name from an include directory on, with "/", and without "..", "." and a leading "/".';
  }
  const leftOut = where.roots
    .map(({ dir }) => join(dir, path))
    .find((file) => isLeftOut(file, where.roots) && isFile(file));
  if (leftOut !== undefined) return `${displayed(leftOut)} is there, but buf.yaml leaves it out (includes, excludes).`;
  return [searchedText(where, inPackage, known), whatToDo(known), depsText(where.deps)]
    .filter((text) => text !== "")
    .join(" ");
}

function searchedText({ roots, packageDirs }: LookedIn, inPackage: PackagePath | undefined, known: string): string {
  const rootDirs = [...new Set(roots.map(({ dir }) => (dir === "." ? "./" : dir)))];
  const searched = `Searched in ${rootDirs.join(", ") || "no directory"}`;
  if (inPackage === undefined || packageDirs.length === 0) return `${searched}.`;
  const { name, inner, homes } = inPackage;
  if (homes.length > 0) return `${searched}, and for ${inner} in the package ${homes.map(shown).join(", ")}.`;
  // What is around another one is looked in from there anyway.
  // One directory may have been named in two ways.
  const dirs = [...new Map(packageDirs.map((dir) => [resolve(dir), dir])).values()];
  const inmost = dirs.filter((dir) => !dirs.some((other) => other !== dir && isWithin(other, dir)));
  const near = inmost.map(shown);
  return `${searched}, and for a package "${known || name}" in node_modules of ${near.join(", ")} and above (there is none).`;
}

/** The working directory itself has no shorter path. */
function shown(dir: string): string {
  return displayed(dir) || "./";
}

function whatToDo(known: string): string {
  if (known !== "") return `Install the package that has it: npm install ${known}`;
  return "Add the directory that the name begins in as an include directory (--include), or install the package that has it.";
}

function depsText(deps: readonly string[]): string {
  if (deps.length === 0) return "";
  const names = deps.join(", ");
  return `The deps of buf.yaml (${names}) are not downloaded: write their files with "buf export NAME --output DIR", and give --include DIR.`;
}
