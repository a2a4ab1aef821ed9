import { readdirSync } from "node:fs";
import { join } from "node:path";
import { isMain, root } from "./files.js";
import { run } from "./run.js";

/** Runs an example, `npm run example NAME [ARGUMENT...]`, and gives its exit code. */
export async function runExample(name: string | undefined, args: readonly string[]): Promise<number> {
  const names = readdirSync(join(root, "examples"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
  if (name === undefined || !names.includes(name)) {
    console.error(`Usage: npm run example NAME, where NAME is one of ${names.join(", ")}`);
    return 2;
  }
  return run(process.execPath, [join("dist", "examples", name, "main.js"), ...args], 60_000);
}

if (isMain(import.meta.url)) process.exitCode = await runExample(process.argv[2], process.argv.slice(3));
