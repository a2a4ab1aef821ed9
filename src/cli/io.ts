import { once } from "node:events";

/** What a command may touch of the process it runs in. Handed in, so that commands can be tested without one. */
export interface CliIo {
  /** Of text, commands have what gives orders to a terminal escaped (`printable.ts`); bytes go out as they are. */
  stdout(output: string | Uint8Array): void;
  /** As `stdout`. */
  stderr(output: string | Uint8Array): void;
  /** All of standard input, to its end. */
  readStdin(): Promise<Uint8Array>;
  /** Standard input, piece by piece; what it gives ends when it is closed. */
  openStdin(): StdinReader;
  /** True where a person types. */
  readonly stdinIsTerminal: boolean;
  /** Resolves when standard output has room: what is written before that is kept in memory. */
  stdoutReady(): Promise<void>;
  /** True where colours may be written to stderr: a terminal, and no `NO_COLOR`. */
  readonly colorStderr: boolean;
  /** True where colours may be written to stdout: a terminal, and no `NO_COLOR`. Default false. */
  readonly colorStdout?: boolean;
  /** True where stderr is a terminal, whose line can be written anew. Default false. */
  readonly stderrIsTerminal?: boolean;
  /** True where stacks are asked for. Set by what runs the command. */
  debug?: boolean;
  /** Calls back when the user wants the command to end (SIGINT, SIGTERM); the function returned stops listening. */
  onInterrupt(callback: (signal: InterruptSignal) => void): () => void;
}

/** The signals by which a user or a system ends a command. */
export type InterruptSignal = "SIGINT" | "SIGTERM";

/** What of {@link CliIo} only prints. */
export type Printer = Pick<CliIo, "stdout" | "stderr" | "colorStderr">;

/** Standard input while it is read. */
export interface StdinReader {
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Stops reading; the process does not wait for more. */
  close(): void;
}

/**
 * The io of this process.
 *
 * @param failureCode what the process ends with when its output cannot be written
 */
export function processIo(failureCode: number): CliIo {
  // Who reads us may stop early, as `head` does; that ends us without a word, and as SIGPIPE would (128 + 13): success would
  // hide from a script that a check had findings.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(141);
    process.stderr.write(`peregrine: standard output cannot be written: ${error.message}\n`);
    process.exit(failureCode);
  });
  // There is nowhere left to tell of it, and what the command is for may still be done.
  process.stderr.on("error", () => undefined);
  return {
    stdout: (output) => void process.stdout.write(output),
    stderr: (output) => void process.stderr.write(output),
    readStdin: async () => Buffer.concat(await process.stdin.toArray()),
    openStdin: openProcessStdin,
    stdinIsTerminal: process.stdin.isTTY === true,
    stdoutReady: async () => {
      if (process.stdout.writableNeedDrain) await once(process.stdout, "drain");
    },
    colorStderr: process.stderr.isTTY === true && !process.env["NO_COLOR"],
    colorStdout: process.stdout.isTTY === true && !process.env["NO_COLOR"],
    stderrIsTerminal: process.stderr.isTTY === true,
    onInterrupt(callback) {
      // Node hands the name of the signal over.
      process.on("SIGINT", callback);
      process.on("SIGTERM", callback);
      return () => {
        process.off("SIGINT", callback);
        process.off("SIGTERM", callback);
      };
    },
  };
}

function openProcessStdin(): StdinReader {
  let isClosed = false;
  async function* read(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of process.stdin) yield chunk as Uint8Array;
    } catch (error) {
      // What was destroyed by `close` ends with an error of its own.
      if (!isClosed) throw error;
    }
  }
  return {
    chunks: read(),
    close() {
      isClosed = true;
      process.stdin.destroy();
    },
  };
}
