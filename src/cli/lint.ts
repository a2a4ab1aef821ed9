import type { Command } from "commander";
import type { ExitCode } from "./exit-code.js";
import type { CliIo } from "./io.js";
import type { LintFlags } from "./lint-run.js";

const help = `
Rules have the names of buf lint. MINIMAL, BASIC, STANDARD, COMMENTS and UNARY_RPC name groups of rules. Without --rule, what lint
of buf.yaml says is checked, or else STANDARD.
A comment before something has a rule ignored there and in all below it:

  // lint:ignore SERVICE_SUFFIX the name is older than the rule

Examples:
  peregrine lint protos
  peregrine lint protos --rule STANDARD --rule COMMENTS --except PACKAGE_VERSION_SUFFIX`;

/** `peregrine lint`. */
export function define(command: Command, run: (work: (io: CliIo) => Promise<ExitCode>) => Promise<void>): void {
  command
    .argument("[paths...]", ".proto files, or directories that are searched for them; default: the modules of buf.yaml")
    .option("--include <dir>", "directory that import names begin in; may be given several times", collect)
    .option("--rule <name>", "rule or group of rules to check; may be given several times", collect)
    .option("--except <name>", "rule or group of rules not to check; may be given several times", collect)
    .option("--json", "print the findings as one JSON object", false)
    .addHelpText("after", help)
    .action((paths: string[], flags: Omit<LintFlags, "paths">) =>
      run(async (io) => {
        const { runLint } = await import("./lint-run.js");
        return runLint({ ...flags, paths }, io);
      }),
    );
}

function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}
