import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { endWithUs } from "../tools/processes.js";
import { pinned } from "./pin.js";
import type { Measured, Task } from "./worker.js";

type Reply = { port: number } | { measured: Measured } | { error: string };

const startMs = 15_000;

/** One implementation: its server and its client, each in a process of its own, started when first needed. */
export class Peer {
  readonly name: string;
  readonly version: string;
  readonly #script: string;
  #server: ChildProcess | undefined;
  #client: ChildProcess | undefined;
  #port = 0;

  /** @param script the programs are `peers/<script>-server.js` and `peers/<script>-client.js` */
  constructor(name: string, version: string, script: string) {
    this.name = name;
    this.version = version;
    this.#script = script;
  }

  /** The port of the server, which is started with the first call. */
  async port(): Promise<number> {
    if (this.#server !== undefined) return this.#port;
    this.#server = start("server", `peers/${this.#script}-server.js`);
    const reply = await replyOf(this.#server, startMs);
    if (!("port" in reply)) throw new Error(`${this.name}: the server did not say its port`);
    this.#port = reply.port;
    return this.#port;
  }

  /** Lets the client of this peer do a task against the server of this peer. */
  async run(task: Omit<Task, "port">): Promise<Measured> {
    const port = await this.port();
    this.#client ??= start("client", `peers/${this.#script}-client.js`);
    const reply = replyOf(this.#client, task.durationMs + startMs);
    this.#client.send({ ...task, port } satisfies Task);
    const answer = await reply;
    if ("measured" in answer) return answer.measured;
    throw new Error(`${this.name}: ${"error" in answer ? answer.error : "unexpected answer"}`);
  }

  async stop(): Promise<void> {
    for (const child of [this.#client, this.#server]) {
      if (child === undefined || child.exitCode !== null) continue;
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    }
    this.#client = undefined;
    this.#server = undefined;
  }
}

function start(role: "server" | "client", script: string): ChildProcess {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const { program, args } = pinned(role, process.execPath, [path]);
  const child = spawn(program, args, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  endWithUs(child);
  return child;
}

/** The next message of a process. Throws when it ends before, or says nothing within the time. */
function replyOf(child: ChildProcess, timeoutMs: number): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const finish = (act: () => void): void => {
      clearTimeout(timer);
      child.off("message", onMessage);
      child.off("exit", onExit);
      act();
    };
    const onMessage = (reply: unknown): void => finish(() => resolve(reply as Reply));
    const onExit = (code: number | null): void => finish(() => reject(new Error(`process ended with ${code}`)));
    const timer = setTimeout(() => finish(() => reject(new Error(`no answer within ${timeoutMs} ms`))), timeoutMs);
    child.once("message", onMessage);
    child.once("exit", onExit);
  });
}
