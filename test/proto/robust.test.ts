import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { amount } from "../../src/base/amount.testing.js";
import { type CompileResult, compile } from "../../src/proto/compile.js";
import { fileReader } from "../../src/proto/file-reader.js";
import { corpusDir, corpusFiles } from "./corpus.js";

const reader = fileReader([corpusDir]);

function compiled(name: string, text: string): CompileResult {
  return compile([name], { read: (path) => (path === name ? { text, displayPath: path } : reader.read(path)) });
}

/** Whatever the text: descriptors or errors, each at a place of the text. */
function check(name: string, text: string): void {
  const result = compiled(name, text);
  const errors = result.diagnostics.filter((one) => one.severity === "error");
  assert.equal(result.files.length === 0, errors.length > 0);
  const lines = text.split("\n");
  for (const one of errors) {
    const line = one.file === name ? lines[one.line - 1] : "";
    assert.ok(line !== undefined && one.column >= 1, one.message);
    if (one.file === name) assert.ok(one.column <= line.length + 1, one.message);
  }
}

const texts = corpusFiles().map((name) => [name, readFileSync(`${corpusDir}/${name}`, "utf8")] as const);

test("files that end too early", () => {
  const step = amount(37, 11);
  for (const [name, text] of texts) for (let end = 0; end < text.length; end += step) check(name, text.slice(0, end));
});

test("files with pieces changed", () => {
  const piece = fc.constantFrom(
    ..."{}[]();=<>,.\"'-",
    "/*",
    "//",
    "\n",
    "0",
    "-1",
    "message ",
    "option ",
    "max",
    "\u0001",
    "é",
    "",
  );
  fc.assert(
    fc.property(
      fc.constantFrom(...texts),
      fc.nat(),
      fc.nat({ max: 5 }),
      piece,
      ([name, text], place, cut, inserted) => {
        const at = place % (text.length + 1);
        check(name, text.slice(0, at) + inserted + text.slice(at + cut));
      },
    ),
    { numRuns: amount(400, 1_500) },
  );
});

test("deep nesting of all kinds is refused, not a stack overflow", () => {
  const deep = 100_000;
  for (const text of [
    "message A { ".repeat(deep),
    `option a = ${"{ a ".repeat(deep)}`,
    `option a = { a: ${"[".repeat(deep)}`,
    `message A { ${"oneof a { ".repeat(deep)}`,
    `message A { optional ${"group G = 1 { optional ".repeat(deep)}`,
    `option ${"(a).".repeat(deep)}b = 1;`,
    "}".repeat(deep),
  ])
    check("deep.proto", text);
});
