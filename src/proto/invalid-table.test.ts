import assert from "node:assert/strict";
import { test } from "node:test";
import { compile } from "./compile.js";
import type { Diagnostic } from "./diagnostic.js";

/** Each case: what is wrong; the text of `t.proto`, with a `¦` before each place that is told; parts of the messages. */
type Case = readonly [
  name: string,
  text: string,
  messages: readonly string[],
  others?: Readonly<Record<string, string>>,
];

const p3 = 'syntax = "proto3";\n';
const p2 = 'syntax = "proto2";\n';

const cases: readonly Case[] = [
  // Lexer
  ["string without end", `${p3}option java_package = ¦"abc;\nmessage M {}`, ["no end"]],
  ["block comment without end", `${p3}¦/* abc\nmessage M {}`, ["Block comment has no end"]],
  ["nested block comment", `${p3}/* a ¦/* b */\nmessage M {}`, ["cannot be nested"]],
  ["letter behind number", `${p3}message M { int32 a = 1¦x; }`, ["Need space between number and identifier"]],
  ["hex without digits", `${p3}message M { int32 a = ¦0x; }`, ['"0x" must be followed by hex digits']],
  ["octal with 8", `${p3}message M { int32 a = ¦08; }`, ["octal"]],
  ["exponent without digits", `${p3}option java_package = 1e¦;`, ["exponent"]],
  ["two decimal points", `${p3}option java_package = 1.5¦.3;`, ["one decimal point"]],
  ["control character", `${p3}message M {¦\u0001 int32 a = 1; }`, ["Control character is not allowed"]],
  ["letter outside of ASCII", `${p3}message M { int32 ¦é = 1; }`, ['Character "é" is not allowed']],
  ["wrong escape", `${p3}option java_package = "a¦\\q";`, ["Invalid escape sequence"]],
  ["hex escape without digits", `${p3}option java_package = "¦\\xg";`, ["Expected hex digits"]],
  ["short code point", `${p3}option java_package = "¦\\u12";`, ["Expected 4 hex digits"]],
  ["code point too large", `${p3}option java_package = "¦\\U00110000";`, ["at most 10FFFF"]],
  ["backslash at the end of the line", `${p3}option java_package = ¦"a\\\n¦";`, ["no end", "no end"]],
  // Parser
  ["unknown syntax", 'syntax = ¦"proto4";', ['Unrecognized syntax identifier "proto4"']],
  ["syntax not first", 'package a;\n¦syntax = "proto3";', ["must be the first statement"]],
  ["syntax twice", `${p3}¦syntax = "proto3";`, ["must be the first statement"]],
  ["edition", 'edition = ¦"2025";', ['Unknown edition "2025"']],
  ["unknown statement", `${p3}¦foo bar;`, ["Expected top-level statement"]],
  ["missing semicolon", `${p3}package a\n¦message M {}`, ['Expected ";", found "message"']],
  ["missing field number", `${p3}message M { int32 a¦; }`, ["Missing field number"]],
  ["field without name", `${p3}message M { int32 ¦= 1; }`, ["Expected field name"]],
  ["negative field number", `${p3}message M { int32 a = ¦-1; }`, ["Expected field number"]],
  ["message without end", `${p3}message M ¦{\n  int32 a = 1;\n`, ["end of file"]],
  ["brace too many", `${p3}message M {}\n¦}`, ['Unmatched "}"']],
  ["label in a oneof", `${p3}message M { oneof o { ¦repeated int32 a = 1; } }`, ["must not have labels"]],
  ["map in a oneof", `${p3}message M { oneof o { ¦map<int32, int32> a = 1; } }`, ["not allowed in oneofs"]],
  ["empty statement in a oneof", `${p3}message M { oneof o { int32 a = 1; ¦; } }`, ["Expected field type"]],
  [
    "host of an Any",
    `${p3}import "o.proto"; option (o) = { [example.com/google.protobuf.Any]: ¦{ } };`,
    ["type.googleapis.com"],
    {
      "o.proto": `${p3}import "google/protobuf/descriptor.proto"; import "google/protobuf/any.proto"; extend google.protobuf.FileOptions { google.protobuf.Any o = 50000; }`,
    },
  ],
  ["empty oneof", `${p3}message M { oneof ¦o { } }`, ["at least one field"]],
  ["empty option list", `${p3}message M { int32 a = 1 [¦]; }`, ["Expected option name"]],
  ["option without value", `${p3}option java_package = ¦;`, ["Expected option value"]],
  ["option without equals", `${p3}option java_package ¦"a";`, ['Expected "="']],
  ["rpc without returns", `${p3}message M {} service S { rpc A(M) ¦; }`, ['Expected "returns"']],
  ["rpc without type", `${p3}service S { rpc A(¦) returns (); }`, ["Expected message type"]],
  ["unknown word in a service", `${p3}service S { ¦message M {} }`, ['Expected "rpc"']],
  ["import without quotes", `${p3}import ¦foo;`, ["Expected a string naming the file"]],
  ["import option", `${p3}import ¦option "b.proto";`, ["edition 2024"], { "b.proto": p3 }],
  ["map without value type", `${p3}message M { map<int32¦> a = 1; }`, ['Expected ","']],
  ["aggregate without colon", `${p3}option java_package = { a ¦1 };`, ['Expected ":" or "{"']],
  ["two packages", `${p3}package a;\n¦package b;`, ["Multiple package"]],
  [
    "several syntax errors",
    `${p3}message M {\n  int32 a ¦1;\n  int32 b = 2;\n  int32 ¦= 3;\n}\nenum E {\n  E_Z¦;\n}\n¦bad\n`,
    ["Missing field number", "Expected field name", "Missing numeric value", "Expected top-level"],
  ],
  ["messages too deep", `${p3}${"message M { ".repeat(32)}message N ¦{${"}".repeat(33)}`, ["nested 32 deep"]],
  ["values too deep", `${p3}option java_package = ${"{ a ".repeat(64)}{ ¦a: 1 ${"}".repeat(65)};`, ["nested 64 deep"]],
  // Numbers and names
  ["number zero", `${p3}message M { int32 a = ¦0; }`, ["positive"]],
  ["number too large", `${p3}message M { int32 a = ¦536870912; }`, ["cannot be greater than 536870911"]],
  ["number far too large", `${p3}message M { int32 a = ¦99999999999999999999; }`, ["cannot be greater"]],
  [
    "number of the implementation",
    `${p3}message M { int32 a = ¦19000; int32 b = ¦19999; }`,
    ["19000 through 19999", "19000 through 19999"],
  ],
  ["number twice", `${p3}message M { int32 a = 1; int32 b = ¦1; }`, ['already been used in "M" by field "a"']],
  ["number reserved", `${p3}message M { reserved 2 to 4; int32 a = ¦3; }`, ['Field "a" uses reserved number 3']],
  ["name reserved", `${p3}message M { reserved "a"; int32 ¦a = 3; }`, ['Field name "a" is reserved']],
  ["reserved ranges overlap", `${p3}message M { reserved 2 to 4, ¦4 to 5; }`, ["overlaps with already-defined"]],
  ["reserved range backwards", `${p3}message M { reserved ¦5 to 4; }`, ["must not be less than its start"]],
  ["reserved zero", `${p3}message M { reserved ¦0; }`, ["Field numbers go from 1"]],
  ["reserved name twice", `${p3}message M { reserved "a", ¦"a"; }`, ["reserved multiple times"]],
  ["reserved name no identifier", `${p3}message M { reserved ¦"a b"; }`, ["not a valid identifier"]],
  ["reserved name without quotes", `${p3}message M { reserved ¦a; }`, ["must be string literals"]],
  ["field twice", `${p3}message M { int32 a = 1; string ¦a = 2; }`, ['"a" is already defined in "M"']],
  [
    "field like a nested message",
    `${p3}message M { message a {} int32 a = 1; }`.replace("message a", "message ¦a"),
    ['"a" is already defined in "M"'],
  ],
  ["message twice", `${p3}message M {}\nmessage ¦M {}`, ['"M" is already defined']],
  ["service like a message", `${p3}package a; message M {} service ¦M {}`, ['"M" is already defined in "a"']],
  [
    "method twice",
    `${p3}message M {} service S { rpc A(M) returns (M); rpc ¦A(M) returns (M); }`,
    ['"A" is already defined in "S"'],
  ],
  ["oneof like a field", `${p3}message M { int32 a = 1; oneof ¦a { int32 b = 2; } }`, ['"a" is already defined']],
  ["enum values are siblings", `${p3}enum A { X = 0; } enum B { ¦X = 0; }`, ["C++ scoping rules"]],
  [
    "message of another file",
    `${p3}package a; import "b.proto"; message ¦M { N n = 1; }`,
    ['already defined in file "b.proto"'],
    { "b.proto": `${p3}package a; message M {} message N {}` },
  ],
  [
    "package like a message",
    `${p3}package ¦a.b; import public "b.proto";`,
    ["as something other than a package"],
    { "b.proto": `${p3}message a {}` },
  ],
  [
    "message like a package",
    `${p3}import public "b.proto"; message ¦a {}`,
    ["already defined as a package"],
    { "b.proto": `${p3}package a;` },
  ],
  [
    "map entry in the way",
    `${p3}message M { message FooEntry {} map<int32, int32> ¦foo = 1; }`,
    ['Expanded map entry type "FooEntry" conflicts'],
  ],
  [
    "JSON names clash",
    `${p3}message M { int32 foo_bar = 1; int32 ¦fooBar = 2; }`,
    ["conflicts with the default JSON name"],
  ],
  ["custom JSON name clashes", `${p3}message M { int32 a = 1; int32 ¦b = 2 [json_name = "a"]; }`, ["custom JSON name"]],
  [
    "custom JSON names clash",
    `${p3}message M { int32 a = 1 [json_name = "x"]; int32 ¦b = 2 [json_name = "x"]; }`,
    ['custom JSON name of field "a"'],
  ],
  ["JSON name in brackets", `${p3}message M { int32 a = 1 [json_name = ¦"[a]"]; }`, ['must not start with "["']],
  ["JSON name no string", `${p3}message M { int32 a = 1 [json_name = ¦5]; }`, ["Expected string for JSON name"]],
  ["JSON name twice", `${p3}message M { int32 a = 1 [json_name = "b", ¦json_name = "c"]; }`, ["already set"]],
  // Enums
  ["first value not zero", `${p3}enum E { A = ¦1; }`, ["first enum value must be zero"]],
  ["enum without values", `${p3}enum ¦E {}`, ["at least one value"]],
  ["alias not allowed", `${p3}enum E { A = 0; B = ¦0; }`, ["allow_alias"]],
  ["alias allowed and not used", `${p3}enum ¦E { option allow_alias = true; A = 0; }`, ["Please remove"]],
  ["enum number too large", `${p3}enum E { A = 0; B = ¦2147483648; }`, ["Enum numbers go from"]],
  ["enum number reserved", `${p3}enum E { reserved -2 to 5; A = ¦0; }`, ["uses reserved number 0"]],
  ["enum name reserved", `${p3}enum E { reserved "A"; ¦A = 0; }`, ['Enum value "A" is reserved']],
  ["enum ranges overlap", `${p3}enum E { reserved 1 to max, ¦5; A = 0; }`, ["overlaps"]],
  ["names without prefix clash", `${p3}enum Foo { FOO_A = 0; ¦A = 1; }`, ["strip out the enum name"]],
  // Types
  ["type not defined", `${p3}message M { ¦Foo a = 1; }`, ['"Foo" is not defined.']],
  ["type misspelt", `${p3}message Address {} message M { ¦Adress a = 1; }`, ['Did you mean "Address"?']],
  [
    "well-known type not imported",
    `${p3}message M { ¦google.protobuf.Timestamp a = 1; }`,
    ['"google/protobuf/timestamp.proto"'],
  ],
  [
    "import missing for a type",
    `${p3}import "b.proto"; message M { B b = 1; ¦c.C c = 2; }`,
    ['defined in "c.proto", which is not imported by "t.proto"'],
    { "b.proto": `${p3}import "c.proto"; message B { c.C c = 1; }`, "c.proto": `${p3}package c; message C {}` },
  ],
  ["inner scope hides", `${p3}package a.b; message M { message a {} ¦a.b.N n = 1; } message N {}`, ['Write ".a.b.N"']],
  ["absolute name not defined", `${p3}package a; message M { ¦.M m = 1; }`, ['".M" is not defined']],
  ["type is a service", `${p3}service S {} message M { ¦S s = 1; }`, ['"S" is not defined']],
  [
    "method takes an enum",
    `${p3}enum E { A = 0; } message M {} service S { rpc F(¦E) returns (M); }`,
    ["not a message type, but an enum"],
  ],
  [
    "method is its own type",
    `${p3}message A {} service S { rpc A(¦A) returns (.A); }`,
    ["not a message type, but a method"],
  ],
  ["method gives a scalar", `${p3}message M {} service S { rpc F(M) returns (¦int32); }`, ['"int32" is not defined']],
  ["map key float", `${p3}message M { map<¦float, int32> a = 1; }`, ["Key in map fields"]],
  ["map key message", `${p3}message M { map<¦M, int32> a = 1; }`, ["Key in map fields"]],
  ["map key enum", `${p3}enum E { A = 0; } message M { map<¦E, int32> a = 1; }`, ["cannot be enum types"]],
  ["map with label", `${p3}message M { ¦repeated map<int32, int32> a = 1; }`, ["not allowed on map fields"]],
  // Imports
  ["import not found", `${p3}import ¦"none.proto"; message M { none.X x = 1; }`, ['Import "none.proto" was not found']],
  ["import twice", `${p3}import public "b.proto"; ¦import "b.proto";`, ["listed twice"], { "b.proto": p3 }],
  ["import of itself", `${p3}¦import "t.proto";`, ["recursively imports itself: t.proto -> t.proto"]],
  ["import out of the directory", `${p3}import ¦"../x.proto";`, ["was not found"]],
  // Options
  ["option unknown", `${p3}option ¦foo = 1;`, ['Option "foo" unknown']],
  ["option misspelt", `${p3}option ¦java_pakage = "a";`, ['Did you mean "java_package"?']],
  ["option twice", `${p3}option java_package = "a"; option java_package = ¦"b";`, ["already set"]],
  ["string wanted", `${p3}option java_package = ¦5;`, ["quoted string"]],
  ["boolean wanted", `${p3}message M { option deprecated = ¦1; }`, ['"true" or "false"']],
  ["enum wanted", `${p3}option optimize_for = ¦"SPEED";`, ["identifier for enum-valued"]],
  ["enum value unknown", `${p3}option optimize_for = ¦FAST;`, ['no value named "FAST"']],
  ["message for a string", `${p3}option java_package = ¦{ a: 1 };`, ["is not a message"]],
  ["field of a string", `${p3}option java_package¦.x = 1;`.replace("¦.x", ".¦x"), ["atomic type"]],
  ["custom option unknown", `${p3}option ¦(foo) = 1;`, ['Option "(foo)" unknown. Ensure']],
  ["custom option is a message", `${p3}message M { option ¦(M) = 1; }`, ["not an extension"]],
  [
    "custom option of another type",
    `${p3}import "o.proto"; message M { int32 a = 1 [¦(o) = 1]; }`,
    ['extends "google.protobuf.FileOptions"'],
    {
      "o.proto": `${p3}import "google/protobuf/descriptor.proto"; extend google.protobuf.FileOptions { int32 o = 50000; }`,
    },
  ],
  [
    "custom option out of range",
    `${p3}import "o.proto"; option (o) = ¦2147483648;`,
    ["Value out of range"],
    {
      "o.proto": `${p3}import "google/protobuf/descriptor.proto"; extend google.protobuf.FileOptions { int32 o = 50000; }`,
    },
  ],
  [
    "custom option needs braces",
    `${p3}import "o.proto"; option (o) = ¦1;`,
    ["use syntax like"],
    {
      "o.proto": `${p3}import "google/protobuf/descriptor.proto"; message O { int32 a = 1; } extend google.protobuf.FileOptions { O o = 50000; }`,
    },
  ],
  [
    "unknown field in an aggregate",
    `${p3}import "o.proto"; option (o) = { a: 1 ¦b: 2 };`,
    ['no field named "b"'],
    {
      "o.proto": `${p3}import "google/protobuf/descriptor.proto"; message O { int32 a = 1; } extend google.protobuf.FileOptions { O o = 50000; }`,
    },
  ],
  [
    "field twice in an aggregate",
    `${p3}import "o.proto"; option (o) = { a: 1 a: ¦2 };`,
    ["already set"],
    {
      "o.proto": `${p3}import "google/protobuf/descriptor.proto"; message O { int32 a = 1; } extend google.protobuf.FileOptions { O o = 50000; }`,
    },
  ],
  [
    "wrong type in an aggregate",
    `${p3}import "o.proto"; option (o) = { a: ¦"x" };`,
    ["must be integer"],
    {
      "o.proto": `${p3}import "google/protobuf/descriptor.proto"; message O { int32 a = 1; } extend google.protobuf.FileOptions { O o = 50000; }`,
    },
  ],
  ["packed string", `${p3}message M { repeated string a = 1 [¦packed = true]; }`, ["repeated primitive fields"]],
  ["lazy scalar", `${p3}message M { int32 a = 1 [¦lazy = true]; }`, ["submessage fields"]],
  ["jstype of int32", `${p3}message M { int32 a = 1 [¦jstype = JS_STRING]; }`, ["jstype is only allowed"]],
  ["map_entry by hand", `${p3}message M { ¦option map_entry = true; }`, ["map_entry should not be set"]],
  ["features without editions", `${p3}option ¦features.field_presence = IMPLICIT;`, ["only valid under editions"]],
  ["uninterpreted option", `${p3}option ¦uninterpreted_option = { };`, ["reserved name"]],
  // What proto3 does not have
  ["required", `${p3}message M { ¦required int32 a = 1; }`, ["Required fields are not allowed in proto3"]],
  ["default", `${p3}message M { int32 a = 1 [¦default = 5]; }`, ["default values are not allowed in proto3"]],
  ["group", `${p3}message M { optional ¦group G = 1 {} }`, ["Groups are not supported in proto3"]],
  ["extension range", `${p3}message M { ¦extensions 5 to 10; }`, ["Extension ranges are not allowed in proto3"]],
  [
    "extension",
    `${p3}import "b.proto"; extend B { int32 ¦a = 5; }`,
    ["only allowed for defining options"],
    { "b.proto": `${p2}message B { extensions 5; }` },
  ],
  [
    "closed enum",
    `${p3}import "b.proto"; message M { ¦E e = 1; }`,
    ["not an open enum"],
    { "b.proto": `${p2}enum E { A = 0; }` },
  ],
  [
    "message set",
    `${p3}message M { ¦option message_set_wire_format = true; }`,
    ["MessageSet is not supported in proto3"],
  ],
  // proto2
  ["label missing", `${p2}message M { ¦int32 a = 1; }`, ['Expected "required", "optional", or "repeated"']],
  ["default of a list", `${p2}message M { repeated int32 a = 1 [¦default = 5]; }`, ["Repeated fields can't"]],
  ["default of a message", `${p2}message M { optional M a = 1 [¦default = 5]; }`, ["Messages can't"]],
  ["default of the wrong type", `${p2}message M { optional int32 a = 1 [default = ¦"x"]; }`, ["must be integer"]],
  [
    "number in an extension range",
    `${p2}message M { extensions 5 to 10; optional int32 a = ¦7; }`,
    ["Extension range 5 to 10 includes"],
  ],
  [
    "extension not declared",
    `${p2}message M { extensions 5; } extend M { optional int32 a = ¦6; }`,
    ["does not declare 6"],
  ],
  [
    "extension number twice",
    `${p2}message M { extensions 5; } extend M { optional int32 a = 5; optional int32 b = ¦5; }`,
    ['by extension "a"'],
  ],
  [
    "extension required",
    `${p2}message M { extensions 5; } extend M { ¦required int32 a = 5; }`,
    ["cannot be required"],
  ],
  ["group in lower case", `${p2}message M { optional group ¦g = 1 {} }`, ["already defined", "capital letter"]],
];

