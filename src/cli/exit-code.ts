/** What scripts can tell by. */
export const ExitCode = {
  ok: 0,
  /** The work could not be done: errors in files, a connection that failed. */
  failure: 1,
  /** The command line was wrong. */
  usage: 2,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** An error that is told to the user by its message alone: what is wrong, and what to do. */
export class CliError extends Error {
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode = ExitCode.failure, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }

  override get name(): string {
    return "CliError";
  }
}
