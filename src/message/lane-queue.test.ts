import assert from "node:assert/strict";
import { test } from "node:test";
import { LaneQueue } from "./lane-queue.js";

function drain<T>(queue: LaneQueue<T>): T[] {
  const items: T[] = [];
  while (queue.size > 0) items.push(queue.shift());
  return items;
}

test("lanes take turns, and keep their order", () => {
  const queue = new LaneQueue<string>();
  for (const item of ["a1", "a2", "a3", "b1", "c1", "c2"]) queue.push(item.charAt(0), item);
  assert.equal(queue.size, 6);
  assert.deepEqual(drain(queue), ["a1", "b1", "c1", "a2", "c2", "a3"]);
});

test("who comes to a lane that had its turn waits for the others", () => {
  const queue = new LaneQueue<string>();
  for (const item of ["a1", "a2", "b1"]) queue.push(item.charAt(0), item);
  assert.equal(queue.shift(), "a1");
  queue.push("a", "a3");
  assert.deepEqual(drain(queue), ["b1", "a2", "a3"]);
});

test("long lanes lose nothing", () => {
  const queue = new LaneQueue<number>();
  const seen: number[] = [];
  for (let i = 0; i < 10_000; i++) {
    queue.push(0, i);
    if (i % 3 !== 0) seen.push(queue.shift());
  }
  assert.deepEqual(
    [...seen, ...drain(queue)],
    Array.from({ length: 10_000 }, (_, i) => i),
  );
});
