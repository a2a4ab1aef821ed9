/** What the combinations of backends, policies, resolver and backoff do. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { LoadBalancerPolicy } from "../balance/load-balancer.js";
import { pickFirst } from "../balance/pick-first.js";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import { type FakeCall, Rig } from "./channel-rig.testing.js";
import { blindlyInTurn, byPath, inTurn, leastCalls } from "./policies.testing.js";

/** A channel with two backends, both ready where the policy wants both. */
function twoBackends(policy: LoadBalancerPolicy, waitingCallsMax: number = 1_000): Rig {
  const rig = new Rig({ target: "manual:x", policy, waitingCallsMax });
  rig.core.exitIdle();
  rig.tell("a", "b");
  for (const { events } of [...rig.connector.connections]) events.onReady();
  assert.equal(rig.core.state, "READY");
  return rig;
}

function results(calls: readonly FakeCall[]): string[] {
  return calls.map(({ result }) => result);
}

describe("one backend at its limit of streams", () => {
  const paths = Array.from({ length: 20 }, (_, i) => `/a.B/${"ab"[i % 2]}`);
  const cases: [policy: LoadBalancerPolicy, waiting: number][] = [
    [inTurn, 0],
    [leastCalls, 0],
    // Every second call is picked for the full one; none of the others waits.
    [blindlyInTurn, 9],
    [byPath, 9],
  ];
  for (const [policy, waiting] of cases) {
    test(`${policy.name}: ${waiting} of 20 calls wait`, () => {
      const rig = twoBackends(policy);
      rig.to("a").streamsMax = 1;
      const calls = paths.map((path) => rig.call(false, path));
      const waits = calls.filter(({ result }) => result === "");
      assert.ok(waits.length <= waiting, `${waits.length} wait`);
      assert.equal(calls.filter(({ result }) => result === "ipv4:b:1").length + waits.length, 19);
      rig.to("a").streamsMax = 100;
      rig.to("a").events.onCapacity();
      assert.deepEqual(
        results(calls).filter((result) => result === ""),
        [],
      );
      assert.equal(rig.held, false);
    });
  }

  test("pick_first: calls wait for the one, in order, and go on when it has room", () => {
    const rig = twoBackends(pickFirst());
    const connection = rig.to("a");
    connection.streamsMax = 2;
    const calls = Array.from({ length: 5 }, () => rig.call());
    assert.deepEqual(results(calls), ["ipv4:a:1", "ipv4:a:1", "", "", ""]);
    for (let done = 3; done <= 5; done++) {
      connection.answer();
      connection.events.onCapacity();
      assert.equal(results(calls).filter((result) => result !== "").length, done);
      assert.equal(calls[done - 1]?.result, "ipv4:a:1", "the next in order");
    }
    assert.equal(connection.handlers.length, 2);
  });

  test("both are full: whichever has room first takes the call that waits longest", () => {
    const rig = twoBackends(inTurn);
    for (const host of ["a", "b"]) rig.to(host).streamsMax = 1;
    const calls = Array.from({ length: 4 }, () => rig.call());
    assert.deepEqual(results(calls), ["ipv4:a:1", "ipv4:b:1", "", ""]);
    rig.to("b").answer();
    rig.to("b").events.onCapacity();
    assert.equal(calls[2]?.result, "ipv4:b:1");
    assert.match(rig.core.explainWait(calls[3] as FakeCall), /no connection to manual:x takes more calls now/);
  });

  test("the full one is lost: its calls go to the other", () => {
    const rig = twoBackends(byPath);
    rig.to("b").streamsMax = 0;
    const calls = [rig.call(false, "/a.B/c"), rig.call(false, "/a.B/c")];
    const stuck = results(calls).every((result) => result === "") ? "b" : "a";
    rig.to(stuck).close("lost");
    assert.deepEqual(results(calls), ["ipv4:a:1", "ipv4:a:1"]);
  });
});

describe("a resolver that tells the same again and again", () => {
  const lists: Readonly<Record<string, readonly string[][]>> = {
    "the same list": [["a", "b"]],
    "another order": [
      ["a", "b"],
      ["b", "a"],
    ],
  };
  for (const policy of [pickFirst(), pickFirst({ shuffleAddressList: true }), inTurn]) {
    for (const [name, told] of Object.entries(lists)) {
      test(`${policy.name}, ${name}: no handshake is broken off, no connection lost, no backoff begun anew`, () => {
        const rig = new Rig({ target: "manual:x", policy });
        const push = (i: number): void => {
          rig.tell(...(told[i % told.length] as [string]));
        };
        const call = rig.call(true);
        for (let i = 0; i < 20; i++) {
          push(i);
          rig.clock.advance(50);
        }
        assert.equal(rig.attempts(), 2, "one handshake with each, which takes its time");
        assert.deepEqual(
          rig.connector.connections.filter(({ closedBy }) => closedBy !== undefined),
          [],
        );
        for (const host of ["a", "b"]) rig.to(host).close(`no ${host}`);
        for (let second = 0; second < 600; second++) {
          rig.clock.advance(1_000);
          push(second);
          for (const connection of rig.connector.connections) connection.close("refused");
        }
        for (const host of ["a", "b"]) assert.ok(rig.attempts(host) <= 14, `${rig.attempts(host)} attempts at ${host}`);
        while (call.result === "") {
          rig.clock.advance(1_000);
          for (const { closedBy, events } of [...rig.connector.connections])
            if (closedBy === undefined) events.onReady();
        }
        const before = rig.attempts();
        for (let i = 0; i < 10; i++) push(i);
        assert.equal(rig.attempts(), before);
        assert.equal(rig.core.state, "READY");
        assert.equal(rig.call().result, call.result);
      });
    }
  }
});

