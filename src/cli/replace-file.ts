import { chmodSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { CliError } from "./exit-code.js";
import { temporaryName } from "./stale-files.js";

/**
 * Gives a file another text, and leaves its mode: the text is written beside it and then takes its place, so that whoever
 * reads meanwhile, or a run that is cut off, never sees half of it. A link stays a link.
 *
 * @throws {CliError} when it cannot be written; then it is as it was
 */
export function replaceFile(path: string, text: string): void {
  let temporary: string | undefined;
  try {
    const target = realpathSync(path);
    // Replacing asks for no right on the file itself; who has taken it away from it means what he says.
    const mode = statSync(target).mode & 0o7777;
    if ((mode & 0o222) === 0) throw new Error("it is read-only");
    temporary = temporaryName(target);
    writeFileSync(temporary, text);
    chmodSync(temporary, mode);
    renameSync(temporary, target);
  } catch (error) {
    if (temporary !== undefined) rmSync(temporary, { force: true });
    const reason = error instanceof Error ? error.message : String(error);
    throw new CliError(`${path}: the file cannot be written: ${reason}`, 1, { cause: error });
  }
}
