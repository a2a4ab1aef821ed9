import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { stripVTControlCharacters } from "node:util";
import type { JsonValue } from "@bufbuild/protobuf";
import fc from "fast-check";
import { jsonText } from "./json-text.js";

describe("JSON for people", () => {
  it("has a colour for keys and for each kind of value", () => {
    const text = jsonText({ "a b": [1, "x", true, null], none: [], empty: {} }, true);
    assert.equal(
      text.replaceAll("\u001b", "^"),
      `{
  ^[1;34m"a b"^[0m: [
    ^[36m1^[0m,
    ^[32m"x"^[0m,
    ^[33mtrue^[0m,
    ^[90mnull^[0m
  ],
  ^[1;34m"none"^[0m: [],
  ^[1;34m"empty"^[0m: {}
}`,
    );
  });

  it("is the same text without colours", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (any) => {
        const value = any as JsonValue;
        assert.equal(jsonText(value, false), JSON.stringify(value, undefined, 2));
        assert.equal(stripVTControlCharacters(jsonText(value, true)), jsonText(value, false));
      }),
    );
  });

  it("gives no orders to a terminal, whatever is in it", () => {
    const value = { "\u009b2J": "\u001b[2J\u007f\u0085 é" };
    for (const color of [false, true]) {
      const text = stripVTControlCharacters(jsonText(value, color));
      assert.doesNotMatch(text, /(?!\n)\p{Cc}/u);
      assert.deepEqual(JSON.parse(text), value);
    }
  });
});
