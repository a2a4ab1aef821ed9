import type { Command } from "commander";
import type { ExitCode } from "./exit-code.js";
import type { CliIo } from "./io.js";

/** What a command's module exports. */
export interface CommandModule {
  /**
   * Adds arguments, options and help to the command.
   *
   * @param run to be called by the command's action with the work to do
   */
  define(command: Command, run: (work: (io: CliIo) => Promise<ExitCode>) => Promise<void>): void;
}

/** A command as the list of all commands knows it; its module is loaded when it is used. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  load(): Promise<CommandModule>;
}
