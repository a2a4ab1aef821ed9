import { smallBytes } from "../client/task.js";
import type { Order } from "../load/order.js";
import { loadProgram } from "../load/program.js";
import type { Peer, Protocol } from "../peer.js";
import { cpuTimeUs, hasProc, openFilesMax } from "../proc.js";
import { LineProcess } from "../process.js";
import { growthOf } from "../statistics.js";
import type { Figure, Row } from "./row.js";

const orderMs = 120_000;
const inFlightMax = 100;
const growthMost = 1.5;
const connectionSteps = [1, 10, 100, 1_000, 10_000] as const;
const streamSteps = [1, 10, 100, 1_000] as const;
/** Beside connections: standard streams, the listening socket, the event loop's own. */
const otherFiles = 200;

const connectionsMax: number = Math.min(connectionSteps.at(-1)!, openFilesMax() - otherFiles);

/** One step: so many connections with so many calls in flight in all. */
interface Step {
  readonly size: number;
  readonly connections: number;
  readonly inFlight: number;
}

interface Growth {
  readonly name: string;
  readonly titleOf: (size: number) => string;
  readonly steps: readonly Step[];
  readonly speaks: readonly Protocol[];
  readonly note?: string | undefined;
}

const overConnections: Growth = {
  name: "growth-connections",
  titleOf: (size) => `unary on ${size} connection${size === 1 ? "" : "s"}, ${Math.min(size, inFlightMax)} in flight`,
  steps: connectionSteps.map((size) => {
    const connections = Math.min(size, connectionsMax);
    return { size: connections, connections, inFlight: Math.min(connections, inFlightMax) };
  }),
  // What it costs a process and its kernel to have many sockets, whatever is said on them.
  speaks: ["grpc", "tcp"],
  note:
    connectionsMax < connectionSteps.at(-1)!
      ? `up to ${connectionsMax} connections, as ${openFilesMax()} files may be open`
      : undefined,
};

const overStreams: Growth = {
  name: "growth-streams",
  titleOf: (size) => `unary on 1 connection, ${size} in flight`,
  steps: streamSteps.map((size) => ({ size, connections: 1, inFlight: size })),
  speaks: ["grpc"],
};

function figuresOf({ name, titleOf, steps }: Growth): Figure[] {
  const costs: Figure[] = steps.map(({ size }) => ({
    name: `${name}-${size}`,
    title: titleOf(size),
    unit: "us of processor per call",
    better: "lower",
    targets: [],
  }));
  const growth: Figure = {
    name,
    title: "the dearest step above a smaller one",
    unit: "times",
    better: "lower",
    alone: true,
    targets: [{ kind: "most", value: growthMost }],
  };
  return [...costs, growth];
}

/** Processor time of the server instead of calls per second: the load, which has as many connections, is not in it. */
async function measureSteps(peer: Peer, steps: readonly Step[], durationMs: number): Promise<readonly number[]> {
  await peer.stop();
  const load = new LineProcess("load", "client", loadProgram);
  const ask = (order: Order): Promise<Readonly<Record<string, unknown>>> => load.ask(order, orderMs);
  try {
    const { port, process } = await peer.server(false, { BENCH_STREAMS: `${streamSteps.at(-1)}` });
    const costs: number[] = [];
    for (const { connections, inFlight } of steps) {
      await ask({ do: "connect", port, connections, windowBytes: 65_535, bare: peer.speaks === "tcp" });
      const call = { do: "call", inFlight, durationMs, payloadBytes: smallBytes } as const;
      // The first time warms the server up, a later one each connection of the step.
      await ask(costs.length === 0 ? { ...call, inFlight: inFlightMax, durationMs: 2 * durationMs } : call);
      const before = cpuTimeUs(process.pid);
      const { calls } = await ask(call);
      costs.push((cpuTimeUs(process.pid) - before) / Number(calls));
    }
    return costs;
  } finally {
    await load.stop();
    await peer.stop();
  }
}

function growthRow(growth: Growth): Row {
  return {
    name: growth.name,
    group: "growth",
    figures: figuresOf(growth),
    leftOut: hasProc ? undefined : "processor time is read from /proc, which is not here",
    note: growth.note,
    speaks: growth.speaks,
    warmsUp: false,
    slow: true,
    roundsMax: 3,
    measure: async (peer, { durationMs, quick }) => {
      // The many connections of the last step take their time to open.
      const steps = quick ? growth.steps.slice(0, -1) : growth.steps;
      const costs = await measureSteps(peer, steps, durationMs);
      const missing = growth.steps.length - costs.length;
      return [...costs, ...new Array<number>(missing).fill(Number.NaN), growthOf(costs)];
    },
  };
}

export const growthRows: readonly Row[] = [overConnections, overStreams].map(growthRow);
