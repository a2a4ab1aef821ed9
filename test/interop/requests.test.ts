import assert from "node:assert/strict";
import { test } from "node:test";
import { Requests } from "./requests.js";

test("what was sent before and after the first read arrives in order, and the end ends", async () => {
  const requests = new Requests(1);
  const reader = requests[Symbol.asyncIterator]();
  assert.deepEqual(await reader.next(), { value: 1, done: false });
  const waiting = reader.next();
  requests.send(2);
  assert.deepEqual(await waiting, { value: 2, done: false });
  requests.end();
  assert.equal((await reader.next()).done, true);
});

test("the first read is told", async () => {
  const requests = new Requests<number>();
  let started = false;
  const told = requests.started.then(() => {
    started = true;
  });
  assert.equal(started, false);
  void requests[Symbol.asyncIterator]().next();
  await told;
  assert.equal(started, true);
});
