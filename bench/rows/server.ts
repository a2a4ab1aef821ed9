import { type Kind, largeBytes, makePayload, smallBytes, streamBytes } from "../client/task.js";
import { encodeEcho, frame, servicePath } from "../client/wire.js";
import { hasH2load, type Load, runH2load } from "../h2load.js";
import type { Peer } from "../peer.js";
import { type Row, ratioTarget, secured, type Target, titled, withTls } from "./row.js";

/** Messages of one streaming call. */
const messages = 1_000;
/** Rounds of requests on each stream that a server gets first, which tell how many fill its time. */
const probesEach = 2;

interface Shape {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly kind: Kind;
  readonly method: string;
  readonly payloadBytes: number;
  /** Per request, in each direction that streams. */
  readonly messages: number;
  readonly connections: number;
  readonly streams: number;
  /** How many of the unit one request is. */
  readonly units: number;
  readonly targets: readonly Target[];
}

const unaryTargets = [
  ratioTarget("grpc-js", 6),
  ratioTarget("node-http2", 3.5),
  ratioTarget("grpc-go", 1.5),
  ratioTarget("grpc-cpp", 1.5),
  ratioTarget("tonic", 1),
];

const stream = { unit: "messages/s", payloadBytes: streamBytes, messages, connections: 4, streams: 4, units: messages };
const single = { kind: "unary", method: "Unary", messages: 1, units: 1 } as const;

const shapes: readonly Shape[] = [
  {
    name: "unary-server",
    title: "unary, 4 connections x 100 streams",
    unit: "calls/s",
    ...single,
    payloadBytes: smallBytes,
    connections: 4,
    streams: 100,
    targets: unaryTargets,
  },
  {
    name: "server-stream-server",
    title: "server streaming, 4 x 4 streams",
    kind: "server-stream",
    method: "ServerStream",
    ...stream,
    targets: [],
  },
  {
    name: "client-stream-server",
    title: "client streaming, 4 x 4 streams",
    kind: "client-stream",
    method: "ClientStream",
    ...stream,
    targets: [],
  },
  { name: "bidi-server", title: "bidi, 4 x 4 streams", kind: "bidi", method: "Bidi", ...stream, targets: [] },
  {
    name: "large-server",
    title: "unary echo of 1 MiB, 4 x 1 streams",
    unit: "MiB/s",
    ...single,
    payloadBytes: largeBytes,
    connections: 4,
    streams: 1,
    targets: [],
  },
];

/** What is sent and what must come back, for each protocol. */
function contentOf(shape: Shape, peer: Peer): Pick<Load, "body" | "answerBytesMin" | "contentType" | "http1"> {
  const payload = makePayload(shape.payloadBytes);
  if (peer.speaks === "http1") {
    const body = Buffer.from(JSON.stringify({ payload: Buffer.from(payload).toString("base64") }));
    return { body, answerBytesMin: body.length, contentType: "application/json", http1: true };
  }
  const message = frame(encodeEcho(payload));
  const { kind } = shape;
  const streamed = kind === "client-stream" || kind === "bidi";
  const body = kind === "server-stream" ? frame(encodeEcho(payload, messages)) : message;
  return {
    body: streamed ? Buffer.concat(new Array<Uint8Array>(messages).fill(message)) : body,
    // A summary is its prefix and two numbers.
    answerBytesMin: kind === "client-stream" ? 5 + 4 : message.length * shape.messages,
    contentType: "application/grpc",
  };
}

function loadRow(shape: Shape, secure: boolean): Row {
  /** Requests per second of each server, as of its last round. */
  const rates = new Map<string, number>();
  const load = async (peer: Peer, port: number, requests: number): Promise<number> => {
    const { connections, streams } = shape;
    // HTTP/1.1 has one request at a time on a connection: as many connections as there are streams else.
    const spread =
      peer.speaks === "http1" ? { connections: connections * streams, streams: 1 } : { connections, streams };
    const path = `${servicePath}/${shape.method}`;
    // So that each connection has work.
    const atLeast = Math.max(requests, spread.connections * spread.streams);
    const rate = await runH2load({ port, secure, path, ...spread, requests: atLeast, ...contentOf(shape, peer) });
    rates.set(peer.name, rate);
    return rate;
  };
  return {
    name: secured(shape.name, secure),
    group: "server",
    figures: [
      {
        name: secured(shape.name, secure),
        title: titled(shape.title, secure),
        unit: shape.unit,
        better: "higher",
        targets: shape.targets,
      },
    ],
    leftOut: hasH2load ? undefined : "there is no h2load (Debian package nghttp2-client)",
    speaks: shape.kind === "unary" ? ["grpc", "http1"] : ["grpc"],
    measure: async (peer, { durationMs, warmUp }) => {
      const { port } = await peer.server(secure);
      await peer.verify(shape.kind, shape.payloadBytes, secure);
      const filling = (): number => Math.round(((rates.get(peer.name) ?? 0) * durationMs) / 1_000);
      if (!warmUp && rates.has(peer.name)) return [(await load(peer, port, filling())) * shape.units];
      const endAt = performance.now() + durationMs;
      let rate = await load(peer, port, shape.connections * shape.streams * probesEach);
      // In parts, since a server that is cold tells little about how many requests fill its time.
      while (performance.now() < endAt) rate = await load(peer, port, Math.round(filling() / 4));
      return [rate * shape.units];
    },
  };
}

export const serverRows: readonly Row[] = shapes.flatMap((shape) => withTls((secure) => loadRow(shape, secure)));
