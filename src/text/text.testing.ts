import assert from "node:assert/strict";
import type { DescMessage, Registry } from "@bufbuild/protobuf";
import { compile } from "../proto/compile.js";
import { registryOf } from "../proto/registry.js";

const files: Readonly<Record<string, string>> = {
  "a.proto": `syntax = "proto2"; package t; import "google/protobuf/any.proto"; import "google/protobuf/struct.proto";
    import "google/protobuf/wrappers.proto";
    message All { optional int32 i32 = 1; optional uint64 u64 = 2; optional float f = 3; optional double d = 4; optional bool b = 5;
      optional string s = 6; optional bytes by = 7; optional E e = 8; optional All all = 9; repeated int32 is = 10;
      repeated string ss = 11; repeated All alls = 12; map<string, int32> m = 13; map<int32, All> ma = 14;
      oneof one { int32 x = 15; All y = 16; } optional group Grp = 17 { optional int32 n = 1; } optional Need need = 18; optional Set set = 24;
      optional google.protobuf.Any any = 19; optional google.protobuf.Struct st = 20;
      optional google.protobuf.Int64Value wrapped = 21; optional int64 js = 22 [jstype = JS_STRING]; map<bool, E> me = 23;
      extensions 100 to 200; reserved "old", "older"; reserved 90; }
    message Maps { map<int32, Need> m = 1; }
    message Need { required int32 a = 1; required int32 b = 2; }
    enum E { ZERO = 0; ONE = 1; NEG = -1; }
    message Set { option message_set_wire_format = true; extensions 4 to max; } extend Set { optional Need in_set = 4; }
    message Scope { extend All { optional string near = 102; } }
    extend All { optional int32 far = 100; repeated All more = 101; optional google.protobuf.Int64Value w = 103;
      repeated google.protobuf.Struct sts = 104; optional Need need_ext = 105; }`,
  "b.proto": `syntax = "proto3"; package t3; message P { int32 i = 1; optional int32 o = 2; string s = 3; E e = 4; repeated int32 is = 5; P p = 6; }
    enum E { A = 0; B = 1; }`,
  "c.proto": `edition = "2023"; package te; message M { D d = 1 [features.message_encoding = DELIMITED];
      message Like { int32 n = 1; } Like like = 2 [features.message_encoding = DELIMITED]; } message D { int32 n = 1; }`,
};

/** Types that have all that the text format has a word for. */
export const registry: Registry = registryOf(
  compile(Object.keys(files), { read: (name) => ({ text: files[name] as string, displayPath: name }) }).files,
);

export function type(name: string): DescMessage {
  const found = registry.getMessage(name);
  assert.ok(found, name);
  return found;
}
