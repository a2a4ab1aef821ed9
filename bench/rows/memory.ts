import type { Order } from "../load/order.js";
import { loadProgram } from "../load/program.js";
import type { Peer } from "../peer.js";
import { hasProc, openFilesMax, residentBytes } from "../proc.js";
import { LineProcess } from "../process.js";
import { type Figure, type RoundOptions, type Row, ratioTarget, type Target } from "./row.js";

const settleMs = 30_000;
const orderMs = 60_000;
const kilobyte = 1_000;

/** The first connections make a server allocate what it needs once. */
const firstConnections = 200;
const streamConnections = 100;
const streamsEach = 100;
const queuedBytes = 1_024;

interface Ground {
  readonly load: (order: Order) => Promise<unknown>;
  readonly port: number;
  /** After everything that can be given back has been. */
  readonly settledBytes: () => Promise<number>;
}

/**
 * Runs on a server that has just been started: in one that has run, memory that was freed is used again, and the
 * growth cannot be seen.
 */
async function onNewServer(peer: Peer, measure: (ground: Ground) => Promise<number>): Promise<readonly number[]> {
  await peer.stop();
  const load = new LineProcess("load", "client", loadProgram);
  try {
    const { port, process } = await peer.server(false);
    const settledBytes = async (): Promise<number> => {
      await process.ask({ settle: true }, settleMs);
      return residentBytes(process.pid);
    };
    return [await measure({ load: (order) => load.ask(order, orderMs), port, settledBytes })];
  } finally {
    await load.stop();
    await peer.stop();
  }
}

function connectOrder(port: number, connections: number, windowBytes: number, bare: boolean): Order {
  return { do: "connect", port, connections, windowBytes, bare };
}

function memoryRow(
  name: string,
  title: string,
  targets: readonly Target[],
  more: Partial<Row>,
  measure: (peer: Peer, options: RoundOptions) => Promise<readonly number[]>,
): Row {
  const figure: Figure = { name, title, unit: "KB", better: "lower", targets };
  return {
    name,
    group: "memory",
    figures: [figure],
    leftOut: hasProc ? undefined : "memory of a process is read from /proc, which is not here",
    speaks: ["grpc"],
    warmsUp: false,
    slow: true,
    roundsMax: 3,
    ...more,
    measure,
  };
}

/** Connections of one measurement, within what may be open. */
function connectionCount(quick: boolean): number {
  return Math.min(quick ? 500 : 4_000, openFilesMax() - firstConnections - 200);
}

const perConnection = memoryRow(
  "memory-connection",
  "an idle connection",
  [ratioTarget("grpc-js", 0.5), { kind: "above", peer: "raw-tcp", amount: 4 }],
  { speaks: ["grpc", "tcp"] },
  (peer, { quick }) =>
    onNewServer(peer, async ({ load, port, settledBytes }) => {
      const bare = peer.speaks === "tcp";
      const count = connectionCount(quick);
      await load(connectOrder(port, firstConnections, 65_535, bare));
      const before = await settledBytes();
      await load(connectOrder(port, firstConnections + count, 65_535, bare));
      return ((await settledBytes()) - before) / count / kilobyte;
    }),
);

/** Calls that are begun and stay, on connections that were there before. */
function heldCalls(peer: Peer, quick: boolean, windowBytes: number, begin: Order): Promise<readonly number[]> {
  const connections = quick ? streamConnections / 4 : streamConnections;
  return onNewServer(peer, async ({ load, port, settledBytes }) => {
    await load(connectOrder(port, connections, windowBytes, false));
    const before = await settledBytes();
    await load(begin);
    return ((await settledBytes()) - before) / (connections * streamsEach) / kilobyte;
  });
}

const perStream = memoryRow(
  "memory-stream",
  "an open bidi call, 100 on each of 100 connections",
  [ratioTarget("grpc-js", 0.25)],
  {},
  (peer, { quick }) =>
    heldCalls(peer, quick, 65_535, {
      do: "begin",
      method: "Bidi",
      perConnection: streamsEach,
      payloadBytes: 0,
      whole: false,
    }),
);

const perQueued = memoryRow(
  "memory-queued",
  "a call whose answer of 1 KiB waits for window",
  [],
  {},
  (peer, { quick }) =>
    heldCalls(peer, quick, 0, {
      do: "begin",
      method: "Unary",
      perConnection: streamsEach,
      payloadBytes: queuedBytes,
      whole: true,
    }),
);

export const memoryRows: readonly Row[] = [perConnection, perStream, perQueued];
