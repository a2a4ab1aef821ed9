import assert from "node:assert/strict";
import { test } from "node:test";
import { JsonSplitter } from "./json-splitter.js";

test("values are cut the same wherever the text is cut", () => {
  const values = ['{"a": "}\\"{"}', "[1, [2]]", '"x"', "12", "true", "{}", "}", "{'a'"];
  const text = `${values[0]}${values[1]}\n${values[2]} ${values[3]} ${values[4]}${values[5]}${values[6]}\n ${values[7]}`;
  for (let at = 0; at <= text.length; at++) {
    const splitter = new JsonSplitter();
    const pieces = [...splitter.push(text.slice(0, at)), ...splitter.push(text.slice(at)), ...splitter.end()];
    assert.deepEqual(
      pieces.map((piece) => piece.text),
      values,
    );
    assert.deepEqual([pieces[2]?.line, pieces[2]?.column, pieces[7]?.line, pieces[7]?.column], [2, 1, 3, 2]);
  }
});

test("a value is given with its last character", () => {
  const splitter = new JsonSplitter();
  assert.equal(splitter.push('{"a":1').length, 0);
  assert.equal(splitter.isInside, true);
  assert.equal(splitter.push("}").length, 1);
  assert.equal(splitter.isInside, false);
  assert.deepEqual(splitter.push("12"), []);
  assert.equal(splitter.push("\n").length, 1);
});
