import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { version } from "../client/version.js";
import { projectFiles } from "../scaffold/project-files.js";
import { directoryName, nameProblem } from "../scaffold/project-name.js";
import { CliError, ExitCode } from "./exit-code.js";
import type { CliIo } from "./io.js";

/** The command line of `peregrine new`, as commander names it. */
export interface NewFlags {
  readonly name: string;
  readonly json: boolean;
}

/** Writes a project; never over a file that is there. */
export async function runNew({ name, json }: NewFlags, io: CliIo): Promise<ExitCode> {
  const problem = nameProblem(name);
  if (problem !== undefined) {
    throw new CliError(`${JSON.stringify(name)} is no name for a package: ${problem}`, ExitCode.usage);
  }
  const dir = directoryName(name);
  if (existsSync(dir) && readdirOrFail(dir).length > 0) {
    throw new CliError(`${dir} is there already and not empty: nothing was written; choose another name`);
  }
  const files = projectFiles({ name, version });
  for (const [path, text] of Object.entries(files)) write(join(dir, path), text);
  if (json) io.stdout(`${JSON.stringify({ ok: true, name, dir, files: Object.keys(files) })}\n`);
  else io.stdout(`${dir}: ${Object.keys(files).length} files written\n\n  cd ${dir}\n  npm install\n  npm start\n`);
  return ExitCode.ok;
}

function readdirOrFail(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch (error) {
    throw new CliError(`${dir} cannot be used: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function write(path: string, text: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    // Also when somebody else has made it in the meantime.
    writeFileSync(path, text, { flag: "wx" });
  } catch (error) {
    throw new CliError(`${path} cannot be written: ${error instanceof Error ? error.message : String(error)}`);
  }
}
