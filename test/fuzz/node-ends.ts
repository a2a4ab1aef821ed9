import {
  type ClientHttp2Stream,
  connect,
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from "node:http2";
import { Duplex } from "node:stream";
import { FrameCutter } from "../simulation/frame-cutter.js";
import type { SeenFrame } from "./protocol-rules.js";

/** Turns of the event loop that Node gets for what it was sent: it needs a handful. */
const turns = 14;

/** A stream in memory whose other end is us. */
class Wire extends Duplex {
  readonly written: Buffer[] = [];
  ended: boolean = false;

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.written.push(chunk);
    done();
  }

  override _final(done: () => void): void {
    this.ended = true;
    done();
  }

  /** The frames that came so far. */
  frames(skippedBytes: number): SeenFrame[] {
    const all = new FrameCutter(skippedBytes).push(Buffer.concat(this.written));
    return all.map(({ type, flags, streamId, payload }) => ({ type, flags, id: streamId, payload }));
  }
}

/** What Node made of the bytes. */
export interface NodeOutcome {
  readonly frames: readonly SeenFrame[];
  readonly closed: boolean;
  /** Request header lists, as they were told to the handler. */
  readonly lists: readonly (readonly string[])[];
  /** How each request of a client came out: `answered`, `error`, or `silent`. */
  readonly requests: readonly string[];
}

/** What Node gives a handler beside the headers; its types call it a number of flags alone. */
type OnStream = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, flags: number, raw: string[]) => void;

let server: { readonly http2: Http2Server; onStream: OnStream } | undefined;

/** One server for all connections: to make one costs more than a connection. */
function sharedServer(): { readonly http2: Http2Server; onStream: OnStream } {
  if (server !== undefined) return server;
  const http2 = createServer({ settings: { maxConcurrentStreams: 100, enableConnectProtocol: false } });
  const shared = { http2, onStream: ((): void => undefined) as OnStream };
  http2.on("sessionError", () => undefined);
  http2.on("stream", ((...all: Parameters<OnStream>) => shared.onStream(...all)) as never);
  server = shared;
  return shared;
}

/** Gives bytes to a server of Node whose handler answers each request with 200 when it is complete. */
export async function askNodeServer(chunks: readonly Uint8Array[]): Promise<NodeOutcome> {
  const wire = new Wire();
  const shared = sharedServer();
  const lists: string[][] = [];
  shared.onStream = (stream, _headers, _flags, raw) => {
    lists.push(raw);
    stream.on("error", () => undefined);
    stream.on("end", () => {
      if (stream.destroyed || stream.headersSent) return;
      stream.respond({ ":status": 200 }, { endStream: false });
      stream.end("hello");
    });
    stream.resume();
  };
  let closed = false;
  wire.on("close", () => {
    closed = true;
  });
  wire.on("error", () => undefined);
  shared.http2.emit("connection", wire);
  // At once: Node takes a turn for each chunk.
  wire.push(Buffer.concat(chunks));
  await comeRound();
  const frames = wire.frames(0);
  const outcome = { frames, closed: closed || wire.ended, lists, requests: [] };
  wire.destroy();
  await comeRound(2);
  return outcome;
}

/** Gives bytes to a client of Node that has made so many requests. */
export async function askNodeClient(requestCount: number, chunks: readonly Uint8Array[]): Promise<NodeOutcome> {
  const wire = new Wire();
  const session = connect("http://localhost", { createConnection: () => wire });
  let closed = false;
  session.on("error", () => undefined);
  session.on("close", () => {
    closed = true;
  });
  wire.on("error", () => undefined);
  const requests: string[] = [];
  const streams: ClientHttp2Stream[] = [];
  for (let i = 0; i < requestCount; i++) {
    requests.push("silent");
    const stream = session.request({ ":method": "POST", ":path": "/a.B/C" }, { endStream: true });
    let failed = false;
    stream.on("error", () => {
      failed = true;
      requests[i] = "error";
    });
    stream.on("end", () => {
      if (!failed) requests[i] = "answered";
    });
    stream.on("close", () => {
      if (stream.rstCode !== 0 && stream.rstCode !== undefined) requests[i] = "error";
      else if (requests[i] === "silent") requests[i] = "error";
    });
    stream.resume();
    streams.push(stream);
  }
  await comeRound(3);
  wire.push(Buffer.concat(chunks));
  await comeRound();
  const outcome = { frames: wire.frames(24), closed: closed || wire.ended, lists: [], requests: [...requests] };
  session.destroy();
  wire.destroy();
  await comeRound(2);
  return outcome;
}

async function comeRound(count: number = turns): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
}
