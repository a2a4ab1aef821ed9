import assert from "node:assert/strict";
import { test } from "node:test";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import { FakeCall, Rig } from "./channel-rig.testing.js";

test("nothing is done until the first call, which waits for the connection", () => {
  const rig = new Rig();
  assert.equal(rig.connector.connections.length, 0);
  assert.equal(rig.core.state, "IDLE");
  const call = rig.call();
  assert.equal(rig.core.state, "CONNECTING");
  assert.match(rig.core.explainWait(call), /connecting to 1\.2\.3\.4:5/);
  rig.connectNow();
  assert.equal(rig.core.state, "READY");
  assert.equal(call.result, "ipv4:1.2.3.4:5");
  assert.equal(rig.call().result, "ipv4:1.2.3.4:5");
  assert.equal(rig.connector.connections.length, 1);
});

test("a refused connection fails calls; those that wait for ready get the next connection", () => {
  const rig = new Rig();
  const fast = rig.call();
  const patient = rig.call(true);
  rig.connector.last.close("connection refused");
  assert.equal(fast.result, "UNAVAILABLE: connection refused");
  assert.equal(rig.call().result, "UNAVAILABLE: connection refused");
  assert.equal(rig.core.explainWait(patient), "connection refused");
  assert.equal(rig.held, true);
  rig.clock.advance(1_000);
  rig.connectNow();
  assert.equal(patient.result, "ipv4:1.2.3.4:5");
  assert.match(rig.core.explainWait(new FakeCall()), /^no connection to 1\.2\.3\.4:5 takes more calls now$/);
});

test("a name that cannot be resolved fails calls and is asked for again after the backoff", () => {
  const rig = new Rig({ target: "manual:x" });
  const call = rig.call();
  const patient = rig.call(true);
  rig.tell(new RpcError(Status.UNAVAILABLE, "no such name"));
  assert.equal(call.result, "UNAVAILABLE: no such name");
  assert.equal(rig.core.state, "TRANSIENT_FAILURE");
  rig.clock.advance(999);
  assert.equal(rig.refreshes, 0);
  rig.clock.advance(1);
  assert.equal(rig.refreshes, 1);
  rig.tell("1.1.1.1");
  rig.connectNow();
  assert.equal(patient.result, "ipv4:1.1.1.1:1");
});

test("a lost connection is made again by the next call, and the name is looked at again", () => {
  const rig = new Rig({ target: "manual:x" });
  rig.call();
  rig.tell("1.1.1.1");
  rig.connectNow();
  rig.connector.last.hasServed = true;
  rig.connector.last.close("lost");
  assert.equal(rig.core.state, "IDLE");
  assert.equal(rig.refreshes, 1);
  const call = rig.call();
  assert.equal(rig.connector.connections.length, 2);
  rig.connectNow();
  assert.equal(call.result, "ipv4:1.1.1.1:1");
});

test("calls beyond the server's limit of streams wait for a free one", () => {
  const rig = new Rig();
  rig.call();
  rig.connector.last.streamsMax = 1;
  rig.connectNow();
  const second = rig.call();
  assert.equal(second.result, "");
  assert.match(rig.core.explainWait(second), /ipv4:1\.2\.3\.4:5, which takes no more calls at once .*STREAMS 1\)/);
  rig.connector.last.answer();
  rig.connector.last.events.onCapacity();
  assert.equal(second.result, "ipv4:1.2.3.4:5");
});

test("a channel without calls becomes idle, and wakes by the next", () => {
  const rig = new Rig({ target: "manual:x", idleTimeoutMs: 60_000 });
  const first = rig.call();
  rig.tell("1.1.1.1");
  rig.connectNow();
  rig.clock.advance(100_000);
  assert.equal(rig.core.state, "READY", "a call is in flight");
  rig.connector.last.answer();
  assert.equal(first.result, "done");
  rig.clock.advance(59_999);
  assert.equal(rig.core.state, "READY");
  rig.clock.advance(1);
  assert.equal(rig.core.state, "IDLE");
  assert.equal(rig.connector.last.closedBy, "drained");
  assert.equal(rig.closes, 1);
  rig.call();
  assert.equal(rig.core.state, "CONNECTING");
});

test("a call that was withdrawn while it waited gets no connection", () => {
  const rig = new Rig();
  const gone = rig.call();
  const stays = rig.call();
  rig.core.withdraw(gone);
  rig.connectNow();
  assert.deepEqual([gone.result, stays.result], ["", "ipv4:1.2.3.4:5"]);
});

test("a call that waits keeps the channel from becoming idle", () => {
  const rig = new Rig({ idleTimeoutMs: 5_000 });
  const call = rig.call(true);
  for (let i = 0; i < 20; i++) {
    rig.connector.last.close("no");
    rig.clock.advance(5_000);
    assert.notEqual(rig.core.state, "IDLE");
  }
  rig.clock.advance(120_000);
  assert.equal(rig.core.state, "TRANSIENT_FAILURE", "it tries again and again");
  rig.connectNow();
  assert.equal(call.result, "ipv4:1.2.3.4:5");
});

test("close lets calls in flight end, refuses the others, and cuts after the grace", () => {
  const rig = new Rig();
  const flying = rig.call();
  rig.connectNow();
  rig.connector.last.streamsMax = 1;
  const waiting = rig.call();
  let closed = 0;
  rig.core.close(5_000, () => closed++);
  assert.equal(rig.core.state, "SHUTDOWN");
  assert.equal(waiting.result, "UNAVAILABLE: the channel to 1.2.3.4:5 was closed");
  assert.equal(rig.call().result, "UNAVAILABLE: the channel to 1.2.3.4:5 was closed");
  assert.equal(rig.held, false);
  rig.clock.advance(4_999);
  assert.deepEqual([flying.result, closed], ["ipv4:1.2.3.4:5", 0]);
  rig.clock.advance(1);
  assert.match(flying.result, /^reset: the channel was closed/);
  assert.equal(closed, 1);
  assert.equal(rig.clock.pendingTimers, 0);
});

test("close is done with the last call, or at once", () => {
  const rig = new Rig();
  let closed = 0;
  rig.call();
  rig.connectNow();
  rig.core.close(5_000, () => closed++);
  rig.connector.last.answer();
  assert.equal(closed, 1);
  assert.equal(rig.clock.pendingTimers, 0);
  const fresh = new Rig();
  fresh.core.close(5_000, () => closed++);
  assert.equal(closed, 2);
  const connecting = new Rig();
  connecting.core.exitIdle();
  connecting.core.close(5_000, () => closed++);
  assert.equal(closed, 3);
  assert.equal(connecting.clock.pendingTimers, 0);
});

test("what was never processed is tried again, but not after close", () => {
  const rig = new Rig();
  const failure = { scope: "stream", origin: "peer", code: 7, message: "", unprocessed: true } as const;
  assert.equal(rig.core.mayRetry(failure, 0, true), true);
  assert.equal(rig.core.mayRetry(failure, 5, true), false);
  rig.core.close(0, () => undefined);
  assert.equal(rig.core.mayRetry(failure, 0, true), false);
});
