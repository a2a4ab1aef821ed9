import { hasH2load, runH2load } from "./h2load.js";
import type { Peer } from "./peer.js";

export interface RoundOptions {
  /** How long one round of one peer lasts, about. */
  readonly durationMs: number;
}

/** One line of the table. */
export interface Row {
  readonly name: string;
  readonly unit: string;
  readonly better: "higher" | "lower";
  /** Why it cannot run here, or undefined. */
  readonly leftOut?: string | undefined;
  /** What the ratio to the first other peer must reach (or stay below, where lower is better). */
  readonly target: number;
  /** One round of one peer. */
  run(peer: Peer, options: RoundOptions): Promise<number>;
}

const unaryPath = "/peregrine.test.Echo/Unary";
/** Requests in a round of h2load per millisecond of its length: about what the slower peers manage. */
const h2loadRequestsPerMs = 30;

const unaryH2load: Row = {
  name: "unary server, h2load 4 connections x 100 streams",
  unit: "calls/s",
  better: "higher",
  leftOut: hasH2load ? undefined : "there is no h2load (package nghttp2-client)",
  target: 6,
  run: async (peer, { durationMs }) =>
    runH2load({
      port: await peer.port(),
      path: unaryPath,
      connections: 4,
      streams: 100,
      requests: durationMs * h2loadRequestsPerMs,
    }),
};

const unaryPair: Row = {
  name: "unary client and server, 100 in flight",
  unit: "calls/s",
  better: "higher",
  target: 10,
  run: async (peer, { durationMs }) => perSecond(await peer.run({ kind: "unary", inFlight: 100, durationMs })),
};

const unaryLatency: Row = {
  name: "unary client and server, 1 in flight, median",
  unit: "us",
  better: "lower",
  target: 0.4,
  run: async (peer, { durationMs }) => {
    const { latencyUs } = await peer.run({ kind: "unary", inFlight: 1, durationMs });
    return latencyUs?.p50 ?? Number.NaN;
  },
};

const serverStreaming: Row = {
  name: "server streaming, 100-byte messages",
  unit: "messages/s",
  better: "higher",
  target: 8,
  run: async (peer, { durationMs }) => perSecond(await peer.run({ kind: "server-stream", inFlight: 1, durationMs })),
};

function perSecond({ operations, elapsedMs }: { operations: number; elapsedMs: number }): number {
  return (operations / elapsedMs) * 1000;
}

export const rows: readonly Row[] = [unaryH2load, unaryPair, unaryLatency, serverStreaming];
