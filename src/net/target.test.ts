import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formatAddress, formatPeerAddress, plainIp } from "./address.js";
import { parseListenTarget, TargetError } from "./target.js";

describe("parseListenTarget", () => {
  const good: [string, object][] = [
    ["127.0.0.1:50051", { host: "127.0.0.1", port: 50_051 }],
    ["localhost:0", { host: "localhost", port: 0 }],
    ["[::1]:80", { host: "::1", port: 80 }],
    ["[::]:0", { host: "::", port: 0 }],
    [":65535", { host: undefined, port: 65_535 }],
    ["ipv4:1.2.3.4:5", { host: "1.2.3.4", port: 5 }],
    ["ipv6:[::1]:5", { host: "::1", port: 5 }],
    ["ipv4:5", { host: "ipv4", port: 5 }],
    ["unix:x.sock", { path: "x.sock" }],
    ["unix:/run/x.sock", { path: "/run/x.sock" }],
    ["unix:///run/x.sock", { path: "/run/x.sock" }],
  ];
  for (const [target, address] of good) {
    it(`reads ${target}`, () => assert.deepEqual(parseListenTarget(target), address));
  }

  const bad: [string, RegExp][] = [
    ["", /not something to listen on; write host:port/],
    ["localhost", /"localhost" has no port; write for instance localhost:50051/],
    ["localhost:", /has no port; write for instance localhost:50051/],
    ["::1", /lacks brackets; write for instance \[::1\]:50051/],
    ["2001:db8::1:2:3:50051", /lacks brackets|put the IPv6 address in brackets/],
    ["2001:db8:1:2:3:4:5:6:50051", /put the IPv6 address in brackets, \[2001:db8:1:2:3:4:5:6\]:50051/],
    ["[1.2.3.4]:1", /\[1\.2\.3\.4\] is not an IPv6 address/],
    ["localhost:65536", /from 0 to 65535/],
    ["localhost:http", /not something to listen on/],
    ["dns:///localhost:1", /cannot listen on dns:\/\/; write/],
    ["http://localhost:1", /cannot listen on http:\/\//],
    ["a b:1", /not something/],
    ["ipv4:[::1]:1", /not an IPv4 address and port/],
    ["ipv6:1.2.3.4:1", /not an IPv6 address and port/],
    ["unix:", /has no path/],
    ["unix://x.sock", /absolute path/],
    [`unix:/${"x".repeat(107)}`, /the path has 108 bytes, a Unix socket's at most 107/],
  ];
  for (const [target, message] of bad) {
    it(`refuses "${target.slice(0, 40)}"`, () => {
      assert.throws(
        () => parseListenTarget(target),
        (error: unknown) => error instanceof TargetError && message.test(error.message),
      );
    });
  }
});

describe("addresses", () => {
  it("are written as people and as gRPC write them", () => {
    assert.equal(formatAddress({ host: "::1", port: 1 }), "[::1]:1");
    assert.equal(formatAddress({ host: "localhost", port: 1 }), "localhost:1");
    assert.equal(formatAddress({ path: "/x" }), "unix:/x");
    assert.equal(formatPeerAddress({ host: "::1", port: 1 }), "ipv6:[::1]:1");
    assert.equal(formatPeerAddress({ host: "127.0.0.1", port: 1 }), "ipv4:127.0.0.1:1");
    assert.equal(formatPeerAddress({ host: "localhost", port: 1 }), "localhost:1");
    assert.equal(formatPeerAddress({ path: "/x" }), "unix:/x");
  });

  it("show an IPv4 client of a dual-stack socket as IPv4", () => {
    assert.equal(plainIp("::ffff:10.0.0.1"), "10.0.0.1");
    assert.equal(plainIp("::1"), "::1");
  });
});
