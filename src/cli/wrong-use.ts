import { type Command, CommanderError } from "commander";
import { similarName } from "../base/similar-name.js";
import { foreignHints, sameOptions } from "./foreign-options.js";

/**
 * What is wrong with a command line, and what to write instead.
 *
 * @param command the one in use, with its options; undefined where there is none
 * @param args what stands behind the command's name
 */
export function explainWrongUse(error: CommanderError, command: Command | undefined, args: readonly string[]): string {
  // Its "error" that no command was named is the text of the help.
  if (error.code === "commander.help") return "no command is named";
  const text = error.message.replace(/^error: /, "");
  if (command === undefined) return text;
  const flag = unknownFlag(error, command, args);
  return flag === undefined ? text : `unknown option '${flag}'${hintFor(flag, command)}`;
}

/** Who misspells an option that must be given is told of that, and not that it is missing. */
function unknownFlag(error: CommanderError, command: Command, args: readonly string[]): string | undefined {
  if (error.code === "commander.unknownOption") return /unknown option '(.*?)[='].*/s.exec(error.message)?.[1];
  if (error.code !== "commander.missingMandatoryOptionValue") return undefined;
  try {
    return command
      .parseOptions([...args])
      .unknown.find((one) => one.startsWith("-"))
      ?.replace(/=.*/s, "");
  } catch (other) {
    if (other instanceof CommanderError) return undefined;
    throw other;
  }
}

function hintFor(flag: string, command: Command): string {
  const name = /^--?([A-Za-z][\w-]*)/.exec(flag)?.[1];
  if (name === undefined) return "";
  const known = command.options.flatMap(({ long, hidden }) => (hidden || long == null ? [] : [long]));
  known.push("--help");
  const hint = known.includes("--authority") ? foreignHints[name] : undefined;
  if (hint !== undefined) return `\n(${hint.replace("COMMAND", command.name())})`;
  const meant = sameOptions[name]?.find((one) => known.includes(one)) ?? likelyOption(name, known);
  return meant === undefined ? "" : `\n(Did you mean ${meant}?)`;
}

/** The option of the nearest spelling; else one that goes on as it was begun, or the other way about. */
function likelyOption(name: string, known: readonly string[]): string | undefined {
  if (name.length === 1) return undefined;
  const names = known.map((one) => one.slice(2));
  const begins = (one: string, other: string): boolean => other.length >= 3 && one.startsWith(other);
  const near = similarName(name, names) ?? names.find((one) => begins(one, name) || begins(name, one));
  return near === undefined ? undefined : `--${near}`;
}
