import assert from "node:assert/strict";
import { test } from "node:test";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import type { SocketAddress } from "../net/address.js";
import { endpointsOf } from "../net/endpoint.js";
import { SimulatedClock } from "../testing/simulated-clock.js";
import { ConnectivityState } from "./connectivity-state.js";
import type { LoadBalancer, Picker, PickResult, Subchannel } from "./load-balancer.js";
import { type PickFirstOptions, pickFirst } from "./pick-first.js";

// Rules of docs/specification.md: wire:happy-eyeballs.

const { IDLE, CONNECTING, READY, TRANSIENT_FAILURE, SHUTDOWN } = ConnectivityState;

/** A subchannel that does what the test says. */
class FakeSubchannel implements Subchannel {
  readonly address: SocketAddress;
  readonly #onState: () => void;
  state: ConnectivityState = IDLE;
  failure: RpcError | undefined;
  readonly isFull = false;
  connects = 0;

  constructor(address: SocketAddress, onState: () => void) {
    this.address = address;
    this.#onState = onState;
  }

  connect(): void {
    if (this.state !== IDLE) return;
    this.connects++;
    this.become(CONNECTING);
  }

  shutdown(): void {
    this.state = SHUTDOWN;
  }

  fail(message: string): void {
    this.failure = new RpcError(Status.UNAVAILABLE, message);
    this.become(TRANSIENT_FAILURE);
  }

  become(state: ConnectivityState): void {
    if (this.state === SHUTDOWN) return;
    this.state = state;
    this.#onState();
  }
}

class Rig {
  readonly clock: SimulatedClock = new SimulatedClock();
  readonly subchannels: FakeSubchannel[] = [];
  readonly states: ConnectivityState[] = [];
  picker: Picker | undefined;
  resolutions = 0;
  /** States of addresses that are known when a hold on them is taken. */
  readonly found: Map<string, ConnectivityState> = new Map();
  readonly balancer: LoadBalancer;

  constructor(options: PickFirstOptions = {}) {
    this.balancer = pickFirst(options).create({
      createSubchannel: (address, onState) => {
        const subchannel = new FakeSubchannel(address, onState);
        subchannel.state = this.found.get(address.host as string) ?? IDLE;
        this.subchannels.push(subchannel);
        return subchannel;
      },
      update: (state, picker) => {
        this.states.push(state);
        this.picker = picker;
      },
      requestResolution: () => this.resolutions++,
      clock: this.clock,
      random: () => 0,
    });
  }

  at(index: number): FakeSubchannel {
    return this.subchannels[index] as FakeSubchannel;
  }

  /** @returns why they were refused */
  update(...hosts: string[]): RpcError | undefined {
    return this.balancer.update({ endpoints: endpointsOf(hosts.map((host): SocketAddress => ({ host, port: 1 }))) });
  }

  pick(): PickResult | undefined {
    return this.picker?.pick({ path: "/a.B/C", metadata: undefined });
  }

  /** What is picked, or the kind of what is not. */
  get picked(): Subchannel | string | undefined {
    const pick = this.pick();
    return pick?.kind === "pick" ? pick.subchannel : pick?.kind;
  }

  get hosts(): (string | undefined)[] {
    return this.subchannels.map(({ address }) => address.host);
  }
}

test("the first address that works takes all calls", () => {
  const rig = new Rig();
  rig.update("a", "b");
  assert.deepEqual(rig.states, [CONNECTING]);
  assert.equal(rig.picked, "queue");
  rig.at(0).become(READY);
  assert.equal(rig.picked, rig.at(0));
  rig.clock.advance(10_000);
  assert.deepEqual(rig.hosts, ["a"]);
});

test("the next address is tried after 250 ms, or at once when one fails", () => {
  const rig = new Rig();
  rig.update("a", "b", "c");
  rig.clock.advance(249);
  assert.deepEqual(rig.hosts, ["a"]);
  rig.clock.advance(1);
  assert.deepEqual(rig.hosts, ["a", "b"]);
  rig.at(1).fail("no b");
  assert.deepEqual(rig.hosts, ["a", "b", "c"]);
  rig.at(2).become(READY);
  assert.equal(rig.picked, rig.at(2));
  assert.equal(rig.at(0).state, SHUTDOWN);
  assert.equal(rig.at(1).state, SHUTDOWN);
  assert.equal(rig.clock.pendingTimers, 0);
});

