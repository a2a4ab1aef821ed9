import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { endWithUs } from "../../tools/processes.js";
import { type Memory, settledMemory, steadyFlags } from "./settle.js";

/** What a process of a measurement does when it is asked, by name. */
export interface Commands {
  readonly [name: string]: (...args: number[]) => unknown;
}

type Answer = { readonly value: unknown } | { readonly error: string };

const answerMs = 120_000;

/** The main loop of such a process. It ends with its parent. */
export function serve(commands: Commands): void {
  const all: Commands = { memory: settledMemory, ...commands };
  process.on("message", (message: { command: string; args: number[] }) => {
    void answer(all[message.command], message.args).then((reply) => process.send?.(reply));
  });
  process.once("disconnect", () => process.exit(0));
}

async function answer(command: Commands[string] | undefined, args: number[]): Promise<Answer> {
  try {
    if (command === undefined) throw new Error("no such command");
    return { value: await command(...args) };
  } catch (error) {
    return { error: String(error) };
  }
}

/** A process that measures itself, or makes load. One question at a time. */
export class Child {
  readonly #process: ChildProcess;
  readonly #name: string;

  /** @param script beside this file, without its ending */
  constructor(script: string, args: readonly string[] = []) {
    this.#name = script;
    const path = fileURLToPath(new URL(`${script}.js`, import.meta.url));
    this.#process = spawn(process.execPath, [...steadyFlags, path, ...args], {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    endWithUs(this.#process);
  }

  /** @throws {Error} when the command failed, or the process ended or was silent for two minutes */
  async ask(command: string, ...args: number[]): Promise<unknown> {
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(new Error("no answer in time")), answerMs);
    const answered = once(this.#process, "message", { signal: limit.signal });
    const ended = once(this.#process, "exit", { signal: limit.signal }).then(([code]) => {
      throw new Error(`ended with ${code}`);
    });
    ended.catch(() => {});
    this.#process.send({ command, args });
    try {
      const [reply] = (await Promise.race([answered, ended])) as [Answer];
      if ("error" in reply) throw new Error(reply.error);
      return reply.value;
    } catch (error) {
      throw new Error(`${this.#name}: ${command}: ${error instanceof Error ? error.message : error}`);
    } finally {
      clearTimeout(timer);
      limit.abort();
    }
  }

  async memory(): Promise<Memory> {
    return (await this.ask("memory")) as Memory;
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, "exit");
    this.#process.kill("SIGKILL");
    await ended;
  }
}
