import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { root } from "../tools/files.js";
import { runToEnd } from "../tools/processes.js";
import { UsageError } from "./arguments.js";
import { cacheFolder } from "./cache.js";

const buildMs = 600_000;

/** A revision of ours, built: its library under the programs of this harness. */
export interface Checkout {
  /** Short, for people. */
  readonly name: string;
  /** Where the programs of the peers are. */
  readonly programs: string;
}

/**
 * Builds another revision in the cache, once, and puts the programs of this revision's benchmark over it: both sides are
 * measured by the same programs, and only the library differs.
 *
 * @throws UsageError when there is no such revision, or it cannot be built
 */
export async function checkOut(revision: string): Promise<Checkout> {
  const parsed = spawnSync("git", ["rev-parse", "--verify", "--quiet", `${revision}^{commit}`], {
    cwd: root,
    encoding: "utf8",
  });
  if (parsed.status !== 0) throw new UsageError(`there is no revision "${revision}"`);
  const hash = parsed.stdout.trim();
  const folder = join(cacheFolder, `revision-${hash.slice(0, 12)}`);
  if (!existsSync(folder)) await build(hash, folder);
  cpSync(join(root, "dist", "bench"), join(folder, "dist", "bench"), { recursive: true });
  return { name: `${revision} (${hash.slice(0, 7)})`, programs: join(folder, "dist", "bench") };
}

/** Under another name until it is whole, so that a build that was cut off is not taken for one. */
async function build(hash: string, folder: string): Promise<void> {
  const unfinished = `${folder}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true });
  const archive = `${unfinished}.tar`;
  await step("git", ["archive", "--format=tar", `--output=${archive}`, hash], root);
  await step("tar", ["-xf", archive, "-C", unfinished], root);
  rmSync(archive);
  const lock = (base: string): string => readFileSync(join(base, "package-lock.json"), "utf8");
  if (lock(unfinished) === lock(root)) symlinkSync(join(root, "node_modules"), join(unfinished, "node_modules"));
  else await step("npm", ["ci", "--no-audit", "--no-fund"], unfinished);
  await step("npm", ["run", "--silent", "build"], unfinished);
  renameSync(unfinished, folder);
}

async function step(command: string, args: readonly string[], cwd: string): Promise<void> {
  const { code, output } = await runToEnd(command, args, { timeoutMs: buildMs, cwd });
  if (code === 0) return;
  const told = output.trim().split("\n").slice(-5).join("\n");
  throw new UsageError(`the revision cannot be built: ${command} ${args[0]} ended with ${code}\n${told}`);
}
