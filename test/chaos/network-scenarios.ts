import type { Cluster } from "./cluster.js";
import type { FaultProxy } from "./fault-proxy.js";
import { brokenBounds, type Finding, type Scenario } from "./scenario.js";

const workers = 24;
/** What a call may take where nothing holds it up, on a machine with other things to do. */
const promptMs = 5_000;

async function behindProxy(cluster: Cluster): Promise<FaultProxy> {
  const server = await cluster.server();
  return cluster.proxy(server.port);
}

/** Connections are reset at any byte, in either direction. */
const resets: Scenario = {
  name: "resets",
  what: "connections that are reset at any byte end their calls with UNAVAILABLE at once; OK means that all of it came",
  quick: { rounds: 6, calls: 60 },
  whole: { rounds: 100, calls: 60 },
  run: async (cluster, { rounds, calls }) => {
    const proxy = await behindProxy(cluster);
    proxy.setFaults((random) => {
      const faults = { resetAfterBytes: random.scale(20, 400_000), sliceBytesMax: random.scale(1_000, 60_000) };
      return random.chance(0.5) ? { up: faults } : { down: faults };
    });
    const client = await cluster.client({ port: proxy.port, workers });
    while (proxy.connections < rounds) await client.more(calls);
    proxy.setFaults(() => ({}));
    proxy.resetAll();
    await client.more(calls, "OK");
    const report = await client.stop(promptMs);
    const bounds = { statuses: ["UNAVAILABLE"], failuresMax: Number.POSITIVE_INFINITY, longestMs: promptMs };
    return { report, broken: brokenBounds(report, bounds), notes: [`${proxy.connections} connections`] };
  },
};

/** One direction ends by FIN while the other goes on. */
const halfCloses: Scenario = {
  name: "half-closes",
  what: "connections of which one direction ends early end their calls with UNAVAILABLE at once",
  quick: { rounds: 4, calls: 60 },
  whole: { rounds: 60, calls: 60 },
  run: async (cluster, { rounds, calls }) => {
    const proxy = await behindProxy(cluster);
    proxy.setFaults((random) => {
      const faults = { halfCloseAfterBytes: random.scale(100, 400_000) };
      return random.chance(0.5) ? { up: faults } : { down: faults };
    });
    const client = await cluster.client({ port: proxy.port, workers });
    while (proxy.connections < rounds) await client.more(calls);
    proxy.setFaults(() => ({}));
    proxy.resetAll();
    await client.more(calls, "OK");
    const report = await client.stop(promptMs);
    const bounds = { statuses: ["UNAVAILABLE"], failuresMax: Number.POSITIVE_INFINITY, longestMs: promptMs };
    return { report, broken: brokenBounds(report, bounds), notes: [`${proxy.connections} connections`] };
  },
};

/** Shared by the two ways to notice that nothing comes any more. */
async function swallowed(
  cluster: Cluster,
  { rounds, calls }: { rounds: number; calls: number },
  client: { timeoutMs?: number; keepaliveMs?: number },
  status: "DEADLINE_EXCEEDED" | "UNAVAILABLE",
  longestMs: number,
): Promise<Finding> {
  const proxy = await behindProxy(cluster);
  const process = await cluster.client({ port: proxy.port, workers, ...client });
  for (let round = 0; round < rounds; round++) {
    await process.more(calls, "OK");
    proxy.setLiveFaults({ up: { blackhole: true }, down: { blackhole: true } });
    await process.more(workers, status);
    // With deadlines alone the connection is not known to be dead; TCP would find out in its own time.
    if (status === "DEADLINE_EXCEEDED") proxy.resetAll();
  }
  await process.more(calls, "OK");
  const report = await process.stop(longestMs);
  // Calls that were reset along with the dead connection are UNAVAILABLE.
  const bounds = { statuses: [status, "UNAVAILABLE"], failuresMax: Number.POSITIVE_INFINITY, longestMs };
  return { report, broken: brokenBounds(report, bounds), notes: [`${proxy.connections} connections`] };
}

const deadlineMs = 300;

const blackhole: Scenario = {
  name: "blackhole",
  what: "where nothing gets through any more, calls end with DEADLINE_EXCEEDED when their time is over",
  quick: { rounds: 1, calls: 100 },
  whole: { rounds: 5, calls: 500 },
  run: (cluster, size) => swallowed(cluster, size, { timeoutMs: deadlineMs }, "DEADLINE_EXCEEDED", deadlineMs + 2_000),
};

/** The least that a client may ping is every 10 s (gRFC A8). */
const keepaliveMs = 10_000;

const keepalive: Scenario = {
  name: "keepalive",
  what: "where nothing gets through any more, keepalive finds it within 11 s, calls without a deadline end with UNAVAILABLE, and a new connection is made",
  quick: { rounds: 0, calls: 50 },
  whole: { rounds: 1, calls: 500 },
  run: (cluster, size) => swallowed(cluster, size, { keepaliveMs }, "UNAVAILABLE", keepaliveMs + 1_000 + 2_000),
};

const slow: Scenario = {
  name: "slow",
  what: "over a slow link with delay, jitter and tiny pieces every call ends well, in each shape",
  quick: { rounds: 1, calls: 60 },
  whole: { rounds: 2, calls: 200 },
  run: async (cluster, { rounds, calls }) => {
    const proxy = await behindProxy(cluster);
    const link = { latencyMs: 10, jitterMs: 5, sliceBytesMax: 700, bytesPerSecond: 1_500_000 };
    proxy.setFaults(() => ({ up: link, down: link }));
    const client = await cluster.client({ port: proxy.port, workers });
    for (let round = 0; round < rounds; round++) await client.more(calls, "OK");
    const report = await client.stop(2 * promptMs);
    const broken = brokenBounds(report, { statuses: [], failuresMax: 0, longestMs: 2 * promptMs });
    if (proxy.connections !== 1) broken.push(`${proxy.connections} connections, 1 was enough`);
    return { report, broken, notes: ["12 Mbit/s, 10 to 15 ms each way"] };
  },
};

const refused: Scenario = {
  name: "refused",
  what: "where connections are refused, calls end with UNAVAILABLE at once, and end well when they are accepted again",
  quick: { rounds: 1, calls: 100 },
  whole: { rounds: 5, calls: 500 },
  run: async (cluster, { rounds, calls }) => {
    const proxy = await behindProxy(cluster);
    const client = await cluster.client({ port: proxy.port, workers });
    for (let round = 0; round < rounds; round++) {
      await client.more(calls, "OK");
      proxy.refuse();
      proxy.resetAll();
      await client.more(5 * workers, "UNAVAILABLE");
      await proxy.accept();
    }
    await client.more(calls, "OK");
    const report = await client.stop(promptMs);
    const bounds = { statuses: ["UNAVAILABLE"], failuresMax: Number.POSITIVE_INFINITY, longestMs: promptMs };
    return { report, broken: brokenBounds(report, bounds), notes: [] };
  },
};

export const networkScenarios: readonly Scenario[] = [resets, halfCloses, blackhole, keepalive, slow, refused];
