import assert from "node:assert/strict";
import { test } from "node:test";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import type { SocketAddress } from "../net/address.js";
import type { ResolverResult } from "../net/endpoint.js";
import { readTarget } from "./registry.js";
import type { ResolverScheme } from "./resolver.js";
import { StaticResolver } from "./static-resolver.js";

const clock = { nowMs: () => 0, setTimer: () => ({ cancel: () => {} }) };

function resolveNow(
  text: string,
  custom: readonly ResolverScheme[] = [],
): { authority: string; addresses: readonly SocketAddress[] } {
  const told: (readonly SocketAddress[])[] = [];
  const onResult = ({ endpoints }: ResolverResult): undefined => {
    assert.ok(!(endpoints instanceof RpcError));
    told.push(endpoints.flatMap(({ addresses }) => addresses));
  };
  const target = readTarget(text, custom);
  target.createResolver({ listener: { onResult }, clock, minResolutionIntervalMs: 1 }).start();
  return { authority: target.authority, addresses: told[0] ?? [] };
}

const tcp = (host: string, port: number): SocketAddress => ({ host, port });

test("targets that hold their addresses", () => {
  assert.deepEqual(resolveNow("127.0.0.1:80"), { authority: "127.0.0.1:80", addresses: [tcp("127.0.0.1", 80)] });
  assert.deepEqual(resolveNow("[::1]:80"), { authority: "[::1]:80", addresses: [tcp("::1", 80)] });
  assert.deepEqual(resolveNow("ipv4:1.2.3.4:5,6.7.8.9"), {
    authority: "1.2.3.4:5",
    addresses: [tcp("1.2.3.4", 5), tcp("6.7.8.9", 443)],
  });
  assert.deepEqual(resolveNow("ipv6:[::1]:5,[::2]:6"), {
    authority: "[::1]:5",
    addresses: [tcp("::1", 5), tcp("::2", 6)],
  });
});

test("Unix sockets", () => {
  const unix = (path: string) => ({ authority: "localhost", addresses: [{ path }] });
  assert.deepEqual(resolveNow("unix:run/x.sock"), unix("run/x.sock"));
  assert.deepEqual(resolveNow("unix:/run/x.sock"), unix("/run/x.sock"));
  assert.deepEqual(resolveNow("unix:///run/x.sock"), unix("/run/x.sock"));
  assert.deepEqual(resolveNow("unix-abstract:x"), unix("\0x"));
});

test("wrong targets are refused with their text and the reason", () => {
  const wrong: [string, RegExp][] = [
    ["", /^target "": expected for instance host:port$/],
    ["localhost:x", /^target "localhost:x": "x" is no port/],
    ["ipv4:[::1]:80", /no IPv4 address/],
    ["ipv6:1.2.3.4:80", /no IPv6 address/],
    ["ipv4://a/1.2.3.4:80", /has no authority/],
    ["unix:", /names no path/],
    ["unix://host/run/x", /absolute path must follow/],
    ["unix-abstract:", /names no socket/],
    ["dns://8.8.8.8/localhost:1", /"8\.8\.8\.8"\) is not supported: write dns:\/\/\/localhost:1/],
    ["foo:///x", /scheme "foo" is not known; there are dns, ipv4, ipv6, unix, unix-abstract/],
  ];
  for (const [text, reason] of wrong) {
    assert.throws(
      () => readTarget(text),
      (error) => error instanceof RpcError && error.code === Status.INVALID_ARGUMENT && reason.test(error.message),
      text,
    );
  }
});

test("a scheme of the user's own", () => {
  const zoo: ResolverScheme = {
    scheme: "zoo",
    authorityOf: (target) => `${target.endpoint}.zoo`,
    create: (_, context) => new StaticResolver([tcp("10.0.0.1", 1)], context),
  };
  assert.deepEqual(resolveNow("zoo:///lion", [zoo]), { authority: "lion.zoo", addresses: [tcp("10.0.0.1", 1)] });
});
