import assert from "node:assert/strict";
import { test } from "node:test";
import { Attributes, attributeKey } from "./attributes.js";

test("values are found by their key, and a change makes another list", () => {
  const weight = attributeKey<number>("weight");
  const sameName = attributeKey<number>("weight");
  const one = Attributes.empty.with(weight, 1);
  const two = one.with(weight, 2).with(sameName, 3);
  assert.equal(Attributes.empty.get(weight), undefined);
  assert.equal(one.get(weight), 1);
  assert.equal(one.get(sameName), undefined);
  assert.deepEqual([two.get(weight), two.get(sameName)], [2, 3]);
});
