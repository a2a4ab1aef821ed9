import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { DynamicTable } from "./dynamic-table.js";

function entries(table: DynamicTable): string[] {
  const list: string[] = [];
  for (let entry = table.newest; entry >= table.oldest; entry--) {
    list.push(`${table.nameOf(entry)}=${table.valueOf(entry)}`);
  }
  return list;
}

test("counts name, value and 32 bytes, and evicts the oldest first", () => {
  const table = new DynamicTable(100);
  assert.equal(table.oldest, 1);
  assert.ok(table.add("a", "1"));
  assert.ok(table.add("bb", "22"));
  assert.equal(table.sizeBytes, 34 + 36);
  assert.ok(table.add("c", "3"));
  assert.deepEqual(entries(table), ["c=3", "bb=22"]);
  assert.equal(table.sizeBytes, 70);
});

test("an entry larger than the table empties it", () => {
  const table = new DynamicTable(64);
  table.add("a", "1");
  assert.ok(table.add("0123456789012345", "0123456789012345"));
  assert.equal(table.count, 1);
  assert.equal(table.add("0123456789012345", "01234567890123456"), false);
  assert.equal(table.count, 0);
  assert.equal(table.sizeBytes, 0);
});

test("shrinking evicts, growing does not bring back", () => {
  const table = new DynamicTable(200);
  for (const name of ["a", "b", "c"]) table.add(name, "");
  table.resize(70);
  assert.deepEqual(entries(table), ["c=", "b="]);
  table.resize(0);
  assert.deepEqual(entries(table), []);
  table.resize(200);
  assert.deepEqual(entries(table), []);
});

test("evicted strings are let go", () => {
  const table = new DynamicTable(4096);
  for (let i = 0; i < 20; i++) table.add(`name ${i}`, `value ${i}`);
  table.resize(0);
  const { slots } = table as unknown as { slots: string[] };
  assert.ok(slots.length >= 40);
  assert.ok(slots.every((text) => text === ""));
});

test("the version moves with every insertion and eviction, and only then", () => {
  const table = new DynamicTable(100);
  const seen = new Set([table.version]);
  table.add("a", "");
  seen.add(table.version);
  table.add("b", "x".repeat(40));
  seen.add(table.version);
  table.add("too long", "x".repeat(100));
  seen.add(table.version);
  assert.equal(seen.size, 4);
  const { version } = table;
  table.resize(50);
  assert.equal(table.version, version);
});

test("does what a plain list of entries does", () => {
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.string({ maxLength: 40 }) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 800 }) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const table = new DynamicTable(800);
      let max = 800;
      const model: string[] = [];
      const size = (): number => model.reduce((sum, value) => sum + value.length + 33, 0);
      for (const one of steps) {
        if (typeof one === "number") {
          max = one;
          table.resize(one);
        } else {
          model.unshift(one);
          table.add("n", one);
        }
        while (size() > max) model.pop();
        assert.equal(table.sizeBytes, size());
        assert.deepEqual(
          entries(table),
          model.map((value) => `n=${value}`),
        );
      }
    }),
  );
});
