import type { Message } from "@bufbuild/protobuf";
import type { Timer } from "../base/clock.js";
import type { AttemptProbe } from "../base/probe.js";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import type { HeaderList, PeerInfo, StreamHandler, TransportFailure, TransportStream } from "../base/transport.js";
import { parseAcceptEncoding } from "../message/accept-encoding.js";
import type { Compression } from "../message/compression.js";
import { prefixBytes } from "../message/prefix.js";
import type { RequestHead } from "./headers.js";
import { ENDED, InboundMessages, type InboundReader, PENDING } from "./inbound.js";
import { MessageStream } from "./message-stream.js";
import { encodeMessage, type Outgoing, ownerOf, WriteGate } from "./outbound.js";
import { isPromiseLike } from "./promise-like.js";
import { ServerCallContext } from "./server-call-context.js";
import type { HandlerRequest, HandlerResult, ServerCallEnvironment, ServerMethod } from "./server-method.js";
import { type MessageSink, type Pump, pumpMessages } from "./server-pump.js";
import { pushErrorTrailers, type ResponseHeaders, sensitiveKeysOf, trailersOf } from "./server-response.js";
import { CallTime } from "./server-time.js";

/**
 * One call at a server, from its headers to its status: the handler of its stream and, for the user, its context. All
 * four shapes take this path: a unary side is a stream that must have exactly one message. Nothing that a call may not
 * need (metadata, signal, timer, gate) is made before it is asked for.
 *
 *   open --(value, end of the iteration)--> over, OK
 *   open --(throw, bad request, deadline)--> over, that status
 *   open --(reset by the peer, connection lost)--> over, nothing is sent
 */
export class ServerCall extends ServerCallContext implements StreamHandler, InboundReader, MessageSink {
  private readonly env: ServerCallEnvironment;
  private readonly stream: TransportStream;
  private readonly responses: ResponseHeaders;
  private readonly probe: AttemptProbe | undefined;
  readonly inbound: InboundMessages;

  private over = false;
  private headersSent = false;
  private working = false;
  /** True while a message is being compressed on another thread. */
  private framing = false;
  private encoder: Compression | undefined;
  private first: Message | undefined;
  private gate: WriteGate | undefined;
  private pump: Pump | undefined;
  private timer: Timer | undefined;

  constructor(
    env: ServerCallEnvironment,
    target: ServerMethod,
    stream: TransportStream,
    headers: HeaderList,
    head: RequestHead,
    peer: PeerInfo,
    responses: ResponseHeaders,
    probe?: AttemptProbe,
  ) {
    super(target, headers, head, peer);
    this.env = env;
    this.stream = stream;
    this.responses = responses;
    this.probe = probe;
    this.inbound = new InboundMessages({
      codec: target.requestCodec,
      messageBytesMax: env.receiveMessageBytesMax,
      bounds: env.decodeBounds,
      window: stream,
    });
    this.inbound.probe = probe;
  }

  /** Starts the call; the stream's handler events may come from now on. */
  start(endStream: boolean): void {
    if (!this.acceptEncoding()) return;
    const timeoutMs = this.head.timeoutMs;
    if (timeoutMs !== undefined) {
      this.time = new CallTime(this.env.clock, timeoutMs);
      this.timer = this.env.clock.setTimer(timeoutMs, () => this.onDeadline());
    }
    if (endStream) this.inbound.end();
    if (this.target.streamsRequest) {
      this.run(new MessageStream(this.inbound));
    } else {
      this.inbound.listener = this;
      this.onReadable();
    }
  }

  /** The encoding of the requests must be one that we have (`doc/compression.md`). */
  private acceptEncoding(): boolean {
    const name = this.head.encoding;
    if (name === "" || name === "identity") return true;
    this.inbound.compression = this.env.compressions.get(name);
    if (this.inbound.compression !== undefined) return true;
    const known = this.env.acceptEncoding;
    this.finishWith(
      new RpcError(Status.UNIMPLEMENTED, `grpc-encoding "${name}" is not supported; supported: ${known}`),
    );
    return false;
  }

  // ---- the request side -------------------------------------------------------------------------------------------

  onHeaders(_trailers: HeaderList, endStream: boolean): void {
    if (endStream) this.inbound.end();
  }

