import { type Kind, largeBytes, type Measured, smallBytes, streamBytes, type Task } from "../client/task.js";
import { type Figure, type Group, type Row, ratioTarget, secured, type Target, titled, withTls } from "./row.js";

interface Pair {
  readonly name: string;
  readonly group: Group;
  readonly kind: Kind;
  readonly payloadBytes: number;
  readonly inFlight: number;
  readonly messages: number;
  readonly tcp?: boolean;
  readonly http1?: boolean;
  readonly beside?: Task["beside"];
  readonly figures: readonly (Figure & { read(measured: Measured): number })[];
}

function perSecond({ operations, elapsedMs }: Measured): number {
  return (operations / elapsedMs) * 1_000;
}

function rate(name: string, title: string, unit: string, targets: readonly Target[]): Pair["figures"] {
  return [{ name, title, unit, better: "higher", targets, read: perSecond }];
}

function latency(name: "p50" | "p99", unsteady: boolean, targets: readonly Target[]): Pair["figures"][number] {
  return {
    name: `latency-${name}`,
    title: `1 in flight, ${name}`,
    unit: "us",
    better: "lower",
    targets,
    unsteady,
    read: ({ latencyUs }) => latencyUs?.[name] ?? Number.NaN,
  };
}

function mixedLatency(name: "p50" | "p99"): Pair["figures"][number] {
  const title = `a small call beside 4 unary echoes, ${name}`;
  return { ...latency(name, true, []), name: `mixed-${name}`, title };
}

const unary = { group: "pair", kind: "unary", payloadBytes: smallBytes, messages: 1, http1: true } as const;

const unaryPairs: readonly Pair[] = [
  {
    name: "unary-pair",
    ...unary,
    inFlight: 100,
    figures: rate("unary-pair", "100 in flight", "calls/s", [
      ratioTarget("grpc-js", 10),
      ratioTarget("connect-node", 8),
    ]),
  },
  {
    name: "latency",
    ...unary,
    tcp: true,
    inFlight: 1,
    figures: [
      latency("p50", false, [ratioTarget("grpc-js", 0.4), ratioTarget("raw-tcp", 2)]),
      latency("p99", true, []),
    ],
  },
];

/** What a small call waits for where large ones are under way on the same connection. */
const mixed: Pair = {
  name: "mixed",
  group: "large",
  kind: "unary",
  payloadBytes: smallBytes,
  inFlight: 1,
  messages: 1,
  beside: { payloadBytes: largeBytes, inFlight: 4 },
  figures: [
    mixedLatency("p50"),
    mixedLatency("p99"),
    {
      name: "mixed-large",
      title: "4 unary echoes in flight, beside a small one",
      unit: "MiB/s",
      better: "higher",
      targets: [],
      read: ({ besideOperations, elapsedMs }) => ((besideOperations ?? Number.NaN) / elapsedMs) * 1_000,
    },
  ],
};

function streamPair(kind: Kind, title: string): Pair {
  return {
    name: kind,
    group: "stream",
    kind,
    payloadBytes: streamBytes,
    inFlight: 1,
    messages: 5_000,
    figures: rate(kind, title, "messages/s", [ratioTarget("grpc-js", 8)]),
  };
}

function largePair(kind: Kind, title: string, inFlight: number): Pair {
  const name = `large-${kind}`;
  return {
    name,
    group: "large",
    kind,
    payloadBytes: largeBytes,
    inFlight,
    messages: 16,
    tcp: true,
    http1: kind === "unary",
    figures: rate(name, title, "MiB/s", [ratioTarget("grpc-js", 2), ratioTarget("raw-tcp", 0.6)]),
  };
}

const pairs: readonly Pair[] = [
  ...unaryPairs,
  streamPair("server-stream", "server streaming"),
  streamPair("client-stream", "client streaming"),
  streamPair("bidi", "bidi, sent and read at once"),
  largePair("unary", "unary echo, 4 in flight", 4),
  largePair("server-stream", "server streaming", 1),
  largePair("client-stream", "client streaming", 1),
  largePair("bidi", "bidi, echoed", 1),
];

function pairRow(pair: Pair, secure: boolean): Row {
  const { kind, payloadBytes, inFlight, messages, beside } = pair;
  return {
    name: secured(pair.name, secure),
    group: pair.group,
    figures: pair.figures.map(({ read: _, ...figure }) => ({
      ...figure,
      name: secured(figure.name, secure),
      title: titled(figure.title, secure),
    })),
    speaks: [
      "grpc",
      ...(pair.tcp === true ? ["tcp" as const] : []),
      ...(pair.http1 === true ? ["http1" as const] : []),
    ],
    needs: "client",
    measure: async (peer, { durationMs }) => {
      const measured = await peer.run({ kind, payloadBytes, inFlight, messages, durationMs, beside }, secure);
      return pair.figures.map(({ read }) => read(measured));
    },
  };
}

export const pairRows: readonly Row[] = [
  ...pairs.flatMap((pair) => withTls((secure) => pairRow(pair, secure))),
  { ...pairRow(mixed, false), slow: true },
];
