import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultBackoff } from "../resilience/backoff.js";
import { SimulatedClock } from "../testing/simulated-clock.js";
import { FakeConnector } from "./fake-connector.testing.js";
import { SubchannelPool } from "./subchannel-pool.js";

function poolOf(): { pool: SubchannelPool; clock: SimulatedClock; connector: FakeConnector } {
  const clock = new SimulatedClock();
  const connector = new FakeConnector();
  const pool = new SubchannelPool({
    connector,
    clock,
    random: () => 0.5,
    backoff: defaultBackoff,
    connectTimeoutMs: 20_000,
    probe: undefined,
    onCapacity: () => undefined,
  });
  return { pool, clock, connector };
}

const address = { host: "1.2.3.4", port: 5 };

test("a backoff is remembered without a hold, until it is over and as long again as the longest one is", () => {
  const { pool, clock, connector } = poolOf();
  const first = pool.hold(address, () => undefined);
  first.connect();
  connector.last.close("no");
  first.shutdown();
  clock.advance(500);
  const again = pool.hold(address, () => undefined);
  assert.equal(again.state, "TRANSIENT_FAILURE");
  again.shutdown();
  clock.advance(500 + defaultBackoff.maxMs);
  assert.equal(clock.pendingTimers, 0);
  const fresh = pool.hold(address, () => undefined);
  assert.equal(fresh.state, "IDLE");
});

test("once the pool is closed, nothing is remembered: neither what was nor what is given up later", () => {
  const { pool, clock, connector } = poolOf();
  const holds = ["a", "b"].map((host) => pool.hold({ host, port: 1 }, () => undefined));
  for (const hold of holds) {
    hold.connect();
    connector.last.close("no");
  }
  holds[0]?.shutdown();
  pool.close();
  holds[1]?.shutdown();
  assert.equal(clock.pendingTimers, 0);
});