for (const [name, marked, messages, others] of cases) {
  test(`invalid: ${name}`, () => {
    const found = errorsOf(marked.replaceAll("¦", ""), others ?? {});
    const places = placesOf(marked);
    // A place that has two errors is marked once.
    const wanted = places.length === 1 && messages.length > 1 ? undefined : places;
    assert.equal(found.length, messages.length, found.map((one) => one.message).join("\n"));
    for (const [i, one] of found.entries()) {
      assert.ok(one.message.includes(messages[i] as string), `${one.message}\n  lacks: ${messages[i]}`);
      assert.equal(one.file, "t.proto");
      if (wanted !== undefined) assert.equal(`${one.line}:${one.column}`, wanted[i], one.message);
      else if (i === 0) assert.equal(`${one.line}:${one.column}`, places[0], one.message);
    }
  });
}

function errorsOf(text: string, others: Readonly<Record<string, string>>): Diagnostic[] {
  const texts = new Map([...Object.entries(others), ["t.proto", text]]);
  const result = compile(["t.proto"], {
    read: (path) => {
      const found = texts.get(path);
      return found === undefined ? undefined : { text: found, displayPath: path };
    },
  });
  assert.deepEqual(result.files, []);
  return result.diagnostics.filter((one) => one.severity === "error");
}

/** `line:column` of each mark. */
function placesOf(marked: string): string[] {
  return marked.split("\n").flatMap((line, i) => {
    const parts = line.split("¦");
    let column = 1;
    return parts.slice(0, -1).map((part) => {
      column += part.length;
      return `${i + 1}:${column}`;
    });
  });
}
