import { pathToFileURL } from "node:url";
import { isMain, listFiles, root } from "./files.js";
import { run } from "./run.js";

/**
 * Runs the test files of `dist/` under `node --test`: all of them, or those whose path holds one of the arguments. Node 20
 * takes no pattern, so that the files are found here.
 */
export async function runUnits(filters: readonly string[]): Promise<number> {
  const found = ["src", "test", "tools", "bench", "examples"].flatMap((folder) =>
    listFiles(root, folder, [".test.ts"]).map((path) => `dist/${path.replace(/\.ts$/, ".js")}`),
  );
  const files = found.filter((path) => filters.length === 0 || filters.some((filter) => path.includes(filter)));
  if (files.length === 0) throw new Error(`no test file matches ${filters.join(" ")}`);
  const reporter = `${root}/dist/tools/reporter.js`;
  const hook = `--import=${pathToFileURL(`${root}/dist/tools/leak-hook.js`)}`;
  const options = [hook, "--test-concurrency=2", "--test-timeout=60000", `--test-reporter=${reporter}`];
  return run(process.execPath, ["--test", ...options, "--test-reporter-destination=stdout", ...files]);
}

if (isMain(import.meta.url)) process.exitCode = await runUnits(process.argv.slice(2));
