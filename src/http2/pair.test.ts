import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { amount } from "../base/amount.testing.js";
import type { HeaderList, StreamHandler, TransportFailure, TransportStream } from "../base/transport.js";
import { Http2ClientConnection } from "./client-connection.js";
import type { Http2Connection } from "./connection.js";
import type { ConnectionIo, Http2Options } from "./options.js";
import { request, response, SimulatedClock, trailers } from "./script.testing.js";
import { Http2ServerConnection } from "./server-connection.js";

/** Numbers that a seed gives, for cuts and choices. */
function randomOf(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 0x1_0000_0000;
  };
}

/** One direction of the wire: bytes wait here until the network moves them on. */
class End implements ConnectionIo {
  connection!: Http2Connection;
  woken = false;
  closing = false;
  reading = true;
  inbox: Uint8Array[] = [];
  ended = false;

  wake(): void {
    this.woken = true;
  }

  close(): void {
    this.closing = true;
    this.woken = true;
  }

  setReading(reading: boolean): void {
    this.reading = reading;
  }
}

/** Client and server in one process, with a network that cuts, delays and blocks as a seed says. */
class Pair {
  readonly clock = new SimulatedClock();
  readonly client: Http2ClientConnection;
  readonly server: Http2ServerConnection;
  readonly errors: unknown[] = [];
  private readonly ends: [End, End] = [new End(), new End()];
  private readonly random: () => number;

  constructor(
    seed: number,
    onStream: (stream: TransportStream, headers: HeaderList) => StreamHandler,
    more: Partial<Http2Options>,
  ) {
    this.random = randomOf(seed);
    const options = { clock: this.clock, random: this.random, ...more };
    const observer = { onError: (error: unknown) => this.errors.push(error) };
    const acceptor = {
      onStream,
    };
    this.client = new Http2ClientConnection(options, this.ends[0], observer);
    this.server = new Http2ServerConnection(options, this.ends[1], acceptor, { address: "x", secure: false }, observer);
    this.ends[0].connection = this.client;
    this.ends[1].connection = this.server;
    this.client.start();
    this.server.start();
  }

  /** One step of the network; false when nothing is left to do. */
  step(): boolean {
    const side = this.random() < 0.5 ? 0 : 1;
    return this.stepSide(side) || this.stepSide(1 - side);
  }

  private stepSide(side: number): boolean {
    const from = this.ends[side] as End;
    const to = this.ends[1 - side] as End;
    const chunk = from.reading ? from.inbox.shift() : undefined;
    if (chunk !== undefined) {
      const cut = this.random() < 0.5 ? chunk.length : Math.ceil(chunk.length * this.random());
      if (cut < chunk.length) from.inbox.unshift(chunk.subarray(cut));
      from.connection.receive(chunk.subarray(0, cut));
      return true;
    }
    if (from.ended && !from.connection.closed) {
      from.connection.receiveEnd();
      return true;
    }
    if (!from.woken) return false;
    from.woken = false;
    const output = from.connection.takeOutput();
    if (output !== undefined) to.inbox.push(Uint8Array.from(output));
    if (this.random() < 0.5) from.connection.outputWritten();
    if (from.closing && !to.ended) to.ended = true;
    from.connection.setWritable(this.random() < 0.7);
    from.connection.setWritable(true);
    return true;
  }
}

interface CallPlan {
  readonly requestBytes: number;
  readonly responseBytes: number;
  /** Size of the pieces that are sent. */
  readonly pieceBytes: number;
  /** The client gives up after so many bytes of the response; -1 for never. */
  readonly cancelAfter: number;
}

/** Sends `total` bytes of a pattern, in pieces, as backpressure lets it. */
class PatternSender {
  private sent = 0;
  private readonly plan: { total: number; piece: number };
  private readonly onEnd: (() => void) | undefined;

  constructor(total: number, piece: number, onEnd?: () => void) {
    this.plan = { total, piece };
    this.onEnd = onEnd;
  }

