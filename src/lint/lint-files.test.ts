import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { compile } from "../proto/compile.js";
import { rulesNamed } from "../proto/rule-choice.js";
import { lintFiles } from "./lint-files.js";
import { defaultLintSettings, type LintSettings } from "./lint-settings.js";
import { lintRules, ruleGroups } from "./rules-table.js";

/** What is found, as `line:column RULE`. */
function found(
  text: string,
  rules: ReadonlySet<string> = new Set(ruleGroups["STANDARD"]),
  path = "a/v1/a.proto",
  settings: Partial<LintSettings> = {},
) {
  const read = (name: string) => (name === path ? { text, displayPath: name } : undefined);
  const { files, diagnostics } = compile([path], { read });
  assert.deepEqual(
    diagnostics.filter((one) => one.severity === "error"),
    [],
  );
  const mine = files.filter((file) => file.name === path);
  const isImportUsed = (): boolean => !diagnostics.some((one) => one.message.endsWith("is unused."));
  return lintFiles(
    { files: mine, imports: files, pathOf: (name) => name, isImportUsed },
    { ...defaultLintSettings, rules, ...settings },
  ).map((one) => `${one.line}:${one.column} ${one.rule}`);
}

const head = 'syntax = "proto3";\npackage a.v1;\n';

/** What stands behind the head, and what is found. */
const cases: readonly (readonly [string, readonly string[]])[] = [
  ["message Good { string a_b = 1; optional int32 c = 2; map<string, string> d = 3; }", []],
  ["message bad {}", ["3:9 MESSAGE_PASCAL_CASE"]],
  ["message A { message b {} }", ["3:21 MESSAGE_PASCAL_CASE"]],
  ["message A { string aB = 1; }", ["3:20 FIELD_LOWER_SNAKE_CASE"]],
  ["message A { oneof oO { string a = 1; } }", ["3:19 ONEOF_LOWER_SNAKE_CASE"]],
  ["enum my { MY_UNSPECIFIED = 0; }", ["3:6 ENUM_PASCAL_CASE"]],
  ["enum E { E_NONE = 0; }", ["3:10 ENUM_ZERO_VALUE_SUFFIX"]],
  ["enum E { E_UNSPECIFIED = 0; B = 1; E_c = 2; }", ["3:29 ENUM_VALUE_PREFIX", "3:36 ENUM_VALUE_UPPER_SNAKE_CASE"]],
  ["enum E { option allow_alias = true; E_UNSPECIFIED = 0; E_A = 1; E_B = 1; }", ["3:10 ENUM_NO_ALLOW_ALIAS"]],
  ['import public "google/protobuf/any.proto";', ["3:1 IMPORT_NO_PUBLIC"]],
  ['import "google/protobuf/any.proto";', ["3:1 IMPORT_USED"]],
  [
    "message A {} service sService { rpc X(A) returns (A); }",
    [
      "3:22 SERVICE_PASCAL_CASE",
      "3:33 RPC_REQUEST_RESPONSE_UNIQUE",
      "3:39 RPC_REQUEST_STANDARD_NAME",
      "3:51 RPC_RESPONSE_STANDARD_NAME",
    ],
  ],
  [
    "message XRequest {} message XResponse {} service S { rpc X(XRequest) returns (XResponse); }",
    ["3:50 SERVICE_SUFFIX"],
  ],
  [
    "message YRequest {} message YResponse {} service YService { rpc y(YRequest) returns (YResponse); }",
    ["3:65 RPC_PASCAL_CASE"],
  ],
];

