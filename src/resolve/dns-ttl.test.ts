import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { RpcError } from "../base/rpc-error.js";
import type { ResolverResult } from "../net/endpoint.js";
import { SimulatedClock } from "../testing/simulated-clock.js";
import { dnsScheme, type NameService } from "./dns-resolver.js";
import { type DnsRecord, DnsServer, Rcode } from "./dns-server.testing.js";
import { type FindTtl, ttlOf } from "./dns-ttl.js";
import type { Resolver } from "./resolver.js";

// Node's resolver asks a DNS server over UDP.

const name = "shop.example.com";
const four = ["10.0.0.1"];
const both = ["10.0.0.1", "fd00::1"];

let dns: DnsServer;
let findTtl: FindTtl;

before(async () => {
  dns = await DnsServer.start();
  findTtl = ttlOf(() => dns.resolver());
});

after(() => dns.close());

beforeEach(() => {
  dns.answers.clear();
  dns.questions.length = 0;
});

function a(data: string, ttl: number): DnsRecord {
  return { type: "A", ttl, data };
}

function ttl(addresses: readonly string[], host: string = name): Promise<number | undefined> {
  return new Promise((resolve) => findTtl(host, addresses, resolve));
}

describe("how long addresses are good", () => {
  test("the shortest TTL of all records of the families that were found", async () => {
    dns.answers.set(`A ${name}`, [a("10.0.0.1", 60), a("10.0.0.2", 45)]);
    dns.answers.set(`AAAA ${name}`, [{ type: "AAAA", ttl: 20, data: "fd00::1" }]);
    assert.equal(await ttl(both), 20_000);
    assert.equal(await ttl(four), 45_000);
    assert.deepEqual(dns.questions.slice(2), [`A ${name}`], "what was not found is not asked for");
  });

  test("0 and the largest TTL", async () => {
    for (const seconds of [0, 0x7fff_ffff]) {
      dns.answers.set(`A ${name}`, [a("10.0.0.1", seconds)]);
      assert.equal(await ttl(four), seconds * 1_000);
    }
  });

  test("a CNAME may be good for less than the address behind it", async () => {
    dns.answers.set(`A ${name}`, [
      { type: "CNAME", ttl: 5, data: "real.example.com" },
      { type: "A", ttl: 300, data: "10.0.0.1", name: "real.example.com" },
    ]);
    assert.equal(await ttl(four), 5_000);
  });

  test("one family that fails leaves the other", async () => {
    dns.answers.set(`A ${name}`, [a("10.0.0.1", 60)]);
    for (const rcode of [Rcode.SERVFAIL, Rcode.NXDOMAIN]) {
      dns.answers.set(`AAAA ${name}`, { rcode });
      assert.equal(await ttl(both), 60_000);
    }
  });

  test("unknown: SERVFAIL, NXDOMAIN, no records, a name that the DNS cannot have", async () => {
    for (const answer of [{ rcode: Rcode.SERVFAIL }, { rcode: Rcode.NXDOMAIN }, []]) {
      dns.answers.set(`A ${name}`, answer);
      assert.equal(await ttl(four), undefined);
    }
    assert.equal(await ttl(four, `${"x".repeat(64)}.example.com`), undefined);
    assert.equal(dns.questions.length, 3);
  });

  test("names of multicast DNS are not asked of a server", async () => {
    assert.equal(await ttl(four, "printer.local"), undefined);
    assert.deepEqual(dns.questions, []);
  });

  test("nobody hears of a question that was cancelled, though another one is answered", async () => {
    dns.answers.set(`A ${name}`, "silent");
    const cancel = findTtl(name, four, () => assert.fail("called after it was cancelled"));
    await dns.asked(1);
    dns.answers.set(`A ${name}`, [a("10.0.0.1", 60)]);
    const other = ttl(four);
    cancel();
    assert.equal(await other, 60_000);
  });
});

/** A resolver over the server, in simulated time. */
class Watched {
  readonly told: string[] = [];
  readonly resolver: Resolver;
  readonly #clock: SimulatedClock = new SimulatedClock();
  #lookUps = 0;
  #wake: () => void = () => undefined;

  constructor() {
    const listener = { onResult: (result: ResolverResult) => this.#onResult(result) };
    const context = { listener, clock: this.#clock, minResolutionIntervalMs: 5_000 };
    const target = { text: name, scheme: "dns", authority: "", endpoint: name };
    this.resolver = dnsScheme(this.#names()).create(target, context);
  }

  /** Does something, and waits until what it tells has come, and how long that is good. */
  async heard(act: () => void): Promise<string> {
    const settled = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    act();
    await settled;
    return this.told.at(-1) ?? "";
  }

  /** What is told after this time, and not before. */
  after(ms: number): Promise<string> {
    return this.heard(() => {
      const before = this.#lookUps;
      this.#clock.advance(ms - 1);
      assert.equal(this.#lookUps, before, `after ${ms - 1} ms`);
      this.#clock.advance(1);
      assert.equal(this.#lookUps, before + 1, `after ${ms} ms`);
    });
  }

  #onResult({ endpoints }: ResolverResult): undefined {
    const failed = endpoints instanceof RpcError;
    this.told.push(
      failed
        ? endpoints.message
        : endpoints
            .map((one) => `${one.addresses[0]?.host}`)
            .sort()
            .join(" "),
    );
    if (failed) this.#wake();
  }

  #names(): NameService {
    return {
      // Of the same server: what `getaddrinfo` finds cannot be chosen by a test.
      lookUp: (host, done) => {
        this.#lookUps++;
        dns.resolver().resolve4(host, (error, addresses) => done(error, addresses ?? []));
      },
      findTtl: (host, addresses, done) =>
        findTtl(host, addresses, (ttlMs) => {
          done(ttlMs);
          this.#wake();
        }),
    };
  }
}

test("a resolver looks again when the TTL of the server is over, and tells the set that is there then", async () => {
  const watched = new Watched();
  dns.answers.set(`A ${name}`, [a("10.0.0.1", 12)]);
  assert.equal(await watched.heard(() => watched.resolver.start()), "10.0.0.1");

  dns.answers.set(`A ${name}`, [a("10.0.0.2", 1), a("10.0.0.3", 1)]);
  assert.equal(await watched.after(12_000), "10.0.0.2 10.0.0.3");

  // Not before the least interval, whatever the TTL is.
  dns.answers.set(`A ${name}`, [a("10.0.0.3", 1)]);
  assert.equal(await watched.after(5_000), "10.0.0.3");

  dns.answers.set(`A ${name}`, { rcode: Rcode.SERVFAIL });
  assert.match(await watched.after(5_000), /name resolution of "shop\.example\.com" failed: .*ESERVFAIL/);

  // A channel asks again by its backoff.
  dns.answers.set(`A ${name}`, [a("10.0.0.4", 60)]);
  assert.equal(await watched.heard(() => watched.resolver.refresh()), "10.0.0.4");

  dns.answers.set(`A ${name}`, { rcode: Rcode.NXDOMAIN });
  assert.match(await watched.after(60_000), /ENOTFOUND/);
  assert.equal(watched.told.length, 6);
  watched.resolver.close();
});
