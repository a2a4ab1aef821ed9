import assert from "node:assert/strict";
import { test } from "node:test";
import type { ConnectivityState } from "../balance/connectivity-state.js";
import { Backoff, defaultBackoff } from "../resilience/backoff.js";
import { SimulatedClock } from "../testing/simulated-clock.js";
import { FakeConnector } from "./fake-connector.testing.js";
import { PooledSubchannel, type SubchannelHold } from "./subchannel.js";

// Rules of docs/specification.md: wire:backoff.

class Rig {
  readonly clock: SimulatedClock = new SimulatedClock();
  readonly connector: FakeConnector = new FakeConnector();
  readonly states: ConnectivityState[] = [];
  capacities = 0;
  unheld = 0;
  readonly pooled: PooledSubchannel;
  readonly subchannel: SubchannelHold;

  constructor() {
    const context = {
      connector: this.connector,
      clock: this.clock,
      connectTimeoutMs: 20_000,
      onCapacity: () => this.capacities++,
      onUnheld: () => this.unheld++,
    };
    this.pooled = new PooledSubchannel({ host: "1.2.3.4", port: 5 }, context, new Backoff(defaultBackoff, () => 0.5));
    this.subchannel = this.pooled.hold(() => void this.states.push(this.subchannel.state));
  }

  /** A connection that is ready, and on which a call was answered. */
  connect(): void {
    this.subchannel.connect();
    this.connector.last.events.onReady();
    this.connector.last.hasServed = true;
  }
}

test("connects once, and is ready", () => {
  const { subchannel, pooled, connector, states } = new Rig();
  subchannel.connect();
  subchannel.connect();
  assert.equal(connector.connections.length, 1);
  assert.equal(connector.last.timeoutMs, 20_000);
  connector.last.events.onReady();
  assert.deepEqual(states, ["CONNECTING", "READY"]);
  assert.equal(pooled.connection, connector.last);
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
  connector.last.hasServed = true;
  connector.last.close("lost");
  subchannel.connect();
  assert.equal(connector.last.timeoutMs, 20_000);
});

test("a lost connection leads to idle", () => {
  const rig = new Rig();
  rig.connect();
  rig.connector.last.close("the peer closed the connection");
  assert.deepEqual(rig.states, ["CONNECTING", "READY", "IDLE"]);
  assert.equal(rig.pooled.connection, undefined);
});

test("a connection that was lost before it was of use counts as a failure, and does not end the backoff", () => {
  const { subchannel, connector, clock, states } = new Rig();
  const waits: number[] = [];
  for (let i = 0; i < 3; i++) {
    subchannel.connect();
    connector.last.events.onReady();
    connector.last.events.onGoaway("GOAWAY");
    assert.equal(subchannel.state, "IDLE", "a few are forgiven: a server may drain at any time");
  }
  states.length = 0;
  for (const end of ["goaway", "close", "goaway"]) {
    subchannel.connect();
    connector.last.events.onReady();
    if (end === "goaway") connector.last.events.onGoaway("the server sent GOAWAY NO_ERROR");
    else connector.last.close("the peer closed the connection");
    assert.equal(subchannel.state, "TRANSIENT_FAILURE");
    const before = clock.nowMs();
    while (states.at(-1) !== "IDLE") clock.advance(1);
    waits.push(clock.nowMs() - before);
  }
  assert.deepEqual(
    waits.map((wait) => Math.round(wait)),
    [4_096, 6_554, 10_486],
  );
  assert.deepEqual(states.slice(0, 4), ["CONNECTING", "READY", "TRANSIENT_FAILURE", "IDLE"]);
  assert.match(`${subchannel.failure}`, /1\.2\.3\.4:5 ended before it was of use: the server sent GOAWAY/);
});

test("what is remembered without a hold is a failure: not a connection that was of use, but one that was given up before", () => {
  const used = new Rig();
  used.subchannel.connect();
  used.connector.last.close("no");
  used.clock.advance(1_000);
  used.connect();
  used.subchannel.shutdown();
  assert.equal(used.pooled.retryAtMs, undefined);

  const useless = new Rig();
  useless.subchannel.connect();
  useless.connector.last.close("no");
  useless.clock.advance(1_000);
  useless.subchannel.connect();
  useless.connector.last.events.onReady();
  useless.subchannel.shutdown();
  assert.equal(useless.pooled.state, "TRANSIENT_FAILURE", "whoever wants it again waits");
  assert.equal(useless.pooled.retryAtMs, 1_000 + 1_600);
  const again = useless.pooled.hold(() => undefined);
  again.connect();
  assert.equal(useless.connector.connections.length, 2);
  useless.clock.advance(1_600);
  again.connect();
  assert.equal(useless.connector.connections.length, 3);
});

test("a connection that is lost after it was of use leaves no failure behind", () => {
  const rig = new Rig();
  rig.subchannel.connect();
  rig.connector.last.close("no");
  rig.clock.advance(1_000);
  rig.connect();
  rig.connector.last.close("lost");
  assert.equal(rig.pooled.retryAtMs, undefined);
});

test("an idle connection that is closed after a while was of use", () => {
  const { subchannel, connector, clock } = new Rig();
  for (let i = 0; i < 20; i++) {
    subchannel.connect();
    connector.last.events.onReady();
    clock.advance(1_000);
    connector.last.close("closed by a proxy");
    assert.equal(subchannel.state, "IDLE");
  }
  subchannel.connect();
  assert.equal(connector.last.timeoutMs, 20_000);
});

test("after a GOAWAY new calls need another connection, and the old one drains", () => {
  const rig = new Rig();
  const { subchannel, connector, states } = rig;
  rig.connect();
  const first = connector.last;
  first.events.onGoaway("GOAWAY");
  assert.deepEqual(states, ["CONNECTING", "READY", "IDLE"]);
  assert.ok(first.isDraining);
  subchannel.connect();
  connector.last.events.onReady();
  first.events.onGoaway("GOAWAY");
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

test("without a hold attempts are given up and connections drain, and the backoff goes on", () => {
  for (const when of ["connecting", "ready", "failed"]) {
    const { subchannel, pooled, connector, clock, states } = new Rig();
    subchannel.connect();
    if (when === "ready") connector.last.events.onReady();
    if (when === "failed") connector.last.close("no");
    const before = states.length;
    subchannel.shutdown();
    subchannel.shutdown();
    assert.equal(subchannel.state, "SHUTDOWN");
    assert.equal(pooled.state, when === "failed" ? "TRANSIENT_FAILURE" : "IDLE");
    assert.equal(connector.last.isDraining, when !== "failed");
    subchannel.connect();
    assert.equal(connector.connections.length, 1);
    assert.equal(states.length, before, "nothing is told any more");
    clock.advance(1_000);
    assert.equal(pooled.state, "IDLE");
    pooled.shutdown();
    assert.equal(pooled.state, "SHUTDOWN");
    assert.equal(clock.pendingTimers, 0);
  }
});

test("two holds share all, and the connection stays until both are given up", () => {
  const rig = new Rig();
  const told: string[] = [];
  const other = rig.pooled.hold(() => void told.push(other.state));
  rig.connect();
  assert.deepEqual(told, rig.states);
  rig.subchannel.shutdown();
  assert.equal(other.state, "READY");
  assert.equal(rig.connector.last.isDraining, false);
  other.shutdown();
  assert.equal(rig.connector.last.isDraining, true);
  assert.equal(rig.unheld, 1);
});
