import { type Command, InvalidArgumentError, Option } from "commander";
import { parseMapping } from "../generate/map-imports.js";
import {
  forms,
  type GenerateOptions,
  type ImportMapping,
  importExtensions,
  jsImportStyles,
  resolveOptions,
  runtimes,
  validRules,
} from "../generate/options.js";
import type { ExitCode } from "./exit-code.js";
import { flagName } from "./flag-name.js";
import type { GenerateFlags } from "./generate-run.js";
import type { CliIo } from "./io.js";

const help = `
Imports are searched in the directories of --include, then in the modules of buf.yaml, if there is one; without both, in
each directory of PATHS and in each file's own directory. After that they are looked for in installed packages:
"pkg/a/b.proto" is a/b.proto of the package pkg, and buf/validate/validate.proto comes with @bufbuild/protovalidate. The
well-known types (google/protobuf/*.proto) and google/rpc need no file.

Files below --out that an earlier run made, and that this run does not make, are removed; no other file is touched.

Examples:
  peregrine generate protos --out src/gen
  peregrine generate --out src/gen
  peregrine generate protos/greet/hello.proto --include protos --out src/gen --watch`;

/** `peregrine generate`. */
export function define(command: Command, run: (work: (io: CliIo) => Promise<ExitCode>) => Promise<void>): void {
  command
    .argument("[paths...]", ".proto files, or directories that are searched for them; default: the modules of buf.yaml")
    .requiredOption("--out <dir>", "directory for the generated files")
    .option("--include <dir>", "directory that import names begin in; may be given several times", collect)
    .addOption(new Option("--runtime <name>", "what generated files import").choices(runtimes).default(runtimes[0]))
    .addOption(
      new Option("--import-extension <ext>", "ending of imports between generated files")
        .choices(importExtensions)
        .default(importExtensions[0]),
    )
    .addOption(
      new Option("--js-import-style <style>", "how JavaScript imports; legacy_commonjs is for packages of CommonJS")
        .choices(jsImportStyles)
        .default(jsImportStyles[0]),
    )
    .option(
      "--erasable-syntax",
      "write enums as objects, for erasableSyntaxOnly and for Node running TypeScript",
      false,
    )
    .option("--json-types", "also write the type of each message's JSON form", false)
    .addOption(
      new Option("--target <names>", `language of generated files: ${forms.join(", ")}, or several joined by "+"`)
        .argParser((value) => checked("target", value))
        .default("ts"),
    )
    .addOption(
      new Option(
        "--valid-types <rules>",
        `also write types of valid messages: ${validRules.join(", ")}, or both by "+"`,
      ).argParser((value) => checked("validTypes", value)),
    )
    .addOption(
      new Option(
        "--map-imports <pattern:target>",
        "import these files from a package; may be given several times",
      ).argParser(collectMapping),
    )
    .option("--ts-nocheck", "have compilers skip the types of generated files", false)
    .option("--codec", "also write the code of messages, for where no code may be made at run time", false)
    .option("--keep-stale", "keep files of an earlier run that this run does not write", false)
    .option("--watch", "go on and write again when a file changes")
    .option("--json", "print the result as JSON, one line for each run")
    .addHelpText("after", help)
    .action((paths: string[], flags: Omit<GenerateFlags, "paths">) =>
      run(async (io) => {
        const { runGenerate } = await import("./generate-run.js");
        return runGenerate({ ...flags, paths }, io);
      }),
    );
}

function checked(name: "target" | "validTypes", value: string): string {
  return orInvalid(() => {
    resolveOptions({ [name]: value } as GenerateOptions, flagName);
    return value;
  });
}

function collectMapping(value: string, before: readonly ImportMapping[] = []): ImportMapping[] {
  return orInvalid(() => [...before, parseMapping(value)]);
}

function orInvalid<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}

function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}
