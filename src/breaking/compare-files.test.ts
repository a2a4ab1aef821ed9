import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { compile } from "../proto/compile.js";
import { settingsOf } from "./breaking-settings.js";
import { findBreakingChanges, type Version } from "./compare-files.js";
import type { Category } from "./rules-table.js";

function version(files: Readonly<Record<string, string>>): Version {
  const read = (path: string) => {
    const text = files[path];
    return text === undefined ? undefined : { text, displayPath: path };
  };
  const result = compile(Object.keys(files), { read });
  assert.deepEqual(
    result.diagnostics.filter((one) => one.severity === "error"),
    [],
  );
  return { files: result.files, names: Object.keys(files) };
}

function rules(before: string, now: string, category: Category): string[] {
  const head = 'syntax = "proto3";\npackage a;\n';
  const found = findBreakingChanges(version({ "a.proto": head + before }), version({ "a.proto": head + now }), () => ({
    settings: settingsOf(category),
    path: undefined,
  }));
  return found.map((one) => `${one.line}:${one.column} ${one.rule}`);
}

const message = (body: string): string => `message M {\n  ${body}\n}\n`;

/** Before, now, and what is found as FILE, WIRE_JSON and WIRE. */
const cases: readonly (readonly [string, string, readonly string[], readonly string[], readonly string[]])[] = [
  [message("string a = 1;"), message("string a = 1; int32 b = 2;"), [], [], []],
  ["", 'option go_package = "x";\n', ["3:1 FILE_SAME_GO_PACKAGE"], [], []],
  ["option java_multiple_files = false;\n", "", [], [], []],
  [
    message("string a = 1;"),
    message(""),
    ["3:1 FIELD_NO_DELETE"],
    ["3:1 FIELD_NO_DELETE_UNLESS_NAME_RESERVED", "3:1 FIELD_NO_DELETE_UNLESS_NUMBER_RESERVED"],
    ["3:1 FIELD_NO_DELETE_UNLESS_NUMBER_RESERVED"],
  ],
  [message("string a = 1;"), message('reserved 1; reserved "a";'), ["3:1 FIELD_NO_DELETE"], [], []],
  [
    message("string a = 1;"),
    message("string b = 1;"),
    ["4:3 FIELD_SAME_JSON_NAME", "4:10 FIELD_SAME_NAME"],
    ["4:3 FIELD_SAME_JSON_NAME", "4:10 FIELD_SAME_NAME"],
    [],
  ],
  [message("int32 a = 1;"), message("uint32 a = 1;"), ["4:3 FIELD_SAME_TYPE"], [], []],
  [
    message("int32 a = 1;"),
    message("int64 a = 1;"),
    ["4:3 FIELD_SAME_TYPE"],
    ["4:3 FIELD_WIRE_JSON_COMPATIBLE_TYPE"],
    [],
  ],
  [message("string a = 1;"), "", ["3:1 MESSAGE_NO_DELETE"], [], []],
  [
    "enum E {\n  E_A = 0;\n  E_B = 1;\n}\n",
    "enum E {\n  E_A = 0;\n}\n",
    ["3:1 ENUM_VALUE_NO_DELETE"],
    ["3:1 ENUM_VALUE_NO_DELETE_UNLESS_NAME_RESERVED", "3:1 ENUM_VALUE_NO_DELETE_UNLESS_NUMBER_RESERVED"],
    ["3:1 ENUM_VALUE_NO_DELETE_UNLESS_NUMBER_RESERVED"],
  ],
  [
    message("repeated int32 a = 1;"),
    message("int32 a = 1;"),
    ["4:3 FIELD_SAME_CARDINALITY"],
    ["4:3 FIELD_WIRE_JSON_COMPATIBLE_CARDINALITY"],
    ["4:3 FIELD_WIRE_COMPATIBLE_CARDINALITY"],
  ],
  [
    message("reserved 2 to 9;"),
    message("reserved 2 to 5, 7 to 9;"),
    ["3:1 RESERVED_MESSAGE_NO_DELETE"],
    ["3:1 RESERVED_MESSAGE_NO_DELETE"],
    ["3:1 RESERVED_MESSAGE_NO_DELETE"],
  ],
  [
    `${message("")}service S {\n  rpc A(M) returns (M);\n  rpc B(M) returns (M);\n}\n`,
    `${message("")}service S {\n  rpc A(M) returns (stream M);\n}\n`,
    ["6:1 RPC_NO_DELETE", "7:3 RPC_SAME_SERVER_STREAMING"],
    ["7:3 RPC_SAME_SERVER_STREAMING"],
    ["7:3 RPC_SAME_SERVER_STREAMING"],
  ],
  [
    message("oneof o { int32 a = 1; string b = 2; }"),
    message("oneof o { string b = 2; } int32 a = 1;"),
    ["4:29 FIELD_SAME_CARDINALITY", "4:29 FIELD_SAME_ONEOF"],
    ["4:29 FIELD_SAME_ONEOF"],
    ["4:29 FIELD_SAME_ONEOF"],
  ],
];

describe("breaking changes", () => {
  for (const [before, now, ...expected] of cases) {
    it(`are found between ${JSON.stringify(before)} and ${JSON.stringify(now)}`, () => {
      assert.deepEqual(
        (["FILE", "WIRE_JSON", "WIRE"] as const)
          .map((category) => rules(before, now, category))
          .map((found) => found.join(" | ")),
        expected.map((found) => found.join(" | ")),
      );
    });
  }

  it("tells files, packages and syntax", () => {
    const before = version({ "a.proto": 'syntax = "proto3"; package a;', "b.proto": 'syntax = "proto3";' });
    const now = version({ "a.proto": 'syntax = "proto2"; package c;' });
    const found = findBreakingChanges(before, now, () => ({ settings: settingsOf("FILE"), path: undefined }));
    assert.deepEqual(
      found.map((one) => `${one.file}:${one.line}:${one.column} ${one.rule}`),
      ["a.proto:1:1 FILE_SAME_SYNTAX", "a.proto:1:20 FILE_SAME_PACKAGE", "b.proto:1:1 FILE_NO_DELETE"],
    );
  });
});
