import assert from "node:assert/strict";
import { test } from "node:test";
import type { FileElement } from "./ast.js";
import { DiagnosticList } from "./diagnostic.js";
import { lex } from "./lexer.js";
import { parseFile } from "./parse-file.js";

function parsed(text: string): { elements: readonly FileElement[]; errors: string[] } {
  const diagnostics = new DiagnosticList({ path: "t.proto", displayPath: "t.proto", text });
  const { elements } = parseFile(lex(text, diagnostics), diagnostics);
  return { elements, errors: diagnostics.sorted().map((one) => `${one.line}:${one.column} ${one.message}`) };
}

test("elements stay in the order of the text", () => {
  const { elements, errors } = parsed(
    'syntax = "proto3"; import weak "a"; ; service S {} package a . b; option o = 1; enum E {} message M {} extend M {}',
  );
  assert.deepEqual(errors, []);
  assert.deepEqual(
    elements.map((one) => one.kind),
    ["syntax", "import", "empty", "service", "package", "option", "enum", "message", "extend"],
  );
});

test("fields with all that they can have", () => {
  const { elements } = parsed(
    "message M { repeated .a.b f = 0x10 [(x.y).z = { a: [1, -2] b <> }]; map<int32, a.B> m = 2; }",
  );
  const [message] = elements;
  assert.ok(message?.kind === "message");
  const [f, m] = message.body.elements;
  assert.ok(f?.kind === "field" && m?.kind === "field");
  assert.equal(f.label?.text, "repeated");
  assert.equal(f.type?.text, ".a.b");
  assert.equal(f.number.value, 16n);
  assert.deepEqual(
    f.options?.options[0]?.name.map((part) => [part.text, part.isExtension]),
    [
      ["x.y", true],
      ["z", false],
    ],
  );
  assert.equal(f.options?.options[0]?.value.kind, "aggregate");
  assert.deepEqual([m.map?.key.text, m.map?.value.text, m.type], ["int32", "a.B", undefined]);
});

test("groups, extensions and editions are read", () => {
  const { errors } = parsed(
    'edition = "2023"; message M { optional group G = 1 { int32 a = 1; } extensions 5, 7 to max [verification = DECLARATION]; reserved a, b; }',
  );
  assert.deepEqual(errors, []);
});

test("after an error the next statement is read, and what was open is matched", () => {
  const { elements, errors } = parsed(
    "message A { int32 = 1; int32 b = 2; option x = { a { b ! } }; int32 c = 3 [(x) = { ! }]; int32 d = 4; }\nmessage B {}",
  );
  assert.equal(errors.length, 3);
  const [a, b] = elements;
  assert.ok(a?.kind === "message" && b?.kind === "message");
  assert.deepEqual(
    a.body.elements.map((one) => (one.kind === "field" ? one.name.text : one.kind)),
    ["b", "d"],
  );
});

test("a list of messages needs no colon, one of numbers does", () => {
  const { elements, errors } = parsed("option a = { b [{ c: 1 }, < >] d [] };");
  assert.deepEqual(errors, []);
  const [option] = elements;
  assert.ok(option?.kind === "option" && option.value.kind === "aggregate");
  assert.deepEqual(
    option.value.fields.map((field) => field.value.kind),
    ["list", "list"],
  );
  assert.match(parsed("option a = { b [1] };").errors.join(), /Expected ":" or "\{"/);
});
