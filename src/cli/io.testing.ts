import { once } from "node:events";
import { PassThrough } from "node:stream";
import type { CliIo, InterruptSignal } from "./io.js";
import { main } from "./main.js";

/** What a run in this process printed, and its exit code. */
export interface MainRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The io of a command that runs in this process: keeps what is printed, and is typed into. */
export class TestIo implements CliIo {
  printed: { stdout: string; stderr: string } = { stdout: "", stderr: "" };
  colorStderr: boolean = false;
  colorStdout: boolean = false;
  stdinIsTerminal: boolean = false;
  /** Ended already where nothing is to be read. */
  readonly stdin: PassThrough = new PassThrough();
  readonly #prints: PassThrough = new PassThrough();
  readonly #interrupts: Set<(signal: InterruptSignal) => void> = new Set();

  constructor(stdin?: string) {
    if (stdin !== undefined) this.stdin.end(stdin);
  }

  stdout(output: string | Uint8Array): void {
    this.printed.stdout += Buffer.from(output).toString();
    this.#prints.emit("print");
  }

  stderr(output: string | Uint8Array): void {
    this.printed.stderr += Buffer.from(output).toString();
    this.#prints.emit("print");
  }

  async readStdin(): Promise<Uint8Array> {
    return Buffer.concat(await this.stdin.toArray());
  }

  openStdin(): { chunks: AsyncIterable<Uint8Array>; close(): void } {
    const { stdin } = this;
    async function* read(): AsyncGenerator<Uint8Array> {
      try {
        for await (const chunk of stdin) yield chunk as Uint8Array;
      } catch (error) {
        if (!stdin.destroyed) throw error;
      }
    }
    return { chunks: read(), close: () => void stdin.destroy() };
  }

  async stdoutReady(): Promise<void> {}

  onInterrupt(callback: (signal: InterruptSignal) => void): () => void {
    this.#interrupts.add(callback);
    return () => void this.#interrupts.delete(callback);
  }

  interrupt(signal: InterruptSignal = "SIGINT"): void {
    for (const callback of this.#interrupts) callback(signal);
  }

  /** Resolves as soon as the text was printed. */
  async waitFor(name: "stdout" | "stderr", text: string): Promise<void> {
    const signal = AbortSignal.timeout(20_000);
    while (!this.printed[name].includes(text)) await once(this.#prints, "print", { signal });
  }

  async run(...args: readonly string[]): Promise<MainRun> {
    return { code: await main(args, this), ...this.printed };
  }
}

/** Runs the command line in this process, with nothing on its standard input. */
export function runMain(...args: readonly string[]): Promise<MainRun> {
  return new TestIo("").run(...args);
}
