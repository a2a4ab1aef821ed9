import { Command, CommanderError } from "commander";
import { version } from "../client/version.js";
import type { CommandEntry } from "./command.js";
import { commands } from "./command-table.js";
import { CliError, ExitCode } from "./exit-code.js";
import { type CliIo, processIo } from "./io.js";
import { stackText } from "./stack-text.js";

/**
 * Runs the command line.
 *
 * @param args what stands behind `peregrine`
 * @returns the code that the process should exit with; never throws
 */
export async function main(args: readonly string[], io: CliIo = processIo()): Promise<number> {
  io.debug = args.includes("--debug");
  try {
    return await runCommand(args, io);
  } catch (error) {
    const code = report(error, io.debug, io);
    const own = commands.find((entry) => entry.name === chosenCommand(args))?.exitCodes;
    if (own === undefined || code === ExitCode.ok) return code;
    return code === ExitCode.usage ? own.usage : own.failure;
  }
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
  return new Command("peregrine")
    .description("gRPC for TypeScript: tools for .proto files and services")
    .version(version, "--version", "print the version")
    .helpOption("--help", "print help")
    .option("--debug", "print stack traces of unexpected errors")
    .exitOverride()
    .showHelpAfterError("(try peregrine --help)")
    .configureOutput({
      writeOut: (text) => io.stdout(text),
      writeErr: (text) => io.stderr(text),
      outputError: (text, write) => write(`peregrine: ${text}`),
    });
}

function report(error: unknown, debug: boolean, io: CliIo): number {
  // Commander has printed its message already; help and version end the same way, with the code 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.ok : ExitCode.usage;
  if (error instanceof CliError && !debug) {
    io.stderr(`peregrine: ${error.message}\n`);
    return error.exitCode;
  }
  const text = debug ? stackText(error) : error instanceof Error ? error.message : String(error);
  io.stderr(`peregrine: ${text}\n`);
  if (!debug) io.stderr("This was not expected; --debug shows where it came from.\n");
  return error instanceof CliError ? error.exitCode : ExitCode.failure;
}
