import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { DiagnosticList } from "./diagnostic.js";
import { lex } from "./lexer.js";
import { TokenKind, type TokenList } from "./token.js";

function lexed(text: string): { tokens: TokenList; errors: string[] } {
  const diagnostics = new DiagnosticList({ path: "t.proto", displayPath: "t.proto", text });
  const tokens = lex(text, diagnostics);
  return { tokens, errors: diagnostics.items.map((one) => one.message) };
}

/** Kind, text, line and columns of each token. */
function described(text: string): string[] {
  const { tokens, errors } = lexed(text);
  assert.deepEqual(errors, []);
  return Array.from({ length: tokens.count }, (_, i) => {
    const kind = tokens.kind(i) > 5 ? "sym" : Object.keys(TokenKind)[tokens.kind(i)];
    return `${kind} ${tokens.textOf(i)} ${tokens.line(i)}:${tokens.column(i)}-${tokens.endColumn(i)}`;
  });
}

test("identifiers, numbers, strings and symbols", () => {
  assert.deepEqual(described(`a_1 = 0x1F; 1.5e-3 .5 07 'x' "\\""`), [
    "Identifier a_1 0:0-3",
    "sym = 0:4-5",
    "Integer 0x1F 0:6-10",
    "sym ; 0:10-11",
    "Float 1.5e-3 0:12-18",
    "Float .5 0:19-21",
    "Integer 07 0:22-24",
    "String 'x' 0:25-28",
    `String "\\"" 0:29-33`,
    "End  0:33-33",
  ]);
});

test("comments and blank space are left out", () => {
  assert.deepEqual(described("// a\n/* b\n c */ d /**/ e\r\n\f\v"), [
    "Identifier d 2:6-7",
    "Identifier e 2:13-14",
    "End  3:2-2",
  ]);
});

test("a tab goes to the next multiple of 8, a character counts its UTF-8 bytes", () => {
  assert.deepEqual(described('\ta\tb "ü" c /* €\t*/ d "😀" e'), [
    "Identifier a 0:8-9",
    "Identifier b 0:16-17",
    'String "ü" 0:18-22',
    "Identifier c 0:23-24",
    "Identifier d 0:35-36",
    'String "😀" 0:37-43',
    "Identifier e 0:44-45",
    "End  0:45-45",
  ]);
});

test("a byte order mark is three columns, as for protoc", () => {
  assert.deepEqual(described("\ufeffa"), ["Identifier a 0:3-4", "End  0:4-4"]);
});

test("a byte that is not UTF-8 is one column", () => {
  assert.deepEqual(described("'\udce9\udcff' b // \udc80"), [
    "String '\udce9\udcff' 0:0-4",
    "Identifier b 0:5-6",
    "End  0:11-11",
  ]);
  assert.deepEqual(lexed("a\udce9").errors, [
    "A byte that is not UTF-8 is not allowed outside of comments and strings.",
  ]);
});

test("a zero byte is told wherever it is, once for each token or comment", () => {
  const zero = /zero byte is not allowed/;
  for (const text of ['"a\0b\0"', "// a\0\n", "/* \0 */"]) {
    const { errors } = lexed(text);
    assert.equal(errors.length, 1, text);
    assert.match(errors[0] as string, zero);
  }
  assert.deepEqual(lexed("a \0 b").errors, ["Control character is not allowed outside of comments and strings."]);
});

test("an identifier directly before a fraction is told", () => {
  assert.deepEqual(lexed("a.5").errors, ["Need space between identifier and decimal point."]);
});

test("any text ends with one End, with tokens in order inside the text", () => {
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom("/*", "*/", "//", "\n", '"', "'", "\\", "0x", "1e", ".", "\t", "é", "\0", "message", "{"),
  );
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const text = pieces.join("");
      const { tokens } = lexed(text);
      let end = 0;
      for (let i = 0; i < tokens.count; i++) {
        assert.ok(tokens.start(i) >= end && tokens.end(i) >= tokens.start(i) && tokens.end(i) <= text.length);
        assert.ok(tokens.column(i) >= 0);
        end = tokens.end(i);
        assert.equal(tokens.kind(i) === TokenKind.End, i === tokens.count - 1);
      }
    }),
  );
});

test("a text of a million errors costs a bounded number of them", () => {
  const { errors } = lexed("\u0001 ".repeat(1_000_000));
  assert.equal(errors.length, 1_000);
});
