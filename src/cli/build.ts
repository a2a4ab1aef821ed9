import { type Command, Option } from "commander";
import type { BuildFlags } from "./build-run.js";
import { descriptorFormats } from "./descriptor-format.js";
import type { ExitCode } from "./exit-code.js";
import type { CliIo } from "./io.js";

const help = `
The output is a FileDescriptorSet, as protoc --descriptor_set_out and buf build --as-file-descriptor-set write it: imports
before the files that import them, with source info and with options of retention SOURCE.

Examples:
  peregrine build protos --out protos.binpb
  peregrine build protos --exclude-imports --exclude-source-info --format json --out -`;

/** `peregrine build`. */
export function define(command: Command, run: (work: (io: CliIo) => Promise<ExitCode>) => Promise<void>): void {
  command
    .argument("[paths...]", ".proto files, or directories that are searched for them; default: the modules of buf.yaml")
    .requiredOption("-o, --out <file>", "file for the descriptors; - is the standard output")
    .option("--include <dir>", "directory that import names begin in; may be given several times", collect)
    .option("--exclude-imports", "leave out the files that are only imported", false)
    .option("--exclude-source-info", "leave out places and comments", false)
    .addOption(
      new Option("--format <name>", "form of the output (default: json where the file's name ends in .json)").choices(
        descriptorFormats,
      ),
    )
    .option("--json", "print the result as one JSON object", false)
    .addHelpText("after", help)
    .action((paths: string[], flags: Omit<BuildFlags, "paths">) =>
      run(async (io) => {
        const { runBuild } = await import("./build-run.js");
        return runBuild({ ...flags, paths }, io);
      }),
    );
}

function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}
