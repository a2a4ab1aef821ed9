import type { CommandEntry, CommandModule } from "./command.js";

/**
 * `peregrine __complete`, which the scripts of `peregrine completion` ask. Its arguments are the words of a command line up to the one
 * that is to be completed.
 *
 * @param commands all of them: handed in, since this one is among them
 */
export function completeCommand(commands: readonly CommandEntry[]): CommandModule {
  return {
    define(command, run) {
      command.argument("[words...]").action((words: string[]) =>
        run(async (io) => {
          const { runComplete } = await import("./complete-run.js");
          return runComplete(words, commands, io);
        }),
      );
    },
  };
}
