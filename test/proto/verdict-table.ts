import { accepted, refused, refusedByUs, rowsOf, type VerdictRow } from "./verdict-row.js";
import {
  anyValue,
  byteOrderMark,
  declared,
  deep,
  delimited,
  descriptorImport,
  dotted,
  e23,
  e24,
  inTwoFiles,
  messageSet,
  nest,
  optionType3,
  optionValue,
  optionValue3,
  p2,
  p3,
  rawBytes,
  required,
  supported,
  withOption,
} from "./verdict-sources.js";

/** Why we differ from `protoc` on purpose. */
const why = {
  text:
    "A `string` is text: JavaScript, JSON and most runtimes cannot hold other bytes. protoc keeps them in proto2, and crashes on them" +
    " in proto3. In `bytes` and in comments we keep them too.",
  field: "Brackets are for extensions. protoc takes the full name of a field there as well.",
  method:
    "No runtime for JavaScript has a type for the entries of a map: code for such a method could not be generated.",
  blank: "A name is one word. protoc joins what a blank parts.",
} as const;

/**
 * Odd files: whether `protoc` takes them, what we say where not, and the SHA-256 of its descriptor, cut, where it does. `npm run corpus`
 * asks a real `protoc` again.
 */
export const verdictRows: readonly VerdictRow[] = [
  ...rowsOf("required fields of option values", [
    refused(required("option (r) = {};"), '3:1: The value of "(r)" lacks what is required: a.'),
    accepted(required("option (r) = { a: 1 };"), "f3cedcc37a9c"),
    refused(required("option (r).b = 1;"), '3:1: The value of "(r).b" lacks what is required: a.'),
    accepted(required("option (r).a = 1;\noption (r).b = 1;"), "aa13fd4fd6fd"),
    accepted(required("option (r).b = 1;\noption (r).a = 1;"), "e68623d2ac9d"),
    refused(required("option (o) = { r {} };"), '3:1: The value of "(o)" lacks what is required: r.a.'),
    accepted(required("option (o) = { r { a: 1 } };"), "9935a5c28282"),
    refused(required("option (o).r.b = 1;"), '3:1: The value of "(o).r.b" lacks what is required: r.a.'),
    refused(required("option (rs) = {};"), '3:1: The value of "(rs)" lacks what is required: a.'),
    refused(
      required("option (o) = { rs { a: 1 } rs {} };"),
      '3:1: The value of "(o)" lacks what is required: rs[1].a.',
    ),
    refused(required("option (o).r = {};"), '3:1: The value of "(o).r" lacks what is required: r.a.'),
    refused(
      {
        "o.proto": `${p2 + descriptorImport}import "google/protobuf/any.proto"; message R { required int32 a = 1; optional int32 b = 2; } extend google.protobuf.FileOptions { optional google.protobuf.Any any = 50001; }`,
        "t.proto": `${p2}import "o.proto"; option (any) = { [type.googleapis.com/R] { b: 1 } };`,
      },
      '2:60: The message "R" in the Any lacks what is required: a.',
    ),
    accepted(
      {
        "o.proto": `${p2 + descriptorImport}import "google/protobuf/any.proto"; message R { required int32 a = 1; optional int32 b = 2; } extend google.protobuf.FileOptions { optional google.protobuf.Any any = 50001; }`,
        "t.proto": `${p2}import "o.proto"; option (any) = { [type.googleapis.com/R] { a: 1 } };`,
      },
      "0e532248700b",
    ),
    refused(
      {
        "o.proto": `${p2 + descriptorImport}message R { required int32 a = 1; } message O { extensions 5 to 9; } extend O { optional R r = 5; } extend google.protobuf.FileOptions { optional O o = 50001; }`,
        "t.proto": `${p2}import "o.proto"; option (o) = { [r] {} };`,
      },
      '2:19: The value of "(o)" lacks what is required: r.a.',
    ),
    accepted(
      {
        "o.proto": `${p2 + descriptorImport}message R { required int32 a = 1; } message O { extensions 5 to 9; } extend O { optional R r = 5; } extend google.protobuf.FileOptions { optional O o = 50001; }`,
        "t.proto": `${p2}import "o.proto"; option (o).(r).a = 1;`,
      },
      "29c24683bcc4",
    ),
    refused(
      {
        "o.proto": `${e23 + descriptorImport}message R { int32 a = 1 [features.field_presence = LEGACY_REQUIRED]; int32 b = 2; } extend google.protobuf.FileOptions { R r = 50001; }`,
        "t.proto": `${e23}import "o.proto"; option (r) = { b: 1 };`,
      },
      '2:19: The value of "(r)" lacks what is required: a.',
    ),
    accepted(
      {
        "o.proto": `${e23 + descriptorImport}message R { int32 a = 1 [features.field_presence = LEGACY_REQUIRED]; int32 b = 2; } extend google.protobuf.FileOptions { R r = 50001; }`,
        "t.proto": `${e23}import "o.proto"; option (r) = { a: 0 };`,
      },
      "4e27e2385997",
    ),
    refused(
      {
        "o.proto": `${p2 + descriptorImport}message R { required int32 a = 1; } message O { map<string,R> m = 1; } extend google.protobuf.FileOptions { optional O o = 50001; }`,
        "t.proto": `${p2}import "o.proto"; option (o) = { m { key: "a" } };`,
      },
      '2:19: The value of "(o)" lacks what is required: m[0].value.a.',
    ),
    refused(
      `${p2 + descriptorImport}message R { required int32 a = 1; } extend google.protobuf.FieldOptions { optional R r = 50001; } message M { optional int32 x = 1 [(r) = {}]; optional int32 y = 2 [(r).a = 1]; }`,
      '3:133: The value of "(r)" lacks what is required: a.',
    ),
  ]),
  ...rowsOf("numbers of enums in option values", [
    accepted(optionValue("{ e: 1 }"), "72a694f3aa9f"),
    refused(optionValue("{ e: 5 }"), '3:21: Enum "E" has no value with the number 5, which "e" needs: it is closed.'),
    refused(optionValue("{ e: -1 }"), '3:21: Enum "E" has no value with the number -1, which "e" needs: it is closed.'),
    accepted(optionValue("{ e: Y }"), "72a694f3aa9f"),
    refused(
      inTwoFiles("enum E { A = 0; } extend google.protobuf.FileOptions { optional E e = 50001; }", "option (e) = 5;"),
      '3:14: Value must be identifier for enum-valued option "(e)".',
    ),
    accepted(
      {
        "o.proto": `${p3 + descriptorImport}message O { E e = 1; } enum E { A = 0; } extend google.protobuf.FileOptions { O o = 50001; }`,
        "t.proto": `${p3}import "o.proto"; option (o) = { e: 5 };`,
      },
      "289d045f04f9",
    ),
    refused(
      {
        "o.proto": `${p3 + descriptorImport}message O { E e = 1; } enum E { A = 0; } extend google.protobuf.FileOptions { O o = 50001; }`,
        "t.proto": `${p3}import "o.proto"; option (o) = { e: 4294967295 };`,
      },
      '2:37: Value out of range, -2147483648 to 2147483647, for int32 option "e".',
    ),
    refused(
      `${e23}option features = { field_presence: 7 };`,
      '2:37: Enum "FieldPresence" has no value with the number 7, which "field_presence" needs: it is closed.',
    ),
    accepted(`${e23}option features = { field_presence: 1 };`, "345422086598"),
    accepted(
      {
        "o.proto": `${e23 + descriptorImport}message O { E e = 1; } enum E { A = 0; } extend google.protobuf.FileOptions { O o = 50001; }`,
        "t.proto": `${e23}import "o.proto"; option (o) = { e: 5 };`,
      },
      "d9813a73465b",
    ),
    refused(
      {
        "o.proto": `${e23 + descriptorImport}message O { E e = 1; } enum E { option features.enum_type = CLOSED; A = 0; } extend google.protobuf.FileOptions { O o = 50001; }`,
        "t.proto": `${e23}import "o.proto"; option (o) = { e: 5 };`,
      },
      '2:37: Enum "E" has no value with the number 5, which "e" needs: it is closed.',
    ),
    accepted(optionValue("{ e: 0x1 }"), "f67fc42f5d81"),
    accepted(optionValue("{ e: 01 }"), "978f301fd96a"),
    refused(
      optionValue("{ e: 2147483648 }"),
      '3:21: Value out of range, -2147483648 to 2147483647, for int32 option "e".',
    ),
  ]),
  ...rowsOf("LITE_RUNTIME", [
    refused(
      {
        "l.proto": `${p2}option optimize_for = LITE_RUNTIME; message L {}`,
        "t.proto": `${p2}import "l.proto"; message M { optional L l = 1; }`,
      },
      '2:1: "l.proto" has optimize_for = LITE_RUNTIME, and can only be imported by files that have it too: "t.proto" has not.',
    ),
    accepted(
      {
        "l.proto": `${p2}option optimize_for = LITE_RUNTIME; message L {}`,
        "t.proto": `${p2}option optimize_for = LITE_RUNTIME; import "l.proto"; message M { optional L l = 1; }`,
      },
      "d41c732f3e4e",
    ),
    refused(
      {
        "l.proto": `${p2}message L { extensions 1 to 9; }`,
        "t.proto": `${p2}option optimize_for = LITE_RUNTIME; import "l.proto"; extend L { optional int32 x = 1; }`,
      },
      '2:81: A file with optimize_for = LITE_RUNTIME cannot extend "L", whose file has not: define the extension in another file.',
    ),
    accepted(
      {
        "l.proto": `${p2}option optimize_for = LITE_RUNTIME; message L { extensions 1 to 9; }`,
        "t.proto": `${p2}option optimize_for = LITE_RUNTIME; import "l.proto"; extend L { optional int32 x = 1; }`,
      },
      "9bb9c47f00e5",
    ),
    accepted(
      `${p2}option optimize_for = LITE_RUNTIME; message M {} service S { rpc A(M) returns (M); }`,
      "aa3e68130bb1",
    ),
    refused(
      `${p2}option optimize_for = LITE_RUNTIME; option cc_generic_services = true; message M {} service S { rpc A(M) returns (M); }`,
      "2:93: A file with optimize_for = LITE_RUNTIME cannot define services, but with cc_generic_services and java_generic_services false.",
    ),
    refused(
      `${p2}option optimize_for = LITE_RUNTIME; option java_generic_services = true; message M {} service S { rpc A(M) returns (M); }`,
      "2:95: A file with optimize_for = LITE_RUNTIME cannot define services, but with cc_generic_services and java_generic_services false.",
    ),
    accepted(
      `${p2}option optimize_for = LITE_RUNTIME; option py_generic_services = true; message M {} service S { rpc A(M) returns (M); }`,
      "59699ca7c21f",
    ),
    refused(
      `${p2}option optimize_for = LITE_RUNTIME;${descriptorImport}extend google.protobuf.FileOptions { optional int32 x = 50001; }`,
      '3:53: A file with optimize_for = LITE_RUNTIME cannot extend "google.protobuf.FileOptions", whose file has not: define the extension in another file.',
    ),
    refused(
      {
        "l.proto": `${p2}option optimize_for = LITE_RUNTIME; message L {}`,
        "t.proto": `${p2}import public "l.proto";`,
      },
      '2:1: "l.proto" has optimize_for = LITE_RUNTIME, and can only be imported by files that have it too: "t.proto" has not.',
    ),
    refused(
      {
        "l.proto": `${p2}option optimize_for = LITE_RUNTIME; message L {}`,
        "m.proto": `${p2}option optimize_for = LITE_RUNTIME; import public "l.proto";`,
        "t.proto": `${p2}import weak "m.proto";`,
      },
      '2:1: "m.proto" has optimize_for = LITE_RUNTIME, and can only be imported by files that have it too: "t.proto" has not.',
    ),
    accepted(
      {
        "l.proto": `${p2}option optimize_for = LITE_RUNTIME; message L {}`,
        "t.proto": `${e24}import option "l.proto";`,
      },
      "6273e78a60c2",
    ),
    accepted(
      `${p2}option optimize_for = CODE_SIZE; import "google/protobuf/any.proto"; message M { optional google.protobuf.Any a = 1; }`,
      "33d6e33f8ca1",
    ),
    accepted(`${p2}option optimize_for = LITE_RUNTIME; message M { map<string,int32> m = 1; }`, "e2fd737251d3"),
  ]),
  ...rowsOf("custom features in the file that defines them", [
    refused(
      `${e23 + descriptorImport}extend google.protobuf.FeatureSet { F f = 9990; } message F { bool b = 1 [targets = TARGET_TYPE_FILE, feature_support.edition_introduced = EDITION_2023, edition_defaults = { edition: EDITION_LEGACY, value: "false"}, retention = RETENTION_RUNTIME]; }\n option features.(f).b = true;`,
      '4:18: Feature "features.(f)" cannot be used in the file that defines it. Define it in a file of its own, and import that.',
    ),
    refused(
      `${e23 + descriptorImport}extend google.protobuf.FeatureSet { F f = 9990; } message F { bool b = 1 [targets = TARGET_TYPE_MESSAGE, feature_support.edition_introduced = EDITION_2023, edition_defaults = { edition: EDITION_LEGACY, value: "false"}, retention = RETENTION_RUNTIME]; }\n message M { option features.(f).b = true; }`,
      '4:30: Feature "features.(f)" cannot be used in the file that defines it. Define it in a file of its own, and import that.',
    ),
    accepted(
      `${e23 + descriptorImport}extend google.protobuf.FeatureSet { F f = 9990; } message F { bool b = 1 [targets = TARGET_TYPE_FILE, feature_support.edition_introduced = EDITION_2023, edition_defaults = { edition: EDITION_LEGACY, value: "false"}, retention = RETENTION_RUNTIME]; }\n option features = { [f] { b: true } };`,
      "d0e539c04a77",
    ),
    accepted(
      {
        "f.proto": `${e23 + descriptorImport}extend google.protobuf.FeatureSet { F f = 9990; } message F { bool b = 1 [targets = TARGET_TYPE_FILE, feature_support.edition_introduced = EDITION_2023, edition_defaults = { edition: EDITION_LEGACY, value: "false"}, retention = RETENTION_RUNTIME]; }`,
        "t.proto": `${e23}import "f.proto"; option features.(f).b = true;`,
      },
      "deee977a2b1f",
    ),
  ]),
  ...rowsOf("nesting of messages", [
    accepted(nest(31), "fe2ddec3eb5c"),
    refused(nest(32), '2:320: Messages, groups and maps may be nested 31 deep, found "{".'),
    accepted(nest(30, "map<int32,int32> m = 1;"), "d0472b5e3db0"),
    refused(
      nest(31, "map<int32,int32> m = 1;"),
      '2:311: Messages, groups and maps may be nested 31 deep, found "map".',
    ),
    accepted(nest(30, "optional group G = 1 {}"), "87596f13298f"),
    refused(nest(31, "optional group G = 1 {}"), '2:332: Messages, groups and maps may be nested 31 deep, found "{".'),
    refused(
      nest(30, "optional group G = 1 { map<int32,int32> m = 1; }"),
      '2:324: Messages, groups and maps may be nested 31 deep, found "map".',
    ),
    accepted(`${p2}message A{${"optional group G = 1 {".repeat(30)}${"}".repeat(31)}`, "481704fa8a2e"),
    refused(
      `${p2}message A{${"optional group G = 1 {".repeat(31)}${"}".repeat(32)}`,
      '2:692: Messages, groups and maps may be nested 31 deep, found "{".',
    ),
    accepted(nest(31, "enum E{X=0;}"), "dd658b18ff3b"),
    accepted(nest(31, "oneof o { int32 x = 1; }"), "6a00e13e456e"),
    refused(nest(31, "oneof o { group X = 1 {} }"), '2:317: Oneof "o" must have at least one field.'),
    refused(
      nest(31, "extensions 1; extend A { optional group X = 1 {} }"),
      '2:332: "extend" must have at least one field.',
    ),
    accepted(
      `${p2}message E { extensions 1 to 9; } extend E { optional group G = 1 {${"message A{".repeat(30)}${"}".repeat(32)}`,
      "5eb4bdfa683c",
    ),
    accepted(
      `${p2}message E { extensions 1 to 9; } extend E { optional group G = 1 {${"message A{".repeat(29)}${"}".repeat(31)}`,
      "bf66bcf3f655",
    ),
  ]),
  ...rowsOf("names of packages", [
    accepted(`${p2}package ${"a".repeat(511)};`, "16a296a615a3"),
    refused(`${p2}package ${"a".repeat(512)};`, "2:9: A package name has at most 511 characters, not 512."),
    accepted(
      `${p2}package ${Array(101)
        .fill("a")
        .map((a, i) => a + i)
        .join(".")};`,
      "45635fa7d76d",
    ),
    refused(
      `${p2}package ${Array(102)
        .fill("a")
        .map((a, i) => a + i)
        .join(".")};`,
      "2:9: A package name has at most 101 parts, not 102.",
    ),
    refused(
      `${p2}package ${Array(52).fill("abcdefghi").join(".")};`,
      "2:9: A package name has at most 511 characters, not 519.",
    ),
    refused(`${p2}package a; package a;`, "2:12: Multiple package definitions."),
  ]),
  ...rowsOf("words for infinity and NaN", [
    refused(
      `${withOption("optional float f = 50001; optional double d = 50002;")}option (f) = -NaN;`,
      '4:14: Only "inf" and "nan" may stand behind a minus, not "NaN".',
    ),
    accepted(`${withOption("optional float f = 50001; optional double d = 50002;")}option (f) = -nan;`, "87074d4e7ca6"),
    accepted(`${withOption("optional float f = 50001; optional double d = 50002;")}option (d) = -nan;`, "9af87a344345"),
    refused(
      `${withOption("optional float f = 50001;")}option (f) = -INF;`,
      '4:14: Only "inf" and "nan" may stand behind a minus, not "INF".',
    ),
    refused(
      `${withOption("optional float f = 50001;")}option (f) = INF;`,
      '4:14: Value must be number for float option "(f)".',
    ),
    accepted(`${withOption("optional float f = 50001;")}option (f) = inf;`, "ffce3df3306b"),
    accepted(`${withOption("optional float f = 50001;")}option (f) = -inf;`, "e3845e7faba5"),
    refused(
      `${withOption("optional float f = 50001;")}option (f) = infinity;`,
      '4:14: Value must be number for float option "(f)".',
    ),
    refused(
      `${withOption("optional float f = 50001;")}option (f) = -infinity;`,
      '4:14: Only "inf" and "nan" may stand behind a minus, not "infinity".',
    ),
    refused(
      `${withOption("optional float f = 50001;")}option (f) = NaN;`,
      '4:14: Value must be number for float option "(f)".',
    ),
    accepted(`${withOption("optional float f = 50001;")}option (f) = nan;`, "7a99ddbf875b"),
    refused(
      `${withOption("optional float f = 50001;")}option (f) = -foo;`,
      '4:14: Only "inf" and "nan" may stand behind a minus, not "foo".',
    ),
    accepted(optionValue("{ f: -NaN }"), "a235d75c0fa6"),
    accepted(optionValue("{ f: -nan }"), "a235d75c0fa6"),
    accepted(optionValue("{ f: -INF }"), "bfad481d20be"),
    accepted(optionValue("{ f: INF }"), "7e016c282086"),
    accepted(optionValue("{ f: Infinity }"), "31032514fd4c"),
    accepted(optionValue("{ f: -infinity }"), "d3ce42ef9d35"),
    accepted(optionValue("{ f: 1e999 }"), "970f98b1f6c6"),
    accepted(optionValue("{ f: -inf }"), "bfad481d20be"),
    refused(
      `${p2}message M { optional float f = 1 [default = -NaN]; }`,
      '2:45: Only "inf" and "nan" may stand behind a minus, not "NaN".',
    ),
    accepted(`${p2}message M { optional float f = 1 [default = -nan]; }`, "4e0e8257ce7a"),
    refused(
      `${p2}message M { optional float f = 1 [default = INF]; }`,
      '2:45: Value must be number for float option "default".',
    ),
    refused(
      `${p2}message M { optional float f = 1 [default = -INF]; }`,
      '2:45: Only "inf" and "nan" may stand behind a minus, not "INF".',
    ),
    accepted(`${p2}message M { optional float f = 1 [default = inf]; }`, "8f759f452db9"),
    refused(
      `${p2}message M { optional float f = 1 [default = infinity]; }`,
      '2:45: Value must be number for float option "default".',
    ),
    accepted(
      `${p2}message M { optional double f = 1 [default = nan]; optional double g = 2 [default = -inf]; optional double h = 3 [default = 0x10]; optional float i = 4 [default = -0]; optional double j = 5 [default = 18446744073709551616]; }`,
      "a1efb977346c",
    ),
  ]),
  ...rowsOf("numbers in option values", [
    refused(optionValue("{ f: 1.5f }"), "3:24: Need space between number and identifier."),
    refused(optionValue("{ f: 1F }"), "3:22: Need space between number and identifier."),
    refused(optionValue("{ f: 010 }"), '3:21: A float takes decimal numbers here, not "010".'),
    refused(optionValue("{ f: 0x10 }"), '3:21: A float takes decimal numbers here, not "0x10".'),
    accepted(optionValue("{ f: -0 }"), "752aa5aa9974"),
    refused(optionValue("{ f: 1.0.0 }"), "3:24: A number can have only one decimal point, and none after an exponent."),
    accepted(optionValue("{ f: .5 }"), "0ff5accee843"),
    accepted(optionValue("{ f: 5. }"), "b925ef07e2af"),
    accepted(optionValue("{ f: - 5 }"), "61ac30063fa9"),
    accepted(optionValue("{ a: -0 }"), "83a5fc191696"),
    refused(optionValue("{ a: 1.0 }"), '3:21: Value must be integer for int32 option "a".'),
    accepted(optionValue("{ a: 0x1F }"), "35ed0b58fddb"),
    accepted(optionValue("{ a: 017 }"), "e8b95c16391c"),
    accepted(`${withOption("optional float f = 50001;")}option (f) = 9007199791611905;`, "53a8fce39409"),
    accepted(
      `${withOption("optional float f = 50001;")}option (f) = 340282356779733661637539395458142568448;`,
      "98bf6284622a",
    ),
    accepted(
      `${withOption("optional float f = 50001; optional double d=50002;")}option (f) = 3.4028236e38; option (d) = 18446744073709551616;`,
      "ddc2ab92bc4e",
    ),
    accepted(optionValue("{ f: 3.4028236e38 }"), "98f5fc29ce31"),
    accepted(optionValue("{ f: 1e39 }"), "2cb7b658f2f3"),
    accepted(optionValue("{ f: 18446744073709551616 }"), "9dcfd26d223c"),
    accepted(
      `${withOption("optional float f = 50001; optional double d=50002;")}option (f) = 1e39; option (d) = 1e999;`,
      "20913187e2d1",
    ),
    refused(
      `${withOption("optional int32 f = 50001;")}option (f) = 18446744073709551616;`,
      '4:14: Value out of range, -2147483648 to 2147483647, for int32 option "(f)".',
    ),
    accepted(`${withOption("optional float f = 50001;")}option (f) = -18446744073709551616;`, "45cdad3dc54f"),
    accepted(`${withOption("optional int32 f = 50001;")}option (f) = -0;`, "d76ccc53f201"),
    accepted(`${withOption("optional float f = 50001;")}option (f) = -0;`, "344fa91234fe"),
    refused(
      `${withOption("optional uint32 f = 50001;")}option (f) = -0;`,
      '4:14: Value out of range, 0 to 4294967295, for uint32 option "(f)".',
    ),
    refused(
      `${withOption("optional uint64 f = 50001;")}option (f) = -0;`,
      '4:14: Value out of range, 0 to 18446744073709551615, for uint64 option "(f)".',
    ),
    accepted(`${withOption("optional double f = 50001;")}option (f) = -0.0;`, "12e817730e86"),
    refused(
      `${withOption("optional int32 f = 50001;")}option (f) = -0.0;`,
      '4:14: Value must be integer for int32 option "(f)".',
    ),
    accepted(`${withOption("optional double f = 50001;")}option (f) = -0x0;`, "e5a3bb895dfe"),
    refused(optionValue("{ u: -0 }"), '3:21: Value out of range, 0 to 4294967295, for uint32 option "u".'),
    accepted(optionValue("{ f: -0.0 }"), "9d6c653d4767"),
    accepted(optionValue("{ l: -9223372036854775808 }"), "41cbbbb420f6"),
    refused(
      optionValue("{ l: -9223372036854775809 }"),
      '3:21: Value out of range, -9223372036854775808 to 9223372036854775807, for int64 option "l".',
    ),
    accepted(optionValue("{ bo: 1 }"), "7346b5d7a2a0"),
    refused(optionValue("{ bo: 2 }"), '3:22: Value must be "true" or "false" for boolean option "bo".'),
    accepted(optionValue("{ bo: true }"), "76b7a4d292b9"),
    accepted(optionValue("{ bo: t }"), "7346b5d7a2a0"),
    accepted(optionValue("{ bo: True }"), "76b7a4d292b9"),
    refused(optionValue("{ bo: TRUE }"), '3:22: Value must be "true" or "false" for boolean option "bo".'),
    accepted(optionValue("{ bo: 0x1 }"), "0c82a5a130d8"),
    accepted(optionValue("{ bo: 01 }"), "1eb996b29be0"),
    accepted(optionValue("{ u: 4294967295 }"), "66c7d3a9fc65"),
    refused(optionValue("{ u: 4294967296 }"), '3:21: Value out of range, 0 to 4294967295, for uint32 option "u".'),
    accepted(`${withOption("optional double f = 50001;")}option (f) = -18446744073709551615;`, "0a0138ba468a"),
    accepted(`${withOption("optional double f = 50001;")}option (f) = -9223372036854775809;`, "c72b7cc20ee7"),
    accepted(`${withOption("optional double f = 50001;")}option (f) = 9223372036854775809;`, "4716dfb33466"),
    accepted(`${withOption("optional float f = 50001;")}option (f) = 16777217;`, "7565c24a27d7"),
    accepted(`${withOption("optional float f = 50001;")}option (f) = 9223372586610589697;`, "4b904e469ef7"),
  ]),
  ...rowsOf("words for types in front of names", [
    refused(
      `${p2}message M { optional group.Bar b = 1; } message Bar {}`,
      '2:22: "group" is a type by itself, and nothing is in it. For a message or package of that name, write ".group" with all that is around it.',
    ),
    refused(`${p2}message M { optional .group.Bar b = 1; } `, '2:22: ".group.Bar" is not defined.'),
    refused(
      `${p2}package group; message Bar {} message M { optional group.Bar b = 1; }`,
      '2:52: "group" is a type by itself, and nothing is in it. For a message or package of that name, write ".group" with all that is around it.',
    ),
    accepted(`${p2}package group; message Bar {} message M { optional .group.Bar b = 1; }`, "fee79d43f753"),
    accepted(`${p2}message M { optional groupBar b = 1; } message groupBar {}`, "4892fd739f78"),
    refused(`${p2}message M { optional group b = 1; }`, '2:22: "group" is not defined.'),
    refused(`${p3}message group {} message M { group b = 1; }`, "2:30: Missing group body."),
    refused(
      `${e23}message M { group.Bar b = 1; }`,
      '2:13: "group" is a type by itself, and nothing is in it. For a message or package of that name, write ".group" with all that is around it.',
    ),
    refused(
      `${e23}package group; message Bar {} message M { group.Bar b = 1; }`,
      '2:43: "group" is a type by itself, and nothing is in it. For a message or package of that name, write ".group" with all that is around it.',
    ),
    refused(
      `${p3}package group; message Bar {} message M { group.Bar b = 1; }`,
      '2:43: "group" is a type by itself, and nothing is in it. For a message or package of that name, write ".group" with all that is around it.',
    ),
    accepted(`${p3}package group; message Bar {} message M { .group.Bar b = 1; }`, "1b360c8dd91a"),
    refused(
      `${p2}package group; message Bar {} service S { rpc A(group.Bar) returns (Bar); }`,
      '2:49: "group" is not defined. It is the word for a type that is no message. For a message or package of that name, write ".group" with all that is around it.',
    ),
    refused(
      `${p2}package group; message Bar {extensions 1 to 9;} extend group.Bar { optional int32 a = 1; }`,
      '2:56: "group" is not defined. It is the word for a type that is no message. For a message or package of that name, write ".group" with all that is around it.',
    ),
    refused(
      `${p3}package group; message Bar {} message M { map<string, group.Bar> b = 1; }`,
      '2:55: Expected value type. A map has no groups, found "group".',
    ),
    refused(
      `${p3}message group {} message M { map<string, group> b = 1; }`,
      '2:42: Expected value type. A map has no groups, found "group".',
    ),
    refused(
      `${p3}package string; message Bar {} message M { string.Bar b = 1; }`,
      '2:44: "string" is a type by itself, and nothing is in it. For a message or package of that name, write ".string" with all that is around it.',
    ),
    refused(
      `${p3}package int32; message Bar {} message M { int32.Bar b = 1; }`,
      '2:43: "int32" is a type by itself, and nothing is in it. For a message or package of that name, write ".int32" with all that is around it.',
    ),
    accepted(`${p3}package int32; message Bar {} message M { .int32.Bar b = 1; }`, "0c4ffe112f28"),
    refused(
      `${p3}package int32; message Bar {} service S { rpc A(int32.Bar) returns (Bar); }`,
      '2:49: "int32" is not defined. It is the word for a type that is no message. For a message or package of that name, write ".int32" with all that is around it.',
    ),
    refused(
      `${p3}package int32; message Bar {} message M { map<string,int32.Bar> b = 1; }`,
      '2:54: "int32" is a type by itself, and nothing is in it. For a message or package of that name, write ".int32" with all that is around it.',
    ),
    refused(
      `${p3}package int32; message Bar {} message M { .int32 b = 1; }`,
      '2:43: "int32" is not a type, but a package.',
    ),
    accepted(`${p3}message int32 {} message M { .int32 b = 1; }`, "b451addda4b8"),
    accepted(`${p3}message int32 {} message M { int32 b = 1; }`, "018504ecee04"),
    refused(
      `${p3}message int32 {} service S { rpc A(int32) returns (int32); }`,
      '2:36: "int32" is not defined. It is the word for a type that is no message. For a message or package of that name, write ".int32" with all that is around it.',
    ),
    accepted(`${p3}message int32 {} service S { rpc A(.int32) returns (.int32); }`, "6ea3b176db1e"),
    refused(`${p3}message M { .string b = 1; }`, '2:13: ".string" is not defined.'),
  ]),
  ...rowsOf("lazy fields", [
    accepted(`${p2}message M { optional M m = 1 [unverified_lazy = true]; }`, "4ae2cb871acc"),
    refused(
      `${p2}message M { optional int32 m = 1 [unverified_lazy = true]; }`,
      "2:35: [unverified_lazy = true] can only be specified for submessage fields.",
    ),
    refused(
      `${p2}message M { extensions 1; extend M { optional M m = 1 [unverified_lazy = true]; } }`,
      "2:56: Extensions cannot be marked as unverified_lazy.",
    ),
    refused(
      `${p2}message M { optional group G = 1 [lazy = true] {} }`,
      "2:35: [lazy = true] can only be specified for submessage fields.",
    ),
    refused(
      `${e23}message M { M m = 1 [lazy = true, features.message_encoding = DELIMITED]; }`,
      "2:22: [lazy = true] cannot be specified for fields whose message_encoding is DELIMITED.",
    ),
    refused(
      `${e23}option features.message_encoding = DELIMITED; message M { M m = 1 [lazy = true]; }`,
      "2:68: [lazy = true] cannot be specified for fields whose message_encoding is DELIMITED.",
    ),
    accepted(`${e23}message M { M m = 1 [lazy = true]; }`, "922879099658"),
    accepted(
      `${e23}option features.message_encoding = DELIMITED; message M { map<string, M> m = 1 [lazy = true]; }`,
      "5f89b0fe6671",
    ),
    refused(
      `${e23}option features.message_encoding = DELIMITED; message M { M m = 1 [unverified_lazy = true]; }`,
      "2:68: [unverified_lazy = true] cannot be specified for fields whose message_encoding is DELIMITED.",
    ),
    accepted(`${p2}message M { optional int32 m = 1 [lazy = false]; }`, "d761bc458e37"),
    accepted(`${p2}message M { repeated M m = 1 [lazy = true]; }`, "5f9cc5883f3b"),
    accepted(`${p2}message M { extensions 1; extend M { optional M m = 1 [lazy = true]; } }`, "fb9836a1f9c9"),
    accepted(`${p2}message M { map<string, M> m = 1 [lazy = true]; }`, "3a4b2786b4b4"),
  ]),
  ...rowsOf("zero bytes and control characters", [
    refused(`${p3}message M { int32 a = 1 [json_name = "a\\0b"]; }`, "2:38: A JSON name must not contain a zero byte."),
    refused(`${p3}import "a\\0b.proto";`, '2:8: Import "a\u0000b.proto" was not found.'),
    accepted(`${p3}option java_package = "a\\0b";`, "ec80a10a00fd"),
    accepted(`${p2}message M { optional string a = 1 [default = "a\\0b"]; }`, "38db49392c0d"),
    accepted(`${p2}message M { optional bytes a = 1 [default = "a\\0b"]; }`, "38bf438260dd"),
    accepted(`${p2}message M { reserved "a\\0b"; }`, "2541bc670cf2"),
    accepted(`${p2}enum E { A = 0; reserved "a\\0b"; }`, "6fd421cb1be9"),
    refused(`${p3}\0 message M {}`, "2:1: Control character is not allowed outside of comments and strings."),
    refused(
      `${p3}// \0\nmessage M {}`,
      "2:4: A zero byte is not allowed in a file, not even in comments and strings: in a string, write \\0.",
    ),
    refused(
      `${p3}option java_package = "a\0b";`,
      "2:25: A zero byte is not allowed in a file, not even in comments and strings: in a string, write \\0.",
    ),
    refused(
      `${p2}message M { optional string a = 1 [default = "a\0b"]; }`,
      "2:48: A zero byte is not allowed in a file, not even in comments and strings: in a string, write \\0.",
    ),
    refused(`${p3}message M {} \0`, "2:14: Control character is not allowed outside of comments and strings."),
    refused(
      `${p3}/* \0 */message M {}`,
      "2:4: A zero byte is not allowed in a file, not even in comments and strings: in a string, write \\0.",
    ),
    refused(
      optionValue('{ s: "a\0b" }'),
      "3:23: A zero byte is not allowed in a file, not even in comments and strings: in a string, write \\0.",
    ),
    accepted(optionValue('{ s: "a\\0b" }'), "044e9bd0d17d"),
    refused(optionValue("{ # \0\n }"), '3:18: Expected field name or "}", found "#".'),
    refused(
      `${p3}message M {}// \0`,
      "2:16: A zero byte is not allowed in a file, not even in comments and strings: in a string, write \\0.",
    ),
    refused('syntax = "proto\x003";', '1:10: Unrecognized syntax identifier "proto\u00003": use "proto3" or "proto2".'),
    refused(`${p3}message \0M {}`, "2:9: Control character is not allowed outside of comments and strings."),
    refused(`${p3}mess\0age M {}`, "2:5: Control character is not allowed outside of comments and strings."),
    refused(
      `${p2}message M { reserved "a\0b"; }`,
      "2:24: A zero byte is not allowed in a file, not even in comments and strings: in a string, write \\0.",
    ),
    refused(
      `${p3}message M {} /* \0 */`,
      "2:17: A zero byte is not allowed in a file, not even in comments and strings: in a string, write \\0.",
    ),
    refused(
      `${p3}message M { int32 a\0 = 1; }`,
      "2:20: Control character is not allowed outside of comments and strings.",
    ),
    accepted(`${p3}option java_package = "a\x01b";`, "57319d631c68"),
    refused(`${p3}\x01message M {}`, "2:1: Control character is not allowed outside of comments and strings."),
    accepted(`${p3}// \x01\nmessage M {}`, "9e801eea639b"),
    accepted(`${p3}option java_package = "a\x7fb";`, "dcf8a4860767"),
    accepted(`${p3}option java_package = "a\tb";`, "0a75472f9167"),
    accepted(`${p3}option java_package = "a\rb";`, "7087a7335719"),
    accepted(`${p3}message M\r{}`, "b095310fd5de"),
    accepted(`${p3}message M\v\f{}`, "8c3f4451ab95"),
    refused(`${p3}message M\x7f{}`, "2:10: Control character is not allowed outside of comments and strings."),
    refused(
      `${p3}option java_package = "a\\\nb";`,
      "2:23: String literal has no end: it must be closed on the same line.",
    ),
  ]),
  ...rowsOf("allow_alias", [
    refused(
      `${p3}enum E { option allow_alias = false; A = 0; }`,
      '2:10: Aliases are not allowed by default: remove "option allow_alias = false;".',
    ),
    refused(
      `${p3}enum E { option allow_alias = false; option allow_alias = false; A = 0; }`,
      '2:59: Option "allow_alias" was already set.',
    ),
    refused(
      `${p3}enum E { option allow_alias = true; option allow_alias = false; A = 0; B = 0; }`,
      '2:58: Option "allow_alias" was already set.',
    ),
    refused(
      `${p3}enum E { option allow_alias = false; option allow_alias = true; A = 0; B = 0; }`,
      '2:59: Option "allow_alias" was already set.',
    ),
    refused(
      `${p3}enum E { option allow_alias = true; A = 0; }`,
      '2:6: "E" declares support for enum aliases but no enum values share numbers. Please remove the unnecessary "option allow_alias = true;" declaration.',
    ),
    accepted(`${p3}enum E { option allow_alias = true; A = 0; B = 0; }`, "f35ee2e65834"),
    refused(
      `${p3}enum E { option allow_alias = false; A = 0; B = 0; }`,
      '2:49: "B" uses the same enum value as "A". If this is intended, set "option allow_alias = true;" in the enum definition.',
    ),
    refused(
      `${p3}enum E { option allow_alias = true; option allow_alias = true; A = 0; B = 0; }`,
      '2:58: Option "allow_alias" was already set.',
    ),
    accepted(`${p3}enum E { A = 0; B = 0; option allow_alias = true; }`, "450e39c751ec"),
    refused(
      `${p3}enum E { option allow_alias = 1; A = 0; }`,
      '2:31: Value must be "true" or "false" for boolean option "allow_alias".',
    ),
    refused(
      `${p3}enum E { option allow_alias = foo; A = 0; B=0; }`,
      '2:31: Value must be "true" or "false" for boolean option "allow_alias".',
    ),
  ]),
  ...rowsOf("map_entry", [
    refused(
      `${p3}message M { option map_entry = false; }`,
      "2:13: map_entry should not be set explicitly. Use map<KeyType, ValueType> instead.",
    ),
    refused(
      `${p3}message M { option map_entry = true; }`,
      "2:13: map_entry should not be set explicitly. Use map<KeyType, ValueType> instead.",
    ),
    refused(
      `${p3}message M { option map_entry = false; option map_entry = false; }`,
      "2:13: map_entry should not be set explicitly. Use map<KeyType, ValueType> instead.",
    ),
    refused(
      `${p3}message M { option map_entry = true; string key = 1; string value = 2; }`,
      "2:13: map_entry should not be set explicitly. Use map<KeyType, ValueType> instead.",
    ),
    refused(
      `${p3}message M { repeated XEntry x = 1; message XEntry { option map_entry = true; string key = 1; string value = 2; } }`,
      '2:22: "M.XEntry" is the type of a map\'s entries, which no other field may have: define a message for it.',
    ),
    refused(
      `${p3}message M { option map_entry = foo; }`,
      "2:13: map_entry should not be set explicitly. Use map<KeyType, ValueType> instead.",
    ),
    refused(
      `${p2}message M { optional group G = 1 { option map_entry = false; } }`,
      "2:36: map_entry should not be set explicitly. Use map<KeyType, ValueType> instead.",
    ),
    refused(
      `${p2}message M { optional group G = 1 { option map_entry = true; } }`,
      "2:36: map_entry should not be set explicitly. Use map<KeyType, ValueType> instead.",
    ),
    accepted(`${p3}message M { map<string,int32> map_entry = 1; }`, "24c31a4c11e3"),
    refused(
      `${p2}message M { extensions 5; } extend M { optional group G = 5 { option map_entry = false; } }`,
      "2:63: map_entry should not be set explicitly. Use map<KeyType, ValueType> instead.",
    ),
  ]),
  ...rowsOf("long names", [
    refused(
      `${p3}message ${"a".repeat(100000)} {}`,
      '2:9: The name "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa..." is too long: with all that is around it, it takes 100000 of 65535 bytes.',
    ),
    accepted(`${p3}message ${"a".repeat(65535)} {}`, "ac1ae5a4e1b2"),
    refused(
      `${p3}message ${"a".repeat(65536)} {}`,
      '2:9: The name "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa..." is too long: with all that is around it, it takes 65536 of 65535 bytes.',
    ),
    refused(
      `${p3}message M { int32 ${"a".repeat(65535)} = 1; }`,
      '2:19: The name "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa..." is too long: with all that is around it, it takes 65537 of 65535 bytes.',
    ),
    accepted(`${p3}message M { int32 ${"a".repeat(65533)} = 1; }`, "78f6bf0c48a8"),
    refused(
      `${p3}enum E { ${"A".repeat(65536)} = 0; }`,
      '2:10: The name "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA..." is too long: with all that is around it, it takes 65536 of 65535 bytes.',
    ),
    accepted(`${p3}enum E { ${"A".repeat(65535)} = 0; }`, "ccf05cf601cb"),
    refused(
      `${p3}service ${"A".repeat(65536)} { }`,
      '2:9: The name "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA..." is too long: with all that is around it, it takes 65536 of 65535 bytes.',
    ),
    accepted(`${p3}message M { int32 ${"a".repeat(60000)} = 1; }`, "8003b7eea9eb"),
    refused(
      `${p3}message M { oneof ${"a".repeat(66000)} { int32 a = 1;} }`,
      '2:19: The name "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa..." is too long: with all that is around it, it takes 66002 of 65535 bytes.',
    ),
    accepted(`${p3}message M { map<string,string> ${"a".repeat(32000)} = 1; }`, "84792087c3d5"),
    accepted(`${p3}message M { int32 ${"a".repeat(33000)} = 1; }`, "2870de03282c"),
    refused(
      `${p3}message M { int32 a = 1 [json_name="${"a".repeat(66000)}"]; }`,
      '2:19: The name "a" is too long: with all that is around it, it takes 66009 of 65535 bytes.',
    ),
    refused(
      `${p3}message ${"a".repeat(65536 - 1)} { message B {} }`,
      '2:65555: The name "B" is too long: with all that is around it, it takes 65537 of 65535 bytes.',
    ),
    accepted(`${p3}message ${"a".repeat(65536 - 3)} { message B {} }`, "0bc339dcb1b4"),
    refused(
      `${p2}message M { reserved "${"a".repeat(70000)}"; }`,
      '2:9: The name "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa..." is too long: with all that is around it, it takes 70000 of 65535 bytes.',
    ),
    accepted(`${p2}message M { reserved "${"a".repeat(20000)}"; }`, "3e21ef852e52"),
    refused(
      `${p3}message M { int32 ${"a".repeat(60000)}_b = 1; }`,
      '2:19: The name "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa..." is too long: with all that is around it, it takes 120007 of 65535 bytes.',
    ),
    accepted(`${p3}option java_package = "${"a".repeat(70000)}";`, "eef5a63e495f"),
    accepted(`${p3}package a; message ${"a".repeat(65533)} {}`, "7260858c5b04"),
    refused(
      `${p3}package a; message ${"a".repeat(65534)} {}`,
      '2:20: The name "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa..." is too long: with all that is around it, it takes 65536 of 65535 bytes.',
    ),
    refused(
      `${p3}service S { rpc ${"A".repeat(65536)}(M) returns(M); } message M{}`,
      '2:17: The name "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA..." is too long: with all that is around it, it takes 65538 of 65535 bytes.',
    ),
    refused(
      `${p3}enum ${"A".repeat(65536)} {A = 0; }`,
      '2:6: The name "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA..." is too long: with all that is around it, it takes 65536 of 65535 bytes.',
    ),
    refused(
      `${p3}message M { int32 ${"A".repeat(65533)} = 1; }`,
      '2:19: The name "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA..." is too long: with all that is around it, it takes 262138 of 65535 bytes.',
    ),
    refused(
      `${p3}message M { int32 ${"a_".repeat(32000)} = 1; }`,
      '2:19: The name "a_a_a_a_a_a_a_a_a_a_a_a_a_a_a_a_a_a_a_a_..." is too long: with all that is around it, it takes 96004 of 65535 bytes.',
    ),
  ]),
  ...rowsOf("google.protobuf.Any in option values", [
    accepted(anyValue("{ [type.googleapis.com/Opt] { a: 1 } }"), "f84d6b63dc29"),
    refused(
      anyValue("{ [type.googleapis.com/Opt] { a: 1 } [type.googleapis.com/Opt] { a: 1 } }"),
      '2:97: The Any has a "type_url" already: it holds one message.',
    ),
    accepted(anyValue('{ type_url: "x" value: "" }'), "cd6dfbc4fb86"),
    refused(anyValue('{ [type.googleapis.com/Opt] { a: 1 } value: "" }'), '2:78: Field "value" was already set.'),
    accepted(anyValue('{ value: "" [type.googleapis.com/Opt] { a: 1 } }'), "bf73347fe44c"),
    refused(
      anyValue('{ type_url: "x" [type.googleapis.com/Opt] { a: 1 } }'),
      '2:76: The Any has a "type_url" already: it holds one message.',
    ),
    refused(
      anyValue("{ [foo.com/Opt] { a: 1 } }"),
      '2:50: The URL "foo.com/Opt" must be "type.googleapis.com/" with the name of a type behind it.',
    ),
    refused(anyValue("{ [type.googleapis.com/Nope] { a: 1 } }"), '2:63: The type "Nope" is not known.'),
    accepted(anyValue("{ [type.googleprod.com/Opt] { a: 1 } }"), "bed79dcffb69"),
    refused(anyValue("{ [type.googleapis.com/.Opt] { a: 1 } }"), '2:57: Expected type name, found ".".'),
    accepted(anyValue("{ [type.googleapis.com/Opt]: { a: 1 } }"), "0d3694617cb9"),
    accepted(anyValue("{ [type.googleapis.com/Opt] < a: 1 > }"), "f84d6b63dc29"),
    refused(
      anyValue("{ [type.googleapis.com/foo/Opt] { a: 1 } }"),
      '2:66: The URL "type.googleapis.com/foo/Opt" must be "type.googleapis.com/" with the name of a type behind it.',
    ),
    accepted(anyValue("{ [type.googleapis.com / Opt] { a: 1 } }"), "a13be844a182"),
    refused(
      anyValue("{ [Opt] { a: 1 } }"),
      '2:36: Error while parsing option value for "(any)": "google.protobuf.Any" has no extension named "[Opt]".',
    ),
    refused(anyValue("{ [type.googleapis.com/Opt]: 1 }"), '2:63: Expected "{".'),
    refused(anyValue("{ [type.googleapis.com/E] { } }"), '2:60: The type "E" is not known.'),
    accepted(anyValue("{ }"), "c83035e8e869"),
    refused(
      optionValue("{ [type.googleapis.com/Opt] { a: 1 } }"),
      '3:44: "[type.googleapis.com/Opt]" is only allowed in a google.protobuf.Any.',
    ),
    refused(
      anyValue("{ [type.googleapis.com/Opt] { xyz: 1 } }"),
      '2:64: Error while parsing option value for "(any)": "Opt" has no field named "xyz".',
    ),
    accepted(anyValue("{ [type.googleapis.com/Opt] { [xa]: 1 } }"), "99078ef82161"),
    refused(anyValue('{ [type.googleapis.com/Opt] { } type_url: "x" }'), '2:76: Field "type_url" was already set.'),
  ]),
  ...rowsOf("names of extensions in option values", [
    accepted(optionValue("{ [xa]: 1 }"), "9bd0ee979cb5"),
    refused(
      optionValue("{ [.xa]: 1 }"),
      '3:18: Error while parsing option value for "(opt)": "Opt" has no extension named "[.xa]".',
    ),
    refused(
      optionValue("{ [.b] {} }"),
      '3:18: Error while parsing option value for "(opt)": "Opt" has no extension named "[.b]".',
    ),
    accepted(optionValue("{ [xb] { a: 1 } }"), "2dbad8592f1b"),
    accepted(optionValue("{ [ xa ]: 1 }"), "bf5ad79b97f0"),
    refused(optionValue("{ [xa]: 1 [xa]: 2 }"), '3:32: Field "xa" was already set.'),
    refused(optionValue("{ [xa] 1 }"), '3:23: Expected ":" or "{", found "1".'),
    refused(
      optionValue("{ [nope]: 1 }"),
      '3:18: Error while parsing option value for "(opt)": "Opt" has no extension named "[nope]".',
    ),
    refusedByUs(
      optionValue("{ [Opt.a]: 1 }"),
      '3:18: Error while parsing option value for "(opt)": "Opt" has no extension named "[Opt.a]".',
      why.field,
    ),
    refusedByUs(optionValue("{ [x a]: 1 }"), '3:21: Expected "]", found "a".', why.blank),
    accepted(optionValue("{ [xb] < a: 1 > }"), "2dbad8592f1b"),
    refused(optionValue("{ []: 1 }"), '3:19: Expected extension or type name, found "]".'),
    refused(optionValue("{ [a.]: 1 }"), '3:21: Expected identifier, found "]".'),
    accepted(
      {
        "o.proto": `${p2 + descriptorImport}package foo; message Opt { extensions 1 to 9; } extend Opt { optional int32 xa = 1; } extend google.protobuf.FileOptions { optional Opt opt = 50001; }`,
        "t.proto": `${p2}package bar; import "o.proto"; option (foo.opt) = { [xa]: 1 };`,
      },
      "2521455afcbf",
    ),
    refused(
      {
        "o.proto": `${p2 + descriptorImport}package foo; message Opt { extensions 1 to 9; } extend google.protobuf.FileOptions { optional Opt opt = 50001; }`,
        "t.proto": `${p2}package bar; import "o.proto"; extend foo.Opt { optional int32 xa = 1; } option (foo.opt) = { [xa]: 1 };`,
      },
      '2:95: Error while parsing option value for "(foo.opt)": "foo.Opt" has no extension named "[xa]".',
    ),
    accepted(
      {
        "o.proto": `${p2 + descriptorImport}package foo; message Opt { extensions 1 to 9; } extend google.protobuf.FileOptions { optional Opt opt = 50001; }`,
        "t.proto": `${p2}package bar; import "o.proto"; extend foo.Opt { optional int32 xa = 1; } option (foo.opt) = { [bar.xa]: 1 };`,
      },
      "78914b33f8bd",
    ),
    refused(
      {
        "o.proto": `${p2 + descriptorImport}package foo; message Opt { extensions 1 to 9; extend Opt { optional int32 xa = 1; } } extend google.protobuf.FileOptions { optional Opt opt = 50001; }`,
        "t.proto": `${p2}package bar; import "o.proto"; option (foo.opt) = { [xa]: 1 };`,
      },
      '2:53: Error while parsing option value for "(foo.opt)": "foo.Opt" has no extension named "[xa]".',
    ),
    accepted(
      {
        "o.proto": `${p2 + descriptorImport}package foo; message Opt { extensions 1 to 9; extend Opt { optional int32 xa = 1; } } extend google.protobuf.FileOptions { optional Opt opt = 50001; }`,
        "t.proto": `${p2}package bar; import "o.proto"; option (foo.opt) = { [Opt.xa]: 1 };`,
      },
      "e3aeee940518",
    ),
  ]),
  ...rowsOf("lists and maps in option values", [
    refused(optionValue("{ strs [] }"), '3:23: Expected ":" behind "strs", which is no message.'),
    accepted(optionValue("{ strs: [] }"), "2592648b0611"),
    refused(optionValue('{ strs ["a"] }'), '3:23: Expected ":" or "{", found "[".'),
    accepted(optionValue("{ os [] }"), "19041e71c7ef"),
    accepted(optionValue("{ os [{}] }"), "f80f11e75576"),
    accepted(optionValue("{ os: [{}] }"), "37f53e329204"),
    accepted(optionValue("{ os: [] }"), "4d5a5ab869b8"),
    accepted(optionValue("{ os [<>, {}] }"), "ba012f742d53"),
    accepted(optionValue('{ strs: "a" strs: "b" }'), "cf89c14c5168"),
    accepted(optionValue('{ strs: ["a", "b"] }'), "1609d8d20a9e"),
    accepted(optionValue('{ strs: ["a" "b"] }'), "26887b904650"),
    refused(optionValue('{ strs: ["a",] }'), '3:29: Expected option value, found "]".'),
    refused(optionValue("{ a: [1] }"), '3:21: Field "a" is not repeated, so it takes no list.'),
    refused(optionValue("{ a: [] }"), '3:21: Field "a" is not repeated, so it takes no list.'),
    refused(optionValue("{ o: [] }"), '3:21: Field "o" is not repeated, so it takes no list.'),
    refused(optionValue("{ o [] }"), '3:20: Field "o" is not repeated, so it takes no list.'),
    refused(optionValue("{ o: [{}] }"), '3:21: Field "o" is not repeated, so it takes no list.'),
    refused(optionValue("{ os: [{}, 1] }"), '3:22: Field "os" is a message: expected "{".'),
    refused(optionValue('{ strs: [["a"]] }'), '3:25: Expected option value, found "[".'),
    accepted(optionValue("{ mm [] }"), "19041e71c7ef"),
    accepted(optionValue('{ mm [{ key: "a" value: 1 }] }'), "202c3f7be304"),
    accepted(optionValue('{ mm { key: "a" } }'), "72a6e208081b"),
    accepted(optionValue("{ mm { value: 1 } }"), "9c7ea69d3c26"),
    accepted(optionValue("{ mm { } }"), "fe48395e4d2c"),
    accepted(optionValue('{ mo { key: "a" } }'), "ee1a672dbc49"),
    accepted(optionValue('{ mm { key: "b" value: 2 } mm { key: "a" value: 1 } }'), "4127cbf838cf"),
    accepted(optionValue('{ mm { key: "b" value: 2 } mm { key: "b" value: 1 } }'), "f1cc80bd5594"),
    accepted(optionValue('{ mo { key: "a" value { } } }'), "a4efa79ec1dd"),
    refused(optionValue("{ [xa]: [1] }"), '3:24: Field "xa" is not repeated, so it takes no list.'),
    refused(optionValue("{ is [1,2] }"), '3:21: Expected ":" or "{", found "[".'),
    accepted(optionValue("{ is: [1,2] is: 3 }"), "fbd13b493c6f"),
    refused(optionValue("{ [xb] [] }"), '3:23: Field "xb" is not repeated, so it takes no list.'),
    accepted(
      {
        "o.proto": `${e23 + descriptorImport}option features.message_encoding = DELIMITED; message Opt { map<string, Opt> m = 1; map<string,int32> n = 2; } extend google.protobuf.FileOptions { Opt opt = 50001; }`,
        "t.proto": `${e23}import "o.proto"; option (opt) = { m { key: "a" value { n { key: "x" } } } };`,
      },
      "c2349732dfa6",
    ),
    accepted(
      {
        "o.proto": `${e23 + descriptorImport}option features.message_encoding = DELIMITED; message Opt { map<string, Opt> m = 1; map<string,int32> n = 2; } extend google.protobuf.FileOptions { Opt opt = 50001; }`,
        "t.proto": `${e23}import "o.proto"; option (opt) = { m { key: "a" } };`,
      },
      "95e3c80ad35b",
    ),
  ]),
  ...rowsOf("declarations of extensions", [
    accepted(declared('declaration = { number: 5 full_name: ".foo" type: ".Bar" }'), "89987594645d"),
    refused(
      declared('declaration = { number: 5 full_name: ".foo" type: "Bar" }'),
      '2:38: "Bar" must have a leading dot: it is a full name.',
    ),
    refused(
      declared('declaration = { number: 5 full_name: ".foo" type: "foo.Bar" }'),
      '2:38: "foo.Bar" must have a leading dot: it is a full name.',
    ),
    accepted(declared('declaration = { number: 5 full_name: ".foo" type: "int32" }'), "d85c3ff531f7"),
    accepted(declared('declaration = { number: 5 full_name: ".foo" type: "enum" }'), "e0a2f555340b"),
    refused(
      declared('declaration = { number: 5 full_name: ".foo" type: "group" }'),
      '2:38: "group" must have a leading dot: it is a full name.',
    ),
    accepted(declared('declaration = { number: 5 full_name: ".foo" type: ".1Bar" }'), "dc9c15990b4c"),
    refused(
      declared('declaration = { number: 5 full_name: ".foo" type: "." }'),
      '2:38: "." contains invalid identifiers.',
    ),
    refused(
      declared('declaration = { number: 5 full_name: "." type: "int32" }'),
      '2:38: "." contains invalid identifiers.',
    ),
    refused(
      declared('declaration = { number: 5 full_name: "" type: "int32" }'),
      "2:38: Extension declaration 5 should have both full_name and type set.",
    ),
    refused(
      declared('declaration = { number: 5 full_name: ".foo" type: "" }'),
      "2:38: Extension declaration 5 should have both full_name and type set.",
    ),
    refused(
      declared('declaration = { number: 5 full_name: "" type: "" }'),
      "2:38: Extension declaration 5 should have both full_name and type set.",
    ),
    refused(
      declared('declaration = { number: 5 full_name: ".foo" reserved: true }'),
      "2:38: Extension declaration 5 should have both full_name and type set.",
    ),
    accepted(declared("declaration = { number: 5 reserved: true }"), "5c1a53e0e951"),
    refused(
      declared('declaration = { number: 5 full_name: ".foo." type: "int32" }'),
      '2:38: ".foo." contains invalid identifiers.',
    ),
    refused(
      declared('declaration = { full_name: ".foo" type: "int32" }'),
      "2:38: Extension declaration number 0 is not in the extension range.",
    ),
    accepted(
      declared('declaration = { number: 5 full_name: ".foo" type: ".Bar" }', "extend Foo { optional Bar foo = 5; }"),
      "359b12ddcb3a",
    ),
    refused(
      declared(
        'declaration = { number: 5 full_name: ".foo" type: ".Bar" repeated: true }',
        "extend Foo { optional Bar foo = 5; }",
      ),
      '2:158: "Foo" extension field 5 is expected to be repeated.',
    ),
    refused(
      declared(
        'declaration = { number: 5 full_name: ".foo" type: ".Bar" reserved: true }',
        "extend Foo { optional Bar foo = 5; }",
      ),
      '2:158: "Foo" extension field 5 cannot be used: the range declares it as reserved.',
    ),
    refused(
      declared('declaration = { number: 5 full_name: ".foo" type: "string" }', "extend Foo { optional Bar foo = 5; }"),
      '2:145: "Foo" extension field 5 is expected to be of type "string", not ".Bar".',
    ),
    refused(
      declared("verification = DECLARATION", "extend Foo { optional Bar foo = 5; }"),
      '2:111: The extension range of "Foo" does not declare field "foo" with number 5.',
    ),
    accepted(declared("verification = UNVERIFIED", "extend Foo { optional Bar foo = 5; }"), "423d77b33035"),
    refused(
      declared("declaration.number = 4"),
      '2:50: Option field "declaration" is a repeated message. Repeated message options must be set as a whole, with { }.',
    ),
  ]),
  ...rowsOf("feature_support", [
    accepted(supported("edition_introduced: EDITION_2023"), "582c5c58a24f"),
    refused(
      supported("edition_introduced: EDITION_2023 edition_deprecated: EDITION_2023"),
      'o.proto:3:44: In feature_support, "f" is deprecated, but has no deprecation_warning.',
    ),
    accepted(
      supported('edition_introduced: EDITION_2023 edition_deprecated: EDITION_2023 deprecation_warning: "x"'),
      "582c5c58a24f",
    ),
    refused(
      supported("edition_introduced: EDITION_2023 edition_removed: EDITION_2023"),
      '2:26: "FileOptions.f" was removed in edition 2023.',
    ),
    refused(
      supported("edition_introduced: EDITION_2024"),
      '2:26: "FileOptions.f" was not introduced until edition 2024 and cannot be used in 2023.',
    ),
    accepted(supported(""), "582c5c58a24f"),
    accepted(supported('edition_deprecated: EDITION_2023 deprecation_warning: "x"'), "582c5c58a24f"),
    refused(
      supported('edition_introduced: EDITION_2023 deprecation_warning: "x"'),
      'o.proto:3:44: In feature_support, "f" has a deprecation_warning, but no edition_deprecated.',
    ),
    refused(
      supported("edition_introduced: EDITION_2023 edition_removed: EDITION_2024"),
      'o.proto:3:44: In feature_support, "f" is removed, but has no removal_error.',
    ),
    accepted(
      supported('edition_introduced: EDITION_2023 edition_removed: EDITION_2024 removal_error: "x"'),
      "582c5c58a24f",
    ),
    refused(
      supported('edition_introduced: EDITION_2024 edition_deprecated: EDITION_2023 deprecation_warning: "x"'),
      'o.proto:3:44: In feature_support, "f" is deprecated before it is introduced.',
    ),
    refused(
      supported("edition_introduced: EDITION_2024 edition_removed: EDITION_2023"),
      'o.proto:3:44: In feature_support, "f" is removed before it is introduced.',
    ),
    refused(
      supported(
        'edition_introduced: EDITION_2023 edition_deprecated: EDITION_2024 deprecation_warning: "x" edition_removed: EDITION_2023 removal_error: "x"',
      ),
      'o.proto:3:44: In feature_support, "f" is deprecated after it is removed.',
    ),
    refused(
      supported('edition_introduced: EDITION_2023 removal_error: "x"'),
      'o.proto:3:44: In feature_support, "f" has a removal_error, but no edition_removed.',
    ),
    refused(
      supported(
        'edition_introduced: EDITION_2023 edition_removed: EDITION_2024 removal_error: "x"',
        "option (f) = 1;",
        e24,
      ),
      '2:26: "FileOptions.f" was removed in edition 2024: x',
    ),
    refused(
      `${e23 + descriptorImport}extend google.protobuf.FileOptions { int32 f = 50001 [feature_support = { edition_introduced: EDITION_2023 edition_deprecated: EDITION_2023 }]; }`,
      '3:44: In feature_support, "f" is deprecated, but has no deprecation_warning.',
    ),
    refused(
      `${e23 + descriptorImport}enum E { A = 0; B = 1 [feature_support = { edition_introduced: EDITION_2023 edition_deprecated: EDITION_2023 }]; }`,
      '3:17: In feature_support, "B" is deprecated, but has no deprecation_warning.',
    ),
    accepted(
      `${e23 + descriptorImport}enum E { A = 0; B = 1 [feature_support = { edition_introduced: EDITION_2023 }]; }`,
      "b94d4759e6ce",
    ),
    accepted(
      `${e23 + descriptorImport}enum E { A = 0; B = 1 [feature_support = { edition_deprecated: EDITION_2023 deprecation_warning: "x" }]; }`,
      "31639fa6c9bf",
    ),
    refused(
      `${e23}message M { int32 a = 1 [feature_support = { edition_introduced: EDITION_2023 edition_deprecated: EDITION_2024 }]; }`,
      '2:19: In feature_support, "a" is deprecated, but has no deprecation_warning.',
    ),
    refused(
      `${e23}message M { int32 a = 1 [feature_support.edition_deprecated = EDITION_2024]; }`,
      '2:19: In feature_support, "a" is deprecated, but has no deprecation_warning.',
    ),
    accepted(`${e23}message M { int32 a = 1 [feature_support = {}]; }`, "e5e9f8f9eab6"),
    accepted(
      `${e23 + descriptorImport}extend google.protobuf.FeatureSet { F f = 9990; } message F { bool b = 1 [targets = TARGET_TYPE_FILE]; }`,
      "1eba6da869ef",
    ),
    accepted(
      `${e23 + descriptorImport}extend google.protobuf.FeatureSet { F f = 9990; } message F { bool b = 1 [targets = TARGET_TYPE_FILE, feature_support.edition_introduced = EDITION_2023, edition_defaults = { edition: EDITION_LEGACY, value: "false"}]; }`,
      "23f0441ed603",
    ),
    accepted(
      `${e23 + descriptorImport}enum E { option features.enum_type = CLOSED; A = 1 [feature_support = { edition_introduced: EDITION_2024 }]; } extend google.protobuf.FileOptions { E f = 50001 [feature_support = { edition_introduced: EDITION_2023 }]; }`,
      "d010a3a915b1",
    ),
    refused(
      `${e23 + descriptorImport}enum E { option features.enum_type = CLOSED; A = 1 [feature_support = { edition_introduced: EDITION_2023 }]; } extend google.protobuf.FileOptions { E f = 50001 [feature_support = { edition_introduced: EDITION_2024 }]; }`,
      '3:151: In feature_support, the value "A" is introduced before "f" is.',
    ),
    accepted(
      `${e23 + descriptorImport}enum E { option features.enum_type = CLOSED; A = 1 [feature_support = { edition_removed: EDITION_2024 removal_error: "x" }]; } extend google.protobuf.FileOptions { E f = 50001 [feature_support = { edition_introduced: EDITION_2023 edition_removed: EDITION_2024 removal_error: "x" }]; }`,
      "a972f9ce0264",
    ),
    refused(
      `${e23 + descriptorImport}enum E { option features.enum_type = CLOSED; A = 1 [feature_support = { edition_deprecated: EDITION_2024 deprecation_warning: "x" }]; } extend google.protobuf.FileOptions { E f = 50001 [feature_support = { edition_introduced: EDITION_2023 edition_deprecated: EDITION_2023 deprecation_warning: "x" }]; }`,
      '3:176: In feature_support, the value "A" is deprecated after "f" is.',
    ),
    refused(
      `${e23 + descriptorImport}enum E { option features.enum_type = CLOSED; A = 1 [feature_support = { edition_removed: EDITION_2024 }]; } extend google.protobuf.FileOptions { E f = 50001 [feature_support = { edition_introduced: EDITION_2023 edition_removed: EDITION_2024 removal_error: "x" }]; }`,
      '3:46: In feature_support, "A" is removed, but has no removal_error.',
    ),
  ]),
  ...rowsOf("escapes", [
    accepted(`${p3}option java_package = "\\U00110000";`, "40727435262f"),
    accepted(`${p3}option java_package = "\\U001FFFFF";`, "11e2f5cb4dcc"),
    refused(`${p3}option java_package = "\\U00200000";`, "2:24: A code point must be at most 10FFFF."),
    accepted(`${p3}option java_package = "\\U0010FFFF";`, "80793db73027"),
    refusedByUs(
      `${p3}option java_package = "\\ud800";`,
      "2:23: A string must be valid UTF-8. Save the file as UTF-8, write its escapes as UTF-8, or give the field the type bytes.",
      why.text,
    ),
    accepted(`${p3}option java_package = "\\ud83d\\ude00";`, "b7ed058a0e2d"),
    refusedByUs(
      `${p3}option java_package = "\\udc00";`,
      "2:23: A string must be valid UTF-8. Save the file as UTF-8, write its escapes as UTF-8, or give the field the type bytes.",
      why.text,
    ),
    accepted(`${p3}option java_package = "\\uFFFF";`, "945d3157c31f"),
    refused(`${p3}option java_package = "\\x";`, '2:24: Expected hex digits after "\\x".'),
    refused(`${p3}option java_package = "\\q";`, "2:24: Invalid escape sequence in string literal."),
    refused(`${p3}option java_package = "\\u12";`, '2:24: Expected 4 hex digits after "\\u".'),
    refusedByUs(
      `${p3}option java_package = "\\xff";`,
      "2:23: A string must be valid UTF-8. Save the file as UTF-8, write its escapes as UTF-8, or give the field the type bytes.",
      why.text,
    ),
    refusedByUs(
      `${p3}option java_package = "\\377";`,
      "2:23: A string must be valid UTF-8. Save the file as UTF-8, write its escapes as UTF-8, or give the field the type bytes.",
      why.text,
    ),
    accepted(`${p3}option java_package = "\\400";`, "bc96eb7550d6"),
    refusedByUs(
      `${p3}option java_package = "\\ud83dx";`,
      "2:23: A string must be valid UTF-8. Save the file as UTF-8, write its escapes as UTF-8, or give the field the type bytes.",
      why.text,
    ),
    refusedByUs(
      `${p3}option java_package = "\\ud83d\\u0041";`,
      "2:23: A string must be valid UTF-8. Save the file as UTF-8, write its escapes as UTF-8, or give the field the type bytes.",
      why.text,
    ),
    accepted(
      `${p2}message M { optional bytes b = 1 [default = "\\U00110000"]; optional bytes c = 2 [default = "\\ud800"]; optional bytes d = 3 [default = "\\ud83d\\ude00"]; }`,
      "eff9ca0a4398",
    ),
    accepted(optionValue('{ b: "\\U00110000" }'), "9cb8bb51cde6"),
    accepted(optionValue('{ b: "\\ud800" }'), "4cf62d18b8c1"),
    accepted(optionValue('{ b: "\\ud83d\\ude00" }'), "105dcbb47f7b"),
    accepted(optionValue('{ b: "\\U001FFFFF" }'), "823cd1dc2a1a"),
    accepted(optionValue('{ s: "\\U0010FFFF" }'), "961c080a8882"),
    accepted(optionValue('{ b: "\\400" }'), "b1557da15f98"),
    refused(optionValue('{ b: "\\Uffffffff" }'), "3:22: A code point must be at most 10FFFF."),
    refused(`${p3}option java_package = "\\Uffffffff";`, "2:24: A code point must be at most 10FFFF."),
    accepted(`${p3}option java_package = "\\U00012345";`, "9bf9de91e2a7"),
    accepted(`${p3}option java_package = "\\X41";`, "4c229142215f"),
    accepted(`${p3}option java_package = "\\U00110000abc";`, "91de48296e1c"),
  ]),
  ...rowsOf("depth of option values", [
    accepted(deep(62), "decf4e8c7ce7"),
    accepted(deep(64), "c7927523314f"),
    accepted(deep(99), "e1d3c4d7b830"),
    refused(deep(100), '3:418: The messages of an option\'s value may be nested 100 deep, found "}".'),
    refused(deep(5000), '3:418: The messages of an option\'s value may be nested 100 deep, found "o".'),
    accepted(dotted(99), "0bd52ceef116"),
    refused(dotted(100), '3:218: The messages of an option\'s value may be nested 100 deep, found "1".'),
    refused(
      `${p3}option java_package = { ${"a { ".repeat(200)}${"} ".repeat(200)}};`,
      '2:425: The messages of an option\'s value may be nested 100 deep, found "a".',
    ),
  ]),
  ...rowsOf("json_name", [
    accepted(
      `${p2}message M { extensions 1 to 9; extend M { optional int32 foo_bar = 1 [json_name = "fooBar"]; } }`,
      "8f3e5f6ef926",
    ),
    refused(
      `${p2}message M { extensions 1 to 9; extend M { optional int32 foo_bar = 1 [json_name = "x"]; } }`,
      '2:71: Option "json_name" is not allowed on extension fields.',
    ),
    accepted(
      `${p2}message M { extensions 1 to 9; } extend M { optional int32 foo = 1 [json_name = "foo"]; }`,
      "9c51cfd5b9d1",
    ),
    refused(
      `${p2}message M { extensions 1 to 9; } extend M { optional int32 foo = 1 [json_name = ""]; }`,
      '2:69: Option "json_name" is not allowed on extension fields.',
    ),
    accepted(`${p2}message M { optional int32 a = 1 [json_name = ""]; }`, "74f7ee4bd79d"),
    refused(
      `${p2}message M { optional int32 a = 1 [json_name = "[x]"]; }`,
      '2:47: A JSON name must not start with "[" and end with "]": such names are those of extensions.',
    ),
    accepted(`${p2}message M { optional int32 a = 1 [json_name = "[x"]; }`, "6d7b57539f17"),
  ]),
  ...rowsOf("groups and delimited messages in option values", [
    refused(
      delimited("{ Bar < > }"),
      '2:36: Error while parsing option value for "(opt)": "Opt" has no field named "Bar".',
    ),
    refused(
      delimited("{ Bar { } }"),
      '2:36: Error while parsing option value for "(opt)": "Opt" has no field named "Bar".',
    ),
    accepted(delimited("{ bar { a: 1 } }"), "d5f03bdb9e8a"),
    accepted(delimited("{ other { a: 1 } }"), "f89a6d5e0650"),
    refused(
      delimited("{ Other { a: 1 } }"),
      '2:36: Error while parsing option value for "(opt)": "Opt" has no field named "Other".',
    ),
    accepted(delimited("{ inn { x: 1 } }"), "8fd667215158"),
    accepted(delimited("{ Inn { x: 1 } }"), "8fd667215158"),
    accepted(delimited("{ Inn2 { x: 1 } }"), "67ec725fc41b"),
    accepted(delimited("{ bars { } }"), "8f8b35de5712"),
    refused(
      delimited("{ BAR { } }"),
      '2:36: Error while parsing option value for "(opt)": "Opt" has no field named "BAR".',
    ),
    accepted(optionValue("{ Grp { x: 1 } }"), "76da8ea5e20c"),
    accepted(optionValue("{ grp { x: 1 } }"), "76da8ea5e20c"),
    refused(
      optionValue("{ GRP { x: 1 } }"),
      '3:18: Error while parsing option value for "(opt)": "Opt" has no field named "GRP".',
    ),
    accepted(optionValue("{ Grp < x: 1 > }"), "76da8ea5e20c"),
  ]),
  ...rowsOf("entries of maps as types", [
    refused(
      `${p3}message M { map<string,int32> x = 1; XEntry y = 2; }`,
      '2:38: "M.XEntry" is the type of a map\'s entries, which no other field may have: define a message for it.',
    ),
    refused(
      `${p3}message M { map<string,int32> x = 1; repeated XEntry y = 2; }`,
      '2:47: "M.XEntry" is the type of a map\'s entries, which no other field may have: define a message for it.',
    ),
    refused(
      `${p3}import "google/protobuf/struct.proto"; message M { google.protobuf.Struct.FieldsEntry y = 2; }`,
      '2:52: "google.protobuf.Struct.FieldsEntry" is the type of a map\'s entries, which no other field may have: define a message for it.',
    ),
    refused(
      `${p3}message M { map<string,int32> x = 1; } message N { M.XEntry y = 2; }`,
      '2:52: "M.XEntry" is the type of a map\'s entries, which no other field may have: define a message for it.',
    ),
    refused(
      `${p3}message M { map<string,int32> x = 1; } message N { repeated M.XEntry x = 2; }`,
      '2:61: "M.XEntry" is the type of a map\'s entries, which no other field may have: define a message for it.',
    ),
    refused(
      `${p3}message M { map<string,int32> x = 1; } message XEntry {} message N { M.XEntry y = 2; }`,
      '2:70: "M.XEntry" is the type of a map\'s entries, which no other field may have: define a message for it.',
    ),
    refused(
      `${p3}message M { map<string,int32> x = 1; oneof o { XEntry y = 2; } }`,
      '2:48: "M.XEntry" is the type of a map\'s entries, which no other field may have: define a message for it.',
    ),
    refused(
      `${p3}message M { map<string,int32> x = 1; map<string, XEntry> y = 2; }`,
      '2:50: "M.XEntry" is the type of a map\'s entries, which no other field may have: define a message for it.',
    ),
    refusedByUs(
      `${p3}message M { map<string,int32> x = 1; } service S { rpc A(M.XEntry) returns (M.XEntry); }`,
      '2:58: "M.XEntry" is the type of a map\'s entries, which no method may have.',
      why.method,
    ),
    refused(
      `${p2}message M { map<string,int32> x = 1; extensions 100; } extend M { optional M.XEntry e = 100; }`,
      '2:76: "M.XEntry" is the type of a map\'s entries, which no other field may have: define a message for it.',
    ),
    refused(
      `${p2}message M { map<string,int32> x = 1; } extend M.XEntry { optional int32 e = 100; }`,
      '2:77: "M.XEntry" does not declare 100 as an extension number.',
    ),
    refused(
      `${p3 + descriptorImport}message M { map<string,int32> x = 1; } extend google.protobuf.FileOptions { M.XEntry e = 50001; }`,
      '3:77: "M.XEntry" is the type of a map\'s entries, which no other field may have: define a message for it.',
    ),
    refused(
      `${p2}message M { map<string,int32> x = 1; message XEntry {} optional XEntry z = 2; }`,
      '2:46: "XEntry" is already defined in "M".',
    ),
    accepted(
      `${p3}message M { map<string,int32> x = 1; message N { XEntry y = 1; message XEntry {} } }`,
      "c7df471a187c",
    ),
    refused(
      `${p3}message M { map<string,int32> x = 1; message N { XEntry y = 1; } message XEntry2 {} }`,
      '2:50: "M.XEntry" is the type of a map\'s entries, which no other field may have: define a message for it.',
    ),
    refused(
      `${p3}message XEntry{} message M { map<string,int32> x = 1; message N { XEntry y = 1; } }`,
      '2:67: "M.XEntry" is the type of a map\'s entries, which no other field may have: define a message for it.',
    ),
    refused(
      `${p2}message M { map<string,int32> x = 1; optional XEntry y = 2 [lazy=true]; }`,
      '2:47: "M.XEntry" is the type of a map\'s entries, which no other field may have: define a message for it.',
    ),
    refused(
      `${e23}option features.message_encoding = DELIMITED; message M { map<string,int32> x = 1; XEntry y = 2; }`,
      '2:84: "M.XEntry" is the type of a map\'s entries, which no other field may have: define a message for it.',
    ),
  ]),
  ...rowsOf("implicit presence in option values", [
    accepted(optionValue3("{ a: 0 }"), "cb74189f4866"),
    accepted(optionValue3('{ s: "" b: "" e: X f: 0 d: 0 bo: false l: 0 }'), "20d9a51a63f1"),
    accepted(optionValue3("{ f: -0 d: -0.0 }"), "311cefe7644e"),
    accepted(optionValue3("{ oa: 0 ob: 0 }"), "d21ea83130ef"),
    accepted(optionValue3('{ os { a: 0 } os {} strs: "" }'), "197d3d87500a"),
    accepted(
      {
        "o.proto": `${p3 + descriptorImport}extend google.protobuf.FileOptions { int32 a = 50001; string s = 50002; E e = 50003; } enum E { X = 0; }`,
        "t.proto": `${p3}import "o.proto"; option (a) = 0; option (s) = ""; option (e) = X;`,
      },
      "bf2da4c3d11c",
    ),
    accepted(optionValue3("{ o { } }"), "8ed1a32659a0"),
    accepted(
      {
        "o.proto": `${p3 + descriptorImport + optionType3}extend google.protobuf.FileOptions { Opt opt = 50001; }`,
        "t.proto": `${p3}import "o.proto"; option (opt).a = 0; option (opt).s = "";`,
      },
      "b49576cb65ab",
    ),
    accepted(optionValue3('{ a: 1 o { a: 0 s: "x" } }'), "ab6650b0bf8c"),
  ]),
  ...rowsOf("bytes that are not UTF-8", [
    accepted(`${p3}// ${rawBytes(0xff)}\nmessage M {}`, "0ad04b2e9256"),
    refusedByUs(
      `${p3}option java_package = "${rawBytes(0xe9)}";`,
      "2:23: A string must be valid UTF-8. Save the file as UTF-8, write its escapes as UTF-8, or give the field the type bytes.",
      why.text,
    ),
    refusedByUs(
      `${p2}message M { optional string a = 1 [default = "${rawBytes(0xe9)}"]; }`,
      "2:46: A string must be valid UTF-8. Save the file as UTF-8, write its escapes as UTF-8, or give the field the type bytes.",
      why.text,
    ),
    accepted(`${p2}message M { optional bytes a = 1 [default = "${rawBytes(0xe9)}"]; }`, "6ca34c0bf2d0"),
    refusedByUs(
      `${p3}message M { int32 a = 1 [json_name = "${rawBytes(0xe9)}"]; }`,
      "2:38: A string must be valid UTF-8. Save the file as UTF-8, write its escapes as UTF-8, or give the field the type bytes.",
      why.text,
    ),
    refusedByUs(
      `${p2}message M { reserved "${rawBytes(0xe9)}"; }`,
      "2:22: A string must be valid UTF-8. Save the file as UTF-8, write its escapes as UTF-8, or give the field the type bytes.",
      why.text,
    ),
    refusedByUs(
      optionValue(`{ s: "${rawBytes(0xe9)}" }`),
      "3:21: A string must be valid UTF-8. Save the file as UTF-8, write its escapes as UTF-8, or give the field the type bytes.",
      why.text,
    ),
    accepted(optionValue(`{ b: "${rawBytes(0xe9)}" }`), "2e45d406ba0f"),
    refused(
      optionValue3(`{ s: "${rawBytes(0xe9)}" }`),
      "3:21: A string must be valid UTF-8. Save the file as UTF-8, write its escapes as UTF-8, or give the field the type bytes.",
    ),
    refusedByUs(
      optionValue('{ s: "\\xe9" }'),
      "3:21: A string must be valid UTF-8. Save the file as UTF-8, write its escapes as UTF-8, or give the field the type bytes.",
      why.text,
    ),
    refused(
      optionValue3('{ s: "\\xe9" }'),
      "3:21: A string must be valid UTF-8. Save the file as UTF-8, write its escapes as UTF-8, or give the field the type bytes.",
    ),
    refusedByUs(
      `${p2}message M { optional string a = 1 [default = "\\xe9"]; }`,
      "2:46: A string must be valid UTF-8. Save the file as UTF-8, write its escapes as UTF-8, or give the field the type bytes.",
      why.text,
    ),
    refusedByUs(
      `${p3}message M { int32 a = 1 [json_name = "\\xe9"]; }`,
      "2:38: A string must be valid UTF-8. Save the file as UTF-8, write its escapes as UTF-8, or give the field the type bytes.",
      why.text,
    ),
    refusedByUs(
      `${p2}message M { reserved "\\xe9"; }`,
      "2:22: A string must be valid UTF-8. Save the file as UTF-8, write its escapes as UTF-8, or give the field the type bytes.",
      why.text,
    ),
    refused(
      `${p3}import "\\xe9.proto";`,
      "2:8: A string must be valid UTF-8. Save the file as UTF-8, write its escapes as UTF-8, or give the field the type bytes.",
    ),
    refused(
      `${p3}message M${rawBytes(0xe9)} {}`,
      "2:10: A byte that is not UTF-8 is not allowed outside of comments and strings.",
    ),
    refusedByUs(
      `${withOption("optional string s = 50001; optional bytes b = 50002;")}option (s) = "\\xe9"; option (b) = "\\xe9";`,
      "4:14: A string must be valid UTF-8. Save the file as UTF-8, write its escapes as UTF-8, or give the field the type bytes.",
      why.text,
    ),
    refused(
      {
        "o.proto": `${p3 + descriptorImport}extend google.protobuf.FileOptions { string s = 50001; }`,
        "t.proto": `${p3}import "o.proto"; option (s) = "\\xe9";`,
      },
      "2:32: A string must be valid UTF-8. Save the file as UTF-8, write its escapes as UTF-8, or give the field the type bytes.",
    ),
    refused(
      {
        "o.proto": `${e23 + descriptorImport}extend google.protobuf.FileOptions { string s = 50001; }`,
        "t.proto": `${e23}import "o.proto"; option (s) = "\\xe9";`,
      },
      "2:32: A string must be valid UTF-8. Save the file as UTF-8, write its escapes as UTF-8, or give the field the type bytes.",
    ),
    accepted(`${p3}/* ${rawBytes(0xff, 0xfe)} */ message M {}`, "7036ec0ca454"),
    refused(rawBytes(0xff, 0xfe) + p3, "1:1: A byte that is not UTF-8 is not allowed outside of comments and strings."),
    accepted(`${p3}message M { int32 a = 1; } // ${rawBytes(0xc3)}`, "6986762b74c7"),
    accepted(`${p3}enum E { A = 0; } /*${rawBytes(0xe2, 0x82)}*/`, "2300f321fa59"),
    refusedByUs(
      `${p3}option java_package = "${rawBytes(0xed, 0xa0, 0x80)}";`,
      "2:23: A string must be valid UTF-8. Save the file as UTF-8, write its escapes as UTF-8, or give the field the type bytes.",
      why.text,
    ),
    refused(
      optionValue3('{ strs: ["\\xe9"] }'),
      "3:24: A string must be valid UTF-8. Save the file as UTF-8, write its escapes as UTF-8, or give the field the type bytes.",
    ),
    refused(
      {
        "o.proto": `${e23 + descriptorImport}message Opt { string s = 1; string t = 2 [features.utf8_validation = NONE]; } extend google.protobuf.FileOptions { Opt o = 50001; }`,
        "t.proto": `${e23}import "o.proto"; option (o) = { s: "\\xe9" };`,
      },
      "2:37: A string must be valid UTF-8. Save the file as UTF-8, write its escapes as UTF-8, or give the field the type bytes.",
    ),
    refusedByUs(
      {
        "o.proto": `${e23 + descriptorImport}message Opt { string s = 1; string t = 2 [features.utf8_validation = NONE]; } extend google.protobuf.FileOptions { Opt o = 50001; }`,
        "t.proto": `${e23}import "o.proto"; option (o) = { t: "\\xe9" };`,
      },
      "2:37: A string must be valid UTF-8. Save the file as UTF-8, write its escapes as UTF-8, or give the field the type bytes.",
      why.text,
    ),
    refused(
      `syntax = "proto3${rawBytes(0xff)}";`,
      "1:10: A string must be valid UTF-8. Save the file as UTF-8, write its escapes as UTF-8, or give the field the type bytes.",
    ),
    accepted(optionValue('{ s: "\\303\\251" }'), "fa51276802de"),
    accepted(`${p3}option java_package = "\\303" "\\251";`, "bd8c42249d36"),
    accepted(`${p3}option java_package = "${rawBytes(0xc3)}" "\\251";`, "b3c30a774db0"),
    refused(optionValue(`{ # ${rawBytes(0xff)}\n}`), '3:18: Expected field name or "}", found "#".'),
    refusedByUs(
      `${e23 + descriptorImport}extend google.protobuf.FileOptions { int32 f = 50001 [feature_support = { edition_introduced: EDITION_2023 edition_deprecated: EDITION_2023 deprecation_warning: "\\xe9" }]; }`,
      "3:162: A string must be valid UTF-8. Save the file as UTF-8, write its escapes as UTF-8, or give the field the type bytes.",
      why.text,
    ),
    accepted(`${p2}message M { optional bytes a = 1 [default = "\\xe9\\0\\x7f\\n'"]; }`, "d523b97eef6c"),
    refused(
      `${p3}import "${rawBytes(0xe9)}.proto";`,
      "2:8: A string must be valid UTF-8. Save the file as UTF-8, write its escapes as UTF-8, or give the field the type bytes.",
    ),
    refusedByUs(
      `${p2}enum E { A=0; reserved "\\xe9"; }`,
      "2:24: A string must be valid UTF-8. Save the file as UTF-8, write its escapes as UTF-8, or give the field the type bytes.",
      why.text,
    ),
    refused(
      {
        "o.proto": `${p3 + descriptorImport}message Opt { string s = 1; } extend google.protobuf.FileOptions { Opt o = 50001; }`,
        "t.proto": `${p3}import "o.proto"; option (o).s = "\\xe9";`,
      },
      "2:34: A string must be valid UTF-8. Save the file as UTF-8, write its escapes as UTF-8, or give the field the type bytes.",
    ),
  ]),
  ...rowsOf("defaults of floats", [
    accepted(
      `${p2}message M { optional float a = 1 [default = 0.1]; optional float b = 2 [default = 16777217]; optional float c = 3 [default = 1.23456789012]; optional float d = 4 [default = 3.4028235e38]; optional float e = 5 [default = 1e-45]; optional float f = 6 [default = 123456789]; optional float g = 7 [default = 0.3333333333333333]; optional float h = 8 [default = 1e40]; optional float i = 9 [default = -1e400]; }`,
      "b5f41159f88b",
    ),
    accepted(
      `${p2}message M { optional double a = 1 [default = 0.1]; optional double b = 2 [default = 1e400]; optional double c = 3 [default = 0.1234567890123456789]; optional double d = 4 [default = 1e22]; optional double e = 5 [default = 5e-324]; optional double f = 6 [default = 123456789012345678]; optional double g = 7 [default = 0x7fffffffffffffff]; optional double h = 8 [default = 01777]; optional double i = 9 [default = 1e16];optional double j = 10 [default = 1e15];optional double k = 11 [default = 1e-5];optional double l = 12 [default = 0.0001]; optional double m = 13 [default=3.];optional double n = 14 [default=.5]; optional float o = 15 [default=100000000];optional float p = 16 [default=99999999]; optional float q = 17 [default=3.14159274];optional float r = 18 [default=1.1];optional float s = 19 [default=8388608.5]; }`,
      "645f661327a9",
    ),
    accepted(
      `${p2}message M { optional float a = 1 [default = 9007199791611905]; optional float b = 2 [default = 2.0000001]; optional float c = 3 [default = 340282356779733661637539395458142568447]; optional float d = 4 [default = 340282356779733661637539395458142568448]; optional float e = 5 [default = 1.00000017881393432617187499]; optional float f = 6 [default = 1.00000017881393421514957253748434595763683319091796875001]; }`,
      "92a09d43d2d4",
    ),
    accepted(
      `${p2}message M { optional float a = 1 [default = 1.17549435e-38]; optional float b = 2 [default = 1.17549421e-38]; optional float c = 3 [default = 1e-40]; optional float d = 4 [default = 2e-38]; optional float e = 5 [default=-1e-45]; optional double f = 6 [default = 2.2250738585072014e-308]; optional double g = 7 [default = 1e-310]; optional double h = 8 [default = -1e-310]; optional float i = 9 [default = 1e-60]; optional double j = 10 [default=2.2250738585072011e-308]; }`,
      "631285cb5534",
    ),
    accepted(
      `${p2}message M { optional float a = 1 [default = 3.4028235677973366e+38]; optional float b = 2 [default = -3.4028235677973366e+38]; optional float c = 3 [default = 3.4028235677973367e+38]; optional float d = 4 [default = 3.40282356779733670e+38]; optional float e = 5 [default = 3.4028236e+38]; }`,
      "6bf0a3ca41b2",
    ),
  ]),
  ...rowsOf("message sets", [
    accepted(messageSet("option (set) = { [Item.item] { a: 1 } };"), "cb5ffaf7360e"),
    accepted(messageSet("option (set) = { [other] { b: 1 } };"), "cc3dcdcaa98d"),
    accepted(messageSet("option (set).(Item.item) = { a: 1 };"), "32ebc8449a23"),
    accepted(messageSet("option (set).(other).b = 1;"), "6f490cc1eb54"),
    accepted(messageSet("option (opt).set.(other) = { b: 1 };"), "ab64a37cf71a"),
    accepted(messageSet("option (opt) = { set { [other] { b: 1 } [Item.item] { } } };"), "659c29afc6ae"),
    accepted(messageSet("option (set) = { [Item] { a: 1 } };"), "d0f8b3c80871"),
    accepted(messageSet("option (set) = { [big] { b: 1 } };"), "e123d047c05e"),
    accepted(messageSet("option (set).(big).b = 1;"), "404a1a052367"),
    accepted(messageSet("option (set).(other) = { b: 1 }; option (set).(Item.item).a = 5;"), "d541c95834fa"),
    accepted(messageSet("option (set) = { };"), "c83035e8e869"),
    refused(
      messageSet("option (set) = { [Other] { } };"),
      '2:36: Error while parsing option value for "(set)": "Set" has no extension named "[Other]".',
    ),
    accepted(
      `${p2}message M { optional group G = 1 { option message_set_wire_format = true; extensions 4 to max; } }`,
      "3e861ea2a8ea",
    ),
    refused(
      `${p2}message M { optional group G = 1 { option message_set_wire_format = true; optional int32 a = 1; } }`,
      "2:90: Message sets cannot have fields, only extensions.",
    ),
    accepted(
      `${p2}message M { option message_set_wire_format = true; extensions 4 to max; reserved 1 to 3; }`,
      "7166c8431068",
    ),
    refused(
      `${p2}message M { option message_set_wire_format = true; extensions 4 to 2147483647; }`,
      "2:68: Numbers of a message set go from 1 to 2147483646.",
    ),
    refused(`${p2}message M { extensions 4 to 2147483646; }`, "2:29: Field numbers go from 1 to 536870911."),
    accepted(
      `${p2}message M { option message_set_wire_format = true; extensions 4 to 2147483646; } message N { extend M { optional N n = 2147483646; } }`,
      "efdfa5de702f",
    ),
  ]),
  ...rowsOf("ranges of numbers", [
    accepted(`${p3}enum E { A = 0; reserved -1; }`, "f19b5e3712bd"),
    accepted(`${p3}enum E { A = 0; reserved -5 to -2; }`, "d200448a967a"),
    refused(
      `${p3}enum E { A = 0; reserved -5 to 2147483647, -10, -9; }`,
      '2:14: Enum value "A" uses reserved number 0.',
    ),
    accepted(`${p3}enum E { A = 0; reserved 1 to max; }`, "99e0290bc012"),
    accepted(`${p3}enum E { A = 0; B = -1; reserved - 2; }`, "df248699bf46"),
    refused(`${p3}enum E { A = 0; reserved -5 to max; }`, '2:14: Enum value "A" uses reserved number 0.'),
    accepted(`${p3}enum E { A = 0; reserved -2147483648 to -7; }`, "abdc25cae358"),
    accepted(`${p3}enum E { A = 0; reserved -1, -3; }`, "10aa1358eb37"),
    accepted(`${p3}message M { reserved 5, 7 to 9, 10 to max; }`, "e7fba2bb7542"),
    refused(`${p3}enum E { A = 0; reserved -2147483649; }`, "2:26: Enum numbers go from -2147483648 to 2147483647."),
    accepted(`${p3}enum E { A = 0; reserved\n-\n1; }`, "0ee8dedb181f"),
    accepted(`${p3}enum E { A = 0; reserved 5, -\n 3  to  -  2; }`, "de3c7ab17446"),
    accepted(`${p3}message M { reserved 600000000; }`, "e7eeb117da97"),
    accepted(`${p3}message M { reserved 5 to 600000000; }`, "ae2cfc4de63b"),
    refused(`${p3}message M { reserved 5 to 2147483647; }`, "2:27: Reserved numbers go from 1 to 2147483646."),
    refused(`${p3}message M { reserved 2147483647; }`, "2:22: Reserved numbers go from 1 to 2147483646."),
    accepted(`${p3}message M { reserved 5 to 2147483646; }`, "34eb3708ca83"),
    refused(`${p3}message M { reserved 0; }`, "2:22: Reserved numbers go from 1 to 2147483646."),
    refused(`${p2}message M { extensions 536870912; }`, "2:24: Field numbers go from 1 to 536870911."),
    accepted(`${p2}message M { extensions 5 to 536870911; }`, "e5f64e725608"),
    accepted(
      `${p2}message M { option message_set_wire_format = true; extensions 5 to 536870911; reserved 1 to 2; }`,
      "1ede350fc46e",
    ),
    accepted(`${p2}message M { option message_set_wire_format = true; reserved 5 to max; }`, "0006a21e5493"),
    accepted(`${p2}message M { option message_set_wire_format = false; extensions 5 to max; }`, "7203bfc3deeb"),
    accepted(`${p2}message M { option message_set_wire_format = true; reserved 600000000; }`, "a443163f3a98"),
    refused(
      `${p2}message M { option message_set_wire_format = true; extensions 4 to 2147483646; } message N { extend M { optional N n = 2147483647; } }`,
      '2:120: "M" does not declare 2147483647 as an extension number.',
    ),
    refused(
      `${p2}message M { option message_set_wire_format = true; extensions 4 to max; } message N { extend M { optional N n = 2147483647; } }`,
      '2:113: "M" does not declare 2147483647 as an extension number.',
    ),
    accepted(
      `${p2}message M { option message_set_wire_format = true; extensions 4 to max; } message N { extend M { optional N n = 2147483646; } }`,
      "3c2fe4334b53",
    ),
  ]),
  ...rowsOf("byte order marks", [
    accepted(`${byteOrderMark + p3}message M {}`, "11e52af77e5f"),
    accepted(`${byteOrderMark}\n${p3}`, "af1d7d6b9627"),
    accepted(byteOrderMark, "a4f5e1c8f5e3"),
    accepted(`${byteOrderMark}// c\n${p3}message M {}`, "3dcd2c08df40"),
    accepted(`${byteOrderMark}message M {}`, "45269d969081"),
    refused(` ${byteOrderMark}${p3}`, '1:2: Character "﻿" is not allowed outside of comments and strings.'),
    refused(byteOrderMark + byteOrderMark + p3, '1:2: Character "﻿" is not allowed outside of comments and strings.'),
    accepted(`${byteOrderMark}/* x */ ${p3}`, "499f9ad855d9"),
    accepted(`${byteOrderMark} ${p3}`, "a1b0ccee9310"),
  ]),
  ...rowsOf("files of comments", [
    accepted("// only\n", "980ceca6f9c8"),
    accepted("", "3c0ecf302c6f"),
    accepted("\n\n", "8ba611bbbe13"),
    accepted("/* a */", "8b4d02e5a405"),
    accepted("// a", "7a9eea7f7562"),
    accepted("// a\n\n// b\n", "a35156267a18"),
    accepted("/* a\n b */\n", "8ba611bbbe13"),
    accepted("   ", "a4f5e1c8f5e3"),
    accepted(";", "cfa2f0cae51b"),
    accepted("// c\n;", "0af811baceaa"),
    accepted(p3, "5e071dc5fd4a"),
    accepted(`${p3}// t`, "6fe5a9f38967"),
    accepted("\t", "d612f698a06c"),
    accepted("// é", "26a74400a5fc"),
    accepted("/* a */ /* b */ ", "60061873d758"),
    accepted(";;", "6cf02864b05c"),
    accepted("// a\n ; // b\n", "631080477bc5"),
    accepted(`${byteOrderMark}// a\n`, "980ceca6f9c8"),
    accepted("/* x\n\n y */   ", "9ead723c0c78"),
    accepted("// a\r\n// b\r\n", "8ba611bbbe13"),
  ]),
];
