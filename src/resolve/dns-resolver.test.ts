import assert from "node:assert/strict";
import { test } from "node:test";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import type { ResolverResult } from "../net/endpoint.js";
import { SimulatedClock } from "../testing/simulated-clock.js";
import { dnsScheme, type LookUp, UNKNOWN_TTL_MS } from "./dns-resolver.js";
import type { Resolver } from "./resolver.js";

class Rig {
  readonly clock: SimulatedClock = new SimulatedClock();
  readonly told: (readonly string[] | RpcError)[] = [];
  readonly lookUps: string[] = [];
  readonly ttlQuestions: string[] = [];
  /** What the DNS says of each answer's age, in ms. */
  ttlMs: number | undefined = 1_000_000_000;
  readonly resolver: Resolver;
  readonly #waiting: Parameters<LookUp>[1][] = [];

  constructor(host: string = "example.com") {
    const scheme = dnsScheme({
      lookUp: (host, done) => {
        this.lookUps.push(host);
        this.#waiting.push(done);
      },
      findTtl: (host, _, done) => {
        this.ttlQuestions.push(host);
        done(this.ttlMs);
        return () => undefined;
      },
    });
    const listener = {
      onResult: ({ endpoints }: ResolverResult) => {
        this.told.push(endpoints instanceof RpcError ? endpoints : endpoints.map((one) => `${one.addresses[0]?.host}`));
        return undefined;
      },
    };
    const target = { text: `${host}:80`, scheme: "dns", authority: "", endpoint: `${host}:80` };
    this.resolver = scheme.create(target, { listener, clock: this.clock, minResolutionIntervalMs: 5_000 });
  }

  /** Answers the look-up that runs. */
  answer(...result: Parameters<Parameters<LookUp>[1]>): void {
    this.#waiting.shift()?.(...result);
  }
}

function rig(host?: string): Rig {
  return new Rig(host);
}

test("both families are told, in turn", () => {
  const dns = rig();
  dns.resolver.start();
  dns.answer(null, ["1.1.1.1", "1.1.1.2", "::1"]);
  assert.deepEqual(dns.lookUps, ["example.com"]);
  assert.deepEqual(dns.told, [["1.1.1.1", "::1", "1.1.1.2"]]);
});

test("refresh waits until the least interval has passed since the last success, and asks once", () => {
  const dns = rig();
  dns.resolver.start();
  dns.resolver.refresh();
  assert.equal(dns.lookUps.length, 1);
  dns.answer(null, ["1.1.1.1"]);
  dns.clock.advance(2_000);
  dns.resolver.refresh();
  dns.resolver.refresh();
  dns.clock.advance(2_999);
  assert.equal(dns.lookUps.length, 1);
  dns.clock.advance(1);
  assert.equal(dns.lookUps.length, 2);
  dns.answer(null, ["1.1.1.1"]);
  dns.clock.advance(60_000);
  dns.resolver.refresh();
  assert.equal(dns.lookUps.length, 3, "at once when the last one is long ago");
});

test("an answer is asked for again when its TTL is over, but not before the least interval", () => {
  const dns = rig();
  dns.ttlMs = 60_000;
  dns.resolver.start();
  dns.answer(null, ["1.1.1.1"]);
  dns.clock.advance(59_999);
  assert.equal(dns.lookUps.length, 1);
  dns.clock.advance(1);
  assert.equal(dns.lookUps.length, 2);
  dns.ttlMs = 0;
  dns.answer(null, ["1.1.1.2"]);
  dns.clock.advance(4_999);
  assert.equal(dns.lookUps.length, 2);
  dns.clock.advance(1);
  assert.equal(dns.lookUps.length, 3);
  assert.deepEqual(dns.told, [["1.1.1.1"], ["1.1.1.2"]]);
});

test("a TTL that nobody knows counts as 30 s; localhost has none", () => {
  const dns = rig();
  dns.ttlMs = undefined;
  dns.resolver.start();
  dns.answer(null, ["1.1.1.1"]);
  dns.clock.advance(UNKNOWN_TTL_MS);
  assert.equal(dns.lookUps.length, 2);
  for (const host of ["localhost", "a.localhost."]) {
    const local = rig(host);
    local.resolver.start();
    local.answer(null, ["127.0.0.1"]);
    local.clock.advance(10_000_000);
    assert.deepEqual([local.lookUps.length, local.ttlQuestions.length], [1, 0]);
  }
});

test("a failure is told with the name, and may be tried again at once", () => {
  const dns = rig();
  dns.resolver.start();
  dns.answer(new Error("getaddrinfo ENOTFOUND example.com"), []);
  const error = dns.told[0] as RpcError;
  assert.equal(error.code, Status.UNAVAILABLE);
  assert.match(error.message, /name resolution of "example.com" failed: getaddrinfo ENOTFOUND/);
  dns.resolver.refresh();
  assert.equal(dns.lookUps.length, 2);
  dns.answer(null, []);
  assert.match((dns.told[1] as RpcError).message, /it has no address/);
});

test("nothing is told after close", () => {
  const dns = rig();
  dns.resolver.start();
  dns.answer(null, ["1.1.1.1"]);
  dns.resolver.refresh();
  dns.resolver.close();
  dns.clock.advance(1_000_000_000);
  assert.equal(dns.lookUps.length, 1);
  assert.equal(dns.told.length, 1);
  assert.equal(dns.clock.pendingTimers, 0);
});
