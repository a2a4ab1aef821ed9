import type { Message } from "@bufbuild/protobuf";
import type { Timer } from "../base/clock.js";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import type { HeaderList, PeerInfo, StreamHandler, TransportFailure, TransportStream } from "../base/transport.js";
import { parseAcceptEncoding } from "../message/accept-encoding.js";
import type { Compression } from "../message/compression.js";
import type { RequestHead } from "./headers.js";
import { ENDED, InboundMessages, PENDING } from "./inbound.js";
import { MessageStream } from "./message-stream.js";
import { encodeMessage, type Outgoing, WriteGate } from "./outbound.js";
import { ServerCallContext } from "./server-call-context.js";
import type { HandlerRequest, HandlerResult, ServerCallEnvironment, ServerMethod } from "./server-method.js";
import { pumpMessages } from "./server-pump.js";
import { pushErrorTrailers, type ResponseHeaders, trailersOf } from "./server-response.js";
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
export class ServerCall extends ServerCallContext implements StreamHandler {
  private readonly env: ServerCallEnvironment;
  private readonly stream: TransportStream;
  private readonly responses: ResponseHeaders;
  readonly inbound: InboundMessages;

  private over = false;
  private headersSent = false;
  private working = false;
  /** True while a message is being compressed on another thread. */
  private framing = false;
  private encoder: Compression | undefined;
  private first: Message | undefined;
  private gate: WriteGate | undefined;
  private stopPump: (() => void) | undefined;
  private timer: Timer | undefined;

  constructor(
    env: ServerCallEnvironment,
    target: ServerMethod,
    stream: TransportStream,
    headers: HeaderList,
    head: RequestHead,
    peer: PeerInfo,
    responses: ResponseHeaders,
  ) {
    super(target, headers, head, peer);
    this.env = env;
    this.stream = stream;
    this.responses = responses;
    this.inbound = new InboundMessages({
      codec: target.requestCodec,
      messageBytesMax: env.receiveMessageBytesMax,
      consume: (byteCount): void => stream.consume(byteCount),
    });
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
      this.run(new MessageStream(this.inbound, () => this.dropRequest()));
    } else {
      this.inbound.onReadable = (): void => this.readUnary();
      this.readUnary();
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

  onData(data: Uint8Array, endStream: boolean): void {
    if (this.over) {
      this.stream.consume(data.length);
      return;
    }
    this.inbound.push(data);
    if (endStream) this.inbound.end();
  }

  onReset(failure: TransportFailure): void {
    const code = failure.scope === "stream" ? Status.CANCELLED : Status.UNAVAILABLE;
    this.end(new RpcError(code, `the call was cancelled: ${failure.message}`));
  }

  onWritable(): void {
    this.gate?.writable();
  }

  /** A unary side: exactly one message, then the end. */
  private readUnary(): void {
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

  /** The handler left its request stream early: the rest is dropped, so that the peer is not held up. */
  private dropRequest(): void {
    const drop = (): void => {
      try {
        for (;;) {
          const taken = this.inbound.take();
          if (taken === PENDING || taken === ENDED) return;
        }
      } catch {
        // What is dropped cannot fail the call.
      }
    };
    this.inbound.onReadable = drop;
    if (!this.over) drop();
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
      const pump = pumpMessages(result, this);
      this.stopPump = pump.stop;
      pump.done.then(
        () => this.onPumped(),
        (error: unknown) => this.onThrown(error),
      );
    } else if (isPromiseLike(result)) {
      result.then(
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
      if (waiting !== undefined && this.framing) {
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

  private onPumped(): void {
    this.settle();
    this.finishOk();
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
    this.headersSent = true;
    const encoding = this.chooseEncoding();
    this.stream.sendHeaders(
      this.responses.list(encoding, this.headerMetadata),
      false,
      this.headerMetadata?.sensitiveKeys,
    );
  }

  private chooseEncoding(): string {
    if (this.compress === undefined && !this.env.compressByDefault) return "";
    const accepted = parseAcceptEncoding(this.head.acceptEncoding);
    const name = this.env.encodings.find((encoding) => accepted.includes(encoding));
    if (name === undefined) return "";
    this.encoder = this.env.compressions.get(name);
    return name;
  }

  /**
   * Sends one message of the response, the headers before the first one. A promise is returned when the next message has
   * to wait.
   */
  sendMessage(message: unknown): undefined | Promise<void> {
    if (this.over) return undefined;
    if (typeof message !== "object" || message === null) throw wrongShape(this.target, message);
    this.sendHeaders();
    const wanted = this.compress ?? this.env.compressByDefault;
    const encoder = wanted ? this.encoder : undefined;
    const limit = this.env.sendMessageBytesMax;
    const framed = encodeMessage(
      this.target.responseCodec,
      message as Outgoing,
      encoder,
      limit,
      this.env.compressBytesMin,
    );
    if (framed instanceof Uint8Array) return this.sendFramed(framed);
    this.framing = true;
    return framed.then((bytes) => {
      this.framing = false;
      return this.sendFramed(bytes);
    });
  }

  private sendFramed(framed: Uint8Array): undefined | Promise<void> {
    if (this.over || this.stream.sendData(framed, false)) return undefined;
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
    if (thrown instanceof RpcError && thrown.code !== Status.OK) {
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
    pushErrorTrailers(list, error, this.trailerMetadata);
    const sensitive = error.metadata.sensitiveKeys ?? this.trailerMetadata?.sensitiveKeys;
    this.stream.sendHeaders(list, true, sensitive);
    this.end(error);
  }

  // ---- the end ----------------------------------------------------------------------------------------------------

  private onDeadline(): void {
    if (this.over) {
      this.stream.release();
      return;
    }
    this.finishWith(new RpcError(Status.DEADLINE_EXCEEDED, `the deadline of ${this.head.timeoutMs} ms has passed`));
  }

  /** The call is over; whoever still waits for something of it hears so. Runs once. */
  private end(error: RpcError | undefined): void {
    if (this.over) return;
    this.over = true;
    if (!this.working) {
      this.timer?.cancel();
      this.stream.release();
    }
    this.gate?.close();
    this.stopPump?.();
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

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
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
