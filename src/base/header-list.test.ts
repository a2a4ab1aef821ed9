import assert from "node:assert/strict";
import { test } from "node:test";
import { HeaderListSizes, headerListBytes } from "./header-list.js";
import type { HeaderList } from "./transport.js";

test("a field counts its name, its value and 32 bytes", () => {
  assert.equal(headerListBytes([]), 0);
  assert.equal(headerListBytes(["a", "bc", "def", ""]), 3 + 32 + 3 + 32);
});

test("sizes that are remembered are those of their lists", () => {
  const sizes = new HeaderListSizes();
  const lists: HeaderList[] = [
    ["a", "1"],
    ["b", "22"],
    ["c", "333"],
    ["d", "4444"],
  ].map((list) => Object.freeze(list));
  for (const order of [
    [0, 1, 0, 1],
    [2, 0, 2, 1],
    [3, 3, 0, 2],
  ]) {
    for (const index of order) {
      const list = lists[index] as HeaderList;
      assert.equal(sizes.bytesOf(list), headerListBytes(list));
    }
  }
});

test("a list that may change is measured each time", () => {
  const sizes = new HeaderListSizes();
  const list = ["a", "1"];
  assert.equal(sizes.bytesOf(list), 34);
  list.push("b", "2");
  assert.equal(sizes.bytesOf(list), 68);
});
