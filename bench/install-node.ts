import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { arch, platform } from "node:os";
import { join } from "node:path";
import { runToEnd } from "../tools/processes.js";
import { Missing } from "./peer.js";

/** A Node to run the programs on. */
export interface Runtime {
  readonly version: string;
  readonly path: string;
}

/** The release lines that Peregrine supports. */
export const nodeLines = ["20", "22", "24", "26"] as const;

const installMs = 300_000;

/**
 * The Node of a release line: the one that runs this, or one that is installed into the cache from its npm package, which
 * holds the program itself.
 *
 * @throws Missing when there is none for this machine
 */
export async function nodeOf(line: string, cache: string): Promise<Runtime> {
  if (process.versions.node.startsWith(`${line}.`)) return { version: process.versions.node, path: process.execPath };
  const name = `node-${platform()}-${arch()}`;
  const folder = join(cache, `node-${line}`);
  const path = join(folder, "node_modules", name, "bin", "node");
  if (!existsSync(path)) await installPackage(`${name}@${line}`, folder);
  const { code, output } = await runToEnd(path, ["--version"], { timeoutMs: 10_000 });
  if (code !== 0) throw new Missing(`Node ${line} does not run: ${output.trim()}`);
  return { version: output.trim().replace(/^v/, ""), path };
}

/**
 * Installs an npm package into a folder of its own; no script of it is run.
 *
 * @throws Missing when npm cannot
 */
export async function installPackage(what: string, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
  const args = ["install", "--no-audit", "--no-fund", "--ignore-scripts", what];
  const { code, output } = await runToEnd("npm", args, { timeoutMs: installMs, cwd: folder });
  if (code !== 0) throw new Missing(`npm install ${what} ended with ${code}: ${output.trim().split("\n").at(-1)}`);
}
