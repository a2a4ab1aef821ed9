import {
  chmodSync,
  closeSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { temporaryName } from "./stale-files.js";

/** Says that a directory takes no new file, or that a file cannot be replaced by another, and not that it cannot be written. */
const notReplaceable: ReadonlySet<string | undefined> = new Set(["EACCES", "EPERM", "EROFS", "EBUSY", "EXDEV"]);

/**
 * Writes a file so that it is there as a whole or as it was: beside its place first, with the folders that it needs. A link stays a link,
 * and a file keeps its mode and stays read-only. A device or a pipe is written to, as is a file that cannot be replaced, such as one that is mounted alone.
 *
 * @param chunks gives its content from the beginning, each time that it is called
 * @throws {Error} of the file system; then nothing that is new is left
 */
export function writeWholeFile(path: string, chunks: () => Iterable<string | Uint8Array>): void {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats !== undefined && !stats.isFile()) {
    writeParts(path, chunks());
    return;
  }
  // Replacing asks for no right on the file itself; who has taken it away from it means what he says.
  if (stats !== undefined && (stats.mode & 0o222) === 0) throw new Error("it is read-only");
  if (stats === undefined) mkdirSync(dirname(path), { recursive: true });
  const target = stats === undefined ? path : realpathSync(path);
  const temporary = temporaryName(target);
  try {
    writeParts(temporary, chunks());
    if (stats !== undefined) chmodSync(temporary, stats.mode & 0o7777);
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    if (stats === undefined || !notReplaceable.has((error as NodeJS.ErrnoException).code)) throw error;
    writeParts(target, chunks());
  }
}

function writeParts(path: string, parts: Iterable<string | Uint8Array>): void {
  const file = openSync(path, "w");
  try {
    for (const part of parts) writeFileSync(file, part);
  } finally {
    closeSync(file);
  }
}
