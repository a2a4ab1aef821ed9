import assert from "node:assert/strict";
import { test } from "node:test";
import { checkClient } from "./check.js";
import type { BenchClient } from "./client.js";
import { measure } from "./measure.js";
import type { Kind, Task } from "./task.js";

interface Fault {
  readonly error?: Error;
  /** What answers are made of in place of the payload. */
  readonly answer?: (payload: Uint8Array) => Uint8Array;
  /** How many messages a stream has too few. */
  readonly missing?: number;
}

/** Answers in the next turn of the event loop, and notes how many calls were under way at most. */
function fakeClient({ error, answer = (payload) => payload, missing = 0 }: Fault = {}): BenchClient & { peak: number } {
  let running = 0;
  const answerAll = (payload: Uint8Array, count: number, onMessage: (payload: Uint8Array) => void): void => {
    for (let i = missing; i < count; i++) onMessage(answer(payload));
  };
  const client: BenchClient & { peak: number } = {
    peak: 0,
    unary: (payload, done) => {
      client.peak = Math.max(client.peak, ++running);
      setImmediate(() => {
        running--;
        done(error, answer(payload));
      });
    },
    serverStream: (payload, count, onMessage, done) => {
      answerAll(payload, count, onMessage);
      setImmediate(() => done(error));
    },
    clientStream: (_payload, count, done) => void setImmediate(() => done(error, count - missing)),
    bidi: (payload, count, onMessage, done) => {
      answerAll(payload, count, onMessage);
      setImmediate(() => done(error));
    },
  };
  return client;
}

function taskOf(kind: Kind, more: Partial<Task> = {}): Task {
  return { kind, port: 0, payloadBytes: 9, inFlight: 1, messages: 4, durationMs: 0, ...more };
}

const kinds: readonly Kind[] = ["unary", "server-stream", "client-stream", "bidi"];

test("unary keeps the asked number of calls under way and counts them", async () => {
  const client = fakeClient();
  const { operations, latencyUs } = await measure(client, taskOf("unary", { inFlight: 7, durationMs: 5 }));
  assert.equal(client.peak, 7);
  assert.ok(operations >= 7);
  assert.equal(latencyUs, undefined);
});

test("one call in flight gives latencies", async () => {
  const { latencyUs } = await measure(fakeClient(), taskOf("unary", { durationMs: 5 }));
  assert.ok(latencyUs !== undefined && latencyUs.p50 <= latencyUs.p99);
});

test("calls of another size are under way beside, and counted apart", async () => {
  const client = fakeClient();
  const sizes = new Set<number>();
  const noting: BenchClient = {
    ...client,
    unary: (payload, done) => {
      sizes.add(payload.length);
      client.unary(payload, done);
    },
  };
  const beside = { payloadBytes: 1_000, inFlight: 4 };
  const { operations, besideOperations, latencyUs } = await measure(noting, taskOf("unary", { durationMs: 5, beside }));
  assert.deepEqual([...sizes], [9, 1_000]);
  assert.equal(client.peak, 5);
  assert.ok(operations > 0 && besideOperations !== undefined && besideOperations >= 4 * (operations - 1));
  assert.ok(latencyUs !== undefined);
  const short = fakeClient({ answer: (payload) => payload.subarray(0, 9) });
  await assert.rejects(measure(short, taskOf("unary", { beside })), /an answer of 9 bytes, not 1000/);
});

test("streams count messages", async () => {
  for (const kind of ["server-stream", "client-stream", "bidi"] as const) {
    assert.equal((await measure(fakeClient(), taskOf(kind))).operations, 4, kind);
  }
});

test("a call that fails ends the measurement", async () => {
  for (const kind of kinds) {
    await assert.rejects(measure(fakeClient({ error: new Error("refused") }), taskOf(kind)), /refused/, kind);
  }
});

test("answers of another length, or too few of them, end the measurement", async () => {
  const short = fakeClient({ answer: (payload) => payload.subarray(1) });
  for (const kind of ["unary", "server-stream", "bidi"] as const) {
    await assert.rejects(measure(short, taskOf(kind)), /an answer of 8 bytes, not 9/, kind);
  }
  const few = fakeClient({ missing: 1 });
  await assert.rejects(measure(few, taskOf("client-stream")), /the server counted 3 messages, not 4/);
  await assert.rejects(measure(few, taskOf("bidi")), /3 messages came, not 4/);
});

test("the check before compares each byte", async () => {
  for (const kind of kinds) await checkClient(fakeClient(), kind, 9);
  const wrong = fakeClient({
    answer: (payload) => {
      const copy = Uint8Array.from(payload);
      copy[8] = 0xff;
      return copy;
    },
  });
  for (const kind of ["unary", "server-stream", "bidi"] as const) {
    await assert.rejects(checkClient(wrong, kind, 9), /the answer is not what was sent/, kind);
  }
  await assert.rejects(checkClient(fakeClient({ missing: 1 }), "client-stream", 9), /counted 2, not 3/);
  await assert.rejects(checkClient(fakeClient({ missing: 1 }), "server-stream", 9), /2 answers, not 3/);
});
