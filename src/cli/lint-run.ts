import { resolve } from "node:path";
import { type CompiledFiles, compileFiles } from "../generate/compile-files.js";
import { lintFiles } from "../lint/lint-files.js";
import { defaultLintSettings, type LintSettings, readLintSettings } from "../lint/lint-settings.js";
import { lintRules } from "../lint/rules-table.js";
import { byPlace, type Finding } from "../proto/places.js";
import { rulesNamed } from "../proto/rule-choice.js";
import { asCliError, checksByModule, ruleHint } from "./buf-checks.js";
import { CliError, ExitCode } from "./exit-code.js";
import type { CliIo } from "./io.js";
import { compileOrTell, pathsByName } from "./lint-compile.js";
import { printFindings } from "./lint-findings.js";
import { checkPaths } from "./paths.js";

/** The command line of `peregrine lint`, as commander names it. */
export interface LintFlags {
  readonly paths: readonly string[];
  readonly include?: readonly string[];
  readonly rule?: readonly string[];
  readonly except?: readonly string[];
  readonly json: boolean;
}

/** Checks once. */
export async function runLint(flags: LintFlags, io: CliIo): Promise<ExitCode> {
  checkPaths(flags.paths);
  const change = changeOf(flags);
  const compiled = compileOrTell(() => compileFiles(flags.paths, flags.include ?? []), flags.json, io);
  if (compiled === undefined) return ExitCode.failure;
  const paths = pathsByName(compiled);
  const pathOf = (name: string): string => paths.get(name) ?? name;
  const unused = unusedImports(compiled);
  const isImportUsed = (file: string, dependency: string): boolean =>
    !unused.has(`${resolve(pathOf(file))}: ${dependency}`);
  const findings: Finding[] = [];
  for (const { settings, names } of settingsByModule(compiled)) {
    const files = compiled.files.filter((file) => names.has(file.name));
    findings.push(...lintFiles({ files, imports: compiled.files, pathOf, isImportUsed }, change(settings)));
  }
  const placed = findings.sort(byPlace).map((one) => ({ ...one, file: pathOf(one.file) }));
  printFindings(placed, flags.json, io);
  return findings.length === 0 ? ExitCode.ok : ExitCode.failure;
}

interface ModuleFiles {
  readonly settings: LintSettings;
  /** Of the files of the module that were asked for. */
  readonly names: ReadonlySet<string>;
}

/** The files of each module, with what its configuration says. Modules are checked one by one: what they do together is theirs to say. */
function settingsByModule(compiled: CompiledFiles): ModuleFiles[] {
  return checksByModule(compiled).map(({ checks, names }) => ({
    settings: checks === undefined ? defaultLintSettings : asCliError(() => readLintSettings(checks)),
    names,
  }));
}

/** What the flags change of the settings of a module: --rule takes the place of its rules. */
function changeOf({ rule, except = [] }: LintFlags): (settings: LintSettings) => LintSettings {
  const wanted = rule?.flatMap(rulesOrFail);
  const without = new Set(except.flatMap(rulesOrFail));
  return (settings) => {
    const rules = [...(wanted ?? settings.rules)].filter((one) => !without.has(one));
    return { ...settings, rules: new Set(rules) };
  };
}

function rulesOrFail(name: string): readonly string[] {
  const rules = rulesNamed(lintRules, name);
  if (rules !== undefined) return rules;
  throw new CliError(`there is no rule "${name}"; ${ruleHint(lintRules, name)}`, ExitCode.usage);
}

/** The compiler warns of unused imports: it alone knows what each name was found in. */
function unusedImports(compiled: CompiledFiles): Set<string> {
  const unused = new Set<string>();
  for (const one of compiled.diagnostics) {
    const match = /^Import (.*) is unused\.$/.exec(one.message);
    if (match !== null) unused.add(`${resolve(one.file)}: ${match[1]}`);
  }
  return unused;
}
