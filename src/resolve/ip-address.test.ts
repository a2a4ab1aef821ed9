import assert from "node:assert/strict";
import { isIP } from "node:net";
import { test } from "node:test";
import fc from "fast-check";
import { isIpv4, isIpv6 } from "./ip-address.js";

test("addresses are told as Node tells them", () => {
  const samples = [
    "127.0.0.1",
    "255.255.255.255",
    "256.1.1.1",
    "1.2.3",
    "01.2.3.4",
    "1.2.3.4.5",
    "",
    "::",
    "::1",
    "2001:db8::ff00:42:8329",
    "::ffff:1.2.3.4",
    "1:2:3:4:5:6:7:8",
    "1:2:3:4:5:6:7:8:9",
    "1::2::3",
    ":1",
    "localhost",
    "fe80::1%eth0",
    "[::1]",
    "::1/64",
  ];
  for (const text of samples) {
    assert.equal(isIpv4(text), isIP(text) === 4, text);
    assert.equal(isIpv6(text), isIP(text) === 6, text);
  }
});

test("any address that can be made is one", () => {
  fc.assert(fc.property(fc.ipV4(), (text) => isIpv4(text) && !isIpv6(text)));
  fc.assert(fc.property(fc.ipV6(), (text) => isIpv6(text) === (isIP(text) === 6) && !isIpv4(text)));
});
