import { checkInvalidTexts, e23, e24, p3 } from "./invalid.fixture.js";

/** Each text with a `¦` before each place that is told, and how the messages begin. `protoc` rejects all of them. */
const cases: readonly (readonly [text: string, messages: readonly string[]])[] = [
  [`${e23}message M { ¦optional int32 a = 1; }`, ['Label "optional" is not supported in editions. All singular']],
  [`${e23}message M { ¦required int32 a = 1; }`, ['Label "required" is not supported in editions: use']],
  [
    `${e23}message M { ¦optional ¦group G = 1 {} }`,
    ['Label "optional" is not supported in editions. All singular', "Groups are not supported in editions: use"],
  ],
  [`${e23}message M { ¦group G = 1 {} }`, ["Groups are not supported in editions: use"]],
  [`${e23}message M { reserved ¦"a"; }`, ["Reserved names must be identifiers in editions, not string"]],
  [`${e23}message M { repeated int32 a = 1 [¦packed=true]; }`, ["Option packed is not allowed under editions: use"]],
  [`${e23}message M { repeated int32 a = 1 [¦packed=false]; }`, ["Option packed is not allowed under editions: use"]],
  [
    `${e23}message M { int32 a = 1 [features.field_presence=IMPLICIT, ¦default=1]; }`,
    ["Implicit presence fields can't specify defaults."],
  ],
  [
    `${e23}enum E { option features.enum_type = CLOSED; A = 0; } message M { ¦E a = 1 [features.field_presence=IMPLICIT]; }`,
    ["Implicit presence enum fields must always be open."],
  ],
  [
    `${e23}message M { extensions 5; extend M { int32 ¦a = 5 [features.field_presence=LEGACY_REQUIRED]; } }`,
    ["Extensions can't be required."],
  ],
  [
    `${e23}message M { oneof o { int32 a = 5 [¦features.field_presence=LEGACY_REQUIRED]; } }`,
    ["Oneof fields can't specify field presence."],
  ],
  [
    `${e23}message M { repeated int32 a = 5 [¦features.field_presence=EXPLICIT]; }`,
    ["Repeated fields can't specify field presence."],
  ],
  [
    `${e23}message M { extensions 5; extend M { int32 a = 5 [¦features.field_presence=EXPLICIT]; } }`,
    ["Extensions can't specify field presence."],
  ],
  [
    `${e23}message M { M a = 5 [¦features.field_presence=IMPLICIT]; }`,
    ["Message fields can't specify implicit presence."],
  ],
  [
    `${e23}message M { int32 a = 5 [¦features.repeated_field_encoding=EXPANDED]; }`,
    ["Only repeated fields can specify repeated field encoding."],
  ],
  [
    `${e23}message M { int32 a = 5 [¦features.utf8_validation=NONE]; }`,
    ["Only string fields can specify utf8 validation."],
  ],
  [
    `${e23}message M { map<int32,int32> a = 5 [¦features.utf8_validation=NONE]; }`,
    ["Only string fields can specify utf8 validation."],
  ],
  [
    `${e23}message M { repeated string a = 5 [¦features.repeated_field_encoding=PACKED]; }`,
    ["Only repeated primitive fields can specify PACKED repeated"],
  ],
  [
    `${e23}message M { int32 a = 5 [¦features.message_encoding=DELIMITED]; }`,
    ["Only message fields can specify message encoding."],
  ],
  [
    `${e23}message M { map<int32,M> a = 5 [¦features.message_encoding=DELIMITED]; }`,
    ["Only message fields can specify message encoding."],
  ],
  [
    `${e23}message M { map<int32,int32> a = 5 [¦features.message_encoding=DELIMITED]; }`,
    ["Only message fields can specify message encoding."],
  ],
  [`${e23}¦option features.field_presence = LEGACY_REQUIRED;`, ["Required presence can't be specified by default."]],
  [`${e23}¦option java_string_check_utf8 = true;`, ["java_string_check_utf8 is not allowed under editions. Use the"]],
  [
    `${e23}option features.¦field_presence = FIELD_PRESENCE_UNKNOWN;`,
    ['Feature "field_presence" must have a known value, not'],
  ],
  [`${e23}enum E { A = ¦1; }`, ["The first enum value must be zero for open enums."]],
  [
    `${e23}message M { option features.¦field_presence = IMPLICIT; }`,
    ['Option "FeatureSet.field_presence" cannot be set on an entity'],
  ],
  [
    `${e23}message M { option features.¦enum_type = OPEN; }`,
    ['Option "FeatureSet.enum_type" cannot be set on an entity of'],
  ],
  [
    `${e23}service S { option features.¦enum_type = OPEN; }`,
    ['Option "FeatureSet.enum_type" cannot be set on an entity of'],
  ],
  [
    `${e23}option features.¦enforce_naming_style = STYLE2024;`,
    ['"FeatureSet.enforce_naming_style" was not introduced until'],
  ],
  [
    `${e23}option features.¦default_symbol_visibility = STRICT;`,
    ['"FeatureSet.default_symbol_visibility" was not introduced until'],
  ],
  [
    `${e24}option features.¦enforce_proto_limits = PROTO_LIMITS2026;`,
    [
      'Option "FeatureSet.enforce_proto_limits" cannot be set on an',
      '"FeatureSet.enforce_proto_limits" was not introduced until',
    ],
  ],
  [
    `${e23}import "google/protobuf/cpp_features.proto"; option features.(pb.cpp).¦enum_name_uses_string_view = true;`,
    ['"CppFeatures.enum_name_uses_string_view" was not introduced'],
  ],
  [
    `${e24}import option "google/protobuf/cpp_features.proto"; option features.(pb.cpp).¦repeated_type = PROXY;`,
    ['"CppFeatures.repeated_type" was not introduced until edition'],
  ],
  [
    `${e23}import "google/protobuf/cpp_features.proto"; message M { option features.(pb.cpp).¦legacy_closed_enum = true; }`,
    ['Option "CppFeatures.legacy_closed_enum" cannot be set on an'],
  ],
  [
    `${e24}import "google/protobuf/java_features.proto"; option features.(pb.java).¦use_old_outer_classname_default = true;`,
    ['"JavaFeatures.use_old_outer_classname_default" was removed in'],
  ],
  [`${e24}option ¦java_multiple_files = true;`, ['"FileOptions.java_multiple_files" was removed in edition 2024:']],
  [`${e24}message M { string s = 1 [¦ctype=CORD]; }`, ["Option ctype is not allowed from edition 2024 on: use"]],
  [`${e24}import ¦weak "x.proto";`, ['"import weak" is not supported from edition 2024 on: use']],
  ['edition = ¦"2025";', ['Unknown edition "2025": use "2023" or "2024".']],
  ['edition = ¦"2026";', ['Unknown edition "2026": use "2023" or "2024".']],
  ['edition = ¦"UNSTABLE";', ['Unknown edition "UNSTABLE": use "2023" or "2024".']],
  ['edition = ¦"proto3";', ['Unknown edition "proto3": use "2023" or "2024".']],
  ['edition = ¦"";', ['Unknown edition "": use "2023" or "2024".']],
  ['edition = ¦"99997_TEST_ONLY";', ['Unknown edition "99997_TEST_ONLY": use "2023" or "2024".']],
  ['syntax = ¦"editions";', ['Unrecognized syntax identifier "editions": use "proto3" or']],
  ["edition = ¦2023;", ['Expected edition, in quotes, found "2023".']],
  [`${p3}option ¦features.field_presence = IMPLICIT;`, ["Features are only valid under editions."]],
  [
    `${p3}message M { int32 a = 1 [¦features.field_presence = IMPLICIT]; }`,
    ["Features are only valid under editions."],
  ],
  [`${e23}¦export message M {}`, ['Expected top-level statement (e.g. "message"), found "export".']],
  [`${e24}export ¦service M {}`, ['"export" and "local" are only allowed before "message" and']],
  [`${e24}export ¦local message M {}`, ['"export" and "local" are only allowed before "message" and']],
  [`${e24}message M { export ¦int32 a = 1; }`, ['"export" and "local" are only allowed before "message" and']],
  [`${e24}message M { local ¦a = 1; }`, ['"export" and "local" are only allowed before "message" and']],
  [
    `${e24}local ¦extend google.protobuf.FileOptions { int32 a = 1; }`,
    ['"export" and "local" are only allowed before "message" and'],
  ],
  [`${e24}message M { oneof o { ¦local a = 1; } }`, ['"local" is not defined.']],
  [
    `${e24}package q; import "x.proto"; message M { ¦x.Top.Nested a = 1; }`,
    ['"x.Top.Nested" of "x.proto" cannot be used outside of that'],
  ],
  [
    `${e24}package q; import "x.proto"; message M { ¦x.Top.NE a = 1; }`,
    ['"x.Top.NE" of "x.proto" cannot be used outside of that file: it'],
  ],
  [
    `${e24}package q; import "x.proto"; message M { ¦x.Loc a = 1; }`,
    ['"x.Loc" of "x.proto" cannot be used outside of that file: it is'],
  ],
  [
    `${e24}package q; import "x.proto"; message M { ¦x.Exp.LIn a = 1; }`,
    ['"x.Exp.LIn" of "x.proto" cannot be used outside of that file:'],
  ],
  [
    `${p3}package q; import "x.proto"; message M { ¦x.Exp.LIn a = 1; }`,
    ['"x.Exp.LIn" of "x.proto" cannot be used outside of that file:'],
  ],
  [
    `${e24}package q; import "x.proto"; service S { rpc A(¦x.Loc) returns (¦x.Loc); }`,
    [
      '"x.Loc" of "x.proto" cannot be used outside of that file: it is',
      '"x.Loc" of "x.proto" cannot be used outside of that file: it is',
    ],
  ],
  [
    `${e24}package q; option features.default_symbol_visibility = STRICT; message M { export message ¦N {} }`,
    ['"N" is a nested message, which cannot be exported with STRICT'],
  ],
  [
    `${e24}package q; option features.default_symbol_visibility = STRICT; message M { export enum ¦N {N_UNSPECIFIED = 0;} }`,
    ['"N" is a nested enum, which cannot be exported with STRICT'],
  ],
  [
    `${e24}package q; option features.default_symbol_visibility = STRICT; message M { export message ¦N {} reserved 1 to max; }`,
    ['"N" is a nested message, which cannot be exported with STRICT'],
  ],
  [
    `${e24}package q; message M { local message N { export message O {} } ¦O n = 1; }`,
    ['"O" is not defined. Did you mean "q.M.N.O"?'],
  ],
  [`${e24}package ¦Foo_bar;`, ['Package name "Foo_bar" should be lower_snake_case. Set']],
  [`${e24}package ¦foo.bar_1;`, ['Package name "foo.bar_1" has an underscore that no letter']],
  [`${e24}package ¦foo.bar__a;`, ['Package name "foo.bar__a" has an underscore that no letter']],
  [`${e24}package ¦fooBar;`, ['Package name "fooBar" should be lower_snake_case. Set']],
  [`${e24}message ¦foo {}`, ['Message name "foo" should begin with a capital letter. Set']],
  [`${e24}message ¦Foo_Bar {}`, ['Message name "Foo_Bar" should be TitleCase. Set']],
  [`${e24}message ¦Foo_1 {}`, ['Message name "Foo_1" should be TitleCase. Set']],
  [`${e24}message M { int32 ¦fooBar = 1; }`, ['Field name "fooBar" should be lower_snake_case. Set']],
  [`${e24}message M { int32 ¦foo_1 = 1; }`, ['Field name "foo_1" has an underscore that no letter follows.']],
  [`${e24}message M { int32 ¦foo_1a = 1; }`, ['Field name "foo_1a" has an underscore that no letter follows.']],
  [`${e24}message M { int32 ¦foo__a = 1; }`, ['Field name "foo__a" has an underscore that no letter follows.']],
  [`${e24}message M { int32 ¦foo_ = 1; }`, ['Field name "foo_" has an underscore that no letter follows. Set']],
  [`${e24}message M { int32 ¦_foo = 1; }`, ['Field name "_foo" should begin with a lower case letter. Set']],
  [`${e24}message M { oneof ¦Foo { int32 a = 1;} }`, ['Oneof name "Foo" should be lower_snake_case. Set']],
  [`${e24}enum ¦foo { FOO_UNSPECIFIED = 0; }`, ['Enum name "foo" should begin with a capital letter. Set']],
  [`${e24}enum Foo { ¦foo_x = 0; }`, ['Enum value name "foo_x" should be UPPER_SNAKE_CASE. Set']],
  [`${e24}enum Foo { ¦FOO_a = 0; }`, ['Enum value name "FOO_a" should be UPPER_SNAKE_CASE. Set']],
  [
    `${e24}message M {} service ¦foo { rpc A(M) returns (M); }`,
    ['Service name "foo" should begin with a capital letter. Set'],
  ],
  [
    `${e24}message M {} service Foo { rpc ¦a(M) returns (M); rpc ¦A_b(M) returns (M); }`,
    ['Method name "a" should begin with a capital letter. Set', 'Method name "A_b" should be TitleCase. Set'],
  ],
  [
    `${e24}message M { extensions 5; extend M { int32 ¦aB = 5; } }`,
    ['Field name "aB" should be lower_snake_case. Set'],
  ],
  [
    `${e24}message ¦m { int32 ¦fooBar = 1; message ¦n{} }`,
    [
      'Message name "m" should begin with a capital letter. Set',
      'Field name "fooBar" should be lower_snake_case. Set',
      'Message name "n" should begin with a capital letter. Set',
    ],
  ],
  [`${e24}message M { map<int32,int32> ¦fooBar = 1; }`, ['Field name "fooBar" should be lower_snake_case. Set']],
  [
    `${e24}import option "opt.proto"; message M { ¦opt.OM a = 1; }`,
    ['"opt.OM" is defined in "opt.proto", which is not imported by'],
  ],
  [
    `${e24}import option "opt.proto"; ¦import "x.proto"; message M { x.Top a = 1; }`,
    ['Imports must stand before all "import option".'],
  ],
  [
    `${e24}import "opt.proto"; ¦import option "opt.proto"; message M { opt.OM a = 1; }`,
    ['Import "opt.proto" was listed twice.'],
  ],
  [`${e23}import ¦option "opt.proto";`, ['"import option" is not supported before edition 2024.']],
  [`${p3}import ¦option "opt.proto";`, ['"import option" is not supported before edition 2024.']],
  [`${e24}import option ¦public "x.proto";`, ['Expected a string naming the file to import, found "public".']],
  [
    `${e23}import "opt.proto"; message M { ¦opt.CE a = 1 [features.field_presence = IMPLICIT]; }`,
    ["Implicit presence enum fields must always be open."],
  ],
  [
    `${e23}message M { int32 foo_bar = 1; int32 ¦fooBar = 2; }`,
    ['The default JSON name of field "fooBar" ("fooBar") conflicts'],
  ],
  [
    `${e23}message M { option features.json_format = LEGACY_BEST_EFFORT; int32 foo_bar = 1 [json_name="a"]; int32 ¦fooBar = 2 [json_name="a"]; }`,
    ['The custom JSON name of field "fooBar" ("a") conflicts with the'],
  ],
  [
    `${e23}message M { int32 a = 1 [features = { field_presence: IMPLICIT }, features.field_presence = ¦EXPLICIT]; }`,
    ['Option "features.field_presence" was already set.'],
  ],
  [`${e23}message M { int32 a = 1 [features.¦nope = 1]; }`, ['Option "features.nope" unknown. A custom option needs']],
  [
    `${e23}option features.¦(pb.cpp).string_type = VIEW;`,
    ['Option "(pb.cpp)" unknown. Ensure that your proto definition'],
  ],
  [
    `${e23}enum E { A = 0 [features.¦enum_type = OPEN]; }`,
    ['Option "FeatureSet.enum_type" cannot be set on an entity of'],
  ],
  [
    `${e23}message M { extensions 1 to 5 [features.¦enum_type = OPEN]; oneof o { option features.¦enum_type = OPEN; int32 x = 7; } }`,
    [
      'Option "FeatureSet.enum_type" cannot be set on an entity of',
      'Option "FeatureSet.enum_type" cannot be set on an entity of',
    ],
  ],
  [
    `${e23}message M {} service S { rpc A(M) returns (M) { option features.¦enum_type = OPEN; } }`,
    ['Option "FeatureSet.enum_type" cannot be set on an entity of'],
  ],
  [`${e24}enum Foo { ¦FOO_1 = 0; }`, ['Enum value name "FOO_1" has an underscore that no letter']],
  [`${e24}enum Foo { ¦FOO__A = 0; }`, ['Enum value name "FOO__A" has an underscore that no letter']],
  [`${e24}enum Foo { ¦FOO_ = 0; }`, ['Enum value name "FOO_" has an underscore that no letter']],
  [`${e24}enum Foo { ¦_FOO = 0; }`, ['Enum value name "_FOO" should begin with an upper case letter.']],
  [`${e24}message M { int32 ¦Foo = 1; }`, ['Field name "Foo" should be lower_snake_case. Set']],
  [`${e24}message M { oneof ¦_foo { int32 a = 1;} }`, ['Oneof name "_foo" should begin with a lower case letter. Set']],
  [
    `${e24}message M { oneof ¦foo_1 { int32 a = 1;} }`,
    ['Oneof name "foo_1" has an underscore that no letter follows.'],
  ],
  [`${e24}message M { oneof foo { int32 ¦A = 1;} }`, ['Field name "A" should be lower_snake_case. Set']],
  [`${e24}message ¦_M { }`, ['Message name "_M" should be TitleCase. Set']],
  [`${e24}package ¦_foo;`, ['Package name "_foo" should begin with a lower case letter. Set']],
  [`${e24}package ¦foo_.bar;`, ['Package name "foo_.bar" has an underscore that no letter']],
  [
    `${e24}package foo¦.1¦bar;`,
    ["Need space between identifier and decimal point.", "Need space between number and identifier."],
  ],
  [
    `${e24}package foo; enum A { option deprecated=true; reserved ¦"A"; A_X = 0; }`,
    ["Reserved names must be identifiers in editions, not string"],
  ],
  [
    `${e23}message M { int32 a = 1 [json_name = "x", features.¦json_format = ALLOW]; }`,
    ['Option "FeatureSet.json_format" cannot be set on an entity of'],
  ],
  [`${e24}import option "opt.proto"; ¦import public "x.proto";`, ['Imports must stand before all "import option".']],
];

checkInvalidTexts("editions", cases);