test("when all fail, calls fail with each reason, and all are tried again until one works", () => {
  const rig = new Rig();
  rig.update("a", "b");
  rig.at(0).fail("no a");
  rig.at(0).become(IDLE);
  assert.equal(rig.at(0).connects, 1, "not again before the pass is over");
  rig.at(1).fail("no b");
  assert.deepEqual(rig.states, [CONNECTING, TRANSIENT_FAILURE]);
  assert.equal(rig.resolutions, 1);
  const pick = rig.pick();
  assert.ok(pick?.kind === "fail");
  assert.equal(pick.error.message, "no a; no b");
  assert.equal(rig.at(0).connects, 2);
  rig.at(1).become(IDLE);
  assert.equal(rig.at(1).connects, 2);
  assert.deepEqual(rig.states, [CONNECTING, TRANSIENT_FAILURE], "sticky while it tries");
  rig.at(1).fail("no b again");
  rig.at(0).fail("no a again");
  assert.equal(rig.resolutions, 2);
  rig.at(0).become(IDLE);
  rig.at(0).become(READY);
  assert.equal(rig.states.at(-1), READY);
});

test("the failure of an address that was tried before the last one gives no head start away", () => {
  const rig = new Rig();
  rig.update("a", "b", "c");
  rig.clock.advance(250);
  assert.deepEqual(rig.hosts, ["a", "b"]);
  rig.at(0).fail("no a");
  assert.deepEqual(rig.hosts, ["a", "b"], "b has its 250 ms");
  rig.clock.advance(250);
  assert.deepEqual(rig.hosts, ["a", "b", "c"]);
});

test("addresses are resolved again each time that all have failed, and only then", () => {
  const rig = new Rig();
  rig.update("a", "b");
  for (let pass = 1; pass <= 4; pass++) {
    for (const index of [0, 1]) {
      assert.equal(rig.resolutions, pass - 1);
      rig.at(index).fail("no");
      rig.at(index).become(IDLE);
    }
    assert.equal(rig.resolutions, pass);
  }
});

test("what wakes it does not disturb a connection or an attempt", () => {
  const rig = new Rig();
  rig.balancer.exitIdle();
  rig.update("a", "b");
  rig.balancer.exitIdle();
  assert.equal(rig.at(0).state, CONNECTING);
  rig.at(0).become(READY);
  rig.balancer.exitIdle();
  assert.deepEqual([rig.hosts, rig.states], [["a"], [CONNECTING, READY]]);
});

test("new addresses do not end a failure: calls fail at once until one of them works", () => {
  const rig = new Rig();
  rig.update("a");
  rig.at(0).fail("no a");
  rig.clock.advance(1_000);
  rig.update("b", "c");
  assert.equal(rig.at(1).connects, 1, "they are tried");
  assert.deepEqual(rig.states, [CONNECTING, TRANSIENT_FAILURE], "sticky while they are tried");
  assert.equal(rig.picked, "fail");
  rig.at(1).fail("no b");
  rig.at(2).become(READY);
  assert.equal(rig.states.at(-1), READY);
  assert.equal(rig.picked, rig.at(2));
  rig.update("d");
  assert.equal(rig.states.at(-1), CONNECTING, "no failure is left from before");
});

test("a connection that is lost leads to idle; the next call begins again", () => {
  const rig = new Rig();
  rig.update("a", "b");
  rig.at(0).become(READY);
  rig.at(0).become(IDLE);
  assert.equal(rig.states.at(-1), IDLE);
  assert.equal(rig.resolutions, 1);
  assert.equal(rig.subchannels.length, 1);
  assert.equal(rig.picked, "queue");
  assert.equal(rig.states.at(-1), CONNECTING);
  assert.deepEqual(rig.hosts, ["a", "a"]);
});

test("new addresses keep a connection that is among them and drop one that is not", () => {
  const rig = new Rig();
  rig.update("a", "b");
  rig.at(0).become(READY);
  rig.update("c", "a");
  assert.equal(rig.picked, rig.at(0));
  rig.update("c");
  assert.equal(rig.at(0).state, SHUTDOWN);
  assert.deepEqual(rig.hosts, ["a", "c"]);
  assert.equal(rig.states.at(-1), CONNECTING);
});

test("a failed resolution fails calls only while there are no addresses", () => {
  const rig = new Rig();
  const error = new RpcError(Status.UNAVAILABLE, "no such name");
  assert.equal(rig.balancer.update({ endpoints: error }), undefined);
  assert.deepEqual(rig.pick(), { kind: "fail", error });
  rig.update("a");
  rig.at(0).become(READY);
  assert.equal(rig.balancer.update({ endpoints: error }), undefined);
  assert.equal(rig.picked, rig.at(0));
});

test("addresses are shuffled when asked for, and one that stands twice is tried once", () => {
  const rig = new Rig({ shuffleAddressList: true });
  rig.update("a", "b", "c", "a");
  rig.clock.advance(10_000);
  assert.deepEqual(rig.hosts, ["b", "c", "a"]);
});

