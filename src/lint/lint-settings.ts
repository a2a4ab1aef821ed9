import type { ModuleChecks } from "../proto/buf-modules.js";
import { choiceKeys, readRuleChoice } from "../proto/rule-choice.js";
import { lintRules, lintRulesV1, ruleGroups } from "./rules-table.js";

/** How files are checked. */
export interface LintSettings {
  readonly rules: ReadonlySet<string>;
  /** Whether a rule passes over the file of a path. */
  isIgnored(rule: string, path: string): boolean;
  /** Whether comments may have rules ignored. */
  readonly commentIgnores: boolean;
  readonly enumZeroValueSuffix: string;
  readonly serviceSuffix: string;
  readonly allowSameRequestResponse: boolean;
  readonly allowEmptyRequests: boolean;
  readonly allowEmptyResponses: boolean;
}

/** What holds where no configuration says otherwise. */
export const defaultLintSettings: LintSettings = {
  rules: new Set(ruleGroups["STANDARD"]),
  isIgnored: () => false,
  commentIgnores: true,
  enumZeroValueSuffix: "_UNSPECIFIED",
  serviceSuffix: "Service",
  allowSameRequestResponse: false,
  allowEmptyRequests: false,
  allowEmptyResponses: false,
};

const keys: readonly string[] = [
  ...choiceKeys,
  "enum_zero_value_suffix",
  "rpc_allow_same_request_response",
  "rpc_allow_google_protobuf_empty_requests",
  "rpc_allow_google_protobuf_empty_responses",
  "service_suffix",
];

/**
 * What the `lint` of a `buf.yaml` says. In version 1, comments have rules ignored only where `allow_comment_ignores` is set.
 *
 * @throws {InputError} for a key, a value or a rule that cannot be
 */
export function readLintSettings({ version, lint }: ModuleChecks): LintSettings {
  const isV2 = version === "v2";
  lint.checkKeys("lint", [...keys, isV2 ? "disallow_comment_ignores" : "allow_comment_ignores"]);
  const table = isV2 ? lintRules : lintRulesV1;
  return {
    ...readRuleChoice(lint, table, table.groups["STANDARD"] ?? []),
    commentIgnores: isV2 ? !lint.boolean("disallow_comment_ignores") : lint.boolean("allow_comment_ignores"),
    enumZeroValueSuffix: lint.text("enum_zero_value_suffix") || defaultLintSettings.enumZeroValueSuffix,
    serviceSuffix: lint.text("service_suffix") || defaultLintSettings.serviceSuffix,
    allowSameRequestResponse: lint.boolean("rpc_allow_same_request_response"),
    allowEmptyRequests: lint.boolean("rpc_allow_google_protobuf_empty_requests"),
    allowEmptyResponses: lint.boolean("rpc_allow_google_protobuf_empty_responses"),
  };
}
