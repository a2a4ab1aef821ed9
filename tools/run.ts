import { spawn } from "node:child_process";
import { root } from "./files.js";

/** Runs a program from the root of the repository with our output; gives its exit code, 124 when it took too long. */
export function run(command: string, args: readonly string[], timeoutMs: number = 600_000): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: "inherit" });
    const timer = setTimeout(() => {
      console.error(`${command} took longer than ${timeoutMs} ms and was ended`);
      child.kill("SIGKILL");
    }, timeoutMs);
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      clearTimeout(timer);
      resolve(code ?? (signal === "SIGKILL" ? 124 : 1));
    });
  });
}

/** The path of a program that a development dependency brings. */
export function bin(name: string): string {
  return `${root}/node_modules/.bin/${name}`;
}
