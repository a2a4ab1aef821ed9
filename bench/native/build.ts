import { copyFileSync, existsSync, mkdirSync, readdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { root } from "../../tools/files.js";
import { runToEnd } from "../../tools/processes.js";
import { hashContents, isFresh, writeStamp } from "../../tools/stamp.js";
import { Missing } from "../peer.js";

const buildMs = 900_000;
const protoPath = "test/protos/echo.proto";

/** Files of `bench/peers/NAME`, as paths from there. */
function sourcesOf(name: string): string[] {
  const folder = join(root, "bench", "peers", name);
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

/**
 * Copies the sources of a peer into a folder of the cache and has it built there, unless nothing has changed since that
 * last succeeded. Gives the folder.
 */
export async function buildOnce(
  name: string,
  cache: string,
  build: (folder: string) => Promise<void>,
): Promise<string> {
  const folder = join(cache, name);
  const sources = sourcesOf(name);
  const stamp = relative(root, join(folder, ".stamp"));
  const value = hashContents([protoPath, ...sources.map((path) => `bench/peers/${name}/${path}`)]);
  if (existsSync(folder) && isFresh(stamp, value)) return folder;
  for (const path of sources) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    copyFileSync(join(root, "bench", "peers", name, path), join(folder, path));
  }
  await build(folder);
  writeStamp(stamp, value);
  return folder;
}

/** Runs one step of a build. @throws Missing with the reason where the program is not there or fails */
export async function runStep(
  command: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { code, output } = await runToEnd(command, args, { timeoutMs: buildMs, cwd, env });
  if (code === 127) throw new Missing(`there is no ${command}`);
  if (code !== 0) throw new Missing(`${command} ${args[0] ?? ""} ended with ${code}: ${lastLines(output)}`);
  return output;
}

function lastLines(output: string): string {
  return output.trim().split("\n").slice(-3).join(" / ");
}
