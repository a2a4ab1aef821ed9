import type { ModuleChecks } from "../proto/buf-modules.js";
import { choiceKeys, type RuleChoice, readRuleChoice } from "../proto/rule-choice.js";
import { breakingRules, breakingRulesV1, type Category } from "./rules-table.js";

/** How two versions are compared. */
export interface BreakingSettings extends RuleChoice {
  /** Whether packages pass that say by their version that they are not stable. */
  readonly ignoreUnstablePackages: boolean;
}

/** All rules of one category. */
export function settingsOf(category: Category): BreakingSettings {
  const rules = new Set(breakingRules.groups[category]);
  return { rules, isIgnored: () => false, ignoreUnstablePackages: false };
}

/**
 * What the `breaking` of a `buf.yaml` says.
 *
 * @throws {InputError} for a key, a value or a rule that cannot be
 */
export function readBreakingSettings({ version, breaking }: ModuleChecks): BreakingSettings {
  breaking.checkKeys("breaking", [...choiceKeys, "ignore_unstable_packages"]);
  const table = version === "v2" ? breakingRules : breakingRulesV1;
  return {
    ...readRuleChoice(breaking, table, table.groups["FILE"] ?? []),
    ignoreUnstablePackages: breaking.boolean("ignore_unstable_packages"),
  };
}
