import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { LostCalls } from "./lost-calls.js";

describe("calls that are lost with their connections", () => {
  it("turn an address away when its budget is spent, for ten seconds at most", () => {
    const lost = new LostCalls(100, 10);
    for (let port = 1; port <= 10; port++) lost.count(`ipv4:10.0.0.1:${port}`, 10, 0);
    assert.equal(lost.isSpent("ipv4:10.0.0.1:99", 0), false);
    lost.count("ipv4:10.0.0.1:11", 100_000, 0);
    assert.equal(lost.isSpent("ipv4:10.0.0.1:99", 0), true);
    assert.equal(lost.isSpent("ipv4:10.0.0.2:99", 0), false);
    assert.equal(lost.isSpent("ipv4:10.0.0.1:99", 9_900), true);
    assert.equal(lost.isSpent("ipv4:10.0.0.1:99", 10_000), false);
  });

  it("count one by one as well", () => {
    const lost = new LostCalls(2, 1);
    for (let port = 1; port <= 2; port++) lost.count(`ipv4:10.0.0.1:${port}`, 1, 0);
    lost.count("ipv4:10.0.0.1:3", 0, 0);
    assert.equal(lost.isSpent("ipv4:10.0.0.1:9", 0), false);
    lost.count("ipv4:10.0.0.1:3", 1, 0);
    assert.equal(lost.isSpent("ipv4:10.0.0.1:9", 0), true);
  });

  it("are those of 64 bits for IPv6, and of nobody for sockets without addresses", () => {
    const lost = new LostCalls(1, 1);
    lost.count("ipv6:[2001:db8::1]:5", 5, 0);
    assert.equal(lost.isSpent("ipv6:[2001:db8::ffff:1]:9", 0), true);
    assert.equal(lost.isSpent("ipv6:[2001:db8:0:1::1]:9", 0), false);
    lost.count("unix:/run/x.sock", 1_000, 0);
    assert.equal(lost.isSpent("unix:/run/x.sock", 0), false);
  });

  it("are forgotten once they are free again, and for no more than 10 000 addresses", () => {
    const lost = new LostCalls(10, 10);
    lost.count("ipv4:1.1.1.1:1", 20, 0);
    assert.equal(lost.isSpent("ipv4:1.1.1.1:1", 5_000), false);
    assert.equal(lost["accounts"].size, 0);
    for (let i = 0; i < 11_000; i++) lost.count(`ipv4:10.1.${i >> 8}.${i & 255}:1`, 20, 0);
    assert.equal(lost["accounts"].size, 10_000);
    assert.equal(lost.isSpent("ipv4:10.1.0.0:1", 0), false);
    assert.equal(lost.isSpent("ipv4:10.1.42.247:1", 0), true);
  });
});
