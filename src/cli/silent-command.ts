import { Command } from "commander";
import type { CommandModule } from "./command.js";

/** A command as the command line has it, which throws and prints nothing, and does nothing when it is parsed. */
export function silentCommand(name: string, module: CommandModule): Command {
  const command = new Command(name);
  command.exitOverride().configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
  command.option("--debug");
  module.define(command, async () => undefined);
  return command;
}
