import { spawn } from "node:child_process";

/** How a program ended. */
export interface Ended {
  /** It said so by its exit code, or it took too long and was killed. */
  readonly failed: boolean;
  readonly durationMs: number;
}

/** Runs a file with Node, without its output; it and what it started are ended after `maxMs`. */
export function runNode(file: string, maxMs: number, env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const start = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [`--test-timeout=${maxMs}`, file], {
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
