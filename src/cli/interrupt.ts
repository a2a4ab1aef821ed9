import type { CliIo, InterruptSignal } from "./io.js";

/** As shells have it: 128 and the number of the signal. */
const exitCodes: Readonly<Record<InterruptSignal, number>> = { SIGINT: 130, SIGTERM: 143 };

/** Aborts what a command does when the user wants it to end. */
export class Interrupt {
  readonly #abort: AbortController = new AbortController();
  readonly #stopListening: () => void;
  #exitCode: number | undefined;

  constructor(io: CliIo) {
    this.#stopListening = io.onInterrupt((name) => {
      this.#exitCode ??= exitCodes[name];
      this.#abort.abort();
    });
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** What the command ends with when it was interrupted; undefined while it was not. */
  get exitCode(): number | undefined {
    return this.#exitCode;
  }

  close(): void {
    this.#stopListening();
  }
}
