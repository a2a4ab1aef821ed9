import { resolve } from "node:path";
import { similarName } from "../base/similar-name.js";
import type { CompiledFiles } from "../generate/compile-files.js";
import type { ModuleChecks } from "../proto/buf-modules.js";
import { isCovered } from "../proto/import-root.js";
import { InputError } from "../proto/input-error.js";
import { namesOf, type RuleTable } from "../proto/rule-choice.js";
import { CliError } from "./exit-code.js";

/** Files that one configuration is about. */
export interface CheckedModule {
  /** Undefined for files that belong to no module. */
  readonly checks: ModuleChecks | undefined;
  /** Import names. */
  readonly names: ReadonlySet<string>;
}

/** The files that were asked for, by the module that they belong to. */
export function checksByModule(compiled: CompiledFiles): CheckedModule[] {
  const all = compiled.inputs.projects.flatMap((project) => project.checks);
  for (const checks of all) asCliError(() => checkFile(checks));
  const modules = new Map<ModuleChecks | undefined, Set<string>>();
  for (const { path, importName } of compiled.inputs.files) {
    const checks = moduleOf(path, all);
    modules.set(checks, (modules.get(checks) ?? new Set()).add(importName));
  }
  return [...modules].map(([checks, names]) => ({ checks, names }));
}

/** The module that the file of a path belongs to, or would belong to. */
export function moduleOf(path: string, all: readonly ModuleChecks[]): ModuleChecks | undefined {
  const full = resolve(path);
  return all.find(({ module }) => isCovered(full, module));
}

const fileKeys: Readonly<Record<string, readonly string[]>> = {
  v1: ["version", "name", "deps", "build", "lint", "breaking"],
  v2: ["version", "name", "deps", "modules", "lint", "breaking", "plugins", "policies"],
};
const moduleKeys: readonly string[] = ["path", "name", "includes", "excludes", "lint", "breaking"];

/** A key that is misspelt would silently change nothing. */
function checkFile({ version, file }: ModuleChecks): void {
  file.checkKeys("buf.yaml", fileKeys[version] ?? fileKeys["v1"] ?? []);
  if (version === "v2") for (const module of file.parts("modules")) module.checkKeys("a module", moduleKeys);
}

/** What is wrong with a configuration is told as other wrong input is. */
export function asCliError<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof InputError) throw new CliError(error.message);
    throw error;
  }
}

/** What may be meant by a name that is no rule. */
export function ruleHint(table: RuleTable, name: string): string {
  const all = namesOf(table);
  const near = similarName(name, all);
  return near === undefined ? `there are ${all.join(", ")}` : `did you mean ${near}?`;
}
