/** All rules with what they want; names are those of `buf lint`. */
export const ruleTexts: Readonly<Record<string, string>> = {
  PACKAGE_DEFINED: "files have a package",
  PACKAGE_DIRECTORY_MATCH: "files are in the directory that their package names",
  PACKAGE_SAME_DIRECTORY: "files of one package are in one directory",
  DIRECTORY_SAME_PACKAGE: "files of one directory are in one package",
  PACKAGE_LOWER_SNAKE_CASE: "packages are lower_snake.case",
  PACKAGE_VERSION_SUFFIX: "packages end with a version, as in shop.v1",
  FILE_LOWER_SNAKE_CASE: "file names are lower_snake_case.proto",
  SYNTAX_SPECIFIED: "files say their syntax or edition",
  IMPORT_NO_PUBLIC: "imports are not public",
  IMPORT_NO_WEAK: "imports are not weak",
  IMPORT_USED: "imports are used",
  MESSAGE_PASCAL_CASE: "messages are PascalCase",
  FIELD_LOWER_SNAKE_CASE: "fields are lower_snake_case",
  FIELD_NOT_REQUIRED: "fields are not required",
  ONEOF_LOWER_SNAKE_CASE: "oneofs are lower_snake_case",
  ENUM_PASCAL_CASE: "enums are PascalCase",
  ENUM_FIRST_VALUE_ZERO: "the first value of an enum is 0",
  ENUM_NO_ALLOW_ALIAS: "enums have no aliases",
  ENUM_VALUE_UPPER_SNAKE_CASE: "enum values are UPPER_SNAKE_CASE",
  ENUM_VALUE_PREFIX: "enum values begin with the name of their enum",
  ENUM_ZERO_VALUE_SUFFIX: "the value 0 of an enum ends with _UNSPECIFIED",
  SERVICE_PASCAL_CASE: "services are PascalCase",
  SERVICE_SUFFIX: "services end with Service",
  RPC_PASCAL_CASE: "methods are PascalCase",
  RPC_REQUEST_RESPONSE_UNIQUE: "a message is the request or the response of one method",
  RPC_REQUEST_STANDARD_NAME: "requests are named after their method",
  RPC_RESPONSE_STANDARD_NAME: "responses are named after their method",
  COMMENT_ENUM: "enums have a comment",
  COMMENT_ENUM_VALUE: "enum values have a comment",
  COMMENT_FIELD: "fields have a comment",
  COMMENT_MESSAGE: "messages have a comment",
  COMMENT_ONEOF: "oneofs have a comment",
  COMMENT_RPC: "methods have a comment",
  COMMENT_SERVICE: "services have a comment",
};

const names: readonly string[] = Object.keys(ruleTexts);

/** Rules that may be asked for by one name. */
export const ruleGroups: Readonly<Record<string, readonly string[]>> = {
  STANDARD: names.filter((name) => !name.startsWith("COMMENT_")),
  COMMENTS: names.filter((name) => name.startsWith("COMMENT_")),
};

/** @returns the rules of a name of one or of a group; undefined when there is no such name */
export function rulesNamed(name: string): readonly string[] | undefined {
  if (Object.hasOwn(ruleGroups, name)) return ruleGroups[name];
  return Object.hasOwn(ruleTexts, name) ? [name] : undefined;
}
