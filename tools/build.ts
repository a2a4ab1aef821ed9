import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { bundle } from "./bundle.js";
import { isMain, listFiles, root } from "./files.js";
import { generateAll } from "./generate.js";
import { bin, run } from "./run.js";
import { hashTimes, isFresh, writeStamp } from "./stamp.js";

const folders = ["src", "test", "tools", "bench", "examples"] as const;
const stampPath = "dist/.stamp";

/**
 * Builds everything into `dist/`: the package, joined into few files, then the code that its own generator writes for tests and examples, then
 * those. Nothing is done when no input has changed since the last build that succeeded.
 */
export async function build(): Promise<number> {
  const value = hashTimes(inputs());
  if (isFresh(stampPath, value)) return 0;
  rmSync(join(root, stampPath), { force: true });
  removeOrphans();
  const steps: readonly (() => Promise<number>)[] = [
    // Only written: the second run checks the types of all.
    () => run(bin("tsc"), ["-p", "tsconfig.src.json", "--noCheck"]),
    bundle,
    generateAll,
    // As many threads that check as a small machine has cores: each more checks again what the others have.
    () => run(bin("tsc"), ["-p", "tsconfig.json", "--checkers", "2"]),
  ];
  for (const step of steps) {
    const code = await step();
    if (code !== 0) return code;
  }
  writeStamp(stampPath, value);
  return 0;
}

function inputs(): string[] {
  const sources = folders.flatMap((folder) => listFiles(root, folder, [".ts", ".proto"]));
  return [...sources, "bin/peregrine.js", "package.json", "package-lock.json", "tsconfig.json", "tsconfig.src.json"];
}

/** Removes output whose source is gone, so that a deleted test does not run on. */
function removeOrphans(): void {
  for (const folder of folders) {
    const path = join(root, "dist", folder);
    if (!existsSync(path)) continue;
    for (const entry of readdirSync(path, { recursive: true, encoding: "utf8" })) {
      const ending = /(\.d\.ts|\.js)$/.exec(entry)?.[0];
      if (ending === undefined) continue;
      const source = join(root, folder, `${entry.slice(0, -ending.length)}.ts`);
      if (!existsSync(source)) rmSync(join(path, entry));
    }
  }
}

if (isMain(import.meta.url)) process.exitCode = await build();
