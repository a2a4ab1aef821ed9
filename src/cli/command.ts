import type { Command } from "commander";
import type { ExitCodes } from "./exit-code.js";
import type { FailureForm } from "./failure-report.js";
import type { CliIo } from "./io.js";

/** What a command's module exports. */
export interface CommandModule {
  /**
   * Adds arguments, options and help to the command.
   *
   * @param run to be called by the command's action with the work to do
   */
  define(command: Command, run: (work: (io: CliIo) => Promise<number>) => Promise<void>): void;
  /** What the arguments are, in order, where the shell can be told which there are. */
  readonly completes?: readonly Completion[];
}

/** What an argument names. */
export type Completion = "service" | "method" | "symbol" | undefined;

/** A command as the list of all commands knows it; its module is loaded when it is used. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  /** Not shown in the help: for programs. */
  readonly hidden?: boolean;
  /** Where the usual ones have another meaning. */
  readonly exitCodes?: ExitCodes;
  /** How `--json` tells that it failed. Default `result`. */
  readonly failureForm?: FailureForm;
  load(): Promise<CommandModule>;
}
