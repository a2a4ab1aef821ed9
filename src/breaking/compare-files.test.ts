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

  it("tells types of C++ and Java, which features of file and field say", () => {
    const text = (file: string, field: string): string =>
      `edition = "2023"; import "google/protobuf/cpp_features.proto"; import "google/protobuf/java_features.proto"; ${file}
message M {
string a = 1;
message In {
string b = 1 [${field}];
string c = 2 [ctype = CORD]; } }`;
    const cpp = (type: string): string => `features.(pb.cpp).string_type = ${type}`;
    const java = (mode: string): string => `features.(pb.java).utf8_validation = ${mode}`;
    const found = (before: string, now: string): string[] =>
      findBreakingChanges(version({ "a.proto": before }), version({ "a.proto": now }), () => ({
        settings: settingsOf("FILE"),
        path: undefined,
      })).map((one) => `${one.line} ${one.rule}`);
    const plain = text("", "features.field_presence = EXPLICIT");
    assert.deepEqual(found(plain, plain), []);
    assert.deepEqual(found(plain, text(`option ${cpp("VIEW")};`, cpp("STRING"))), ["3 FIELD_SAME_CPP_STRING_TYPE"]);
    assert.deepEqual(found(plain, text("", cpp("CORD"))), ["5 FIELD_SAME_CPP_STRING_TYPE"]);
    const verified = text(`option ${java("VERIFY")};`, java("DEFAULT"));
    const two = ["3 FIELD_SAME_JAVA_UTF8_VALIDATION", "6 FIELD_SAME_JAVA_UTF8_VALIDATION"];
    // What all languages check, Java does too.
    assert.deepEqual(found(plain, verified), []);
    const unchecked = (one: string): string =>
      one.replace("message M", "option features.utf8_validation = NONE; message M");
    assert.deepEqual(found(unchecked(plain), unchecked(verified)), two);
    assert.deepEqual(found(unchecked(verified), unchecked(plain)), two);
    assert.deepEqual(found(plain, text("", cpp("STRING")).replace("[ctype = CORD]", "")), [
      "6 FIELD_SAME_CPP_STRING_TYPE",
    ]);
  });

  it("matches extensions by number, and packages in whatever file", () => {
    const base = 'syntax = "proto2"; package a; message M { extensions 1 to 9; } ';
    const before = version({
      "a.proto": `${base}extend M { optional int32 x = 1; } message Moved {}`,
      "b.proto": 'syntax = "proto2"; package a;',
    });
    const now = version({
      "a.proto": `${base}extend M { optional string y = 1; }`,
      "b.proto": 'syntax = "proto2"; package a; message Moved {}',
    });
    const found = (category: Category): string[] =>
      findBreakingChanges(before, now, () => ({ settings: settingsOf(category), path: undefined })).map(
        ({ rule }) => rule,
      );
    assert.deepEqual(found("WIRE"), ["FIELD_WIRE_COMPATIBLE_TYPE"]);
    assert.deepEqual(found("PACKAGE"), ["PACKAGE_EXTENSION_NO_DELETE", "FIELD_SAME_TYPE", "FIELD_SAME_NAME"]);
    assert.ok(found("FILE").includes("MESSAGE_NO_DELETE"));
  });

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
