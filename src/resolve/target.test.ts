import assert from "node:assert/strict";
import { test } from "node:test";
import { parseTarget } from "./target.js";

const schemes = new Set(["dns", "ipv4", "ipv6", "unix", "zoo"]);

test("schemes, authorities and endpoints", () => {
  const good: [string, string, string, string][] = [
    ["localhost:50051", "dns", "", "localhost:50051"],
    ["localhost", "dns", "", "localhost"],
    ["[::1]:1", "dns", "", "[::1]:1"],
    ["::1", "dns", "", "::1"],
    ["dns:localhost:1", "dns", "", "localhost:1"],
    ["DNS:///localhost:1", "dns", "", "localhost:1"],
    ["dns://8.8.8.8/localhost:1", "dns", "8.8.8.8", "localhost:1"],
    ["ipv4:1.2.3.4:5,6.7.8.9", "ipv4", "", "1.2.3.4:5,6.7.8.9"],
    ["unix:a/b.sock", "unix", "", "a/b.sock"],
    ["unix:///a/b.sock", "unix", "", "a/b.sock"],
    ["zoo://cluster/lion", "zoo", "cluster", "lion"],
    ["lion:roar", "dns", "", "lion:roar"],
  ];
  for (const [text, scheme, authority, endpoint] of good) {
    assert.deepEqual(parseTarget(text, schemes), { text, scheme, authority, endpoint });
  }
});

test("what is wrong is said", () => {
  assert.match(String(parseTarget("https://example.com", schemes)), /no URL: write host:port and set the option tls/);
  assert.match(String(parseTarget("http://example.com:80", schemes)), /no URL: write host:port$/);
  assert.match(
    String(parseTarget("etcd:///x", schemes)),
    /scheme "etcd" is not known; there are dns, ipv4, ipv6, unix, zoo/,
  );
  assert.match(String(parseTarget("dns://localhost:1", schemes)), /dns:\/\/\/localhost:1/);
});