  get gathers(): boolean {
    return this.inbound.gathers;
  }

  onData(data: Uint8Array, endStream: boolean, lent: boolean = false): void {
    this.inbound.push(data, lent);
    if (endStream) this.inbound.end();
  }

  onReset(failure: TransportFailure): void {
    const code = failure.scope === "stream" ? Status.CANCELLED : Status.UNAVAILABLE;
    this.end(new RpcError(code, `the call was cancelled: ${failure.message}`), false);
  }

  onWritable(): void {
    this.gate?.writable();
  }

  /** A unary side: exactly one message, then the end. */
  onReadable(): void {
    if (this.over || this.working) return;
    try {
      for (;;) {
        const taken = this.inbound.take();
        if (taken === PENDING) return;
        if (taken === ENDED) break;
        if (this.first !== undefined) throw cardinality("two or more");
        this.first = taken;
      }
      if (this.first === undefined) throw cardinality("none");
    } catch (error) {
      this.fail(error);
      return;
    }
    this.run(this.first);
  }

  // ---- the handler ------------------------------------------------------------------------------------------------

  private run(request: HandlerRequest): void {
    this.working = true;
    let result: HandlerResult;
    try {
      result = this.target.invoke(request, this);
    } catch (error) {
      this.settle();
      this.fail(error);
      return;
    }
    if (this.target.streamsResponse) {
      this.pump = pumpMessages(result, this);
      // Its first steps, taken at once, may have ended the call.
      if (this.over) this.pump.stop();
    } else if (isPromiseLike(result)) {
      Promise.resolve(result).then(
        (message) => this.onReply(message),
        (error: unknown) => this.onThrown(error),
      );
    } else {
      this.onReply(result);
    }
  }

  private onReply(message: unknown): void {
    this.settle();
    if (this.over) return;
    try {
      const waiting = this.sendMessage(message);
      if (waiting instanceof Promise && this.framing) {
        waiting.then(
          () => this.finishOk(),
          (error: unknown) => this.fail(error),
        );
        return;
      }
    } catch (error) {
      this.fail(error);
      return;
    }
    this.finishOk();
  }

  onPumped(): void {
    this.settle();
    this.finishOk();
  }

  onPumpFailed(error: unknown): void {
    this.onThrown(error);
  }

  private onThrown(error: unknown): void {
    this.settle();
    this.fail(error);
  }

  /** The handler works no more: a stream that was reset need not hold its place any longer. */
  private settle(): void {
    this.working = false;
    if (this.over) this.stream.release();
  }

  // ---- the response side ------------------------------------------------------------------------------------------

  sendHeaders(): void {
    if (this.headersSent || this.over) return;
    this.chooseEncoding();
    this.headersSent = true;
    const { headerMetadata } = this;
    const list = this.responses.list(this.encoder?.name ?? "", headerMetadata);
    this.stream.sendHeaders(list, false, headerMetadata?.sensitiveKeys);
  }

  /** As long as no headers were sent that name it. */
  private chooseEncoding(): void {
    if (this.headersSent || this.encoder !== undefined) return;
    if (this.compress === undefined && !this.env.compressByDefault) return;
    const accepted = parseAcceptEncoding(this.head.acceptEncoding);
    const name = this.env.encodings.find((encoding) => accepted.includes(encoding));
    if (name !== undefined) this.encoder = this.env.compressions.get(name);
  }

  /**
   * Sends one message of the response, the headers before the first one. A promise is returned when the next message has
   * to wait; false when the call is over.
   */
  sendMessage(message: unknown): undefined | false | Promise<void> {
    if (this.over) return false;
    const framed = this.frame(message);
    if (framed instanceof Uint8Array) return this.sendFramed(framed);
    this.framing = true;
    return framed.then(
      (bytes) => {
        this.framing = false;
        return this.sendFramed(bytes);
      },
      (error: unknown) => Promise.reject(this.unsendable(error)),
    );
  }

  private frame(message: unknown): Uint8Array | Promise<Uint8Array> {
    this.chooseEncoding();
    const { env, target } = this;
    const encoder = (this.compress ?? env.compressByDefault) ? this.encoder : undefined;
    try {
      if (typeof message !== "object" || message === null) throw wrongShape(target, message);
      const { sendMessageBytesMax, compressBytesMin } = env;
      return encodeMessage(target.responseCodec, message as Outgoing, encoder, sendMessageBytesMax, compressBytesMin);
    } catch (error) {
      throw this.unsendable(error);
    }
  }

