import type { RuleTable } from "../proto/rule-choice.js";

/**
 * What must go on working: `FILE` code of all languages, `PACKAGE` the same where files may be moved within their package, `CSR` what is kept
 * in the registry of Confluent, `WIRE_JSON` bytes and JSON, `WIRE` bytes alone.
 */
export const categories: readonly ["FILE", "PACKAGE", "CSR", "WIRE_JSON", "WIRE"] = [
  "FILE",
  "PACKAGE",
  "CSR",
  "WIRE_JSON",
  "WIRE",
];
export type Category = (typeof categories)[number];

const file: readonly Category[] = ["FILE"];
const fileCsr: readonly Category[] = ["FILE", "CSR"];
const code: readonly Category[] = ["FILE", "PACKAGE"];
const codeCsr: readonly Category[] = ["FILE", "PACKAGE", "CSR"];
const packages: readonly Category[] = ["PACKAGE"];
const json: readonly Category[] = ["FILE", "PACKAGE", "CSR", "WIRE_JSON"];
const all: readonly Category[] = categories;
const onlyWireJson: readonly Category[] = ["CSR", "WIRE_JSON"];
const bothWires: readonly Category[] = ["CSR", "WIRE_JSON", "WIRE"];
const onlyWire: readonly Category[] = ["WIRE"];

/** Each rule with the categories that it is in; names and categories are those of `buf breaking`. */
export const ruleCategories: Readonly<Record<string, readonly Category[]>> = {
  FILE_NO_DELETE: fileCsr,
  MESSAGE_NO_DELETE: fileCsr,
  ENUM_NO_DELETE: fileCsr,
  SERVICE_NO_DELETE: file,
  EXTENSION_NO_DELETE: file,
  PACKAGE_NO_DELETE: packages,
  PACKAGE_MESSAGE_NO_DELETE: packages,
  PACKAGE_ENUM_NO_DELETE: packages,
  PACKAGE_SERVICE_NO_DELETE: packages,
  PACKAGE_EXTENSION_NO_DELETE: packages,
  RPC_NO_DELETE: code,
  ONEOF_NO_DELETE: codeCsr,
  FIELD_NO_DELETE: codeCsr,
  ENUM_VALUE_NO_DELETE: codeCsr,
  EXTENSION_MESSAGE_NO_DELETE: codeCsr,
  MESSAGE_NO_REMOVE_STANDARD_DESCRIPTOR_ACCESSOR: codeCsr,
  ENUM_SAME_TYPE: code,
  FIELD_SAME_CARDINALITY: code,
  FIELD_SAME_TYPE: codeCsr,
  FIELD_SAME_JSTYPE: code,
  FIELD_SAME_CPP_STRING_TYPE: code,
  FIELD_SAME_JAVA_UTF8_VALIDATION: code,
  FIELD_SAME_UTF8_VALIDATION: code,
  FILE_SAME_SYNTAX: codeCsr,
  FILE_SAME_CC_ENABLE_ARENAS: code,
  FILE_SAME_CC_GENERIC_SERVICES: code,
  FILE_SAME_CSHARP_NAMESPACE: code,
  FILE_SAME_GO_PACKAGE: code,
  FILE_SAME_JAVA_GENERIC_SERVICES: code,
  FILE_SAME_JAVA_MULTIPLE_FILES: code,
  FILE_SAME_JAVA_OUTER_CLASSNAME: code,
  FILE_SAME_JAVA_PACKAGE: code,
  FILE_SAME_OBJC_CLASS_PREFIX: code,
  FILE_SAME_OPTIMIZE_FOR: code,
  FILE_SAME_PHP_CLASS_PREFIX: code,
  FILE_SAME_PHP_METADATA_NAMESPACE: code,
  FILE_SAME_PHP_NAMESPACE: code,
  FILE_SAME_PY_GENERIC_SERVICES: code,
  FILE_SAME_RUBY_PACKAGE: code,
  FILE_SAME_SWIFT_PREFIX: code,
  ENUM_VALUE_SAME_NAME: json,
  ENUM_SAME_JSON_FORMAT: json,
  MESSAGE_SAME_JSON_FORMAT: json,
  FIELD_SAME_JSON_NAME: json,
  FIELD_SAME_NAME: json,
  FIELD_SAME_DEFAULT: all,
  FIELD_SAME_ONEOF: all,
  FILE_SAME_PACKAGE: all,
  MESSAGE_SAME_REQUIRED_FIELDS: all,
  RESERVED_ENUM_NO_DELETE: all,
  RESERVED_MESSAGE_NO_DELETE: all,
  RPC_SAME_CLIENT_STREAMING: all,
  RPC_SAME_SERVER_STREAMING: all,
  RPC_SAME_IDEMPOTENCY_LEVEL: all,
  RPC_SAME_REQUEST_TYPE: all,
  RPC_SAME_RESPONSE_TYPE: all,
  FIELD_NO_DELETE_UNLESS_NAME_RESERVED: onlyWireJson,
  ENUM_VALUE_NO_DELETE_UNLESS_NAME_RESERVED: onlyWireJson,
  FIELD_WIRE_JSON_COMPATIBLE_CARDINALITY: onlyWireJson,
  FIELD_WIRE_JSON_COMPATIBLE_TYPE: onlyWireJson,
  FIELD_NO_DELETE_UNLESS_NUMBER_RESERVED: bothWires,
  ENUM_VALUE_NO_DELETE_UNLESS_NUMBER_RESERVED: bothWires,
  FIELD_WIRE_COMPATIBLE_CARDINALITY: onlyWire,
  FIELD_WIRE_COMPATIBLE_TYPE: onlyWire,
};

/** Rules that version 1 of `buf.yaml` did not have. */
const newInV2: ReadonlySet<string> = new Set([
  "EXTENSION_NO_DELETE",
  "FIELD_SAME_DEFAULT",
  "PACKAGE_EXTENSION_NO_DELETE",
]);

/** Names that rules of version 1 had. */
const old: RuleTable["old"] = {
  FIELD_SAME_CTYPE: ["FIELD_SAME_CPP_STRING_TYPE"],
  FIELD_SAME_LABEL: [
    "FIELD_SAME_CARDINALITY",
    "FIELD_WIRE_COMPATIBLE_CARDINALITY",
    "FIELD_WIRE_JSON_COMPATIBLE_CARDINALITY",
  ],
  FILE_SAME_JAVA_STRING_CHECK_UTF8: ["FIELD_SAME_JAVA_UTF8_VALIDATION"],
  FILE_SAME_PHP_GENERIC_SERVICES: [],
};

const names: readonly string[] = Object.keys(ruleCategories);

function tableWithout(without: ReadonlySet<string>): RuleTable {
  const rulesOf = (category: Category): string[] =>
    names.filter((name) => ruleCategories[name]?.includes(category) === true && !without.has(name));
  return { rules: names, groups: Object.fromEntries(categories.map((one) => [one, rulesOf(one)])), old };
}

export const breakingRules: RuleTable = tableWithout(new Set());
export const breakingRulesV1: RuleTable = tableWithout(newInV2);
