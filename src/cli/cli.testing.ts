import { type ChildProcessByStdio, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { runMain } from "./io.testing.js";

const bin = fileURLToPath(new URL("../../../bin/peregrine.js", import.meta.url));

/** What a run of the command line left. */
export interface CliRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A run that has not ended; waits for what it prints. */
export class CliProcess {
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;
  readonly #text: { stdout: string; stderr: string } = { stdout: "", stderr: "" };
  readonly #closed: Promise<unknown>;

  constructor(cwd: string, args: readonly string[]) {
    // Bounded: a wait for what never comes must fail its test, and not leave a process that watches for ever.
    const bound = { timeout: 30_000, killSignal: "SIGKILL" } as const;
    this.#child = spawn(process.execPath, [bin, ...args], { cwd, stdio: ["ignore", "pipe", "pipe"], ...bound });
    for (const name of ["stdout", "stderr"] as const) {
      this.#child[name].setEncoding("utf8");
      this.#child[name].on("data", (text: string) => {
        this.#text[name] += text;
      });
    }
    this.#closed = once(this.#child, "close");
  }

  /** Resolves as soon as the text was printed; it is taken away, so that the next wait is for what comes after. */
  async waitFor(name: "stdout" | "stderr", text: string): Promise<void> {
    while (!this.#text[name].includes(text)) {
      const data = once(this.#child[name], "data").then(() => true);
      if (!(await Promise.race([data, this.#closed.then(() => false)])) && !this.#text[name].includes(text)) {
        throw new Error(`ended without ${JSON.stringify(text)}: ${JSON.stringify(this.#text)}`);
      }
    }
    const at = this.#text[name].indexOf(text) + text.length;
    this.#text[name] = this.#text[name].slice(at);
  }

  /** What is printed next, up to the text. */
  async takeUntil(name: "stdout" | "stderr", text: string): Promise<string> {
    const before = this.#text[name];
    if (before.includes(text)) {
      await this.waitFor(name, text);
      return before.slice(0, before.indexOf(text));
    }
    await Promise.race([once(this.#child[name], "data"), this.#closed]);
    return this.takeUntil(name, text);
  }

  interrupt(signal: "SIGINT" | "SIGTERM" = "SIGINT"): void {
    this.#child.kill(signal);
  }

  async ended(): Promise<CliRun> {
    await this.#closed;
    return { code: this.#child.exitCode, ...this.#text };
  }
}

let lastRun: Promise<unknown> = Promise.resolve();

/**
 * Runs the command line in a directory, to its end, in this process: to start one takes longer than most commands. One run
 * after the other, as a process has one working directory. What is about processes goes through {@link CliProcess}.
 */
export function runCli(cwd: string, ...args: readonly string[]): Promise<CliRun> {
  const run = lastRun.then(async () => {
    const before = process.cwd();
    process.chdir(cwd);
    try {
      return await runMain(...args);
    } finally {
      process.chdir(before);
    }
  });
  lastRun = run.catch(() => undefined);
  return run;
}

/**
 * Runs the command line as a program that may make no file larger than some blocks of 512 bytes: what is longer is written in part, and fails
 * with EFBIG, as it does with ENOSPC on a disk that is full.
 */
export function runWithRoom(blocks: number | "unlimited", cwd: string, ...args: readonly string[]): CliRun {
  const script = `trap "" XFSZ; ulimit -f ${blocks}; exec "$0" "$@"`;
  const options = { cwd, encoding: "utf8", timeout: 30_000 } as const;
  const { status, stdout, stderr } = spawnSync("sh", ["-c", script, process.execPath, bin, ...args], options);
  return { code: status, stdout, stderr };
}

/** A new directory with these files. The caller removes it. */
export function makeDir(files: Readonly<Record<string, string>>): string {
  const dir = mkdtempSync(join(tmpdir(), "peregrine-cli-"));
  for (const [path, text] of Object.entries(files)) put(dir, path, text);
  return dir;
}

export function put(dir: string, path: string, text: string): void {
  mkdirSync(dirname(join(dir, path)), { recursive: true });
  writeFileSync(join(dir, path), text);
}
