import assert from "node:assert/strict";
import { test } from "node:test";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import type { SocketAddress } from "../net/address.js";
import { SimulatedClock } from "../testing/simulated-clock.js";
import { ConnectivityState } from "./connectivity-state.js";
import type { BalancedSubchannel, LoadBalancer, Picker } from "./load-balancer.js";
import { type PickFirstOptions, pickFirst } from "./pick-first.js";

// Rules of docs/specification.md: wire:happy-eyeballs.

const { IDLE, CONNECTING, READY, TRANSIENT_FAILURE, SHUTDOWN } = ConnectivityState;

/** A subchannel that does what the test says. */
class FakeSubchannel implements BalancedSubchannel {
  readonly address: SocketAddress;
  readonly #onState: () => void;
  state: ConnectivityState = IDLE;
  failure: RpcError | undefined;
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
  picker: Picker<FakeSubchannel> | undefined;
  resolutions = 0;
  readonly balancer: LoadBalancer;

  constructor(options: PickFirstOptions = {}) {
    this.balancer = pickFirst(options).create<FakeSubchannel>({
      createSubchannel: (address, onState) => {
        const subchannel = new FakeSubchannel(address, onState);
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

  get hosts(): (string | undefined)[] {
    return this.subchannels.map(({ address }) => address.host);
  }
}

function addresses(...hosts: string[]): SocketAddress[] {
  return hosts.map((host) => ({ host, port: 1 }));
}

test("the first address that works takes all calls", () => {
  const rig = new Rig();
  rig.balancer.updateAddresses(addresses("a", "b"));
  assert.deepEqual(rig.states, [CONNECTING]);
  assert.equal(rig.picker?.pick(), undefined);
  rig.at(0).become(READY);
  assert.equal(rig.picker?.pick(), rig.at(0));
  rig.clock.advance(10_000);
  assert.deepEqual(rig.hosts, ["a"]);
});

test("the next address is tried after 250 ms, or at once when one fails", () => {
  const rig = new Rig();
  rig.balancer.updateAddresses(addresses("a", "b", "c"));
  rig.clock.advance(249);
  assert.deepEqual(rig.hosts, ["a"]);
  rig.clock.advance(1);
  assert.deepEqual(rig.hosts, ["a", "b"]);
  rig.at(1).fail("no b");
  assert.deepEqual(rig.hosts, ["a", "b", "c"]);
  rig.at(2).become(READY);
  assert.equal(rig.picker?.pick(), rig.at(2));
  assert.equal(rig.at(0).state, SHUTDOWN);
  assert.equal(rig.at(1).state, SHUTDOWN);
  assert.equal(rig.clock.pendingTimers, 0);
});

test("when all fail, calls fail with each reason, and all are tried again until one works", () => {
  const rig = new Rig();
  rig.balancer.updateAddresses(addresses("a", "b"));
  rig.at(0).fail("no a");
  rig.at(0).become(IDLE);
  assert.equal(rig.at(0).connects, 1, "not again before the pass is over");
  rig.at(1).fail("no b");
  assert.deepEqual(rig.states, [CONNECTING, TRANSIENT_FAILURE]);
  assert.equal(rig.resolutions, 1);
  const error = rig.picker?.pick();
  assert.ok(error instanceof RpcError);
  assert.equal(error.message, "no a; no b");
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

test("a connection that is lost leads to idle; the next call begins again", () => {
  const rig = new Rig();
  rig.balancer.updateAddresses(addresses("a", "b"));
  rig.at(0).become(READY);
  rig.at(0).become(IDLE);
  assert.equal(rig.states.at(-1), IDLE);
  assert.equal(rig.resolutions, 1);
  assert.equal(rig.subchannels.length, 1);
  assert.equal(rig.picker?.pick(), undefined);
  assert.equal(rig.states.at(-1), CONNECTING);
  assert.deepEqual(rig.hosts, ["a", "a"]);
});

test("new addresses keep a connection that is among them and drop one that is not", () => {
  const rig = new Rig();
  rig.balancer.updateAddresses(addresses("a", "b"));
  rig.at(0).become(READY);
  rig.balancer.updateAddresses(addresses("c", "a"));
  assert.equal(rig.picker?.pick(), rig.at(0));
  rig.balancer.updateAddresses(addresses("c"));
  assert.equal(rig.at(0).state, SHUTDOWN);
  assert.deepEqual(rig.hosts, ["a", "c"]);
  assert.equal(rig.states.at(-1), CONNECTING);
});

test("a failed resolution fails calls only while there are no addresses", () => {
  const rig = new Rig();
  const error = new RpcError(Status.UNAVAILABLE, "no such name");
  rig.balancer.resolutionFailed(error);
  assert.equal(rig.picker?.pick(), error);
  rig.balancer.updateAddresses(addresses("a"));
  rig.at(0).become(READY);
  rig.balancer.resolutionFailed(error);
  assert.equal(rig.picker?.pick(), rig.at(0));
});

test("addresses are shuffled when asked for, and one that stands twice is tried once", () => {
  const rig = new Rig({ shuffleAddressList: true });
  rig.balancer.updateAddresses(addresses("a", "b", "c", "a"));
  rig.clock.advance(10_000);
  assert.deepEqual(rig.hosts, ["b", "c", "a"]);
});

test("close gives everything up", () => {
  const rig = new Rig();
  rig.balancer.updateAddresses(addresses("a", "b"));
  rig.clock.advance(250);
  rig.balancer.close();
  assert.deepEqual(
    rig.subchannels.map(({ state }) => state),
    [SHUTDOWN, SHUTDOWN],
  );
  assert.equal(rig.clock.pendingTimers, 0);
});
