import assert from "node:assert/strict";
import { test } from "node:test";
import { systemNetwork } from "../net/network.js";
import { SimulatedClock } from "../testing/simulated-clock.js";
import { NetConnector } from "./net-connector.js";

// Rules of docs/specification.md: wire:keepalive-client.

function connector(intervalMs: number | undefined): NetConnector {
  return new NetConnector({
    clock: new SimulatedClock(),
    random: () => 0,
    network: systemNetwork,
    tls: undefined,
    serverName: "localhost",
    limits: { queuedAcksMax: 7 },
    keepalive: intervalMs === undefined ? undefined : { intervalMs, withoutCalls: true },
    onFault: (fault) => assert.fail(String(fault)),
  });
}

test("connections work with the channel's limits and the attempt's bound", () => {
  const options = connector(undefined).http2Options(20_000);
  assert.deepEqual([options.limits.queuedAcksMax, options.limits.handshakeTimeoutMs], [7, 20_000]);
  assert.equal(options.keepalive.intervalMs, 330_000, "above the 5 min that servers ask for (gRFC A8)");
});

test("a server that was pinged too often is pinged half as often from then on", () => {
  const made = connector(30_000);
  const options = made.http2Options(1);
  assert.deepEqual(options.keepalive, { intervalMs: 30_000, timeoutMs: 20_000, withoutCalls: true });
  assert.equal(made.http2Options(1), options, "shared by the connections that are made with the same");
  assert.notEqual(made.http2Options(2), options);
  assert.equal(made.http2Options(3).totals, options.totals, "what they hold is added up whatever they are made with");
  made.tooManyPings();
  assert.equal(made.http2Options(1).keepalive.intervalMs, 60_000);
  const hasty = connector(1);
  hasty.tooManyPings();
  assert.equal(hasty.http2Options(1).keepalive.intervalMs, 20_000, "below 10 s nothing is asked for anyway");
  const usual = connector(undefined);
  usual.tooManyPings();
  assert.equal(usual.http2Options(1).keepalive.intervalMs, 660_000);
  const never = connector(Number.POSITIVE_INFINITY);
  never.tooManyPings();
  assert.equal(never.http2Options(1).keepalive.intervalMs, Number.POSITIVE_INFINITY);
});

test("an attempt that is given up says so later, once", async () => {
  const reasons: string[] = [];
  const events = {
    onSocket: () => undefined,
    onReady: assert.fail,
    onCapacity: assert.fail,
    onGoaway: assert.fail,
    onActive: assert.fail,
    onIdle: assert.fail,
    onClosed: (reason: string) => void reasons.push(reason),
  };
  const connection = connector(undefined).connect({ host: "127.0.0.1", port: 1 }, 1_000, events);
  assert.equal(connection.peer, "127.0.0.1:1");
  connection.drain();
  connection.destroy("twice");
  assert.deepEqual(reasons, []);
  await new Promise(setImmediate);
  assert.deepEqual(reasons, ["the connection attempt was given up"]);
});
