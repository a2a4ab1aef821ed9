import assert from "node:assert/strict";
import { test } from "node:test";
import { Status } from "peregrine";
import { startInMemory } from "peregrine/testing";
import { Counter } from "./gen/counter_pb.js";
import { authentication, bearer, logging, rateLimit, userKey } from "./interceptors.js";

test("who calls is told by the token, and nobody else comes in", async () => {
  const lines: string[] = [];
  const gates = [authentication(new Map([["t", "alice"]]))];
  const interceptors = [logging((line) => lines.push(line))];
  await using memory = await startInMemory(
    (server) => server.add(Counter, { add: (_, call) => ({ user: String(call.values.get(userKey)) }) }),
    { server: { gates, interceptors } },
  );
  await assert.rejects(memory.client(Counter).add({}), { code: Status.UNAUTHENTICATED });
  await using known = await startInMemory(
    (server) => server.add(Counter, { add: (_, call) => ({ user: String(call.values.get(userKey)) }) }),
    { server: { gates, interceptors }, channel: { interceptors: [bearer("t")] } },
  );
  assert.equal((await known.client(Counter).add({})).user, "alice");
  assert.deepEqual(
    lines.map((line) => line.replace(/ [0-9.]+ ms$/, "")),
    ["/counter.Counter/Add OK"],
  );
});

test("so many calls come at once, and then as many as time gives", async () => {
  let nowMs = 0;
  await using memory = await startInMemory((server) => server.add(Counter, { add: () => ({ total: 1 }) }), {
    server: { gates: [rateLimit(2, 1, () => nowMs)] },
  });
  const counter = memory.client(Counter);
  await counter.add({});
  await counter.add({});
  await assert.rejects(counter.add({}), { code: Status.RESOURCE_EXHAUSTED });
  nowMs += 1_000;
  assert.equal((await counter.add({})).total, 1);
});