  /**
   * A message that cannot be sent is a mistake at this side. What tells of it may hold values of the server, so that it
   * goes to the server's `onError`; the peer learns of sizes only.
   */
  private unsendable(error: unknown): RpcError {
    if (error instanceof RpcError && error.code === Status.RESOURCE_EXHAUSTED) return error;
    this.env.onHandlerError(error instanceof RpcError ? (error.cause ?? error) : error, this);
    return new RpcError(Status.INTERNAL, `the handler gave a response that is no ${this.target.desc.output.typeName}`);
  }

  private sendFramed(framed: Uint8Array): undefined | Promise<void> {
    if (this.over) return undefined;
    this.sendHeaders();
    this.probe?.onMessageSent(framed.length - prefixBytes);
    if (this.stream.sendData(framed, false, ownerOf(this.target.responseCodec, framed))) return undefined;
    this.gate ??= new WriteGate();
    return this.gate.wait();
  }

  private finishOk(): void {
    if (this.over) return;
    this.sendHeaders();
    this.stream.sendHeaders(trailersOf(this.trailerMetadata), true, this.trailerMetadata?.sensitiveKeys);
    this.end(undefined);
  }

  private fail(thrown: unknown): void {
    if (this.over) return;
    if (thrown instanceof RpcError && isErrorCode(thrown.code)) {
      this.finishWith(thrown);
      return;
    }
    this.env.onHandlerError(thrown, this);
    this.finishWith(new RpcError(Status.UNKNOWN, "the handler failed; its error is known to the server only"));
  }

  /** Ends the call with a status: Trailers-Only where nothing was sent before. */
  private finishWith(error: RpcError): void {
    if (this.over) return;
    if (this.headerMetadata !== undefined && this.headerMetadata.size > 0) this.sendHeaders();
    const list = this.headersSent ? [] : this.responses.list("", undefined).slice();
    this.pushTrailers(list, error);
    this.stream.sendHeaders(list, true, sensitiveKeysOf(error.metadata, this.trailerMetadata));
    this.end(error);
  }

  /** Details that cannot be encoded are left out, and the server hears why: the status itself must arrive. */
  private pushTrailers(list: string[], error: RpcError): void {
    try {
      pushErrorTrailers(list, error, this.trailerMetadata);
    } catch (cause) {
      this.env.onHandlerError(cause, this);
      pushErrorTrailers(
        list,
        new RpcError(error.code, error.message, { metadata: error.metadata }),
        this.trailerMetadata,
      );
    }
  }

  // ---- the end ----------------------------------------------------------------------------------------------------

  private onDeadline(): void {
    this.finishWith(new RpcError(Status.DEADLINE_EXCEEDED, `the deadline of ${this.head.timeoutMs} ms has passed`));
  }

  /** The call is over; whoever still waits for something of it hears so. Runs once. */
  private end(error: RpcError | undefined, complete: boolean = true): void {
    if (this.over) return;
    this.over = true;
    this.probe?.onEnd(error?.code ?? Status.OK, complete);
    this.timer?.cancel();
    if (!this.working) this.stream.release();
    this.gate?.close();
    this.pump?.stop();
    if (error === undefined) {
      this.inbound.drop();
      return;
    }
    this.inbound.fail(error, false);
    this.abort(error);
  }

  get requestCompressed(): boolean {
    return this.inbound.lastCompressed;
  }
}

/** A code that gRPC does not define, or OK, cannot be what a handler meant. */
function isErrorCode(code: number): boolean {
  return Number.isInteger(code) && code > Status.OK && code <= Status.UNAUTHENTICATED;
}

function cardinality(count: string): RpcError {
  return new RpcError(Status.UNIMPLEMENTED, `the method takes exactly one request message, but ${count} came`);
}

function wrongShape(target: ServerMethod, value: unknown): Error {
  const type = target.desc.output.typeName;
  return new TypeError(
    `the handler of ${target.path} gave ${value === null ? "null" : typeof value} where ${type} is due`,
  );
}
