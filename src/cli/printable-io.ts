import type { CliIo, InterruptSignal, StdinReader } from "./io.js";
import { printable } from "./printable.js";

/** The io of commands: all text that they print is made {@link printable}, whoever it came from. Bytes go out as they are. */
export class PrintableIo implements CliIo {
  readonly #io: CliIo;
  debug: boolean = false;

  constructor(io: CliIo) {
    this.#io = io;
  }

  stdout(output: string | Uint8Array): void {
    this.#io.stdout(typeof output === "string" ? printable(output) : output);
  }

  stderr(output: string | Uint8Array): void {
    this.#io.stderr(typeof output === "string" ? printable(output) : output);
  }

  readStdin(): Promise<Uint8Array> {
    return this.#io.readStdin();
  }

  openStdin(): StdinReader {
    return this.#io.openStdin();
  }

  get stdinIsTerminal(): boolean {
    return this.#io.stdinIsTerminal;
  }

  stdoutReady(): Promise<void> {
    return this.#io.stdoutReady();
  }

  get colorStderr(): boolean {
    return this.#io.colorStderr;
  }

  get colorStdout(): boolean {
    return this.#io.colorStdout === true;
  }

  get stderrIsTerminal(): boolean {
    return this.#io.stderrIsTerminal === true;
  }

  onInterrupt(callback: (signal: InterruptSignal) => void): () => void {
    return this.#io.onInterrupt(callback);
  }
}
