import { resolve } from "node:path";
import type { Config } from "./config-file.js";
import { isWithin } from "./import-root.js";

/** The rules of a tool that checks files. */
export interface RuleTable {
  /** All rules. */
  readonly rules: readonly string[];
  /** Rules that are asked for by one name. */
  readonly groups: Readonly<Record<string, readonly string[]>>;
  /** Names that are no longer used, with the rules that have taken their place. */
  readonly old: Readonly<Record<string, readonly string[]>>;
}

/** Which rules hold, and which files they pass over. */
export interface RuleChoice {
  readonly rules: ReadonlySet<string>;
  /** Whether a rule passes over the file of a path. */
  isIgnored(rule: string, path: string): boolean;
}

/** What `use`, `except`, `ignore`, `ignore_only` and `disable_builtin` say. */
export const choiceKeys: readonly string[] = ["use", "except", "ignore", "ignore_only", "disable_builtin"];

/**
 * Reads which rules hold.
 *
 * @param defaults where `use` is not set
 * @throws {InputError} for a rule that is not known, with the likely spelling
 */
export function readRuleChoice(config: Config, table: RuleTable, defaults: readonly string[]): RuleChoice {
  const rulesOf = (name: string): readonly string[] => {
    const found = rulesNamed(table, name);
    if (found === undefined) throw config.unknown("rule or group of rules", name, namesOf(table));
    return found;
  };
  const rules = new Set(config.has("use") ? config.texts("use").flatMap(rulesOf) : defaults);
  for (const rule of config.texts("except").flatMap(rulesOf)) rules.delete(rule);
  if (config.boolean("disable_builtin")) rules.clear();
  const pathsOf = (paths: readonly string[]): string[] => paths.map((path) => resolve(config.inside(path)));
  const everywhere = pathsOf(config.texts("ignore"));
  const only = new Map<string, string[]>();
  const ignoreOnly = config.part("ignore_only");
  for (const name of ignoreOnly.keys) {
    const paths = pathsOf(ignoreOnly.texts(name));
    for (const rule of rulesOf(name)) only.set(rule, [...(only.get(rule) ?? []), ...paths]);
  }
  return {
    rules,
    isIgnored: (rule, path) => [...everywhere, ...(only.get(rule) ?? [])].some((dir) => isWithin(path, dir)),
  };
}

/** All that may be asked for by name. */
export function namesOf({ rules, groups, old }: RuleTable): string[] {
  return [...Object.keys(groups), ...rules, ...Object.keys(old)];
}

/** @returns the rules of a name of one or of a group; undefined when there is no such name */
export function rulesNamed({ rules, groups, old }: RuleTable, name: string): readonly string[] | undefined {
  if (Object.hasOwn(groups, name)) return groups[name];
  if (rules.includes(name)) return [name];
  return Object.hasOwn(old, name) ? old[name] : undefined;
}
