import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** Root of the repository, whether the tool runs from `tools/` or from `dist/tools/`. */
export const root: string = findRoot();

function findRoot(): string {
  const here = fileURLToPath(new URL(".", import.meta.url));
  const cut = here.lastIndexOf(`${sep}dist${sep}`);
  return cut < 0 ? join(here, "..") : here.slice(0, cut);
}

const foldersLeftOut: ReadonlySet<string> = new Set(["node_modules", "gen", "golden", "dist", ".cache", ".git"]);

/**
 * Files below a folder whose names end in one of `endings`, sorted, as paths from `base` with forward slashes. Generated
 * folders, `node_modules` and build output are left out; a folder that is not there has no files.
 */
export function listFiles(base: string, folder: string, endings: readonly string[]): string[] {
  const found: string[] = [];
  const walk = (path: string): void => {
    for (const entry of readEntries(path)) {
      const child = join(path, entry.name);
      if (entry.isDirectory()) {
        if (!foldersLeftOut.has(entry.name)) walk(child);
      } else if (endings.some((ending) => entry.name.endsWith(ending))) {
        found.push(relative(base, child).split(sep).join("/"));
      }
    }
  };
  walk(join(base, folder));
  return found.sort();
}

function readEntries(path: string): { name: string; isDirectory(): boolean }[] {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/** A source file as the checks see it: its path from the root, and its text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

export function readSources(base: string, folders: readonly string[]): SourceFile[] {
  return folders
    .flatMap((folder) => listFiles(base, folder, [".ts"]))
    .map((path) => ({ path, text: readFileSync(join(base, path), "utf8") }));
}

/** Tests and helpers that only tests import. */
export function isTestFile(path: string): boolean {
  return /\.(test|testing)\.ts$/.test(path);
}

/** Prints what a check has found and sets the exit code; `what` names the check. */
export function report(what: string, violations: readonly string[]): void {
  for (const violation of violations) console.error(violation);
  console.log(violations.length === 0 ? `${what}: ok` : `${what}: ${violations.length} violations`);
  if (violations.length > 0) process.exitCode = 1;
}

/** True when the module of this URL is the program that was started. */
export function isMain(url: string): boolean {
  return process.argv[1] !== undefined && fileURLToPath(url) === process.argv[1];
}
