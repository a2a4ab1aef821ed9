import assert from "node:assert/strict";
import { test } from "node:test";
import type { DescService } from "@bufbuild/protobuf";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import { SimulatedClock } from "../testing/simulated-clock.js";
import { Channel } from "./channel.js";

test("what is wrong is told when the channel is made", () => {
  assert.throws(
    () => new Channel(""),
    (error) => error instanceof RpcError && error.code === Status.INVALID_ARGUMENT,
  );
  assert.throws(() => new Channel("a:1", { waitingCallsMax: -1 }), TypeError);
  assert.throws(() => new Channel("a:1").client({ kind: "message" } as unknown as DescService), /takes a service/);
});

test("a channel that was never used closes at once, and says what it is", async () => {
  const channel = new Channel("a:1");
  assert.equal(channel.target, "a:1");
  assert.equal(channel.getState(), "IDLE");
  await channel.close();
  assert.equal(channel.getState(true), "SHUTDOWN");
  await assert.rejects(channel.connect(), /the channel to a:1 was closed/);
  await assert.rejects(channel.close({ grace: 1 } as object), /options of close\(\) have no "grace"/);
});

test("asking for the state connects only where that is asked for", async () => {
  const channel = new Channel("127.0.0.1:1");
  assert.equal(channel.getState(), "IDLE");
  assert.equal(channel.getState(), "IDLE");
  channel.getState(true);
  assert.notEqual(channel.getState(), "IDLE");
  await channel.close();
});

test("waiting for another state ends by its bound or its signal", async () => {
  const clock = new SimulatedClock();
  const channel = new Channel("a:1", { clock });
  assert.equal(await channel.waitForStateChange("READY"), "IDLE");
  const late = channel.waitForStateChange("IDLE", { timeoutMs: 100 });
  clock.advance(100);
  await assert.rejects(late, /the channel to a:1 is IDLE still after 100 ms/);
  const controller = new AbortController();
  const cancelled = channel.waitForStateChange("IDLE", { signal: controller.signal, timeoutMs: 100 });
  controller.abort();
  await assert.rejects(cancelled, /cancelled/);
  await assert.rejects(channel.waitForStateChange("IDLE", { signal: controller.signal }), /cancelled/);
  assert.equal(clock.pendingTimers, 0);
  const closed = channel.waitForStateChange("IDLE");
  await channel.close();
  assert.equal(await closed, "SHUTDOWN");
});
