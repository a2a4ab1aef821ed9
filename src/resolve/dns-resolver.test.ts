import assert from "node:assert/strict";
import { test } from "node:test";
import type { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import type { SocketAddress } from "../net/address.js";
import { SimulatedClock } from "../testing/simulated-clock.js";
import { dnsScheme, type LookUp, RESOLVE_INTERVAL_MIN_MS } from "./dns-resolver.js";
import type { HostPort } from "./host-port.js";
import type { Resolver } from "./resolver.js";

interface Rig {
  resolver: Resolver;
  clock: SimulatedClock;
  told: (readonly SocketAddress[] | RpcError)[];
  /** Answers the look-up that runs. */
  answer(...result: Parameters<Parameters<LookUp>[1]>): void;
  lookUps: string[];
}

function rig(): Rig {
  const clock = new SimulatedClock();
  const told: Rig["told"] = [];
  const lookUps: string[] = [];
  const waiting: Parameters<LookUp>[1][] = [];
  const scheme = dnsScheme((host, done) => {
    lookUps.push(host);
    waiting.push(done);
  });
  const listener = {
    onAddresses: (list: readonly SocketAddress[]) => void told.push(list),
    onError: (error: RpcError) => void told.push(error),
  };
  const target = { text: "example.com:80", scheme: "dns", authority: "", endpoint: "example.com:80" };
  const resolver = scheme.create(target, { listener, clock });
  const answer: Rig["answer"] = (...result) => waiting.shift()?.(...result);
  return { resolver, clock, told, lookUps, answer };
}

test("both families are told, in turn", () => {
  const { resolver, told, answer, lookUps } = rig();
  resolver.start();
  answer(null, ["1.1.1.1", "1.1.1.2", "::1"]);
  assert.deepEqual(lookUps, ["example.com"]);
  assert.deepEqual(
    (told[0] as readonly HostPort[]).map(({ host }) => host),
    ["1.1.1.1", "::1", "1.1.1.2"],
  );
});

test("refresh waits until 30 seconds after the last success, and asks once", () => {
  const { resolver, clock, answer, lookUps } = rig();
  resolver.start();
  resolver.refresh();
  assert.equal(lookUps.length, 1);
  answer(null, ["1.1.1.1"]);
  clock.advance(10_000);
  resolver.refresh();
  resolver.refresh();
  clock.advance(RESOLVE_INTERVAL_MIN_MS - 10_001);
  assert.equal(lookUps.length, 1);
  clock.advance(1);
  assert.equal(lookUps.length, 2);
});

test("a failure is told with the name, and may be tried again at once", () => {
  const { resolver, told, answer, lookUps } = rig();
  resolver.start();
  answer(new Error("getaddrinfo ENOTFOUND example.com"), []);
  const error = told[0] as RpcError;
  assert.equal(error.code, Status.UNAVAILABLE);
  assert.match(error.message, /name resolution of "example.com" failed: getaddrinfo ENOTFOUND/);
  resolver.refresh();
  assert.equal(lookUps.length, 2);
  answer(null, []);
  assert.match((told[1] as RpcError).message, /it has no address/);
});

test("nothing is told after close", () => {
  const { resolver, clock, told, answer, lookUps } = rig();
  resolver.start();
  answer(null, ["1.1.1.1"]);
  resolver.refresh();
  resolver.close();
  clock.advance(RESOLVE_INTERVAL_MIN_MS);
  assert.equal(lookUps.length, 1);
  assert.equal(told.length, 1);
});
