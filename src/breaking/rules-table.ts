/** What must go on working: `FILE` code of all languages, `WIRE_JSON` bytes and JSON, `WIRE` bytes alone. */
export const categories: readonly ["FILE", "WIRE_JSON", "WIRE"] = ["FILE", "WIRE_JSON", "WIRE"];
export type Category = (typeof categories)[number];

const source: readonly Category[] = ["FILE"];
const json: readonly Category[] = ["FILE", "WIRE_JSON"];
const all: readonly Category[] = categories;
const onlyWireJson: readonly Category[] = ["WIRE_JSON"];
const bothWires: readonly Category[] = ["WIRE_JSON", "WIRE"];
const onlyWire: readonly Category[] = ["WIRE"];

/** Each rule with the categories that it is in; names and categories are those of `buf breaking`. */
export const ruleCategories: Readonly<Record<string, readonly Category[]>> = {
  FILE_NO_DELETE: source,
  MESSAGE_NO_DELETE: source,
  ENUM_NO_DELETE: source,
  SERVICE_NO_DELETE: source,
  EXTENSION_NO_DELETE: source,
  RPC_NO_DELETE: source,
  ONEOF_NO_DELETE: source,
  FIELD_NO_DELETE: source,
  ENUM_VALUE_NO_DELETE: source,
  EXTENSION_MESSAGE_NO_DELETE: source,
  ENUM_SAME_TYPE: source,
  FIELD_SAME_CARDINALITY: source,
  FIELD_SAME_TYPE: source,
  FIELD_SAME_JSTYPE: source,
  FIELD_SAME_UTF8_VALIDATION: source,
  FILE_SAME_SYNTAX: source,
  FILE_SAME_CC_ENABLE_ARENAS: source,
  FILE_SAME_CC_GENERIC_SERVICES: source,
  FILE_SAME_CSHARP_NAMESPACE: source,
  FILE_SAME_GO_PACKAGE: source,
  FILE_SAME_JAVA_GENERIC_SERVICES: source,
  FILE_SAME_JAVA_MULTIPLE_FILES: source,
  FILE_SAME_JAVA_OUTER_CLASSNAME: source,
  FILE_SAME_JAVA_PACKAGE: source,
  FILE_SAME_OBJC_CLASS_PREFIX: source,
  FILE_SAME_OPTIMIZE_FOR: source,
  FILE_SAME_PHP_CLASS_PREFIX: source,
  FILE_SAME_PHP_METADATA_NAMESPACE: source,
  FILE_SAME_PHP_NAMESPACE: source,
  FILE_SAME_PY_GENERIC_SERVICES: source,
  FILE_SAME_RUBY_PACKAGE: source,
  FILE_SAME_SWIFT_PREFIX: source,
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
