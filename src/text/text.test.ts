import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { create, type DescMessage, type Message, type MessageShape } from "@bufbuild/protobuf";
import fc from "fast-check";
import { amount } from "../base/amount.testing.js";
import { fromBinary, toBinary } from "../codec/binary.js";
import { randomMessage } from "../codec/random-message.testing.js";
import { randomSchema } from "../codec/random-schema.testing.js";
import { fromText, toText } from "./text.js";
import { registry, type } from "./text.testing.js";
import { TextFormatError } from "./text-error.js";

const all = type("t.All");

/** What a text is when it is written again, on one line. */
function again(text: string, schema: DescMessage = all): string {
  return toText(schema, fromText(schema, text, { registry }), { registry, singleLine: true });
}

/** Texts, and what they say in the form in which they are written; the same text where that is left out. */
const readings: readonly (readonly [text: string, written?: string])[] = [
  [""],
  ["i32: 1"],
  ["i32:1,b:true;s:'x'", 'i32: 1 b: true s: "x"'],
  ["# comment\ni32: - # here too\n 0x1F # end", "i32: -31"],
  ["\ufeffi32: 017", "i32: 15"],
  ["i32: -0", "i32: 0"],
  ["u64: 18446744073709551615"],
  [`u64: 0${"0".repeat(100_000)}7`, "u64: 7"],
  ["i32: -2147483648"],
  ["i32: 10[t.far]: 1", "i32: 10 [t.far]: 1"],
  ["f: 1.5f d: 10F", "f: 1.5 d: 10"],
  ["f: 0.1 d: 0.1"],
  ["f: 1e39 d: -1e400", "f: inf d: -inf"],
  ["f: -Infinity d: NaN", "f: -inf d: nan"],
  ["f: .5 d: 1.e3", "f: 0.5 d: 1000"],
  ["d: -0", "d: -0"],
  ["b: t", "b: true"],
  ["b: 0x0", "b: false"],
  ["b: False", "b: false"],
  ["e: ONE"],
  ["e: -1", "e: NEG"],
  [String.raw`s: "a" 'b"' "\x41\101\u00e9\U0001F600\n"`, String.raw`s: "ab\"AAé😀\n"`],
  [String.raw`s: "\xc3\xa9"`, 's: "é"'],
  [String.raw`by: "\377\xfF\0\a\?é"`, String.raw`by: "\377\377\000\007?\303\251"`],
  [String.raw`s: "\001\u0085\u202e\177"`],
  ["all { }", "all {}"],
  ["all: < i32: 1 >", "all { i32: 1 }"],
  ["is: [1, 2] is: 3 is: []", "is: 1 is: 2 is: 3"],
  ["ss: ['a' 'b', \"c\"]", 'ss: "ab" ss: "c"'],
  ["alls [{}, <i32: 1>] alls: []", "alls {} alls { i32: 1 }"],
  ["m { key: 'a' value: 1 } m { value: 2, key: 'a'; } m {}", 'm { key: "a" value: 2 } m { key: "" value: 0 }'],
  ["ma: [{ key: 1 value { i32: 2 } }, { key: 2 }]", "ma { key: 1 value { i32: 2 } } ma { key: 2 value {} }"],
  ["me { key: t value: ONE }", "me { key: true value: ONE }"],
  ["m { key: '__proto__' value: 1 }", 'm { key: "__proto__" value: 1 }'],
  ["Grp { n: 1 }"],
  ["grp { n: 1 }", "Grp { n: 1 }"],
  [
    "[t.far]: 5 [t.more] { i32: 1 } [t.more]: [{}] [t.Scope.near]: 'x'",
    '[t.far]: 5 [t.more] { i32: 1 } [t.more] {} [t.Scope.near]: "x"',
  ],
  ["[ t . far # comment\n ]: 5", "[t.far]: 5"],
  ["[t.w] { value: 7 }"],
  ["wrapped { value: 7 } js: 8"],
  ["wrapped { value: 0 }", "wrapped {}"],
  [
    "[t.sts] { fields { key: 'a' value { number_value: 1 } } }",
    '[t.sts] { fields { key: "a" value { number_value: 1 } } }',
  ],
  [
    "st { fields { key: 'a' value { null_value: NULL_VALUE } } }",
    'st { fields { key: "a" value { null_value: NULL_VALUE } } }',
  ],
  ["old: 1 older { a { [x.y/z]: [1, {}] } b: -inf } old: ['a' 'b', 1.5f] old { [a.b] <> } i32: 1", "i32: 1"],
  ["any { [type.googleapis.com/t.All] { i32: 1 } }"],
  ["any { [a.b/c/t.All]: < [t.far]: 2 > }", "any { [a.b/c/t.All] { [t.far]: 2 } }"],
  ["any { type_url: 'x/t.All' value: '\\010\\001' }", "any { [x/t.All] { i32: 1 } }"],
  ["any { type_url: 'x/t.All' value: '\\010' }", String.raw`any { type_url: "x/t.All" value: "\010" }`],
  ["any { type_url: 'x/no.Type' value: 'v' }", 'any { type_url: "x/no.Type" value: "v" }'],
  ["any { type_url: 'x] y/t.All' }", 'any { type_url: "x] y/t.All" }'],
];