  pump(stream: TransportStream): void {
    const { total, piece } = this.plan;
    while (this.sent < total) {
      const bytes = new Uint8Array(Math.min(piece, total - this.sent));
      for (let i = 0; i < bytes.length; i++) bytes[i] = (this.sent + i) % 251;
      this.sent += bytes.length;
      const last = this.sent === total && this.onEnd === undefined;
      const more = stream.sendData(bytes, last);
      if (this.sent === total) this.onEnd?.();
      if (!more) return;
    }
  }
}

class Checker {
  count = 0;

  take(bytes: Uint8Array): void {
    for (const byte of bytes) assert.equal(byte, this.count++ % 251, "bytes came in another order");
  }
}

class ServerCall implements StreamHandler {
  private readonly stream: TransportStream;
  private readonly got: Checker = new Checker();
  private readonly plan: CallPlan;
  private readonly sender: PatternSender;

  constructor(stream: TransportStream, plan: CallPlan) {
    this.stream = stream;
    this.plan = plan;
    this.sender = new PatternSender(plan.responseBytes, plan.pieceBytes, () => {
      stream.sendHeaders(frozenTrailers, true);
      stream.release();
    });
  }

  onHeaders(): void {}

  onData(bytes: Uint8Array, endStream: boolean): void {
    this.got.take(bytes);
    this.stream.consume(bytes.length);
    if (!endStream) return;
    assert.equal(this.got.count, this.plan.requestBytes);
    this.stream.sendHeaders(frozenResponse, false);
    this.sender.pump(this.stream);
  }

  onWritable(): void {
    this.sender.pump(this.stream);
  }

  onReset(): void {
    this.stream.release();
  }
}

class ClientCall implements StreamHandler {
  ends = 0;
  cancelled = false;
  stream: TransportStream | undefined;
  private readonly index: number;
  private readonly onRefused: (index: number) => void;
  private readonly got: Checker = new Checker();
  private readonly plan: CallPlan;
  private readonly sender: PatternSender;

  constructor(index: number, plan: CallPlan, onRefused: (index: number) => void) {
    this.index = index;
    this.onRefused = onRefused;
    this.plan = plan;
    this.sender = new PatternSender(plan.requestBytes, plan.pieceBytes);
  }

  start(client: Http2ClientConnection): boolean {
    this.stream = client.openStream([...request, "index", `${this.index}`], false, this);
    if (this.stream !== undefined) this.sender.pump(this.stream);
    return this.stream !== undefined;
  }

  onHeaders(_: unknown, endStream: boolean): void {
    if (!endStream) return;
    this.ends++;
    assert.equal(this.got.count, this.plan.responseBytes);
  }

  onData(bytes: Uint8Array): void {
    this.got.take(bytes);
    this.stream?.consume(bytes.length);
    if (this.plan.cancelAfter < 0 || this.got.count < this.plan.cancelAfter || this.cancelled) return;
    this.cancelled = true;
    this.stream?.reset(8);
  }

  onWritable(): void {
    if (this.stream !== undefined) this.sender.pump(this.stream);
  }

  onReset(failure: TransportFailure): void {
    if (!failure.unprocessed) assert.fail(failure.message);
    this.onRefused(this.index);
  }
}

/** Frozen lists, which the header encoder keeps. */
const frozenResponse = Object.freeze([...response]);
const frozenTrailers = Object.freeze([...trailers]);

const size = fc.oneof(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 300_000 }));
const plans = fc.array(
  fc.record({
    requestBytes: size,
    responseBytes: size,
    pieceBytes: fc.integer({ min: 50, max: 100_000 }),
    cancelAfter: fc.oneof(fc.constant(-1), fc.constant(-1), fc.integer({ min: 1, max: 100_000 })),
  }),
  { minLength: 1, maxLength: 12 },
);

