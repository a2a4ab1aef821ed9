import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { EncoderIndex } from "./encoder-index.js";
import { blocksPerEviction, entriesPerNameMax, evictionBurst } from "./limits.js";

test("finds the newest entry of a field, of a name, or nothing", () => {
  const index = new EncoderIndex(4096);
  assert.equal(index.find("a", "1"), 0);
  index.add("a", "1");
  index.add("b", "1");
  index.add("a", "2");
  assert.equal(index.find("a", "2"), 1);
  assert.equal(index.find("b", "1"), 2);
  assert.equal(index.find("a", "1"), 3);
  assert.equal(index.find("a", "3"), -1);
  assert.equal(index.find("b", "3"), -2);
  assert.equal(index.find("c", "1"), 0);
});

test("agrees with a search through the table, whatever is added, evicted and resized", () => {
  const name = fc.constantFrom("a", "b", "c");
  const value = fc.constantFrom("1", "2", "3", "x".repeat(60));
  const step = fc.oneof(
    { weight: 8, arbitrary: fc.tuple(name, value) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 600 }) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const index = new EncoderIndex(400);
      const { table } = index;
      for (const one of steps) {
        if (typeof one === "number") index.resize(one);
        else if (one[0].length + one[1].length + 32 <= table.sizeBytesMax) index.add(...one);
        for (const n of ["a", "b", "c"]) {
          for (const v of ["1", "2", "3", "x".repeat(60)]) assert.equal(index.find(n, v), search(index, n, v));
        }
      }
    }),
  );
});

function search(index: EncoderIndex, name: string, value: string): number {
  const { table } = index;
  let withName = 0;
  for (let entry = table.newest; entry >= table.oldest; entry--) {
    if (table.nameOf(entry) !== name) continue;
    const place = table.newest - entry + 1;
    if (table.valueOf(entry) === value) return place;
    withName ||= -place;
  }
  return withName;
}

test("evicts only now and then", () => {
  const index = new EncoderIndex(128);
  const admitted = (): number => {
    let count = 0;
    for (let i = 0; i < evictionBurst * 4; i++) {
      if (!index.admits("name", `value ${i}`)) continue;
      index.add("name", `value ${i}`);
      count++;
    }
    return count;
  };
  // 43 bytes an entry: two fit without an eviction.
  assert.equal(admitted(), 2 + evictionBurst);
  assert.equal(admitted(), 0);
  for (let i = 0; i < blocksPerEviction; i++) index.countBlock();
  assert.equal(admitted(), 1);
  assert.equal(index.admits("large", "x".repeat(30)), false);
});

test("a value of a known name has to come twice in a row", () => {
  const index = new EncoderIndex(4096);
  assert.equal(index.cameTwice("id", "1"), true);
  index.add("id", "1");
  assert.equal(index.cameTwice("id", "2"), false);
  assert.equal(index.cameTwice("id", "3"), false);
  assert.equal(index.cameTwice("id", "3"), true);
  const long = "x".repeat(4096);
  assert.equal(index.cameTwice("id", long), false);
  assert.equal(index.cameTwice("id", long), false);
});

test("looks through a bounded number of entries of one name", () => {
  const index = new EncoderIndex(65_536);
  for (let i = 0; i < entriesPerNameMax + 1; i++) index.add(":path", `/${i}`);
  assert.equal(index.find(":path", "/1"), entriesPerNameMax);
  assert.equal(index.find(":path", "/0"), -1);
});