/** Texts that are wrong, and the message. */
const faults: readonly (readonly [text: string, message: RegExp])[] = [
  ["i32: 1\n  nmae: 2", /^line 2, column 3: message t\.All has no field nmae: it has/],
  ["ss: '' alll {}", /^line 1, column 8: .*did you mean all/],
  ["i32 1", /^line 1, column 5: ":" behind i32 was expected, not 1/],
  ["is [1]", /":" behind is was expected, not "\["/],
  ["m {} m: 1", /"\{" was expected, not 1/],
  ["all: 1", /all is a message: "\{" was expected/],
  ["all {", /the name of a field or "}" was expected, not the end of the text/],
  ["all { >", /the name of a field or "}" was expected, not ">"/],
  ["}", /the name of a field was expected, not "}"/],
  ["1: 2", /a field that is written by its number, as unknown ones are, cannot be read/],
  ["i32: 1 i32: 1", /^line 1, column 8: i32 has a value already/],
  ["i32: [1]", /i32: an integer from -2147483648 to 2147483647 was expected, not "\["/],
  ["is: [1,]", /an integer .* was expected, not "]"/],
  ["is: [1 2]", /"]" was expected, not 2/],
  ["x: 1 y {}", /^line 1, column 6: y cannot be set with x: both are of the oneof one/],
  ["i32: 2147483648", /i32: 2147483648 is not from -2147483648 to 2147483647/],
  [`i32: ${"9".repeat(1_000)}`, /^line 1, column 6: i32: 9{40}\.\.\. is not from/],
  ["i32: 1.0", /an integer .* was expected, not 1\.0/],
  ["u64: -0", /an integer from 0 to 18446744073709551615 was expected, not "-"/],
  ["i32: 09", /begins with 0: it is octal/],
  ["d: 01.5", /has zeros in front/],
  ["d: 0x1", /a decimal number, inf or nan was expected, not 0x1/],
  ["d: 010", /a decimal number, inf or nan was expected/],
  ["i32: 1b: true", /^line 1, column 7: a number and a word must have a blank between them/],
  ["b: 2", /b: 2 is not from 0 to 1/],
  ["b: yes", /true or false was expected, not "yes"/],
  ["e: TWO", /enum t\.E has no value TWO: it has ZERO, ONE, NEG/],
  ["e: 7", /enum t\.E is closed and has no value 7/],
  ['s: "a\nb"', /^line 1, column 4: the string has no end/],
  ["s: 'a", /the string has no end/],
  ["s: 'a\0b'", /cannot have the character NUL/],
  [String.raw`s: "\q"`, /^line 1, column 5: the escape \\q is not known/],
  [String.raw`s: "\xff"`, /valid UTF-8/],
  [String.raw`s: "\400"`, /more than a byte/],
  [String.raw`s: "\ud83d\ude00"`, /half of a surrogate pair/],
  ["s: 'a\ud83d'", /^line 1, column 6: .*half of a surrogate pair/],
  [String.raw`s: "\U00110000"`, /the last one is/],
  ["i32: 1 é", /"é" is not allowed outside of strings and comments/],
  ["i32: 1 \u202e", /U\+202E is not allowed/],
  ["[t.none]: 1", /the extension t\.none is not known: the registry has none/],
  ["all { [t.Need.x]: 1 }", /^line 1, column 8/],
  ["Grp { [t.far]: 1 }", /t\.far extends t\.All, not t\.All\.Grp/],
  ["set { [t.in_set] {} }", /in_set cannot be read: the codec does not know the form of message sets/],
  ["[t.f ar]: 1", /blank within a word/],
  ["[]: 1", /the name of an extension or of a type was expected, not "]"/],
  ["[x.y/t.All] {}", /is for messages of google\.protobuf\.Any/],
  ["any { [x/t.None] {} }", /the type t\.None is not known/],
  ["any { [/t.All] {} }", /needs a domain/],
  ["any { [x/t.All] {} [x/t.All] {} }", /holds one message/],
  ["any { [x/t.All] {} value: '' }", /value has a value already/],
  ["any { value: '' [x/t.All] {} }", /holds one message/],
  ["any { [x/t.All]: 1 }", /is a message: "\{" was expected/],
  ["any { [x/t.Need] {} }", /message t\.Need needs a, b: required fields/],
  ["need { a: 1 }", /message t\.Need needs b: required fields must have a value, unless options\.allowPartial is true/],
  ["m { key: 'a' key: 'b' }", /this entry has its key already/],
  ["m { kye: 'a' }", /key, value or the end of the entry was expected/],
  ["old 1", /":" or "\{" was expected, not 1/],
  ["old: ", /a value was expected, not the end/],
  [`${"all {".repeat(101)}${"}".repeat(101)}`, /messages may be nested 100 deep/],
  [`old ${"{ a ".repeat(101)}`, /messages may be nested 100 deep/],
];

