import { existsSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runToEnd } from "../../tools/processes.js";

/** A tool that cannot be had here; its checks are left out, by name. */
export class Missing extends Error {}

/**
 * A program of a Go module, built from the published source once.
 *
 * @throws {Missing}
 */
export async function goProgram(cacheFolder: string, path: string, version: string): Promise<string> {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const folder = join(cacheFolder, `${name}-${version}`);
  const program = join(folder, name);
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true });
  // Outside of the repository, so that no go.mod is looked for; GOBIN says where the program goes.
  const options = { timeoutMs: 300_000, cwd: tmpdir(), env: { GOBIN: folder } };
  const { code, output } = await runToEnd("go", ["install", `${path}@${version}`], options);
  if (code === 127) throw new Missing("there is no go command");
  if (code !== 0) throw new Missing(`go install ended with ${code}: ${output.trim().split("\n").at(-1)}`);
  return program;
}

/**
 * A Python with packages, in an environment of its own.
 *
 * @throws {Missing}
 */
export async function pythonWith(cacheFolder: string, name: string, packages: readonly string[]): Promise<string> {
  const folder = join(cacheFolder, name);
  const python = join(folder, "bin", "python");
  const done = join(folder, "installed");
  if (existsSync(done)) return python;
  const steps: readonly (readonly [string, readonly string[]])[] = [
    ["python3", ["-m", "venv", folder]],
    [python, ["-m", "pip", "install", "--quiet", ...packages]],
  ];
  for (const [command, args] of steps) {
    const { code, output } = await runToEnd(command, args, { timeoutMs: 240_000 });
    if (code === 127) throw new Missing(`there is no ${command} command`);
    if (code !== 0) throw new Missing(`${args.slice(0, 3).join(" ")}: ${output.trim().split("\n").at(-1)}`);
  }
  mkdirSync(done);
  return python;
}