function run(seed: number, calls: readonly CallPlan[], more: Partial<Http2Options>): void {
  const pair = new Pair(
    seed,
    (stream, headers) => new ServerCall(stream, calls[Number(headers.at(-1))] as CallPlan),
    more,
  );
  const started: ClientCall[] = [];
  // What the server refuses before we know its limit is tried again.
  const waiting = calls.map((_, index) => index);
  for (let steps = 0; ; steps++) {
    assert.ok(steps < 200_000, "no end in sight");
    for (let index = waiting.at(-1); index !== undefined; index = waiting.at(-1)) {
      const call = new ClientCall(index, calls[index] as CallPlan, (refused) => waiting.push(refused));
      if (!call.start(pair.client)) break;
      waiting.splice(waiting.indexOf(index), 1);
      started[index] = call;
    }
    if (pair.step()) continue;
    assert.equal(waiting.length, 0, "calls that never could be started");
    break;
  }
  for (const call of started) assert.equal(call.ends + Number(call.cancelled), 1, "a call that did not end once");
  assert.deepEqual(pair.errors, []);
  assert.equal(pair.client.activeStreams, 0);
  assert.equal(pair.server.activeStreams, 0);
  assert.equal(pair.server["core"].streams.lingering, 0);
  for (const { core } of [pair.client, pair.server].map((one) => ({ core: one["core"] }))) {
    assert.equal(core.receiveWindow.unused, 0);
    assert.equal(core.sender.queuedBytes, 0);
  }
  pair.client.drain();
  pair.server.drain();
  while (pair.step());
  assert.ok(pair.client.closed && pair.server.closed);
  assert.equal(pair.clock.pending, 0);
}

describe("client and server over a network that cuts, delays and blocks", () => {
  it("every call ends once, with all of its bytes in order, and nothing is left over", () => {
    const options = fc.record({
      streamWindowBytes: fc.constantFrom(1, 1_000, 65_535, 1_000_000),
      windowBytesMax: fc.constantFrom(0, 16_777_216),
      limits: fc.record({
        concurrentStreamsMax: fc.constantFrom(1, 3, 100),
        sendBufferBytesMax: fc.constantFrom(1_000, 1_048_576),
        outputBytesMax: fc.constantFrom(2_000, 262_144),
      }),
    });
    fc.assert(
      fc.property(fc.integer({ min: 1 }), plans, options, (seed, calls, more) => {
        // A window of one byte is for small bodies.
        const tiny = more.streamWindowBytes === 1;
        const fitting = tiny ? calls.map((one) => ({ ...one, requestBytes: 20, responseBytes: 20 })) : calls;
        run(seed, fitting, more);
      }),
      { numRuns: amount(20, 60) },
    );
  });
});

describe("bytes that make no sense", () => {
  it("never throw, and leave no timer behind when they end a connection", () => {
    const frames = fc.record({
      type: fc.integer({ min: 0, max: 11 }),
      flags: fc.integer({ min: 0, max: 255 }),
      streamId: fc.constantFrom(0, 1, 2, 3, 5, 7, 0x7fff_ffff),
      payload: fc.uint8Array({ maxLength: 40 }),
    });
    const bytes = fc.array(frames, { maxLength: 20 }).map((list) =>
      Buffer.concat(
        list.map(({ type, flags, streamId, payload }) => {
          const header = Buffer.alloc(9);
          header.writeUIntBE(payload.length, 0, 3);
          header.writeUInt8(type, 3);
          header.writeUInt8(flags, 4);
          header.writeUInt32BE(streamId, 5);
          return Buffer.concat([header, payload]);
        }),
      ),
    );
    fc.assert(
      fc.property(bytes, fc.boolean(), (garbage, toServer) => {
        const pair = new Pair(
          7,
          (stream) => new ServerCall(stream, { requestBytes: 0, responseBytes: 0, pieceBytes: 1, cancelAfter: -1 }),
          {},
        );
        while (pair.step());
        const call: StreamHandler = { onHeaders() {}, onData() {}, onReset() {}, onWritable() {} };
        pair.client.openStream(request, false, call);
        const target = toServer ? pair.server : pair.client;
        target.receive(garbage);
        target.takeOutput();
        target.receiveEnd();
        pair.client.receiveError("cut");
        pair.server.receiveError("cut");
        assert.equal(pair.clock.pending, 0);
      }),
      { numRuns: amount(500, 2_000) },
    );
  });
});
