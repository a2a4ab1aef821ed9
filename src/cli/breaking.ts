import { type Command, Option } from "commander";
import { categories } from "../breaking/rules-table.js";
import type { BreakingFlags } from "./breaking-run.js";
import type { ExitCode } from "./exit-code.js";
import type { CliIo } from "./io.js";

const help = `
--against is a directory, a descriptor set (a file as protoc and buf write it: .binpb, .bin or .pb), or else a git revision.
FILE finds all that breaks code, PACKAGE the same but for files that are moved within a package, CSR what the schema registry of
Confluent refuses, WIRE_JSON what breaks bytes or JSON, WIRE what breaks bytes. What breaking of buf.yaml says holds for its modules.

Examples:
  peregrine breaking protos --against main
  peregrine breaking protos --against ../released/protos --category WIRE_JSON`;

/** `peregrine breaking`. */
export function define(command: Command, run: (work: (io: CliIo) => Promise<ExitCode>) => Promise<void>): void {
  command
    .argument("[paths...]", ".proto files, or directories that are searched for them; default: the modules of buf.yaml")
    .requiredOption("--against <what>", "directory, descriptor set or git revision to compare with")
    .option("--include <dir>", "directory that import names begin in; may be given several times", collect)
    .addOption(
      new Option("--category <name>", "what must go on working; default: what buf.yaml says, else FILE").choices(
        categories,
      ),
    )
    .option("--json", "print the findings as one JSON object", false)
    .addHelpText("after", help)
    .action((paths: string[], flags: Omit<BreakingFlags, "paths">) =>
      run(async (io) => {
        const { runBreaking } = await import("./breaking-run.js");
        return runBreaking({ ...flags, paths }, io);
      }),
    );
}

function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}
