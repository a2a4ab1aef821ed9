import assert from "node:assert/strict";
import { test } from "node:test";
import { type ChannelOptions, checkChannelOptions } from "./channel-options.js";

test("what fits passes", () => {
  checkChannelOptions({});
  checkChannelOptions({
    tls: true,
    authority: "example.com:443",
    userAgent: "shop/1.2 (test)",
    timeoutMs: 1,
    receiveMessageBytesMax: 0,
    keepalive: { intervalMs: 10_000, timeoutMs: 1_000, withoutCalls: true },
    idleTimeoutMs: Number.POSITIVE_INFINITY,
    interceptors: [(next) => next],
  });
});

test("what cannot be is refused with its name", () => {
  const wrong: [object, RegExp][] = [
    [{ timeout: 1 }, /channel options have no "timeout"/],
    [{ tls: "yes" }, /tls must be true, false or an object/],
    [{ authority: "a\nb" }, /authority must be printable ASCII/],
    [{ userAgent: " x" }, /userAgent must be printable ASCII without blanks/],
    [{ timeoutMs: 0 }, /timeoutMs must be a number/],
    [{ receiveMessageBytesMax: -1 }, /receiveMessageBytesMax must be a number, from 0 to 4294967295: got -1/],
    [{ idleTimeoutMs: 0 }, /idleTimeoutMs must be a number, 1 or more/],
    [{ connectTimeoutMs: Number.NaN }, /connectTimeoutMs/],
    [{ keepalive: { intervalMs: "10s" } }, /keepalive\.intervalMs .* got "10s"/],
    [{ waitForReady: 1 }, /waitForReady must be true or false/],
    [{ interceptors: {} }, /interceptors must be an array/],
    [{ interceptors: [5] }, /interceptors\[0\] must be a function/],
    [{ onFault: 5 }, /onFault must be a function/],
  ];
  for (const [options, message] of wrong) {
    assert.throws(() => checkChannelOptions(options as ChannelOptions), { name: "TypeError", message });
  }
});
