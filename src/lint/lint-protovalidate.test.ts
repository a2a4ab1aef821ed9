import assert from "node:assert/strict";
import { it } from "node:test";
import { compile } from "../proto/compile.js";
import { lintFiles } from "./lint-files.js";
import { defaultLintSettings } from "./lint-settings.js";

/** As much of the file of protovalidate as is needed here. */
const validate = `syntax = "proto2";
package buf.validate;
import "google/protobuf/descriptor.proto";
import "google/protobuf/duration.proto";
extend google.protobuf.FieldOptions { optional FieldRules field = 1159; }
message FieldRules {
  optional bool required = 25;
  optional Ignore ignore = 27;
  oneof type { Int32Rules int32 = 3; StringRules string = 14; RepeatedRules repeated = 18; MapRules map = 19; DurationRules duration = 21; }
}
enum Ignore { IGNORE_UNSPECIFIED = 0; IGNORE_ALWAYS = 3; }
message Int32Rules { optional int32 const = 1; oneof less_than { int32 lt = 2; int32 lte = 3; } oneof greater_than { int32 gt = 4; int32 gte = 5; } }
message StringRules { optional string const = 1; optional uint64 len = 19; optional uint64 min_len = 2; optional uint64 max_len = 3; }
message RepeatedRules { optional uint64 min_items = 1; optional uint64 max_items = 2; optional bool unique = 3; optional FieldRules items = 4; }
message MapRules { optional FieldRules keys = 4; optional FieldRules values = 5; }
message DurationRules { optional google.protobuf.Duration lt = 3; optional google.protobuf.Duration gt = 5; }
`;

/** Rules of a field, and what is found. */
const cases: readonly (readonly [field: string, found: readonly string[]])[] = [
  ["string f = 1 [(buf.validate.field).string = {min_len: 1, max_len: 2}]", []],
  ["google.protobuf.Int32Value f = 1 [(buf.validate.field).int32.gt = 1]", []],
  ["int32 f = 1 [(buf.validate.field).int32 = {gt: 6, lt: 5}]", []],
  ["int32 f = 1 [(buf.validate.field).string.len = 1]", ["is no string, which (buf.validate.field).string is for"]],
  [
    "repeated string f = 1 [(buf.validate.field).string.len = 1]",
    ["is no string, which (buf.validate.field).string is for"],
  ],
  [
    "string f = 1 [(buf.validate.field).string = {min_len: 3, max_len: 2}]",
    ["has (buf.validate.field).string.min_len = 3 above max_len = 2, which nothing meets"],
  ],
  [
    "string f = 1 [(buf.validate.field).string = {min_len: 2, max_len: 2}]",
    ["has (buf.validate.field).string.min_len and max_len alike: write len"],
  ],
  [
    "string f = 1 [(buf.validate.field).string = {len: 2, max_len: 3}]",
    ["has (buf.validate.field).string.len, so max_len has no effect"],
  ],
  [
    "string f = 1 [(buf.validate.field).string = {const: 'a', len: 1}]",
    ["has (buf.validate.field).string.const, so other rules have no effect: len"],
  ],
  [
    "int32 f = 1 [(buf.validate.field).int32 = {gt: 5, lte: 5}]",
    ["has (buf.validate.field).int32.gt and lte alike, which nothing meets"],
  ],
  [
    "int32 f = 1 [(buf.validate.field).int32 = {gte: 5, lte: 5}]",
    ["has (buf.validate.field).int32.gte and lte alike: write const"],
  ],
  [
    "google.protobuf.Duration f = 1 [(buf.validate.field).duration = {gt: {seconds: 5}, lt: {seconds: 5}}]",
    ["has (buf.validate.field).duration.gt and lt alike, which nothing meets"],
  ],
  [
    "repeated M f = 1 [(buf.validate.field).repeated.unique = true]",
    ["has messages, which are not compared: unique is for scalars and their wrappers"],
  ],
  [
    "repeated string f = 1 [(buf.validate.field).repeated.items.int32.gt = 1]",
    ["is no int32, which (buf.validate.field).items.int32 is for"],
  ],
  [
    "map<string, int32> f = 1 [(buf.validate.field).map = {keys: {int32: {gt: 1}} values: {int32: {gt: 1}}}]",
    ["is no int32, which (buf.validate.field).keys.int32 is for"],
  ],
  [
    "oneof o { string f = 1 [(buf.validate.field).required = true]; }",
    ['is required and in the oneof "o", of which one field alone is set'],
  ],
  [
    "string f = 1 [(buf.validate.field) = {ignore: IGNORE_ALWAYS, required: true}]",
    ["is ignored always, so its other rules have no effect"],
  ],
];

for (const [field, expected] of cases) {
  it(`PROTOVALIDATE finds ${expected.join(", ") || "nothing"} in ${field}`, () => {
    const text = `syntax = "proto3"; package a; import "buf/validate/validate.proto"; import "google/protobuf/duration.proto";
import "google/protobuf/wrappers.proto"; message M { ${field.endsWith("}") ? field : `${field};`} }`;
    const texts: Readonly<Record<string, string>> = { "buf/validate/validate.proto": validate, "a.proto": text };
    const read = (name: string) => (texts[name] === undefined ? undefined : { text: texts[name], displayPath: name });
    const { files, diagnostics } = compile(["a.proto"], { read });
    assert.deepEqual(
      diagnostics.filter((one) => one.severity === "error"),
      [],
    );
    const mine = files.filter((file) => file.name === "a.proto");
    const settings = { ...defaultLintSettings, rules: new Set(["PROTOVALIDATE"]) };
    const input = { files: mine, imports: files, pathOf: (name: string) => name, isImportUsed: () => true };
    const found = lintFiles(input, settings).map((one) => one.message);
    assert.deepEqual(
      found,
      expected.map((one) => `Field "f" ${one}.`),
    );
  });
}
