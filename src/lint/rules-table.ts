import type { RuleTable } from "../proto/rule-choice.js";

/** All rules with what they want; names are those of `buf lint`. */
export const ruleTexts: Readonly<Record<string, string>> = {
  DIRECTORY_SAME_PACKAGE: "files of one directory are in one package",
  PACKAGE_DEFINED: "files have a package",
  PACKAGE_DIRECTORY_MATCH: "files are in the directory that their package names",
  PACKAGE_NO_IMPORT_CYCLE: "packages do not import each other in a circle",
  PACKAGE_SAME_DIRECTORY: "files of one package are in one directory",
  ENUM_FIRST_VALUE_ZERO: "the first value of an enum is 0",
  ENUM_NO_ALLOW_ALIAS: "enums have no aliases",
  ENUM_PASCAL_CASE: "enums are PascalCase",
  ENUM_VALUE_UPPER_SNAKE_CASE: "enum values are UPPER_SNAKE_CASE",
  FIELD_LOWER_SNAKE_CASE: "fields are lower_snake_case",
  FIELD_NOT_REQUIRED: "fields are not required",
  IMPORT_NO_PUBLIC: "imports are not public",
  IMPORT_NO_WEAK: "imports are not weak",
  IMPORT_USED: "imports are used",
  MESSAGE_PASCAL_CASE: "messages are PascalCase",
  ONEOF_LOWER_SNAKE_CASE: "oneofs are lower_snake_case",
  PACKAGE_LOWER_SNAKE_CASE: "packages are lower_snake.case",
  PACKAGE_SAME_CSHARP_NAMESPACE: "files of one package have one csharp_namespace",
  PACKAGE_SAME_GO_PACKAGE: "files of one package have one go_package",
  PACKAGE_SAME_JAVA_MULTIPLE_FILES: "files of one package have one java_multiple_files",
  PACKAGE_SAME_JAVA_PACKAGE: "files of one package have one java_package",
  PACKAGE_SAME_PHP_NAMESPACE: "files of one package have one php_namespace",
  PACKAGE_SAME_RUBY_PACKAGE: "files of one package have one ruby_package",
  PACKAGE_SAME_SWIFT_PREFIX: "files of one package have one swift_prefix",
  RPC_PASCAL_CASE: "methods are PascalCase",
  SERVICE_PASCAL_CASE: "services are PascalCase",
  SYNTAX_SPECIFIED: "files say their syntax or edition",
  ENUM_VALUE_PREFIX: "enum values begin with the name of their enum",
  ENUM_ZERO_VALUE_SUFFIX: "the value 0 of an enum ends with _UNSPECIFIED",
  FILE_LOWER_SNAKE_CASE: "file names are lower_snake_case.proto",
  PACKAGE_VERSION_SUFFIX: "packages end with a version, as in shop.v1",
  PROTOVALIDATE: "rules of protovalidate fit their fields and can be met",
  RPC_REQUEST_RESPONSE_UNIQUE: "a message is the request or the response of one method",
  RPC_REQUEST_STANDARD_NAME: "requests are named after their method",
  RPC_RESPONSE_STANDARD_NAME: "responses are named after their method",
  SERVICE_SUFFIX: "services end with Service",
  COMMENT_ENUM: "enums have a comment",
  COMMENT_ENUM_VALUE: "enum values have a comment",
  COMMENT_FIELD: "fields have a comment",
  COMMENT_MESSAGE: "messages have a comment",
  COMMENT_ONEOF: "oneofs have a comment",
  COMMENT_RPC: "methods have a comment",
  COMMENT_SERVICE: "services have a comment",
  RPC_NO_CLIENT_STREAMING: "methods do not take streams",
  RPC_NO_SERVER_STREAMING: "methods do not give streams",
  STABLE_PACKAGE_NO_IMPORT_UNSTABLE: "packages of a stable version do not import those of an unstable one",
};

const names: readonly string[] = Object.keys(ruleTexts);
const upTo = (last: string): readonly string[] => names.slice(0, names.indexOf(last) + 1);
const standard = upTo("SERVICE_SUFFIX");

/** Rules that may be asked for by one name. */
export const ruleGroups: Readonly<Record<string, readonly string[]>> = {
  STANDARD: standard,
  BASIC: upTo("SYNTAX_SPECIFIED"),
  MINIMAL: upTo("PACKAGE_SAME_DIRECTORY"),
  COMMENTS: names.filter((name) => name.startsWith("COMMENT_")),
  UNARY_RPC: ["RPC_NO_CLIENT_STREAMING", "RPC_NO_SERVER_STREAMING"],
};

export const lintRules: RuleTable = {
  rules: names,
  groups: ruleGroups,
  old: { DEFAULT: standard },
};

/** Rules that no group of version 1 of `buf.yaml` had. */
const newInV2: ReadonlySet<string> = new Set(["FIELD_NOT_REQUIRED", "PACKAGE_NO_IMPORT_CYCLE"]);

/** The same groups as version 1 of `buf.yaml` had them. */
export const lintRulesV1: RuleTable = {
  rules: names,
  groups: Object.fromEntries(
    Object.entries(ruleGroups).map(([group, rules]) => [group, rules.filter((rule) => !newInV2.has(rule))]),
  ),
  old: { DEFAULT: standard.filter((rule) => !newInV2.has(rule)) },
};
