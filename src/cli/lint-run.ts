import { resolve } from "node:path";
import { type CompiledFiles, compileFiles } from "../generate/compile-files.js";
import { lintFiles } from "../lint/lint-files.js";
import { ruleGroups, rulesNamed, ruleTexts } from "../lint/rules-table.js";
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
  const rules = chosenRules(flags.rule ?? ["STANDARD"], flags.except ?? []);
  const compiled = compileOrTell(() => compileFiles(flags.paths, flags.include ?? []), flags.json, io);
  if (compiled === undefined) return ExitCode.failure;
  const paths = pathsByName(compiled);
  const files = compiled.files.filter((file) => paths.has(file.name));
  const unused = unusedImports(compiled);
  const isImportUsed = (file: string, dependency: string): boolean =>
    !unused.has(`${resolve(paths.get(file) ?? file)}: ${dependency}`);
  const findings = lintFiles({ files, isImportUsed }, rules);
  const placed = findings.map((one) => ({ ...one, file: paths.get(one.file) ?? one.file }));
  printFindings(placed, flags.json, io);
  return findings.length === 0 ? ExitCode.ok : ExitCode.failure;
}

function chosenRules(wanted: readonly string[], except: readonly string[]): Set<string> {
  const rules = new Set(wanted.flatMap(rulesOrFail));
  for (const rule of except.flatMap(rulesOrFail)) rules.delete(rule);
  return rules;
}

function rulesOrFail(name: string): readonly string[] {
  const rules = rulesNamed(name);
  if (rules !== undefined) return rules;
  const all = [...Object.keys(ruleGroups), ...Object.keys(ruleTexts)].join(", ");
  throw new CliError(`there is no rule "${name}"; there are ${all}`, ExitCode.usage);
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
