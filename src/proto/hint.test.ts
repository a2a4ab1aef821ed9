import assert from "node:assert/strict";
import { test } from "node:test";
import { editDistance, nearestName } from "./hint.js";

test("distance", () => {
  assert.equal(editDistance("kitten", "sitting"), 3);
  assert.equal(editDistance("", "abc"), 3);
  assert.equal(editDistance("abc", "abc"), 0);
});

test("the nearest name, by its last part", () => {
  assert.equal(nearestName("Adress", ["a.Person", "a.Address"]), "a.Address");
  assert.equal(nearestName("b.address", ["a.Person", "a.Address"]), "a.Address");
  assert.equal(nearestName("Zebra", ["a.Person", "a.Address"]), undefined);
  assert.equal(nearestName("x".repeat(100_000), ["a"]), undefined);
});
