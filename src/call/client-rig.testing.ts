/** A client's calls on a transport that is nothing but a record of what was done to it. */

import assert from "node:assert/strict";
import type { DescMethod, Message } from "@bufbuild/protobuf";
import type { Clock } from "../base/clock.js";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import { thrownText } from "../base/thrown.js";
import {
  type BytesOwner,
  type ClientTransport,
  ErrorCode,
  type HeaderList,
  type StreamHandler,
  type TransportFailure,
  type TransportStream,
} from "../base/transport.js";
import type { MessageCodec } from "../codec/codec.js";
import { protobufEsCodecs } from "../codec/protobuf-es-codec.js";
import { CompressionRegistry } from "../message/compression-registry.js";
import { compressFramed, frameMessage } from "../message/framing.js";
import { TurnBudget } from "../message/turn-budget.js";
import { type Status as RpcStatus, StatusSchema } from "../rpc/status_pb.js";
import { SimulatedClock } from "../testing/simulated-clock.js";
import { RequestHeaders } from "./client-headers.js";
import type { CallSettings, ClientCallEnvironment, ClientMethod, StreamSource, WaitingCall } from "./client-method.js";
import { ResponseHeadReader } from "./client-response-head.js";
import { UnreadStreams } from "./client-responses.js";
import { callForMany } from "./client-stream.js";
import { callForOne } from "./client-unary.js";
import { SignalWatch } from "./signal-watch.js";

const codec: MessageCodec<typeof StatusSchema> = protobufEsCodecs()(StatusSchema);
export const compressions: CompressionRegistry = new CompressionRegistry();

/** A framed `google.rpc.Status`, which is request and response of all methods here. */
export function framed(message: string, encoding?: string): Uint8Array {
  const bytes = codec.encode({ message }, 5);
  const compression = encoding === undefined ? undefined : compressions.get(encoding);
  const result = compression === undefined ? frameMessage(bytes) : compressFramed(compression, bytes);
  assert.ok(result instanceof Uint8Array);
  return result;
}

export const okHead: HeaderList = [":status", "200", "content-type", "application/grpc"];
export const okTrailers: HeaderList = ["grpc-status", "0"];

export function failure(code: ErrorCode, more: Partial<TransportFailure> = {}): TransportFailure {
  return { scope: "stream", origin: "peer", code, message: "reset by the peer", unprocessed: false, ...more };
}

/** What was done to one stream, and the handler to answer by. */
export class FakeStream implements TransportStream {
  readonly id: number = 1;
  readonly headers: HeaderList;
  readonly handler: StreamHandler;
  readonly sensitive: ReadonlySet<string> | undefined;
  readonly sent: Uint8Array[] = [];
  ended = false;
  resetCode: ErrorCode | undefined;
  expectedBytes: number = 0;
  /** Of the message that was sent last. */
  owner: BytesOwner | undefined;
  consumedBytes = 0;
  /** What `sendData` answers. */
  writable = true;

  constructor(headers: HeaderList, handler: StreamHandler, sensitive: ReadonlySet<string> | undefined) {
    this.headers = headers;
    this.handler = handler;
    this.sensitive = sensitive;
  }

  sendHeaders(): void {
    assert.fail("a client sends headers once, when it opens the stream");
  }

  sendData(data: Uint8Array, endStream: boolean, owner?: BytesOwner): boolean {
    if (data.length > 0) this.owner = owner;
    assert.ok(!this.ended && this.resetCode === undefined, "nothing follows the end");
    if (data.length > 0) this.sent.push(data);
    this.ended = endStream;
    return this.writable;
  }

  reset(code: ErrorCode): void {
    this.resetCode ??= code;
  }

  consume(byteCount: number): void {
    this.consumedBytes += byteCount;
  }

  expect(byteCount: number): void {
    this.expectedBytes = byteCount;
  }

  expectEnd(): void {
    assert.fail("a server may take hours for its answer");
  }

  release(): void {}

  /** The texts of the messages that were sent. */
  get texts(): string[] {
    return this.sent.map((bytes) => codec.decode(bytes.subarray(5)).message);
  }

  /** A whole response of one message. */
  answer(message: string, trailers: HeaderList = okTrailers): void {
    this.handler.onHeaders(okHead, false);
    this.handler.onData(framed(message), false);
    this.handler.onHeaders(trailers, true);
  }
}

