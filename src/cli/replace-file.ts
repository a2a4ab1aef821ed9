import { CliError } from "./exit-code.js";
import { writeWholeFile } from "./whole-file.js";

/**
 * Gives a file another text, and leaves its mode: whoever reads meanwhile, or a run that is cut off, never sees half of it.
 *
 * @throws {CliError} when it cannot be written; then it is as it was
 */
export function replaceFile(path: string, text: string): void {
  try {
    writeWholeFile(path, () => [text]);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CliError(`${path}: the file cannot be written: ${reason}`, 1, { cause: error });
  }
}
