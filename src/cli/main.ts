import { Command, CommanderError } from "commander";
import { version } from "../client/version.js";
import type { CommandEntry } from "./command.js";
import { commands } from "./command-table.js";
import { ExitCode } from "./exit-code.js";
import type { FailureForm } from "./failure-report.js";
import { type CliIo, processIo } from "./io.js";
import { PrintableIo } from "./printable-io.js";

/**
 * Runs the command line.
 *
 * @param args what stands behind `peregrine`
 * @returns the code that the process should exit with; never throws
 */
export async function main(args: readonly string[], outerIo: CliIo = processIo(failureCodeOf(args))): Promise<number> {
  const io = new PrintableIo(outerIo);
  io.debug = args.includes("--debug");
  try {
    return await runCommand(args, io);
  } catch (error) {
    // Help and version end this way too.
    if (error instanceof CommanderError && error.exitCode === 0) return ExitCode.ok;
    const { reportFailure } = await import("./failure-report.js");
    const entry = commands.find(({ name }) => name === chosenCommand(args));
    const json = wantsJson(args) ? formOf(entry) : undefined;
    const code =
      error instanceof CommanderError
        ? await tellWrongUse(error, entry, args, json, io)
        : reportFailure(error, json, io);
    const own = entry?.exitCodes;
    if (own === undefined) return code;
    return code === ExitCode.usage ? own.usage : own.failure;
  }
}

async function tellWrongUse(
  error: CommanderError,
  entry: CommandEntry | undefined,
  args: readonly string[],
  json: FailureForm | undefined,
  io: CliIo,
): Promise<ExitCode> {
  const [{ reportWrongUse }, { explainWrongUse }, { silentCommand }] = await Promise.all([
    import("./failure-report.js"),
    import("./wrong-use.js"),
    import("./silent-command.js"),
  ]);
  const command = entry === undefined ? undefined : silentCommand(entry.name, await entry.load());
  const text = explainWrongUse(error, command, args.slice(args.indexOf(entry?.name ?? "") + 1));
  return reportWrongUse(text, `peregrine ${entry === undefined ? "" : `${entry.name} `}--help`, json, io);
}

function failureCodeOf(args: readonly string[]): number {
  const entry = commands.find(({ name }) => name === chosenCommand(args));
  return entry?.exitCodes?.failure ?? ExitCode.failure;
}

/** Read before the options are: they may be what is wrong. What stands behind `--` is none. */
function wantsJson(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  return args.slice(0, end === -1 ? undefined : end).includes("--json");
}

function formOf(entry: CommandEntry | undefined): FailureForm {
  return entry?.failureForm ?? "result";
}

async function runCommand(args: readonly string[], io: CliIo): Promise<number> {
  let exitCode: number = ExitCode.ok;
  const program = makeProgram(io);
  const chosen = chosenCommand(args);
  for (const entry of commands) {
    const command = program.command(entry.name, { hidden: entry.hidden === true }).description(entry.summary);
    // Only the command in use is loaded, so that starting costs no more than it needs.
    if (isUsed(entry, chosen, args)) {
      (await entry.load()).define(command, async (work) => {
        exitCode = await work(io);
      });
    }
  }
  if (args.length === 0) {
    io.stderr(program.helpInformation());
    return ExitCode.usage;
  }
  await program.parseAsync([...args], { from: "user" });
  return exitCode;
}

function chosenCommand(args: readonly string[]): string | undefined {
  return args.find((arg) => !arg.startsWith("-"));
}

/** `peregrine help generate` uses the command too. */
function isUsed(entry: CommandEntry, chosen: string | undefined, args: readonly string[]): boolean {
  return chosen === entry.name || (chosen === "help" && args.includes(entry.name));
}

function makeProgram(io: CliIo): Command {
  return (
    new Command("peregrine")
      .description("gRPC for TypeScript: tools for .proto files and services")
      .version(version, "--version", "print the version")
      .helpOption("--help", "print help")
      .option("--debug", "print stack traces of unexpected errors")
      .exitOverride()
      // What is wrong is told by whoever catches it.
      .configureOutput({ writeOut: (text) => io.stdout(text), writeErr: () => undefined, outputError: () => undefined })
  );
}