/** Gives streams at once, unless it is told to let calls wait. */
export class FakeSource implements StreamSource, ClientTransport {
  readonly streams: FakeStream[] = [];
  readonly waiting: Set<WaitingCall> = new Set();
  isHolding = false;
  /** How streams that are opened from now on answer to `sendData`. */
  writable = true;

  dispatch(call: WaitingCall): void {
    if (this.isHolding) this.waiting.add(call);
    else assert.ok(call.open(this, "ipv4:1.2.3.4:5"));
  }

  withdraw(call: WaitingCall): void {
    this.waiting.delete(call);
  }

  explainWait(): string {
    return "nobody listens";
  }

  mayRetry({ unprocessed }: TransportFailure, retries: number, replayable: boolean): boolean {
    return unprocessed && replayable && retries < 5;
  }

  openStream(
    headers: HeaderList,
    endStream: boolean,
    handler: StreamHandler,
    sensitive?: ReadonlySet<string>,
  ): TransportStream {
    assert.equal(endStream, false);
    const stream = new FakeStream(headers, handler, sensitive);
    stream.writable = this.writable;
    this.streams.push(stream);
    return stream;
  }
}

export type Shape = "unary" | "server_streaming" | "client_streaming" | "bidi_streaming";

/** One method of any shape, and calls of it. */
export class Rig {
  readonly clock: SimulatedClock = new SimulatedClock();
  readonly source: FakeSource = new FakeSource();
  readonly method: ClientMethod;
  readonly env: ClientCallEnvironment;
  readonly listenerErrors: string[] = [];

  constructor(shape: Shape, clock?: Clock) {
    const init = { authority: "a:1", path: "/p.S/M", userAgent: "peregrine/0" };
    this.method = {
      desc: { methodKind: shape, input: StatusSchema, output: StatusSchema } as unknown as DescMethod,
      path: "/p.S/M",
      streamsRequest: shape === "client_streaming" || shape === "bidi_streaming",
      streamsResponse: shape === "server_streaming" || shape === "bidi_streaming",
      requestCodec: codec,
      responseCodec: codec,
      headers: new RequestHeaders({ scheme: "http", acceptEncoding: compressions.acceptEncoding, ...init }),
    };
    this.env = {
      clock: clock ?? this.clock,
      source: this.source,
      compressions,
      accepted: compressions,
      budget: new TurnBudget(clock ?? this.clock, setImmediate),
      heads: new ResponseHeadReader(),
      signals: new SignalWatch(),
      unread: new UnreadStreams(),
      onListenerError: (error, listener) => void this.listenerErrors.push(`${listener}: ${thrownText(error)}`),
      sendMessageBytesMax: 1_000,
      compressBytesMin: 0,
      replayBytesMax: 100,
    };
  }

  /** The stream that was opened last. */
  get stream(): FakeStream {
    return this.source.streams.at(-1) as FakeStream;
  }

  one(request: unknown, settings: Partial<CallSettings> = {}): Promise<RpcStatus> {
    return callForOne(this.env, this.method, settingsOf(settings), request) as Promise<RpcStatus>;
  }

  many(request: unknown, settings: Partial<CallSettings> = {}): AsyncIterableIterator<RpcStatus, undefined> {
    const stream: AsyncIterableIterator<Message, undefined> = callForMany(
      this.env,
      this.method,
      settingsOf(settings),
      request,
    );
    return stream as AsyncIterableIterator<RpcStatus, undefined>;
  }
}

export function settingsOf(settings: Partial<CallSettings>): CallSettings {
  return {
    decodeBounds: undefined,
    timeoutMs: undefined,
    signals: [],
    metadata: undefined,
    onHeaders: undefined,
    onTrailers: undefined,
    waitForReady: false,
    compression: undefined,
    compressWhen: undefined,
    receiveMessageBytesMax: 1_000,
    group: undefined,
    ...settings,
  };
}

/** That a call fails with this status and a message that fits; gives the error. */
export async function expectError(call: Promise<unknown>, code: Status, message: RegExp = /^/): Promise<RpcError> {
  const error = await call.then(
    () => assert.fail("the call should have failed"),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof RpcError, String(error));
  assert.equal(error.codeName, new RpcError(code).codeName);
  assert.match(error.message, message);
  return error;
}

export { ErrorCode, Status };
