import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultJsonName, joined, mapEntryName, parentOf } from "./names.js";

test("JSON names", () => {
  const names = {
    foo: "foo",
    foo_bar: "fooBar",
    Foo_bar: "FooBar",
    _a: "A",
    a_: "a",
    a__b: "aB",
    a_1b: "a1b",
    A_B: "AB",
  };
  for (const [name, json] of Object.entries(names)) assert.equal(defaultJsonName(name), json);
});

test("names of map entries", () => {
  const names = { foo: "FooEntry", foo_bar: "FooBarEntry", fooBar: "FooBarEntry", _a: "AEntry", a_1b: "A1bEntry" };
  for (const [name, entry] of Object.entries(names)) assert.equal(mapEntryName(name), entry);
});

test("scopes", () => {
  assert.equal(joined("", "a"), "a");
  assert.equal(joined("a.b", "c"), "a.b.c");
  assert.equal(parentOf("a.b.c"), "a.b");
  assert.equal(parentOf("a"), "");
});