describe("text format", () => {
  for (const [text, written = text] of readings)
    it(`reads ${text.slice(0, 80)}`, () => assert.equal(again(text), written));

  for (const [text, message] of faults)
    it(`refuses ${text.slice(0, 80)}`, () => {
      assert.throws(
        () => fromText(all, text, { registry }),
        (error) => error instanceof TextFormatError && message.test(error.message),
        message.source,
      );
    });

  it("says line and column of an error, from 1", () => {
    assert.throws(() => fromText(all, "\n\n  b: 3"), { name: "TextFormatError", line: 3, column: 6 });
  });

  it("writes one field a line, and indents", () => {
    const message = fromText(all, "i32: 1 all { all {} ss: 'a' }");
    assert.equal(toText(all, message), 'i32: 1\nall {\n  all {}\n  ss: "a"\n}\n');
    assert.equal(toText(all, create(all)), "");
  });

  it("knows groups of editions by the name of their message, where it is one", () => {
    const text = "d { n: 1 } Like { n: 2 }";
    assert.equal(again(text, type("te.M")), text);
    assert.throws(() => again("D { n: 1 }", type("te.M")), /no field D/);
  });

  it("knows presence, and writes zeros when asked", () => {
    const p = type("t3.P");
    const message = fromText(p, "i: 0 o: 0 s: '' e: 7");
    assert.equal(toText(p, message, { singleLine: true }), "o: 0 e: 7");
    const written = toText(p, fromText(p, "p {}"), { singleLine: true, alwaysEmitImplicit: true });
    assert.equal(written, 'i: 0 s: "" e: A p { i: 0 s: "" e: A }');
  });

  it("takes messages without required fields when asked", () => {
    const need = type("t.Need");
    assert.equal(toText(need, fromText(need, "a: 1", { allowPartial: true }), { singleLine: true }), "a: 1");
    // What becomes bytes at once cannot wait for them.
    for (const text of ["[t.need_ext] {}", "any { [x/t.Need] {} }"])
      assert.throws(() => fromText(all, text, { registry, allowPartial: true }), /line 1, column \d+: .*required/);
  });

  it("needs a registry for extensions and types, and says so", () => {
    assert.throws(() => fromText(all, "[t.far]: 1"), /options\.registry is needed/);
    assert.throws(() => fromText(all, "any { [x/t.All] {} }"), /options\.registry is needed/);
  });

  it("writes unknown fields by number when asked, and leaves the message as it is", () => {
    const bytes = Buffer.from("c83e01d53e02000000d93e0300000000000000e23e0161e23e020801eb3e0801ec3ef23e00", "hex");
    const message = fromBinary(all, bytes);
    assert.equal(toText(all, message), "");
    const text = toText(all, message, { printUnknownFields: true, singleLine: true });
    const wanted = '1001: 1 1002: 0x00000002 1003: 0x0000000000000003 1004: "a" 1004 { 1: 1 } 1005 { 1: 1 } 1006: ""';
    assert.equal(text, wanted);
    assert.equal(Buffer.from(toBinary(all, message)).toString("hex"), bytes.toString("hex"));
    assert.throws(() => fromText(all, text), /cannot be read/);
  });

  it("writes extensions as unknown fields without a registry", () => {
    const message = fromText(all, "[t.far]: 3 [t.more] { i32: 1 }", { registry });
    const text = toText(all, message, { printUnknownFields: true, singleLine: true });
    assert.equal(text, "100: 3 101 { 1: 1 }");
  });
});

