import { spawn } from "node:child_process";
import { join } from "node:path";

/** How a program ended. */
export interface Ended {
  /** It said so by its exit code, or it took too long and was killed. */
  readonly failed: boolean;
  readonly durationMs: number;
}

/** Runs a test file with Node, without its output; it and what it started are ended after `maxMs`. */
export function runTest(file: string, maxMs: number, env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return runNode([`--test-timeout=${maxMs}`, file], maxMs, env);
}

/**
 * Runs test files in one process, up to the first test that fails: to start Node and to load the modules takes longer than most
 * files do.
 *
 * @param dist where the files are
 */
export function runTests(dist: string, files: readonly string[], maxMs: number): Promise<Ended> {
  const tools = join(dist, "tools/mutate");
  const reporter = [`--test-reporter=${join(tools, "first-failure.js")}`, "--test-reporter-destination=stdout"];
  const paths = files.map((file) => join(dist, file));
  return runNode([...reporter, join(tools, "run-files.js"), String(maxMs), ...paths], maxMs, {});
}

function runNode(args: readonly string[], maxMs: number, env: NodeJS.ProcessEnv): Promise<Ended> {
  const start = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      stdio: "ignore",
      detached: true,
      env: { ...process.env, ...env },
    });
    const timer = setTimeout(() => process.kill(-(child.pid as number), "SIGKILL"), maxMs);
    child.on("error", reject);
    child.on("exit", (code) => {
      clearTimeout(timer);
      resolve({ failed: code !== 0, durationMs: performance.now() - start });
    });
  });
}