test("close gives everything up", () => {
  const rig = new Rig();
  rig.update("a", "b");
  rig.clock.advance(250);
  rig.balancer.close();
  assert.deepEqual(
    rig.subchannels.map(({ state }) => state),
    [SHUTDOWN, SHUTDOWN],
  );
  assert.equal(rig.clock.pendingTimers, 0);
});

test("the same list again, in the same order, changes nothing", () => {
  const rig = new Rig();
  rig.update("a", "b");
  rig.clock.advance(100);
  rig.update("a", "b");
  assert.deepEqual(rig.hosts, ["a"]);
  assert.deepEqual(rig.states, [CONNECTING]);
  rig.clock.advance(150);
  assert.deepEqual(rig.hosts, ["a", "b"], "the head start of the first is what it was");
});

test("another list takes over attempts, head starts and failures of the one before", () => {
  const rig = new Rig();
  rig.update("a", "b", "c");
  rig.clock.advance(100);
  rig.found.set("a", CONNECTING);
  rig.found.set("b", TRANSIENT_FAILURE);
  rig.update("b", "a", "c");
  assert.deepEqual(rig.hosts, ["a", "a", "b", "c"], "what is under way is held first");
  assert.equal(rig.at(0).state, SHUTDOWN, "the hold of the earlier pass");
  rig.clock.advance(149);
  assert.equal(rig.at(3).connects, 0, "a has its head start");
  rig.clock.advance(1);
  assert.equal(rig.at(3).connects, 1);
  rig.at(1).become(READY);
  assert.equal(rig.picked, rig.at(1));
});

test("a list that changes again and again does not keep an address from its turn", () => {
  const rig = new Rig();
  rig.update("a", "b", "c");
  rig.found.set("a", CONNECTING);
  for (let i = 0; i < 5; i++) {
    rig.clock.advance(100);
    rig.update(...(i % 2 === 0 ? ["a", "c", "b"] : ["a", "b", "c"]));
  }
  assert.ok(rig.subchannels.some(({ address, connects }) => address.host !== "a" && connects === 1));
});

test("addresses that are all in their backoff fail at once, and one that is ready is taken at once", () => {
  const failing = new Rig();
  failing.found.set("a", TRANSIENT_FAILURE).set("b", TRANSIENT_FAILURE);
  failing.update("a", "b");
  assert.deepEqual(failing.states, [CONNECTING, TRANSIENT_FAILURE]);
  failing.at(0).become(IDLE);
  assert.equal(failing.at(0).connects, 1);
  const ready = new Rig();
  ready.found.set("b", READY);
  ready.update("b", "a");
  assert.equal(ready.picked, ready.at(0));
});

test("the removal of the address that is being tried gives its attempt up, and the next one is tried", () => {
  const rig = new Rig();
  rig.update("a", "b");
  rig.update("b");
  assert.equal(rig.at(0).state, SHUTDOWN);
  rig.clock.advance(250);
  rig.at(1).become(READY);
  assert.equal(rig.picked, rig.at(1));
});

test("no addresses: refused, and everything is given up", () => {
  const rig = new Rig();
  rig.update("a");
  rig.at(0).become(READY);
  assert.match(String(rig.update()), /gave no addresses/);
  assert.equal(rig.at(0).state, SHUTDOWN);
  assert.equal(rig.picked, "fail");
  rig.update("a");
  rig.at(1).become(READY);
  assert.equal(rig.picked, rig.at(1));
});

test("an order that chance made stays while the addresses are the same", () => {
  const rig = new Rig({ shuffleAddressList: true });
  rig.update("a", "b", "c");
  rig.update("c", "a", "b");
  assert.equal(rig.subchannels.length, 1);
});

test("999 dead addresses cost no time and no long texts", () => {
  const rig = new Rig();
  const hosts = Array.from({ length: 999 }, (_, i) => `10.0.${i >> 8}.${i & 255}`);
  rig.update(...hosts, ...hosts);
  for (let i = 0; i < 999; i++) rig.at(i).fail(`connection refused at ${hosts[i]}:1: is a server listening there?`);
  assert.equal(rig.subchannels.length, 999);
  const pick = rig.pick();
  assert.ok(pick?.kind === "fail");
  assert.ok(pick.error.message.length < 400, pick.error.message);
  assert.match(pick.error.message, /10\.0\.0\.0:1.*and 996 more of 999 addresses failed$/);
  assert.equal(rig.pick(), rig.pick(), "made once");
});

test("options are checked", () => {
  assert.throws(() => pickFirst({ shuffle: true } as object), /options of pickFirst\(\) have no "shuffle"/);
  assert.throws(() => pickFirst({ shuffleAddressList: 1 } as object), TypeError);
});
