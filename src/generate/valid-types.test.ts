import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import { compile } from "../proto/compile.js";
import { rootsReader } from "../proto/package-reader.js";
import { root } from "./corpus.fixture.js";
import { generate } from "./generate.js";
import type { GenerateOptions } from "./options.js";
import { compareWithProtocGenEs } from "./protoc-gen-es.fixture.js";

const texts: Readonly<Record<string, string>> = {
  "valid.proto": `edition = "2023";
package v;
import "buf/validate/validate.proto";
import "google/protobuf/timestamp.proto";
import "google/protobuf/wrappers.proto";
import "google/rpc/status.proto";
import "other.proto";
// Has all kinds.
message All {
  Leaf needed = 1 [(buf.validate.field).required = true];
  Leaf free = 2;
  Leaf ignored = 3 [(buf.validate.field) = {required: true, ignore: IGNORE_ALWAYS}];
  Leaf legacy = 4 [features.field_presence = LEGACY_REQUIRED];
  repeated Leaf list = 5 [(buf.validate.field).repeated.items.required = true];
  repeated Leaf unseen = 6 [(buf.validate.field).repeated.items.ignore = IGNORE_ALWAYS];
  map<string, Needs> byName = 7;
  map<string, Needs> unseenByName = 8 [(buf.validate.field).map.values.ignore = IGNORE_ALWAYS];
  google.protobuf.Timestamp at = 9 [(buf.validate.field).required = true];
  google.protobuf.StringValue text = 10 [(buf.validate.field).required = true];
  google.rpc.Status status = 11 [(buf.validate.field).required = true];
  string name = 12 [(buf.validate.field).required = true];
  oneof kind {
    option (buf.validate.oneof).required = true;
    Needs a = 13;
    Leaf b = 14 [(buf.validate.field).ignore = IGNORE_ALWAYS];
  }
  Kind enum = 15 [(buf.validate.field).required = true];
  other.Other other = 16;
  buf.validate.Violations violations = 17;
}
message Leaf { int32 id = 1; }
message Needs { Leaf leaf = 1 [(buf.validate.field).required = true]; Needs self = 2; }
message Through { map<int32, Needs> deep = 1; }
message NotThrough { repeated Needs deep = 1 [(buf.validate.field).ignore = IGNORE_ALWAYS]; }
message OnlyName { string name = 1 [(buf.validate.field).required = true]; }
message Circle { Circle circle = 1; }
message LeafValid {}
enum Kind { KIND_UNSPECIFIED = 0; }
enum KindValid { KIND_VALID_UNSPECIFIED = 0; }
`,
  "other.proto": `syntax = "proto2";
package other;
message Other { required Inner inner = 1; optional Inner may = 2; required string text = 3; optional group G = 4 { required Inner a = 1; } }
message Inner {}
message Far { extensions 1 to 9; repeated Other others = 10; }
`,
};

const packages = rootsReader({ roots: [], packageDirs: [root], deps: [] });
const reader = {
  ...packages,
  read: (path: string) => {
    const text = Object.hasOwn(texts, path) ? texts[path] : undefined;
    return text === undefined ? undefined : { text, displayPath: path };
  },
};

function compiled(): readonly FileDescriptorProto[] {
  const { files, diagnostics } = compile(Object.keys(texts), reader);
  assert.deepEqual(
    diagnostics.filter((one) => one.severity === "error"),
    [],
  );
  return files;
}

const files = compiled();
const names = ["valid.proto", "other.proto", "google/rpc/status.proto"];
const validate = "buf/validate/validate.proto";

function compare(options: GenerateOptions, parameter: string): void {
  compareWithProtocGenEs(files, [...names, validate], options, `import_extension=js,${parameter}`);
}

describe("types of valid messages", () => {
  it("are those of protoc-gen-es", () => {
    compare({ validTypes: "legacy_required" }, "valid_types=legacy_required");
    const both = "legacy_required+protovalidate_required";
    compare({ validTypes: both }, `valid_types=${both}`);
    const options = { validTypes: "protovalidate_required", jsonTypes: true, target: "ts+js+dts" } as const;
    compare(options, "valid_types=protovalidate_required,json_types=true");
  });

  it("are the plain ones for messages of packages that have no others", () => {
    const mapImports = [{ pattern: validate, target: "@bufbuild/protovalidate/gen" }];
    const options = { validTypes: "protovalidate_required", jsonTypes: true, mapImports } as const;
    const written = generate(files, ["valid.proto"], options);
    assert.deepEqual(
      written.map((file) => file.path),
      ["other_pb.ts", "valid_pb.ts"],
    );
    const text = written[1]?.text ?? "";
    assert.match(
      text,
      /import type \{ Violations \} from "@bufbuild\/protovalidate\/gen\/buf\/validate\/validate_pb\.js";/,
    );
    assert.match(text, /\n {2}violations\?: JsonValue;/);
    assert.match(text, /import type \{ Status, StatusJson \} from "peregrine\/rpc";/);
    assert.match(
      text,
      /export type AllValid [\s\S]*\n {2}status: Status;[\s\S]*\n {2}violations\?: Violations \| undefined;/,
    );
  });
});
