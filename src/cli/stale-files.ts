import { type Dirent, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Tells whether a file with this path (relative to the output directory, with `/`) and text was made by us, for there. */
export type IsOurs = (path: string, text: string) => boolean;

/** The name under which a file is written before it takes its place. */
export function temporaryName(path: string): string {
  return `${path}.${process.pid}.peregrine-tmp`;
}

/** Files below a directory that are ours and not among the current ones; paths relative to it. */
export function findStaleFiles(outDir: string, current: ReadonlySet<string>, isOurs: IsOurs): string[] {
  return findFiles(outDir).filter(
    (path) =>
      /_pb(_code)?\.(ts|js|d\.ts)$/.test(path) &&
      !current.has(path) &&
      isOurs(path, readFileSync(join(outDir, path), "utf8")),
  );
}

/** What a run that was cut off left behind; not what another one is writing now. */
export function findTemporaryFiles(outDir: string): string[] {
  return findFiles(outDir).filter((path) => {
    const pid = /_pb(?:_code)?\.(?:ts|js|d\.ts)\.([0-9]{1,10})\.peregrine-tmp$/.exec(path)?.[1];
    return pid !== undefined && !isOtherProcess(Number(pid));
  });
}

/** True where another process of that number runs. */
export function isOtherProcess(pid: number): boolean {
  if (pid === process.pid || pid === 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Names of directories that are nobody's output. */
const skipped: ReadonlySet<string> = new Set(["node_modules", ".git"]);

/** All plain files, sorted. Links are not followed: what is behind them is outside. */
function findFiles(outDir: string, below: string = ""): string[] {
  return entriesOf(join(outDir, below)).flatMap((entry) => {
    const path = below === "" ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) return skipped.has(entry.name) ? [] : findFiles(outDir, path);
    return entry.isFile() ? [path] : [];
  });
}

function entriesOf(dir: string): Dirent[] {
  try {
    const entries = readdirSync(dir, { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    // Not there yet, or not ours to read: then there is nothing of ours in it.
    return [];
  }
}
