import assert from "node:assert/strict";
import { test } from "node:test";
import type { StreamHandler } from "../base/transport.js";
import { ConnectionSet } from "./connection-set.js";
import { FakeConnector } from "./fake-connector.testing.js";

const handler: StreamHandler = {
  onHeaders: () => undefined,
  onData: () => undefined,
  onReset: () => undefined,
  onWritable: () => undefined,
};

test("activity is counted over all connections, also of those that die active", () => {
  const told: string[] = [];
  const connector = new FakeConnector();
  const set = new ConnectionSet(connector, {
    onActive: () => told.push("active"),
    onIdle: () => told.push("idle"),
    onEmpty: () => told.push("empty"),
  });
  const closed: string[] = [];
  const events = {
    onSocket: () => undefined,
    onReady: () => undefined,
    onCapacity: () => undefined,
    onGoaway: () => undefined,
    onClosed: (reason: string) => void closed.push(reason),
  };
  const one = set.connect({ host: "1.1.1.1", port: 1 }, 1, events);
  const two = set.connect({ host: "1.1.1.2", port: 1 }, 1, events);
  assert.equal(set.size, 2);
  one.openStream([], false, handler);
  assert.deepEqual(told, ["active"], "the first of them is enough");
  two.openStream([], false, handler);
  assert.equal(set.isActive, true);
  connector.connections[0]?.forget(handler);
  assert.deepEqual(told, ["active"]);
  set.drainAll();
  assert.deepEqual(closed, ["drained"]);
  set.destroyAll("enough");
  assert.deepEqual(closed, ["drained", "enough"]);
  assert.deepEqual(told, ["active", "idle", "empty"]);
  assert.equal(set.isActive, false);
  assert.equal(set.size, 0);
});