describe("lint", () => {
  for (const [text, expected] of cases) {
    it(`finds ${expected.join(", ") || "nothing"} in ${text}`, () => assert.deepEqual(found(head + text), expected));
  }

  it("checks package, file name, syntax and required fields", () => {
    assert.deepEqual(found("message A { required int32 a = 1; }", undefined, "Bad-Name.proto"), [
      "1:1 FILE_LOWER_SNAKE_CASE",
      "1:1 PACKAGE_DEFINED",
      "1:1 SYNTAX_SPECIFIED",
      "1:28 FIELD_NOT_REQUIRED",
    ]);
    assert.deepEqual(found('syntax = "proto3";\npackage bB;'), [
      "2:1 PACKAGE_DIRECTORY_MATCH",
      "2:1 PACKAGE_LOWER_SNAKE_CASE",
      "2:1 PACKAGE_VERSION_SUFFIX",
    ]);
  });

  it("leaves out what a comment says to ignore, there and below", () => {
    const bad = "message bad { string aB = 1; }";
    assert.deepEqual(found(`${head}// lint:ignore MESSAGE_PASCAL_CASE old\n${bad}`), ["4:22 FIELD_LOWER_SNAKE_CASE"]);
    assert.deepEqual(found(`${head}// buf:lint:ignore FIELD_LOWER_SNAKE_CASE\n${bad}`), ["4:9 MESSAGE_PASCAL_CASE"]);
    assert.deepEqual(found(`${head}// lint:ignore MESSAGE_PASCAL\n${bad}`).length, 2);
    const weak = '// lint:ignore IMPORT_USED later\nimport "google/protobuf/any.proto";';
    assert.deepEqual(found(head + weak), []);
  });

  it("allows for methods what settings allow", () => {
    const text = `${head}import "google/protobuf/empty.proto"; message A {}
service SService {
rpc X(google.protobuf.Empty) returns (google.protobuf.Empty);
rpc Y(A) returns (A);
rpc Z(google.protobuf.Empty) returns (ZResponse);
rpc W(WRequest) returns (google.protobuf.Empty); }
message ZResponse {} message WRequest {}`;
    const rules = new Set(["RPC_REQUEST_RESPONSE_UNIQUE", "RPC_REQUEST_STANDARD_NAME", "RPC_RESPONSE_STANDARD_NAME"]);
    const lines = (settings: Partial<LintSettings>): string[] =>
      found(text, rules, undefined, settings).map((one) => one.replace(/:\d+ RPC_(REQUEST_RESPONSE_)?/, " "));
    const xyzw = [
      "5 UNIQUE",
      "5 REQUEST_STANDARD_NAME",
      "5 RESPONSE_STANDARD_NAME",
      "6 UNIQUE",
      "6 REQUEST_STANDARD_NAME",
    ];
    const rest = [
      "6 RESPONSE_STANDARD_NAME",
      "7 UNIQUE",
      "7 REQUEST_STANDARD_NAME",
      "8 UNIQUE",
      "8 RESPONSE_STANDARD_NAME",
    ];
    assert.deepEqual(lines({}), [...xyzw, ...rest]);
    const both = lines({ allowEmptyRequests: true, allowEmptyResponses: true });
    assert.deepEqual(both, ["6 UNIQUE", "6 REQUEST_STANDARD_NAME", "6 RESPONSE_STANDARD_NAME"]);
    const same = lines({ allowEmptyRequests: true, allowEmptyResponses: true, allowSameRequestResponse: true });
    assert.deepEqual(same, ["6 REQUEST_STANDARD_NAME", "6 RESPONSE_STANDARD_NAME"]);
    const requests = lines({ allowEmptyRequests: true });
    assert.deepEqual(
      requests.filter((one) => one.endsWith("UNIQUE")),
      ["5 UNIQUE", "6 UNIQUE", "8 UNIQUE"],
    );
  });

  it("takes suffixes and files to pass over from settings", () => {
    const text = `${head}enum E { E_NONE = 0; }\nservice Shop {}`;
    assert.deepEqual(found(text), ["3:10 ENUM_ZERO_VALUE_SUFFIX", "4:9 SERVICE_SUFFIX"]);
    assert.deepEqual(found(text, undefined, undefined, { enumZeroValueSuffix: "_NONE", serviceSuffix: "op" }), []);
    const isIgnored = (rule: string, path: string): boolean => rule === "SERVICE_SUFFIX" && path === "a/v1/a.proto";
    assert.deepEqual(found(text, undefined, undefined, { isIgnored }), ["3:10 ENUM_ZERO_VALUE_SUFFIX"]);
    const ignoring = `${head}// lint:ignore SERVICE_SUFFIX\nservice Shop {}`;
    assert.deepEqual(found(ignoring, undefined, undefined, { commentIgnores: false }), ["4:9 SERVICE_SUFFIX"]);
  });

  it("wants comments when asked", () => {
    const text = `${head}// Says something.\nmessage A {\n  string a = 1;\n  // lint:ignore FIELD_NOT_REQUIRED\n  string b = 2;\n}`;
    assert.deepEqual(found(text, new Set(ruleGroups["COMMENTS"])), ["5:3 COMMENT_FIELD", "7:3 COMMENT_FIELD"]);
  });

  it("knows rules and groups by name, and no others", () => {
    assert.deepEqual(rulesNamed(lintRules, "IMPORT_USED"), ["IMPORT_USED"]);
    assert.equal(rulesNamed(lintRules, "constructor"), undefined);
    assert.deepEqual(rulesNamed(lintRules, "DEFAULT"), ruleGroups["STANDARD"]);
  });
});
