import { brokenBounds, failuresOf, type Scenario } from "./scenario.js";

/** Calls at a time. */
const workers = 48;
/** A call may wait for a process to start, on a machine with other things to do. */
const startMs = 10_000;
const graceMs = 10_000;

/** A server dies by SIGKILL under load and comes back: what was in flight is lost, nothing else is. */
const kill: Scenario = {
  name: "kill",
  what: "SIGKILL of the server under load loses the calls in flight only, each ends with UNAVAILABLE, and calls that wait go on after the restart",
  quick: { rounds: 1, calls: 500 },
  whole: { rounds: 5, calls: 1_500 },
  run: async (cluster, { rounds, calls }) => {
    let server = await cluster.server();
    const client = await cluster.client({ port: server.port, workers, waitForReady: true });
    for (let round = 0; round < rounds; round++) {
      await client.more(calls, "OK");
      await server.kill();
      server = await cluster.server(server.port);
    }
    await client.more(calls, "OK");
    const report = await client.stop(startMs);
    const bounds = { statuses: ["UNAVAILABLE"], failuresMax: workers * rounds, longestMs: startMs };
    const notes = [`${failuresOf(report)} calls lost by ${rounds} kills, ${workers} in flight at each`];
    return { report, broken: brokenBounds(report, bounds), notes };
  },
};

/** One after another is replaced, with new connections going to the new one first: nobody may notice. */
const rolling: Scenario = {
  name: "rolling",
  what: "servers behind an address are replaced one by one with a drain: no call is lost, without waiting for ready",
  quick: { rounds: 2, calls: 500 },
  whole: { rounds: 5, calls: 1_500 },
  run: async (cluster, { rounds, calls }) => {
    let server = await cluster.server();
    const proxy = await cluster.proxy(server.port);
    const client = await cluster.client({ port: proxy.port, workers });
    const drains: number[] = [];
    for (let round = 0; round < rounds; round++) {
      await client.more(calls, "OK");
      const next = await cluster.server();
      proxy.retarget(next.port);
      drains.push(await server.drain(graceMs));
      server = next;
    }
    await client.more(calls, "OK");
    const report = await client.stop(startMs);
    const broken = brokenBounds(report, { statuses: [], failuresMax: 0, longestMs: startMs });
    if (Math.max(...drains) >= graceMs) broken.push(`a drain took ${Math.round(Math.max(...drains))} ms`);
    if (proxy.connections < rounds + 1) broken.push(`${proxy.connections} connections for ${rounds + 1} servers`);
    return { report, broken, notes: [`longest drain ${Math.round(Math.max(...drains))} ms`] };
  },
};

/** The port is free as soon as the drain begins: the next server takes it while the first still answers. */
const samePort: Scenario = {
  name: "same-port",
  what: "a server drains and a new one takes its port meanwhile: no call is lost, where calls wait for ready",
  quick: { rounds: 1, calls: 500 },
  whole: { rounds: 5, calls: 1_500 },
  run: async (cluster, { rounds, calls }) => {
    let server = await cluster.server();
    const client = await cluster.client({ port: server.port, workers, waitForReady: true });
    for (let round = 0; round < rounds; round++) {
      await client.more(calls, "OK");
      const draining = server.drain(graceMs);
      const [next] = await Promise.all([cluster.server(server.port), draining]);
      server = next;
    }
    await client.more(calls, "OK");
    const report = await client.stop(startMs);
    return {
      report,
      broken: brokenBounds(report, { statuses: [], failuresMax: 0, longestMs: startMs }),
      notes: [`${rounds} restarts on one port`],
    };
  },
};

export const serverScenarios: readonly Scenario[] = [kill, rolling, samePort];
