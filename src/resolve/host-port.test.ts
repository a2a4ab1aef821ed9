import assert from "node:assert/strict";
import { test } from "node:test";
import { formatHostPort, parseHostPort } from "./host-port.js";

test("hosts and ports in every spelling", () => {
  const good: [string, string, number][] = [
    ["localhost:50051", "localhost", 50051],
    ["example.com", "example.com", 443],
    ["example.com.:1", "example.com.", 1],
    ["my_service:80", "my_service", 80],
    ["127.0.0.1:65535", "127.0.0.1", 65535],
    ["[::1]:1", "::1", 1],
    ["[::1]", "::1", 443],
    ["::1", "::1", 443],
    ["fe80::1%eth0", "fe80::1%eth0", 443],
  ];
  for (const [text, host, port] of good) assert.deepEqual(parseHostPort(text), { host, port }, text);
});

test("what is wrong is said", () => {
  const bad: [string, RegExp][] = [
    ["", /no host/],
    [":80", /no host/],
    ["localhost:", /"" is no port/],
    ["localhost:0", /"0" is no port: a number from 1 to 65535/],
    ["localhost:65536", /no port/],
    ["localhost:http", /"http" is no port/],
    ["[::1", /no IPv6/],
    ["[localhost]:80", /"localhost" in brackets/],
    ["[::1]x", /"x" follows/],
    ["1:2:3:4", /"1:2:3" is no IPv6 address/],
    ["a b:80", /"a b" is no host name/],
    ["a/b:80", /no host name/],
  ];
  for (const [text, reason] of bad) assert.match(String(parseHostPort(text)), reason, text);
});

test("what was read is written again", () => {
  assert.equal(formatHostPort({ host: "::1", port: 443 }), "[::1]:443");
  assert.equal(formatHostPort({ host: "a.b", port: 1 }), "a.b:1");
});
