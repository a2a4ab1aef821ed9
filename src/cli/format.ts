import type { Command } from "commander";
import type { ExitCode } from "./exit-code.js";
import type { FormatFlags } from "./format-run.js";
import type { CliIo } from "./io.js";

const help = `
Without an option, one file is printed as it would be. "-" reads standard input.

Examples:
  peregrine format --write protos
  peregrine format --check protos
  peregrine format - < shop.proto`;

/** `peregrine format`. */
export function define(command: Command, run: (work: (io: CliIo) => Promise<ExitCode>) => Promise<void>): void {
  command
    .argument("[paths...]", ".proto files, or directories that are searched for them; default: the modules of buf.yaml")
    .option("--write", "rewrite the files that change", false)
    .option("--check", "list the files that would change, and exit with 1 if there are any", false)
    .option("--diff", "print what would change", false)
    .option("--json", "print what was found and done as one JSON object", false)
    .addHelpText("after", help)
    .action((paths: string[], flags: Omit<FormatFlags, "paths">) =>
      run(async (io) => {
        const { runFormat } = await import("./format-run.js");
        return runFormat({ ...flags, paths }, io);
      }),
    );
}
