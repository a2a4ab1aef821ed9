import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, connect as dial, type Server, type Socket } from "node:net";
import { after, before, describe, test } from "node:test";
import type { StreamHandler, TransportFailure, TransportStream } from "../base/transport.js";
import { testPeer } from "../call/server-rig.testing.js";
import { prepareOptions } from "../http2/options.js";
import { systemNetwork } from "../net/network.js";
import { SimulatedClock } from "../testing/simulated-clock.js";
import { ServerConnection } from "./connection.js";
import { connectionLifetime } from "./environment.js";
import type { ServerConnectionOptions, ServerErrorInfo } from "./options.js";

// Rules of docs/specification.md: wire:connection-age.

const frameHeaderBytes = 9;
const Frame = { HEADERS: 1, SETTINGS: 4, PING: 6, GOAWAY: 7 } as const;

/** An HTTP/2 client in bytes. */
class RawClient {
  readonly socket: Socket;
  readonly types: number[] = [];
  readonly closed: Promise<unknown>;
  #bytes: Buffer = Buffer.alloc(0);
  #wake: () => void = () => undefined;

  constructor(socket: Socket) {
    this.socket = socket;
    this.closed = once(socket, "close");
    socket.on("data", (chunk: Buffer) => this.#read(chunk));
  }

  #read(chunk: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    for (;;) {
      if (this.#bytes.length < frameHeaderBytes) break;
      const length = frameHeaderBytes + this.#bytes.readUIntBE(0, 3);
      if (this.#bytes.length < length) break;
      const [type, flags] = [this.#bytes[3] as number, this.#bytes[4] as number];
      const payload = this.#bytes.subarray(frameHeaderBytes, length);
      this.#bytes = this.#bytes.subarray(length);
      this.types.push(type);
      if (type === Frame.PING && flags === 0) this.send(Frame.PING, 1, 0, payload);
      if (type === Frame.SETTINGS && flags === 0) this.send(Frame.SETTINGS, 1, 0, new Uint8Array());
    }
    this.#wake();
  }

  /** Waits until a frame of the type has come. */
  async frame(type: number): Promise<void> {
    while (!this.types.includes(type)) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  send(type: number, flags: number, streamId: number, payload: Uint8Array): void {
    const head = Buffer.alloc(frameHeaderBytes);
    head.writeUIntBE(payload.length, 0, 3);
    head[3] = type;
    head[4] = flags;
    head.writeUInt32BE(streamId, 5);
    // What comes behind the other side's end is still answered, where there is somebody to hear it.
    if (this.socket.writable) this.socket.write(Buffer.concat([head, payload]));
  }

  greet(): void {
    this.socket.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    this.send(Frame.SETTINGS, 0, 0, new Uint8Array());
  }

  /** A whole request: `:method POST`, `:scheme http`, `:path /`, from the static table. */
  request(streamId: number): void {
    this.send(Frame.HEADERS, 5, streamId, Uint8Array.of(0x83, 0x86, 0x84));
  }
}

interface Opened {
  readonly client: RawClient;
  readonly connection: ServerConnection;
  readonly clock: SimulatedClock;
  readonly reports: [unknown, ServerErrorInfo][];
  /** Failures that stream handlers heard. */
  readonly resets: TransportFailure[];
  /** Resolves when the connection says that it is gone. */
  readonly gone: Promise<ServerConnection>;
  /** The next stream that the server accepts. */
  nextStream(): Promise<TransportStream>;
}

let server: Server;

async function open(lifetime: ServerConnectionOptions, random = 0.5): Promise<Opened> {
  const { port } = server.address() as { port: number };
  const accepted = once(server, "connection");
  const client = new RawClient(dial(port, "127.0.0.1"));
  const [socket] = (await accepted) as [Socket];
  const clock = new SimulatedClock();
  const reports: [unknown, ServerErrorInfo][] = [];
  const resets: TransportFailure[] = [];
  const streams: ((stream: TransportStream) => void)[] = [];
  const handler: StreamHandler = {
    onHeaders: () => undefined,
    onData: () => undefined,
    onReset: (failure) => void resets.push(failure),
    onWritable: () => undefined,
  };
  let tell: (gone: ServerConnection) => void = () => undefined;
  const gone = new Promise<ServerConnection>((resolve) => {
    tell = resolve;
  });
  const setup = {
    clock,
    random: () => random,
    network: systemNetwork,
    http2: prepareOptions({ clock, random: () => random, windowBytesMax: 0 }, "server"),
    onLostCalls: () => undefined,
    onCallRefused: () => undefined,
    onGone: (one: ServerConnection) => tell(one),
    lifetime: connectionLifetime(lifetime),
    report: (error: unknown, info: ServerErrorInfo) => void reports.push([error, info]),
    probe: undefined,
    observedAcceptor: (): never => assert.fail("nobody watches"),
    acceptor: {
      onStream: (stream: TransportStream): StreamHandler => {
        streams.shift()?.(stream);
        return handler;
      },
    },
  };
  const connection = new ServerConnection(setup, socket, testPeer);
  const nextStream = (): Promise<TransportStream> => new Promise((resolve) => streams.push(resolve));
  return { client, connection, clock, reports, resets, gone, nextStream };
}

async function greeted(lifetime: ServerConnectionOptions, random?: number): Promise<Opened> {
  const opened = await open(lifetime, random);
  opened.client.greet();
  await opened.client.frame(Frame.SETTINGS);
  // Its answer tells that the server has read the greeting and the ack of its own settings.
  opened.client.send(Frame.PING, 0, 0, new Uint8Array(8));
  await opened.client.frame(Frame.PING);
  return opened;
}

async function isGone(opened: Opened): Promise<void> {
  assert.equal(await opened.gone, opened.connection);
  assert.equal(opened.connection.closed, true);
  opened.client.socket.end();
  await opened.client.closed;
}

/** Opens a stream; resolves when the server has it. */
function request(opened: Opened, streamId: number): Promise<TransportStream> {
  const accepted = opened.nextStream();
  opened.client.request(streamId);
  return accepted;
}

before(async () => {
  server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});
after(() => server.close());

describe("idle connections", () => {
  test("are drained after their time", async () => {
    const opened = await greeted({ idleMsMax: 1_000 });
    opened.clock.advance(999);
    const stream = await request(opened, 1);
    assert.equal(opened.client.types.includes(Frame.GOAWAY), false);
    opened.clock.advance(10_000);
    stream.sendHeaders([":status", "200"], true);
    await opened.client.frame(Frame.HEADERS);
    assert.equal(opened.client.types.includes(Frame.GOAWAY), false);
    opened.clock.advance(999);
    assert.equal(opened.connection.closed, false);
    opened.clock.advance(1);
    await opened.client.frame(Frame.GOAWAY);
    await isGone(opened);
    assert.deepEqual([opened.reports, opened.resets], [[], []]);
  });

  test("live on where no time is set", async () => {
    const opened = await greeted({});
    opened.clock.advance(60_000);
    const stream = await request(opened, 1);
    stream.sendHeaders([":status", "200"], true);
    await opened.client.frame(Frame.HEADERS);
    assert.equal(opened.client.types.includes(Frame.GOAWAY), false);
    opened.connection.cut("the test is over");
    await isGone(opened);
  });
});

describe("old connections", () => {
  test("are drained a tenth earlier or later than their age", async () => {
    for (const [random, ageMs] of [
      [0, 900],
      [0.5, 1_000],
      [0.999_999, 1_100],
    ] as const) {
      const opened = await greeted({ ageMsMax: 1_000 }, random);
      opened.clock.advance(ageMs - 1);
      assert.equal(opened.connection.closed, false);
      await request(opened, 1).then((stream) => stream.sendHeaders([":status", "200"], true));
      await opened.client.frame(Frame.HEADERS);
      assert.equal(opened.client.types.includes(Frame.GOAWAY), false);
      opened.clock.advance(1);
      await opened.client.frame(Frame.GOAWAY);
      await isGone(opened);
    }
  });

  test("are cut after the grace, with their calls", async () => {
    const opened = await greeted({ ageMsMax: 1_000, ageGraceMs: 500 });
    await request(opened, 1);
    opened.clock.advance(1_000);
    await opened.client.frame(Frame.GOAWAY);
    opened.clock.advance(499);
    assert.deepEqual([opened.connection.closed, opened.resets], [false, []]);
    opened.clock.advance(1);
    await isGone(opened);
    assert.deepEqual(
      opened.resets.map((failure) => [failure.scope, failure.message]),
      [["connection", "the connection is past its age and grace"]],
    );
    assert.deepEqual(opened.reports, []);
  });

  test("wait for their calls without a grace, and leave no timer behind", async () => {
    const opened = await greeted({ ageMsMax: 1_000, idleMsMax: 5_000, ageGraceMs: 60_000 });
    const stream = await request(opened, 1);
    opened.clock.advance(1_000);
    await opened.client.frame(Frame.GOAWAY);
    stream.sendHeaders([":status", "200"], true);
    await isGone(opened);
    opened.clock.advance(10_000);
    assert.deepEqual([opened.clock.pendingTimers, opened.reports, opened.resets], [0, [], []]);
  });
});

describe("the end", () => {
  test("by drain() lets calls end", async () => {
    const opened = await greeted({});
    const stream = await request(opened, 1);
    opened.connection.drain();
    await opened.client.frame(Frame.GOAWAY);
    assert.equal(opened.connection.closed, false);
    stream.sendHeaders([":status", "200"], true);
    await isGone(opened);
    assert.deepEqual(opened.resets, []);
  });

  test("by cut() ends calls, and is told once", async () => {
    const opened = await greeted({});
    await request(opened, 1);
    opened.connection.cut("the server is shutting down");
    opened.connection.cut("again");
    await isGone(opened);
    assert.deepEqual(
      opened.resets.map((failure) => failure.message),
      ["the server is shutting down"],
    );
  });

  test("by a client that breaks the protocol is reported with the client", async () => {
    const opened = await open({});
    opened.client.socket.write("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
    await isGone(opened);
    assert.equal(opened.reports.length, 1);
    const [error, info] = opened.reports[0] as [Error, ServerErrorInfo];
    assert.match(error.message, /^connection with ipv4:127\.0\.0\.1:4711 failed: /);
    assert.deepEqual(info, { kind: "connection", peer: testPeer });
  });

  test("a request that breaks the protocol is reported with the client, the first of a connection", async () => {
    const opened = await greeted({});
    for (const id of [1, 3]) opened.client.send(Frame.HEADERS, 5, id, Uint8Array.of(0x83, 0x83, 0x86, 0x84));
    await request(opened, 5);
    assert.equal(opened.reports.length, 1);
    const [error, info] = opened.reports[0] as [Error, ServerErrorInfo];
    opened.connection.cut("the end of the test");
    await isGone(opened);
    assert.match(error.message, /^a request of ipv4:127\.0\.0\.1:4711 was refused: ":method" twice|:method twice/);
    assert.deepEqual(info, { kind: "connection", peer: testPeer });
  });

  test("by a client that goes away is not reported", async () => {
    const opened = await greeted({ idleMsMax: 1_000, ageMsMax: 1_000 });
    await request(opened, 1);
    opened.client.socket.destroy();
    await isGone(opened);
    assert.deepEqual([opened.reports, opened.resets.length], [[], 1]);
  });
});
