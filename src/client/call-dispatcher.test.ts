import assert from "node:assert/strict";
import { test } from "node:test";
import type { Picker, PickResult } from "../balance/load-balancer.js";
import { FailPicker, OnePicker, QueuePicker } from "../balance/pickers.js";
import { Metadata } from "../base/metadata.js";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import type { CallTransport, WaitingCall } from "../call/client-method.js";
import { Backoff, defaultBackoff } from "../resilience/backoff.js";
import { SimulatedClock } from "../testing/simulated-clock.js";
import { CallDispatcher } from "./call-dispatcher.js";
import { FakeConnector } from "./fake-connector.testing.js";
import { PooledSubchannel, type SubchannelHold } from "./subchannel.js";

// Rules of docs/specification.md: wire:wait-for-ready.

/** A call that notes what became of it. */
class FakeCall implements WaitingCall {
  readonly waitForReady: boolean;
  readonly path: string = "/a.B/C";
  readonly metadata: Metadata | undefined = undefined;
  result = "";
  readonly #hasPlace: (peer: string) => boolean;

  constructor(hasPlace: (peer: string) => boolean = () => true, waitForReady: boolean = false) {
    this.waitForReady = waitForReady;
    this.#hasPlace = hasPlace;
  }

  open(_transport: CallTransport, peer: string): boolean {
    if (!this.#hasPlace(peer)) return false;
    this.result = `open ${peer}`;
    return true;
  }

  refuse(error: RpcError): void {
    this.result = `${error.codeName} ${error.message}`;
  }
}

/** A subchannel that is ready. */
function readySubchannel(host: string = "there", onCapacity: () => void = () => undefined): SubchannelHold {
  const connector = new FakeConnector();
  const context = {
    connector,
    clock: new SimulatedClock(),
    connectTimeoutMs: 1,
    onCapacity,
    onUnheld: () => undefined,
  };
  const pooled = new PooledSubchannel({ host, port: 1 }, context, new Backoff(defaultBackoff, () => 0.5));
  const hold = pooled.hold(() => undefined);
  hold.connect();
  connector.last.peer = host;
  connector.last.streamsMax = 100;
  connector.last.events.onReady();
  return hold;
}

const ready = new OnePicker(readySubchannel());
const failing = new FailPicker(new RpcError(Status.UNAVAILABLE, "refused"));

class Rig {
  held = false;
  readonly dispatcher: CallDispatcher;

  constructor(picker: Picker = new QueuePicker(), max: number = 100) {
    this.dispatcher = new CallDispatcher(max, this, picker);
  }

  hold(): void {
    this.held = true;
  }

  release(): void {
    this.held = false;
  }

