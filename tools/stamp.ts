import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "./files.js";

/** A hash over the names and contents of files, given as paths from the root; one that is missing counts as empty. */
export function hashContents(paths: readonly string[]): string {
  const hash = createHash("sha256");
  for (const path of paths) {
    hash.update(`${path}\0`);
    if (existsSync(join(root, path))) hash.update(readFileSync(join(root, path)));
  }
  return hash.digest("hex");
}

/** Like `hashContents`, but over size and time of change: quick for many files. */
export function hashTimes(paths: readonly string[]): string {
  const hash = createHash("sha256");
  for (const path of paths) {
    const stat = statSync(join(root, path), { throwIfNoEntry: false });
    hash.update(`${path}\0${stat?.size ?? -1}\0${stat?.mtimeMs ?? 0}\0`);
  }
  return hash.digest("hex");
}

/** Whether the stamp at `path` (from the root) holds this value. */
export function isFresh(path: string, value: string): boolean {
  return existsSync(join(root, path)) && readFileSync(join(root, path), "utf8") === value;
}

export function writeStamp(path: string, value: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), value);
}