describe("bounds of the text format", () => {
  it("refuses texts that are too long, to read and to write", () => {
    assert.throws(() => fromText(all, "i32: 1", { maxTextUnits: 5 }), /6 UTF-16 units, more than maxTextUnits = 5/);
    assert.throws(
      () => toText(all, create(all, { ss: ["a", "b"] }), { maxTextUnits: 8 }),
      /longer than maxTextUnits = 8/,
    );
  });

  it("refuses small texts of large messages", () => {
    const text = "alls{}".repeat(10_000);
    assert.throws(
      () => fromText(all, text, { maxDecodedBytes: 1_000_000 }),
      /more memory than maxDecodedBytes = 1000000/,
    );
    assert.throws(
      () => fromText(all, `is:[${"1,".repeat(50_000)}1]`, { maxDecodedBytes: 1_000_000 }),
      /maxDecodedBytes/,
    );
    fromText(all, text);
    // Values of maps that are left out are messages too.
    const entries = Array.from({ length: 5_000 }, (_, i) => `ma{key:${i}}`).join("");
    assert.throws(() => fromText(all, entries, { maxDecodedBytes: 1_000_000 }), /maxDecodedBytes/);
    assert.throws(() => fromText(type("t.Maps"), "m {}"), /message t\.Need needs a, b/);
  });

  it("refuses to write what is nested deeper than can be read", () => {
    const message = create(all) as Message & { all?: unknown };
    message.all = message;
    assert.throws(() => toText(all, message), /messages may be nested 100 deep/);
    const nested = (deep: number): string => `${"all { ".repeat(deep)}${"} ".repeat(deep)}`;
    assert.doesNotThrow(() => again(nested(100)));
  });

  it("refuses values that do not fit, with the field", () => {
    for (const [init, text] of [
      [{ i32: 1.5 }, /i32 must be an integer from -2147483648 to 2147483647: got 1\.5/],
      [{ u64: -1n }, /u64 must be/],
      [{ s: 1 }, /s must be a string: got 1/],
      [{ e: "ONE" }, /e must be a number of enum t\.E: got "ONE"/],
    ] as const)
      assert.throws(() => toText(all, { ...create(all), ...init } as MessageShape<typeof all>), text);
  });

  it("checks options", () => {
    const message = create(all);
    assert.throws(
      () => toText(all, message, { singleline: true } as object),
      /text options have no "singleline"; did you mean singleLine/,
    );
    assert.throws(() => toText(all, message, { singleLine: 1 } as object), /singleLine must be true or false: got 1/);
    assert.throws(() => fromText(all, "", { maxTextUnits: -1 }), /maxTextUnits must be a whole number/);
    assert.throws(() => fromText(all, "", { registry: {} } as object), /registry\.getMessage must be a function/);
    assert.throws(() => fromText(all, 5 as unknown as string), /text must be a string: got 5/);
  });
});

it("gives random messages back as they were", () => {
  const sample = randomSchema.chain((schema) => fc.tuple(fc.constant(schema), randomMessage(schema, 3)));
  const check = fc.property(sample, fc.boolean(), ([schema, init], singleLine) => {
    const message = create(schema, init as object as Record<string, unknown>);
    let bytes: Uint8Array;
    try {
      bytes = toBinary(schema, message, { deterministic: true });
    } catch {
      return;
    }
    const read = fromText(schema, toText(schema, fromBinary(schema, bytes), { singleLine }), { allowPartial: true });
    assert.deepEqual(toBinary(schema, read, { deterministic: true }), withoutUnknown(schema, bytes));
  });
  fc.assert(check, { numRuns: amount(60, 1_000) });
});

function withoutUnknown(schema: DescMessage, bytes: Uint8Array): Uint8Array {
  return toBinary(schema, fromBinary(schema, bytes, { readUnknownFields: false }), { deterministic: true });
}
