import assert from "node:assert/strict";
import { test } from "node:test";
import type { Picker } from "../balance/load-balancer.js";
import { FailPicker, OnePicker, QueuePicker } from "../balance/pickers.js";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import type { WaitingCall } from "../call/client-method.js";
import { CallDispatcher } from "./call-dispatcher.js";
import type { Subchannel } from "./subchannel.js";

// Rules of docs/specification.md: wire:wait-for-ready.

/** A call that notes what became of it. */
class FakeCall implements WaitingCall {
  readonly waitForReady: boolean;
  result = "";
  readonly #hasPlace: () => boolean;

  constructor(hasPlace: () => boolean = () => true, waitForReady: boolean = false) {
    this.waitForReady = waitForReady;
    this.#hasPlace = hasPlace;
  }

  open(_transport: unknown, peer: string): boolean {
    if (!this.#hasPlace()) return false;
    this.result = `open ${peer}`;
    return true;
  }

  refuse(error: RpcError): void {
    this.result = `${error.codeName} ${error.message}`;
  }
}

const ready = new OnePicker({ connection: { peer: "there" } } as unknown as Subchannel);
const failing = new FailPicker(new RpcError(Status.UNAVAILABLE, "refused"));

class Rig {
  held = false;
  readonly dispatcher: CallDispatcher;

  constructor(picker: Picker<Subchannel> = new QueuePicker(), max: number = 100) {
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
  const rig = new Rig(ready);
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
  assert.equal(rig.dispatcher.isSaturated, true);
  places = 1;
  rig.dispatch(makeCall(5));
  assert.deepEqual(order, [1], "5 waits behind 2 though there is a place");
  rig.dispatcher.onCapacity();
  assert.deepEqual(order, [1, 2]);
  places = 5;
  rig.dispatcher.onCapacity();
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
