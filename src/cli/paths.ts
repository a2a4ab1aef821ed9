import { existsSync } from "node:fs";
import { CliError, ExitCode } from "./exit-code.js";

/** @throws {CliError} when the command line names no files and the current directory is no `buf` project that does */
export function checkPaths(paths: readonly string[]): void {
  if (paths.length > 0 || existsSync("buf.yaml") || existsSync("buf.work.yaml")) return;
  const what = "no PATHS, and no buf.yaml in this directory: give .proto files, or directories that have some";
  throw new CliError(what, ExitCode.usage);
}
