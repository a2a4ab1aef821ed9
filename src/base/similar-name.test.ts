import assert from "node:assert/strict";
import { test } from "node:test";
import { similarName } from "./similar-name.js";

const known = ["sayHello", "lotsOfReplies", "bidi"];

test("finds what was meant", () => {
  assert.equal(similarName("sayHelo", known), "sayHello");
  assert.equal(similarName("SayHello", known), "sayHello");
  assert.equal(similarName("lotOfReplys", known), "lotsOfReplies");
  assert.equal(similarName("bid", known), "bidi");
  assert.equal(similarName("bdii", known), "bidi");
});

test("neighbours that have changed places are one mistake", () => {
  assert.equal(similarName("tsl", ["tls"]), "tls");
  assert.equal(similarName("stl", ["tls"]), undefined);
});

test("a name without its end is close", () => {
  assert.equal(similarName("grace", ["graceMs"]), "graceMs");
  assert.equal(similarName("gra", ["graceMs"]), undefined);
});

test("names nothing when nothing is close", () => {
  assert.equal(similarName("goodbye", known), undefined);
  assert.equal(similarName("", known), undefined);
  assert.equal(similarName("sayHello", []), undefined);
  assert.equal(similarName("bixx", known), undefined);
});

test("takes the closest, and the first of equals", () => {
  assert.equal(similarName("abcdef", ["abcxef", "abcdefg", "abcdxx"]), "abcxef");
  assert.equal(similarName("abcdef", ["abcxxf", "abcdefg"]), "abcdefg");
});
