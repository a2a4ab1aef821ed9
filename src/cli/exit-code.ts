import type { Diagnostic } from "../proto/diagnostic.js";

/** What scripts can tell by. */
export const ExitCode = {
  ok: 0,
  /** The work could not be done: errors in files, a connection that failed. */
  failure: 1,
  /** The command line was wrong. */
  usage: 2,
} as const;

/** What a command ends with that cannot use the codes of {@link ExitCode}. */
export interface ExitCodes {
  readonly usage: number;
  readonly failure: number;
}

/**
 * Of commands that call servers: 0 to 16 are the status of the call, so that mistakes of the command line and failures before any call
 * stand above, where `sysexits.h` has them.
 */
export const callExitCodes: ExitCodes = { usage: 64, failure: 70 };

/** Of `peregrine health`, as grpc_health_probe has them. */
export const healthExitCodes: ExitCodes = { usage: 1, failure: 1 };

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** More of an error than its message. */
export interface CliErrorOptions extends ErrorOptions {
  readonly diagnostics?: readonly Diagnostic[];
}

/** An error that is told to the user by its message alone: what is wrong, and what to do. */
export class CliError extends Error {
  readonly exitCode: ExitCode;
  /** The places in files that the message is about. */
  readonly diagnostics: readonly Diagnostic[];

  constructor(message: string, exitCode: ExitCode = ExitCode.failure, options: CliErrorOptions = {}) {
    super(message, options);
    this.exitCode = exitCode;
    this.diagnostics = options.diagnostics ?? [];
  }

  override get name(): string {
    return "CliError";
  }
}
