import assert from "node:assert/strict";
import { test } from "node:test";
import { scan } from "./scan.js";

function texts(source: string): string[] {
  return scan(source).map((token) => token.text);
}

test("comments give no tokens, and lines are counted through them", () => {
  const tokens = scan("a // any { \n/* } \n any */ b");
  assert.deepEqual(
    tokens.map((token) => [token.text, token.line]),
    [
      ["a", 1],
      ["b", 3],
    ],
  );
});

test("strings hide what is in them, escapes included", () => {
  assert.deepEqual(texts(`x("a\\"{b", '\\'}')`), ["x", "(", 'a\\"{b', ",", "\\'}", ")"]);
});

test("templates hide their text and show their expressions, nested ones too", () => {
  const tokens = scan("`a { $" + "{ f(`}$" + "{ b }`) } // c` ; d");
  assert.deepEqual(
    tokens.filter((token) => token.kind !== "template").map((token) => token.text),
    ["{", "f", "(", "{", "b", "}", ")", "}", ";", "d"],
  );
});

test("a slash after a value divides, after an operator it starts a regular expression", () => {
  const tokens = scan("a / b; c! / d; (e) / f; x = /[/}]\\/{/g; return /'/; i++ / 2");
  const found = tokens.filter((token) => token.kind === "regex").map((token) => token.text);
  assert.deepEqual(found, ["/[/}]\\/{/g", "/'/"]);
  assert.equal(tokens.filter((token) => token.text === "/").length, 4);
});

test("numbers of all kinds are one token each", () => {
  assert.deepEqual(texts("0xffn 1_000 .5 1e-3 1.5 0b11"), ["0xffn", "1_000", ".5", "1e-3", "1.5", "0b11"]);
});