  dispatch(call: FakeCall): FakeCall {
    this.dispatcher.dispatch(call);
    return call;
  }
}

test("a call goes to the picked connection at once", () => {
  const rig = new Rig(ready);
  assert.equal(rig.dispatch(new FakeCall()).result, "open there");
  assert.equal(rig.held, false);
});

test("calls wait for a picker that has a connection, and hold the process meanwhile", () => {
  const rig = new Rig();
  const call = rig.dispatch(new FakeCall());
  assert.equal(call.result, "");
  assert.equal(rig.held, true);
  rig.dispatcher.setPicker(ready);
  assert.equal(call.result, "open there");
  assert.equal(rig.held, false);
});

test("a failure fails calls at once, but those that wait for ready", () => {
  const rig = new Rig();
  const fast = rig.dispatch(new FakeCall());
  const patient = rig.dispatch(new FakeCall(undefined, true));
  rig.dispatcher.setPicker(failing);
  assert.equal(fast.result, "UNAVAILABLE refused");
  assert.equal(patient.result, "");
  assert.equal(rig.dispatch(new FakeCall()).result, "UNAVAILABLE refused");
  rig.dispatcher.setPicker(ready);
  assert.equal(patient.result, "open there");
});

test("calls that find no free stream wait in order, and none overtakes", () => {
  const there = readySubchannel();
  const rig = new Rig(new OnePicker(there));
  let places = 1;
  const order: number[] = [];
  const makeCall = (id: number): FakeCall =>
    new FakeCall(() => {
      if (places === 0) return false;
      places--;
      order.push(id);
      return true;
    });
  for (const id of [1, 2, 3, 4]) rig.dispatch(makeCall(id));
  assert.deepEqual(order, [1]);
  assert.equal(there.isFull, true);
  places = 1;
  rig.dispatch(makeCall(5));
  assert.deepEqual(order, [1], "5 waits behind 2 though there is a place");
  rig.dispatcher.onCapacity(there.pooled);
  assert.deepEqual(order, [1, 2]);
  places = 5;
  rig.dispatcher.onCapacity(there.pooled);
  assert.deepEqual(order, [1, 2, 3, 4, 5]);
  assert.equal(rig.held, false);
});

test("the queue is bounded", () => {
  const rig = new Rig(new QueuePicker(), 2);
  rig.dispatch(new FakeCall());
  rig.dispatch(new FakeCall());
  assert.match(rig.dispatch(new FakeCall()).result, /^RESOURCE_EXHAUSTED 2 calls wait .*waitingCallsMax/);
});

test("a call that is withdrawn is not opened", () => {
  const rig = new Rig();
  const call = rig.dispatch(new FakeCall());
  rig.dispatcher.withdraw(call);
  assert.equal(rig.held, false);
  rig.dispatcher.setPicker(ready);
  assert.equal(call.result, "");
});

test("a picker that is changed by its own pick serves the call that asked", () => {
  const rig = new Rig();
  rig.dispatcher.setPicker(new QueuePicker(() => rig.dispatcher.setPicker(ready)));
  assert.equal(rig.dispatch(new FakeCall()).result, "open there");
});

test("a call that is opened may make others", () => {
  const rig = new Rig();
  const inner = new FakeCall();
  const outer = rig.dispatch(
    new FakeCall(() => {
      rig.dispatch(inner);
      return true;
    }),
  );
  rig.dispatcher.setPicker(ready);
  assert.deepEqual([outer.result, inner.result], ["open there", "open there"]);
});

test("all that wait can be refused", () => {
  const rig = new Rig();
  const calls = [rig.dispatch(new FakeCall()), rig.dispatch(new FakeCall(undefined, true))];
  rig.dispatcher.refuseAll(() => new RpcError(Status.UNAVAILABLE, "closed"));
  assert.deepEqual(
    calls.map(({ result }) => result),
    ["UNAVAILABLE closed", "UNAVAILABLE closed"],
  );
  assert.equal(rig.dispatcher.waitingCount, 0);
  assert.equal(rig.held, false);
});

test("a call that throws harms no other", () => {
  const rig = new Rig();
  rig.dispatch(
    new FakeCall(() => {
      throw new Error("a mistake");
    }),
  );
  assert.throws(() => rig.dispatcher.setPicker(ready), /a mistake/);
  assert.equal(rig.dispatch(new FakeCall()).result, "open there");
});

test("a call that is made while others are served waits behind them", () => {
  const there = readySubchannel();
  const rig = new Rig(new OnePicker(there));
  let places = 0;
  const order: number[] = [];
  const makeCall = (id: number): FakeCall =>
    new FakeCall(() => {
      if (places === 0) return false;
      places--;
      order.push(id);
      if (id === 1) rig.dispatch(makeCall(3));
      return true;
    });
  for (const id of [1, 2]) rig.dispatch(makeCall(id));
  places = 3;
  rig.dispatcher.onCapacity(there.pooled);
  assert.deepEqual(order, [1, 2, 3]);
});

test("a full subchannel stops only the calls that were picked for it", () => {
  const [one, other] = [readySubchannel("one"), readySubchannel("other")];
  let places = 0;
  const picks = { "/one": new OnePicker(one).pick(), "/other": new OnePicker(other).pick() };
  const rig = new Rig({ pick: ({ path }) => picks[path as keyof typeof picks] });
  const call = (path: string): FakeCall =>
    rig.dispatch(Object.assign(new FakeCall((peer) => peer === "other" || places-- > 0), { path }));
  const stuck = [call("/one"), call("/one")];
  assert.equal(call("/other").result, "open other");
  assert.equal(
    rig.dispatcher.explain(stuck[1] as FakeCall),
    "2 calls wait for a free stream at one, which takes no more calls at once (SETTINGS_MAX_CONCURRENT_STREAMS 100)",
  );
  places = 1;
  rig.dispatcher.onCapacity(one.pooled);
  assert.deepEqual(
    stuck.map(({ result }) => result),
    ["open one", ""],
  );
  assert.match(rig.dispatcher.explain(stuck[1] as FakeCall) ?? "", /^1 call waits for/);
});

test("a picker that knows another subchannel is asked again when the first is found to be full", () => {
  const all = [readySubchannel("one"), readySubchannel("two"), readySubchannel("three")];
  let picks = 0;
  const rig = new Rig({
    pick: () => {
      picks++;
      const free = all.find(({ isFull }) => !isFull);
      return free === undefined ? { kind: "queue" } : { kind: "pick", subchannel: free };
    },
  });
  const opened = new FakeCall((peer) => peer === "three");
  assert.equal(rig.dispatch(opened).result, "open three");
  assert.equal(picks, 3);
  assert.equal(rig.dispatch(opened).result, "open three");
  assert.equal(picks, 4, "what is full is not found out again for each call");
  let places = 0;
  const order: number[] = [];
  const calls = [1, 2, 3].map((id) => {
    const call = new FakeCall(() => places-- > 0 && order.push(id) > 0);
    return rig.dispatch(call);
  });
  assert.equal(rig.dispatcher.explain(calls[0] as FakeCall), undefined, "it waits for any");
  places = 1;
  rig.dispatcher.onCapacity((all[1] as SubchannelHold).pooled);
  assert.deepEqual(order, [1]);
  places = 2;
  rig.dispatcher.onCapacity((all[0] as SubchannelHold).pooled);
  assert.deepEqual(order, [1, 2, 3]);
  assert.equal(rig.held, false);
});

test("a new picker is offered all that wait, by their age, wherever they wait", () => {
  const [one, other] = [readySubchannel("one"), readySubchannel("other")];
  const order: string[] = [];
  const first: Picker = {
    pick: ({ path }): PickResult => (path === "/queue" ? { kind: "queue" } : { kind: "pick", subchannel: one }),
  };
  const rig = new Rig(first);
  for (const [at, path] of ["/one", "/queue", "/one", "/queue"].entries()) {
    const call = new FakeCall((peer) => peer === "other" && order.push(`${at}`) > 0);
    rig.dispatch(Object.assign(call, { path }));
  }
  rig.dispatcher.setPicker(new OnePicker(other));
  assert.deepEqual(order, ["0", "1", "2", "3"]);
});

test("calls of a subchannel that is lost go elsewhere, also without another picker", () => {
  let picked = "one";
  const lost: (() => void)[] = [];
  const one = readySubchannel("one", () => lost[0]?.());
  const other = readySubchannel("other");
  const rig = new Rig({ pick: () => ({ kind: "pick", subchannel: picked === "one" ? one : other }) });
  lost.push(() => rig.dispatcher.onCapacity(one.pooled));
  const call = rig.dispatch(new FakeCall((peer) => peer === "other"));
  picked = "other";
  one.pooled.connection?.destroy("lost");
  assert.equal(call.result, "open other");
});

test("a pick hears once how its attempt ended, or that there was none", () => {
  const ends: unknown[] = [];
  const there = readySubchannel();
  const metadata = new Metadata({ "x-picked": "1" });
  const rig = new Rig({
    pick: () => ({ kind: "pick", subchannel: there, metadata, onEnd: (end) => void ends.push(end) }),
  });
  let places = 0;
  let sent: readonly string[] = [];
  const call = new FakeCall();
  call.open = (transport) => {
    if (places-- <= 0) return false;
    transport.openStream([":path", "/a.B/C"], false, null as never);
    transport.probe?.onCall("/a.B/C", [])?.onEnd(Status.NOT_FOUND, true);
    return true;
  };
  const connection = there.pooled.connection as NonNullable<PooledSubchannel["connection"]>;
  connection.openStream = (headers) => {
    sent = headers;
    return undefined;
  };
  rig.dispatch(call);
  assert.deepEqual(ends, [undefined], "it was full; picked again, the call waits there");
  places = 1;
  rig.dispatcher.onCapacity(there.pooled);
  assert.deepEqual(ends.slice(1), [undefined, { status: Status.NOT_FOUND, complete: true }]);
  assert.deepEqual(sent, [":path", "/a.B/C", "x-picked", "1"]);
  places = 0;
  const waiting = rig.dispatch(call);
  const before = ends.length;
  rig.dispatcher.withdraw(waiting);
  assert.deepEqual(ends.slice(before), [undefined]);
});

test("a drop fails calls that wait for ready too; a policy cannot answer for a server, nor harm a call by throwing", () => {
  const drop = (code: Status): Picker => ({ pick: () => ({ kind: "drop", error: new RpcError(code, "overload") }) });
  const patient = () => new FakeCall(undefined, true);
  assert.equal(new Rig(drop(Status.UNAVAILABLE)).dispatch(patient()).result, "UNAVAILABLE overload");
  assert.match(new Rig(drop(Status.NOT_FOUND)).dispatch(patient()).result, /^INTERNAL .* NOT_FOUND: overload$/);
  const throwing: Picker = {
    pick: () => {
      throw new Error("a mistake");
    },
  };
  assert.match(new Rig(throwing).dispatch(patient()).result, /^INTERNAL the load balancing policy threw: .*a mistake/);
  const foreign: Picker = { pick: () => ({ kind: "pick", subchannel: { ...ready } as never }) };
  assert.match(new Rig(foreign).dispatch(patient()).result, /^INTERNAL .* picked what its channel did not make/);
});

test("the message of a call that finds the queue full names what the others wait for", () => {
  const rig = new Rig(new OnePicker(readySubchannel("there")), 1);
  rig.dispatch(new FakeCall(() => false));
  assert.match(
    rig.dispatch(new FakeCall(() => false)).result,
    /^RESOURCE_EXHAUSTED 1 calls wait .*waitingCallsMax.*; 1 call waits for a free stream at there, .*STREAMS 100\)$/,
  );
});

test("very many calls that wait are served in linear time", () => {
  const there = readySubchannel();
  const rig = new Rig(new OnePicker(there), 100_000);
  let places = 0;
  let served = 0;
  for (let i = 0; i < 20_000; i++) {
    rig.dispatch(
      new FakeCall(() => {
        if (places === 0) return false;
        places--;
        return ++served === i + 1;
      }),
    );
  }
  for (let i = 0; i < 20_000; i++) {
    places = 1;
    rig.dispatcher.onCapacity(there.pooled);
  }
  assert.equal(served, 20_000, "each in its turn");
});
