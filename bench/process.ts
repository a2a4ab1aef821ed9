import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { endWithUs } from "../tools/processes.js";
import { pinned, type Role } from "./pin.js";

/** What to start. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const errorTextMax = 4_000;

interface Waiting {
  take(line: string): void;
  fail(error: Error): void;
}

/**
 * A program of a peer. It says one JSON object a line, and is asked by lines on its standard input, whose end is its
 * own end too: that much is easy in every language.
 */
export class LineProcess {
  readonly #child: ChildProcess;
  readonly #name: string;
  readonly #lines: string[] = [];
  #waiting: Waiting | undefined;
  #errors = "";
  #ended: string | undefined;

  /** @param name for error messages */
  constructor(name: string, role: Role, command: Command) {
    this.#name = name;
    const { program, args, env } = pinned(role, command);
    this.#child = spawn(program, args, {
      stdio: ["pipe", "pipe", "pipe"],
      env: { ...process.env, NODE_ENV: "production", ...env },
    });
    endWithUs(this.#child);
    const { stdin, stdout, stderr } = this.#child;
    // A process that is gone says so by its exit.
    stdin!.on("error", () => {});
    createInterface({ input: stdout! }).on("line", (line) => this.#take(line));
    stderr!.on("data", (chunk: Buffer) => {
      this.#errors = (this.#errors + chunk.toString()).slice(-errorTextMax);
    });
    this.#child.once("error", (error) => this.#end(error.message));
    this.#child.once("close", (code, signal) => this.#end(`ended with ${signal ?? code}`));
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** The next object that it says. */
  next(timeoutMs: number): Promise<Readonly<Record<string, unknown>>> {
    return new Promise((resolve, reject) => {
      const line = this.#lines.shift();
      if (line !== undefined) return void resolve(JSON.parse(line));
      if (this.#ended !== undefined) return void reject(this.#error(this.#ended));
      const timer = setTimeout(() => waiting.fail(this.#error(`no answer within ${timeoutMs} ms`)), timeoutMs);
      const waiting: Waiting = {
        take: (text) => {
          this.#waiting = undefined;
          clearTimeout(timer);
          resolve(JSON.parse(text));
        },
        fail: (error) => {
          this.#waiting = undefined;
          clearTimeout(timer);
          reject(error);
        },
      };
      this.#waiting = waiting;
    });
  }

  /** Asks, and waits for the answer; an answer `{ "error": "..." }` is thrown. */
  async ask(question: object, timeoutMs: number): Promise<Readonly<Record<string, unknown>>> {
    const answer = this.next(timeoutMs);
    this.#child.stdin!.write(`${JSON.stringify(question)}\n`);
    const object = await answer;
    if (typeof object["error"] === "string") throw new Error(`${this.#name}: ${object["error"]}`);
    return object;
  }

  async stop(): Promise<void> {
    if (this.#ended !== undefined) return;
    const closed = once(this.#child, "close");
    this.#child.kill("SIGKILL");
    await closed;
  }

  #take(line: string): void {
    if (this.#waiting === undefined) this.#lines.push(line);
    else this.#waiting.take(line);
  }

  #end(how: string): void {
    this.#ended ??= how;
    this.#waiting?.fail(this.#error(this.#ended));
  }

  #error(what: string): Error {
    const errors = this.#errors.trim();
    return new Error(`${this.#name}: ${what}${errors === "" ? "" : `\n${errors}`}`);
  }
}
