import assert from "node:assert/strict";
import { test } from "node:test";
import { type BenchClient, measure } from "./worker.js";

/** Answers in the next turn of the event loop, and notes how many calls were under way at most. */
function fakeClient(error?: unknown): BenchClient & { peak: number } {
  let running = 0;
  const client = {
    peak: 0,
    unary: (done: (error?: unknown) => void) => {
      client.peak = Math.max(client.peak, ++running);
      setImmediate(() => {
        running--;
        done(error);
      });
    },
    serverStream: (onMessage: () => void, done: (error?: unknown) => void) => {
      onMessage();
      onMessage();
      setImmediate(done);
    },
    close: () => {},
  };
  return client;
}

test("unary keeps the asked number of calls under way and counts them", async () => {
  const client = fakeClient();
  const { operations, latencyUs } = await measure(client, { kind: "unary", port: 0, inFlight: 7, durationMs: 5 });
  assert.equal(client.peak, 7);
  assert.ok(operations >= 7);
  assert.equal(latencyUs, undefined);
});

test("one call in flight gives latencies", async () => {
  const task = { kind: "unary", port: 0, inFlight: 1, durationMs: 5 } as const;
  const { latencyUs } = await measure(fakeClient(), task);
  assert.ok(latencyUs !== undefined && latencyUs.p50 <= latencyUs.p99);
});

test("streams count messages", async () => {
  const task = { kind: "server-stream", port: 0, inFlight: 1, durationMs: 0 } as const;
  assert.equal((await measure(fakeClient(), task)).operations, 2);
});

test("a call that fails ends the measurement", async () => {
  const task = { kind: "unary", port: 0, inFlight: 2, durationMs: 1_000 } as const;
  await assert.rejects(measure(fakeClient(new Error("refused")), task), /refused/);
});
