import assert from "node:assert/strict";
import { test } from "node:test";
import { formatAddress, sameAddress } from "./address.js";

test("an address is written as a target", () => {
  assert.equal(formatAddress({ kind: "tcp", host: "127.0.0.1", port: 80 }), "ipv4:127.0.0.1:80");
  assert.equal(formatAddress({ kind: "tcp", host: "::1", port: 80 }), "ipv6:[::1]:80");
  assert.equal(formatAddress({ kind: "unix", path: "/run/x.sock" }), "unix:/run/x.sock");
  assert.equal(formatAddress({ kind: "unix", path: "\0x" }), "unix-abstract:x");
});

test("addresses are compared by what they mean", () => {
  assert.ok(sameAddress({ kind: "tcp", host: "::1", port: 1 }, { kind: "tcp", host: "::1", port: 1 }));
  assert.ok(!sameAddress({ kind: "tcp", host: "::1", port: 1 }, { kind: "tcp", host: "::1", port: 2 }));
});