test("ten minutes of a server that is down, and a resolver that is asked at each failure: 14 attempts by the schedule", () => {
  const rig = new Rig({ target: "manual:x" });
  rig.call(true);
  rig.tell("a");
  let asked = 0;
  for (let second = 0; second < 600; second++) {
    for (const connection of rig.connector.connections) connection.close("refused");
    if (rig.refreshes > asked) rig.tell("a");
    asked = rig.refreshes;
    rig.clock.advance(1_000);
  }
  assert.ok(rig.attempts() <= 14, `${rig.attempts()} attempts`);
  assert.ok(rig.attempts() >= 10, `${rig.attempts()} attempts`);
});

test("a server that says GOAWAY on each connection is connected to as often as one that is down", () => {
  for (const answers of [false, true]) {
    const rig = new Rig();
    rig.call(true);
    for (let second = 0; second < 60; second++) {
      for (const connection of [...rig.connector.connections]) {
        if (connection.isDraining || connection.closedBy !== undefined) continue;
        connection.events.onReady();
        connection.hasServed = answers;
        connection.events.onGoaway("the server sent GOAWAY NO_ERROR");
        for (const handler of connection.handlers) connection.forget(handler);
        rig.call(true);
      }
      rig.clock.advance(1_000);
    }
    if (answers) assert.ok(rig.attempts() >= 60, "one that serves is connected to at once");
    else assert.ok(rig.attempts() <= 10, `${rig.attempts()} connections in a minute`);
  }
});

test("an address that goes and comes back keeps its backoff", () => {
  const rig = new Rig({ target: "manual:x" });
  rig.call(true);
  for (let second = 0; second < 600; second++) {
    rig.tell(second % 2 === 0 ? "a" : "b");
    for (const connection of rig.connector.connections) connection.close("refused");
    rig.clock.advance(1_000);
  }
  for (const host of ["a", "b"]) assert.ok(rig.attempts(host) <= 14, `${rig.attempts(host)} attempts at ${host}`);
});

test("the removal of the address that is connected to gives it up, and calls go to the one that stays", () => {
  const rig = new Rig({ target: "manual:x" });
  const call = rig.call();
  rig.tell("a", "b");
  rig.clock.advance(100);
  rig.tell("b");
  assert.equal(rig.to("a").closedBy, "drained");
  rig.clock.advance(250);
  rig.ready("b");
  assert.equal(call.result, "ipv4:b:1");
  rig.tell("a");
  assert.equal(rig.to("b").isDraining, true, "it is no address of the target any more");
  assert.equal(rig.to("b").closedBy, undefined, "but its call goes on");
});

test("a list without addresses is refused, and asked for again after the backoff, not before", () => {
  const rig = new Rig({ target: "manual:x" });
  const call = rig.call();
  const refused = rig.resolver?.listener.onResult({ endpoints: [] });
  assert.match(String(refused), /gave no addresses/);
  assert.match(call.result, /^UNAVAILABLE: the name resolution gave no addresses/);
  rig.clock.advance(999);
  assert.equal(rig.refreshes, 0);
  rig.clock.advance(1);
  assert.equal(rig.refreshes, 1);
});

test("while a resolution that failed is in its backoff, lost connections do not ask for another", () => {
  const rig = new Rig({ target: "manual:x" });
  rig.call(true);
  rig.tell("a", "b");
  rig.tell(new RpcError(Status.UNAVAILABLE, "the DNS is gone"));
  rig.to("a").close("refused");
  rig.to("b").close("refused");
  assert.equal(rig.refreshes, 0);
  assert.match(`${rig.core.lastError?.message}`, /refused/, "the addresses stay in use");
  rig.clock.advance(1_000);
  assert.equal(rig.refreshes, 1);
});

test("when the channel closes nothing is remembered", () => {
  const rig = new Rig({ target: "manual:x" });
  rig.call(true);
  rig.tell("a", "b");
  rig.to("a").close("refused");
  rig.tell("b");
  assert.ok(rig.clock.pendingTimers > 0);
  rig.core.close(0, () => undefined);
  assert.equal(rig.clock.pendingTimers, 0);
});
