import assert from "node:assert/strict";
import { test } from "node:test";
import { holdMany } from "./many.js";
import { grown, growth, growthMax, soak } from "./soak.js";

test("growth of a heap: a leak shows, a moment does not", () => {
  const flat = [9, 9, 5, 5.1, 5, 5.2, 5, 5.1, 5.2, 8, 5, 5.1];
  assert.equal(growth(flat), 0);
  const leak = flat.map((mebibytes, index) => mebibytes + index * 0.1);
  assert.ok(growth(leak) > 0.05);
});

test("what grows by more than it may is named", () => {
  const none = { heap: -0.5, rss: 0, handles: 0 };
  assert.deepEqual(grown({ server: growthMax, client: none }), []);
  assert.deepEqual(grown({ server: { ...none, heap: 0.04 }, client: { ...none, rss: 0.2, handles: 3 } }), [
    "heap of the server",
    "rss of the client",
    "handles of the client",
  ]);
  assert.deepEqual(grown({ server: { ...none, rss: Number.NaN }, client: none }), ["rss of the server"]);
});

test("many streams are held at once, all are answered, and nothing is left", async () => {
  const result = await holdMany(20, 50);
  assert.deepEqual([result.streams, result.ended, result.socketsLeft], [1_000, 1_000, 0]);
  assert.ok(result.rssBytes < 50_000_000);
});

test("all kinds of calls end as they must", async () => {
  const samples: number[] = [];
  const result = await soak(300, ({ calls }) => samples.push(calls), 3);
  assert.equal(samples.length, 3);
  assert.equal(result.samples.at(-1)?.calls, samples.at(-1));
  assert.ok((samples.at(-1) ?? 0) >= 100);
});
