import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { version } from "../client/version.js";
import { projectFiles } from "../scaffold/project-files.js";
import { directoryName, nameProblem } from "../scaffold/project-name.js";
import { CliError, ExitCode } from "./exit-code.js";
import type { CliIo } from "./io.js";
import { isOtherProcess, temporaryName } from "./stale-files.js";

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
  if (existsSync(dir) && entriesOf(dir).length > 0) {
    throw new CliError(`${dir} is there already and not empty: nothing was written; choose another name`);
  }
  const files = projectFiles({ name, version });
  writeProject(dir, files);
  if (json) io.stdout(`${JSON.stringify({ ok: true, name, dir, files: Object.keys(files) })}\n`);
  else io.stdout(`${dir}: ${Object.keys(files).length} files written\n\n  cd ${dir}\n  npm install\n  npm start\n`);
  return ExitCode.ok;
}

/** What is in a directory, but what a run left behind that was killed: that is removed. */
function entriesOf(dir: string): string[] {
  try {
    const isLeft = (name: string): boolean => {
      const pid = /^\.project\.([0-9]{1,10})\.peregrine-tmp$/.exec(name)?.[1];
      return pid !== undefined && !isOtherProcess(Number(pid));
    };
    const names = readdirSync(dir);
    for (const name of names.filter(isLeft)) rmSync(join(dir, name), { recursive: true });
    return names.filter((name) => !isLeft(name));
  } catch (error) {
    throw new CliError(`${dir} cannot be used: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/**
 * Writes all files into a folder inside the directory, and moves them to their places only when all are there: what fails before that leaves
 * nothing that would stand in the way of another try.
 */
function writeProject(dir: string, files: Readonly<Record<string, string>>): void {
  const isNew = !existsSync(dir);
  const temporary = temporaryName(join(dir, ".project"));
  const placed: string[] = [];
  let path = dir;
  try {
    for (const [file, text] of Object.entries(files)) {
      path = join(dir, file);
      const target = join(temporary, file);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, text);
    }
    for (const name of readdirSync(temporary)) {
      path = join(dir, name);
      if (existsSync(path)) throw new Error("it has come to be there in the meantime");
      renameSync(join(temporary, name), path);
      placed.push(path);
    }
    rmSync(temporary, { recursive: true });
  } catch (error) {
    for (const left of [...placed, temporary]) rmSync(left, { recursive: true, force: true });
    if (isNew) removeIfEmpty(dir);
    const reason = error instanceof Error ? error.message : String(error);
    throw new CliError(`${path} cannot be written: ${reason}; nothing was written`);
  }
}

function removeIfEmpty(dir: string): void {
  try {
    rmdirSync(dir);
  } catch {
    // Somebody else has put something there, or it was never made. Neither may hide why the command failed.
  }
}
