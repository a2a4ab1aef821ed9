import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { endWithUs } from "../../tools/processes.js";
import type { OperationName, Operations, Response } from "./protocol.js";

/** No operation takes longer, in ms: calls of attacks have shorter deadlines. */
const operationMs = 20_000;
/** A process that was stopped ends in this time, or something of it is still open, in ms. */
const exitMs = 5_000;

type Waiting = { resolve(result: unknown): void; reject(error: Error): void };

/** A process of its own for a victim or for honest peers, so that what is measured is its own. */
export class Child {
  readonly #process: ChildProcess;
  readonly #waiting: Map<number, Waiting> = new Map();
  #nextId = 1;
  #errorText = "";
  #ended: string | undefined;

  /** @param openFilesMax set by the shell that becomes the process; undefined for the machine's own */
  constructor(openFilesMax?: number) {
    const node = [process.execPath, "--expose-gc", fileURLToPath(new URL("./victim-main.js", import.meta.url))];
    const [command, ...args] =
      openFilesMax === undefined ? node : ["/bin/sh", "-c", `ulimit -n ${openFilesMax}; exec "$@"`, "sh", ...node];
    this.#process = spawn(command as string, args, {
      stdio: ["ignore", "inherit", "pipe", "ipc"],
      serialization: "advanced",
    });
    endWithUs(this.#process);
    this.#process.stderr?.on("data", (chunk: Buffer) => {
      this.#errorText = (this.#errorText + chunk.toString()).slice(-4_000);
    });
    this.#process.on("message", (response: Response) => this.#onResponse(response));
    this.#process.on("exit", (code, signal) => this.#onExit(`exit code ${code}, signal ${signal}`));
    this.#process.on("error", (error) => this.#onExit(String(error)));
  }

  /** What it wrote to its standard error: a victim writes nothing. */
  get errorText(): string {
    return this.#errorText;
  }

  get ended(): boolean {
    return this.#ended !== undefined;
  }

  call<Name extends OperationName>(
    name: Name,
    ...[argument]: Parameters<Operations[Name]>
  ): ReturnType<Operations[Name]> {
    const id = this.#nextId++;
    const result = new Promise<unknown>((resolve, reject) => {
      if (this.#ended !== undefined) throw new Error(`the process is gone: ${this.#ended}`);
      const timer = setTimeout(() => reject(new Error(`${name} took more than ${operationMs} ms`)), operationMs);
      const settle =
        <T>(end: (value: T) => void) =>
        (value: T): void => {
          clearTimeout(timer);
          this.#waiting.delete(id);
          end(value);
        };
      this.#waiting.set(id, { resolve: settle(resolve), reject: settle(reject) });
      this.#process.send({ id, name, argument }, (error) => {
        if (error !== null) this.#waiting.get(id)?.reject(error);
      });
    });
    return result as ReturnType<Operations[Name]>;
  }

  /**
   * Closes all that it has; then it must end by itself.
   *
   * @returns what is wrong, undefined when nothing is
   */
  async stop(): Promise<string | undefined> {
    if (this.#ended !== undefined) return `the process died: ${this.#ended}\n${this.#errorText}`;
    const exited = once(this.#process, "exit");
    await this.call("stop");
    const timer = setTimeout(() => this.kill(), exitMs);
    const [code, signal] = await exited;
    clearTimeout(timer);
    if (signal !== null) return `something kept the process alive for ${exitMs} ms after all was closed`;
    if (code !== 0) return `exit code ${code}\n${this.#errorText}`;
    return this.#errorText === "" ? undefined : `it wrote to its standard error:\n${this.#errorText}`;
  }

  kill(): void {
    this.#process.kill("SIGKILL");
  }

  #onResponse({ id, result, error }: Response): void {
    const waiting = this.#waiting.get(id);
    if (error === undefined) waiting?.resolve(result);
    else waiting?.reject(new Error(error));
  }

  #onExit(reason: string): void {
    this.#ended ??= reason;
    for (const waiting of this.#waiting.values()) {
      waiting.reject(new Error(`the process died: ${reason}\n${this.#errorText}`));
    }
  }
}
