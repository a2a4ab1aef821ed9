import type { Command, Option } from "commander";
import type { CommandEntry, CommandModule } from "./command.js";
import { type Candidate, findNames, type NameFlags } from "./complete-names.js";
import { ExitCode } from "./exit-code.js";
import type { CliIo } from "./io.js";
import { isPlainWord } from "./shell-word.js";
import { silentCommand } from "./silent-command.js";

/** What the shell does besides offering the candidates. */
type Directive = ":none" | ":nospace" | ":files" | ":dirs";

interface Offer {
  readonly candidates: readonly Candidate[];
  readonly directive: Directive;
}

const nothing: Offer = { candidates: [], directive: ":none" };

/** Prints what may come next. Never an error: it would stand in the middle of what somebody types. */
export async function runComplete(
  words: readonly string[],
  commands: readonly CommandEntry[],
  io: CliIo,
): Promise<ExitCode> {
  const current = words.at(-1) ?? "";
  const { candidates, directive } = await offerFor(words.slice(0, -1).map(unquoted), current, commands).catch(
    () => nothing,
  );
  // Shells put these on the command line that somebody is about to run.
  const fitting = candidates.filter(([value]) => value.startsWith(current) && isPlainWord(value));
  for (const [value, text] of fitting) io.stdout(`${value}\t${text.replace(/\s+/g, " ")}\n`);
  io.stdout(`${directive}\n`);
  return ExitCode.ok;
}

/** Shells hand words over as they were typed. */
function unquoted(word: string): string {
  return /^(["'])(.*)\1$/s.exec(word)?.[2] ?? word;
}

async function offerFor(before: readonly string[], current: string, commands: readonly CommandEntry[]): Promise<Offer> {
  const visible = commands.filter((entry) => entry.hidden !== true);
  const names: Candidate[] = visible.map(({ name, summary }) => [name, summary]);
  const at = before.findIndex((word) => !word.startsWith("-"));
  if (at === -1) {
    if (current.startsWith("-")) return only([...globalFlags, ["--version", "print the version"]]);
    return only([...names, ["help", "print help of a command"]]);
  }
  if (before[at] === "help") return before.length - at === 1 ? only(names) : nothing;
  const entry = visible.find(({ name }) => name === before[at]);
  if (entry === undefined) return nothing;
  const module = await entry.load();
  return offerOf(module, silentCommand(entry.name, module), before.slice(at + 1), current);
}

const globalFlags: readonly Candidate[] = [
  ["--help", "print help"],
  ["--debug", "print stack traces of unexpected errors"],
];

function only(candidates: readonly Candidate[]): Offer {
  return { candidates, directive: ":none" };
}

async function offerOf(
  module: CommandModule,
  command: Command,
  before: readonly string[],
  current: string,
): Promise<Offer> {
  const last = before.at(-1);
  const pending = last === undefined || before.includes("--") ? undefined : optionOf(command, last);
  if (pending !== undefined && takesValue(pending)) return valuesOf(pending, "");
  if (current.startsWith("-") && !before.includes("--")) return flagsOf(command, current);
  const { operands } = command.parseOptions([...before]);
  return argumentsOf(module, command, operands, current);
}

function optionOf(command: Command, flag: string): Option | undefined {
  return command.options.find(({ long, short }) => long === flag || short === flag);
}

function takesValue(option: Option): boolean {
  return option.required || option.optional;
}

function flagsOf(command: Command, current: string): Offer {
  const equals = current.indexOf("=");
  if (equals !== -1) {
    const option = optionOf(command, current.slice(0, equals));
    return option === undefined ? nothing : valuesOf(option, current.slice(0, equals + 1));
  }
  const shown = command.options.filter(({ hidden, long }) => !hidden && long !== "--debug");
  return only([...shown.map((option): Candidate => [option.long ?? option.flags, option.description]), ...globalFlags]);
}

/** What the name of a value in the help says of it. */
const directives: Readonly<Record<string, Directive>> = {
  file: ":files",
  path: ":files",
  paths: ":files",
  what: ":files",
  dir: ":dirs",
};

function valuesOf(option: Option, prefix: string): Offer {
  if (option.argChoices !== undefined) return only(option.argChoices.map((value) => [prefix + value, ""]));
  const name = /[<[]([a-z]+)/.exec(option.flags)?.[1] ?? "";
  return { candidates: [], directive: directives[name] ?? ":none" };
}

async function argumentsOf(
  { completes }: CommandModule,
  command: Command,
  operands: readonly string[],
  current: string,
): Promise<Offer> {
  const argument = command.registeredArguments[operands.length] ?? command.registeredArguments.at(-1);
  if (argument === undefined || (operands.length >= command.registeredArguments.length && !argument.variadic)) {
    return nothing;
  }
  if (argument.argChoices !== undefined) return only(argument.argChoices.map((value) => [value, ""]));
  if (completes === undefined) return { candidates: [], directive: directives[argument.name()] ?? ":none" };
  const flags: NameFlags = command.opts();
  const hasFiles = flags.proto !== undefined || flags.descriptorSet !== undefined;
  // With files a host that need not be named is not, and the name comes first.
  const kind = completes[operands.length] ?? (hasFiles && !argument.required ? completes[1] : undefined);
  if (kind === undefined) return nothing;
  const candidates = await findNames(kind, current, hasFiles ? undefined : operands[0], flags);
  // A method's name follows a slash at once.
  return { candidates, directive: candidates[0]?.[0].endsWith("/") ? ":nospace" : ":none" };
}
