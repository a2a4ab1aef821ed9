import type { Command } from "commander";
import type { ExitCode } from "./exit-code.js";
import type { CliIo } from "./io.js";
import type { NewFlags } from "./new-run.js";

const help = `
The project is made in a directory of that name; of @scope/name it is the name alone. Nothing is downloaded.

Example:
  peregrine new shop && cd shop && npm install && npm start`;

/** `peregrine new`. */
export function define(command: Command, run: (work: (io: CliIo) => Promise<ExitCode>) => Promise<void>): void {
  command
    .argument("<name>", "name of the project, as npm takes it")
    .option("--json", "print what was made as one JSON object", false)
    .addHelpText("after", help)
    .action((name: string, flags: Omit<NewFlags, "name">) =>
      run(async (io) => {
        const { runNew } = await import("./new-run.js");
        return runNew({ ...flags, name }, io);
      }),
    );
}
