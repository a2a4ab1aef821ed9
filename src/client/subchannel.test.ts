import assert from "node:assert/strict";
import { test } from "node:test";
import type { ConnectivityState } from "../balance/connectivity-state.js";
import { Backoff, defaultBackoff } from "../resilience/backoff.js";
import { SimulatedClock } from "../testing/simulated-clock.js";
import { FakeConnector } from "./fake-connector.testing.js";
import { Subchannel } from "./subchannel.js";

// Rules of docs/specification.md: wire:backoff.

class Rig {
  readonly clock: SimulatedClock = new SimulatedClock();
  readonly connector: FakeConnector = new FakeConnector();
  readonly states: ConnectivityState[] = [];
  capacities = 0;
  readonly subchannel: Subchannel;

  constructor() {
    const context = {
      connector: this.connector,
      clock: this.clock,
      backoff: new Backoff(defaultBackoff, () => 0.5),
      connectTimeoutMs: 20_000,
      onCapacity: () => this.capacities++,
    };
    this.subchannel = new Subchannel({ host: "1.2.3.4", port: 5 }, context, () => {
      this.states.push(this.subchannel.state);
    });
  }
}

test("connects once, and is ready", () => {
  const { subchannel, connector, states } = new Rig();
  subchannel.connect();
  subchannel.connect();
  assert.equal(connector.connections.length, 1);
  assert.equal(connector.last.timeoutMs, 20_000);
  connector.last.events.onReady();
  assert.deepEqual(states, ["CONNECTING", "READY"]);
  assert.equal(subchannel.connection, connector.last);
});

test("after a failure it waits until the backoff is over, counted from the attempt's start", () => {
  const { subchannel, connector, clock, states } = new Rig();
  subchannel.connect();
  clock.advance(300);
  connector.last.close("connection refused");
  assert.equal(subchannel.failure?.message, "connection refused");
  subchannel.connect();
  assert.equal(connector.connections.length, 1);
  clock.advance(699);
  assert.deepEqual(states, ["CONNECTING", "TRANSIENT_FAILURE"]);
  clock.advance(1);
  assert.deepEqual(states, ["CONNECTING", "TRANSIENT_FAILURE", "IDLE"]);
  subchannel.connect();
  connector.last.close("again");
  clock.advance(1_599);
  assert.equal(subchannel.state, "TRANSIENT_FAILURE");
  clock.advance(1);
  assert.equal(subchannel.state, "IDLE");
});

test("an attempt has as long as its backoff, when that is more; a success starts the backoff over", () => {
  const { subchannel, connector, clock } = new Rig();
  for (let i = 0; i < 12; i++) {
    subchannel.connect();
    connector.last.close("no");
    clock.advance(120_000);
  }
  subchannel.connect();
  assert.equal(connector.last.timeoutMs, 120_000);
  connector.last.events.onReady();
  connector.last.close("lost");
  subchannel.connect();
  assert.equal(connector.last.timeoutMs, 20_000);
});

test("a lost connection leads to idle", () => {
  const { subchannel, connector, states } = new Rig();
  subchannel.connect();
  connector.last.events.onReady();
  connector.last.close("the peer closed the connection");
  assert.deepEqual(states, ["CONNECTING", "READY", "IDLE"]);
  assert.equal(subchannel.connection, undefined);
});

test("after a GOAWAY new calls need another connection, and the old one drains", () => {
  const { subchannel, connector, states } = new Rig();
  subchannel.connect();
  const first = connector.last;
  first.events.onReady();
  first.events.onGoaway();
  assert.deepEqual(states, ["CONNECTING", "READY", "IDLE"]);
  assert.ok(first.isDraining);
  subchannel.connect();
  connector.last.events.onReady();
  first.events.onGoaway();
  first.events.onCapacity();
  first.close("drained");
  assert.equal(subchannel.state, "READY", "what the old one tells is of no interest");
});

test("capacity is passed on", () => {
  const rig = new Rig();
  rig.subchannel.connect();
  rig.connector.last.events.onReady();
  rig.connector.last.events.onCapacity();
  assert.equal(rig.capacities, 1);
});

test("shutdown gives up attempts, drains connections, and ends the waiting", () => {
  for (const when of ["connecting", "ready", "failed"]) {
    const { subchannel, connector, clock, states } = new Rig();
    subchannel.connect();
    if (when === "ready") connector.last.events.onReady();
    if (when === "failed") connector.last.close("no");
    const before = states.length;
    subchannel.shutdown();
    assert.equal(subchannel.state, "SHUTDOWN");
    assert.equal(connector.last.isDraining, when !== "failed");
    clock.advance(10_000);
    subchannel.connect();
    assert.equal(connector.connections.length, 1);
    assert.equal(states.length, before, "nothing is told any more");
    assert.equal(clock.pendingTimers, 0);
  }
});
