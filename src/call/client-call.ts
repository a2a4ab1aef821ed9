import type { Timer } from "../base/clock.js";
import type { AttemptProbe, CallProbe } from "../base/probe.js";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import {
  type BytesOwner,
  ErrorCode,
  type HeaderList,
  type StreamHandler,
  type TransportFailure,
  type TransportStream,
} from "../base/transport.js";
import { prefixBytes } from "../message/prefix.js";
import type { CallSettings, CallTransport, ClientCallEnvironment, ClientMethod, WaitingCall } from "./client-method.js";
import { type RequestOwner, RequestStream } from "./client-request.js";
import { errorOfTrailers, foreignResponse, type ResponseHead } from "./client-response-head.js";
import { headerOf, metadataOf } from "./headers.js";
import { encodeMessage, ownerOf } from "./outbound.js";
import type { AbortListener } from "./signal-watch.js";
import { formatTimeout } from "./timeout.js";
import { errorOfFailure } from "./wire-status.js";

/** A response that has not begun. */
const noHead: ResponseHead = { httpStatus: "", contentType: "", encoding: "", isGrpc: false };

/**
 * One call at a client, from its request to its status; the four shapes differ in what they do with messages only. Nothing
 * that a call may not need is made before it is needed.
 *
 *   waiting --(a stream is opened)--> open --(status, reset, deadline, cancel)--> over
 *   waiting --(refused, deadline, cancel)--> over
 *   open --(failed, certainly not processed)--> waiting
 *
 * A call that is over has told its user so, once (`onOver`), and hears nothing any more.
 */
export abstract class ClientCall implements StreamHandler, WaitingCall, RequestOwner, BytesOwner, AbortListener {
  protected readonly env: ClientCallEnvironment;
  protected readonly method: ClientMethod;
  protected readonly settings: CallSettings;
  protected over = false;
  protected stream: TransportStream | undefined;
  protected head: ResponseHead = noHead;
  /** True when the end came from the other side: what was received before it is still good. */
  protected endedByServer = false;
  /** Who watches the call on the stream that it is on now. */
  protected attempt: AttemptProbe | undefined;
  /** Who watches the call as a whole. */
  private probe: CallProbe | undefined;

  private request: Uint8Array | RequestStream | undefined;
  /** It is one message, and nobody reads it any more but for another try. */
  private requestSent = false;
  private peer = "";
  private retries = 0;
  private deadlineMs = 0;
  private timer: Timer | undefined;
  private watching = false;

  constructor(env: ClientCallEnvironment, method: ClientMethod, settings: CallSettings) {
    this.env = env;
    this.method = method;
    this.settings = settings;
  }

  get waitForReady(): boolean {
    return this.settings.waitForReady;
  }

  // ---- what a shape does ------------------------------------------------------------------------------------------

  /** As `StreamHandler.gathers`. */
  abstract readonly gathers: boolean;
  /** Bytes of the response's body, to be given back by `stream.consume`. */
  protected abstract onBody(data: Uint8Array, lent: boolean): void;
  /** The status has come, or the call was ended here; `error` is undefined for OK. Called once. */
  protected abstract onOver(error: RpcError | undefined): void;
  /** The response has begun, and it is gRPC. */
  protected abstract onResponse(head: ResponseHead): void;

  /** Gives window back, on the stream that the call is on now (`InboundWindow`). */
  consume(byteCount: number): void {
    this.stream?.consume(byteCount);
  }

  /** More of a message is to come than is here (`InboundWindow`). */
  expect(byteCount: number): void {
    this.stream?.expect(byteCount);
  }

  // ---- the start --------------------------------------------------------------------------------------------------

  /** @param request one message, or the iterable of them where requests stream */
  start(request: unknown): void {
    this.probe = this.env.probe?.onCall(this.method.path);
    if (!this.arm()) return;
    if (this.method.streamsRequest) {
      this.request = new RequestStream(this, request, this.env.replayBytesMax);
      this.env.source.dispatch(this);
      return;
    }
    let framed: Uint8Array | Promise<Uint8Array>;
    try {
      framed = this.frame(request);
    } catch (error) {
      this.end(asRpcError(error));
      return;
    }
    if (framed instanceof Uint8Array) {
      this.request = framed;
      this.env.source.dispatch(this);
      return;
    }
    framed.then(
      (bytes) => {
        this.request = bytes;
        if (!this.over) this.env.source.dispatch(this);
      },
      (error: unknown) => this.end(asRpcError(error)),
    );
  }

  /** Sets what can end the call from outside; false when it has done so already. */
  private arm(): boolean {
    const { timeoutMs, signals } = this.settings;
    for (const signal of signals) {
      if (signal.aborted) {
        this.end(cancelled(signal.reason));
        return false;
      }
    }
    if (timeoutMs !== undefined) {
      if (timeoutMs <= 0) {
        this.end(new RpcError(Status.DEADLINE_EXCEEDED, "the deadline had passed before the call began"));
        return false;
      }
      this.deadlineMs = this.env.clock.nowMs() + timeoutMs;
      this.timer = this.env.clock.setTimer(timeoutMs, () => this.onDeadline());
    }
    for (const signal of signals) this.env.signals.add(signal, this);
    this.watching = signals.length > 0;
    return true;
  }

  frame(message: unknown): Uint8Array | Promise<Uint8Array> {
    checkRequest(this.method, message);
    const { compression, compressWhen } = this.settings;
    const compress = compression !== undefined && (compressWhen === undefined || compressWhen(message));
    const used = compress ? compression : undefined;
    const { sendMessageBytesMax, compressBytesMin } = this.env;
    const misfit = Status.INVALID_ARGUMENT;
    return encodeMessage(this.method.requestCodec, message, used, sendMessageBytesMax, compressBytesMin, misfit);
  }

  // ---- the stream -------------------------------------------------------------------------------------------------

  open(transport: CallTransport, peer: string): boolean {
    if (this.over) return true;
    const { metadata, compression } = this.settings;
    const timeout = this.timer === undefined ? "" : formatTimeout(this.deadlineMs - this.env.clock.nowMs());
    const headers = this.method.headers.list(compression?.name ?? "", timeout, metadata);
    const stream = transport.openStream(headers, false, this, metadata?.sensitiveKeys);
    if (stream === undefined) return false;
    this.stream = stream;
    this.peer = peer;
    this.attempt = transport.probe?.onCall(this.method.path, headers);
    const request = this.request;
    this.requestSent = false;
    if (request instanceof Uint8Array) {
      this.onSent(request.length);
      stream.sendData(request, true, this.ownerOf(request) && this);
    } else request?.attach(stream);
    return true;
  }

  onSent(framedBytes: number): void {
    this.attempt?.onMessageSent(framedBytes - prefixBytes);
  }

  ownerOf(framed: Uint8Array): BytesOwner | undefined {
    return ownerOf(this.method.requestCodec, framed);
  }

  /** The request has left; it is still held while it may have to be sent again (`BytesOwner`). */
  reuse(bytes: Uint8Array): void {
    if (bytes !== this.request) return;
    this.requestSent = true;
    if (this.head !== noHead) this.dropRequest();
  }

  private dropRequest(): void {
    if (this.requestSent) this.ownerOf(this.request as Uint8Array)?.reuse(this.request as Uint8Array);
    this.requestSent = false;
    this.request = undefined;
  }

  refuse(error: RpcError): void {
    this.end(error);
  }

  onHeaders(headers: HeaderList, endStream: boolean): void {
    if (this.over) return;
    if (this.head === noHead) {
      this.onFirstHeaders(headers, endStream);
    } else if (endStream) {
      this.onTrailers(headers);
    } else {
      this.abandon(this.broken("the server sent headers twice"));
    }
  }

  private onFirstHeaders(headers: HeaderList, endStream: boolean): void {
    const head = this.env.heads.read(headers);
    this.head = head;
    if (this.request instanceof RequestStream) this.request.release();
    else if (this.requestSent) this.dropRequest();
    const isOurs = head.isGrpc || (endStream && headerOf(headers, "grpc-status") !== undefined);
    const foreign = isOurs ? undefined : foreignResponse(head);
    if (foreign !== undefined) {
      this.abandon(new RpcError(foreign.code, `${foreign.message} (${this.peer})`, { metadata: metadataOf(headers) }));
    } else if (endStream) {
      this.onTrailers(headers);
    } else if (this.tell("onHeaders", headers)) {
      this.onResponse(head);
    }
  }

  onData(data: Uint8Array, endStream: boolean, lent: boolean = false): void {
    if (this.over) return;
    if (data.length > 0) {
      if (this.head === noHead) {
        this.abandon(this.broken("the server sent data before headers"));
        return;
      }
      this.onBody(data, lent);
    }
    if (endStream) this.abandon(this.broken("the response ended without trailers, so without grpc-status"));
  }

  private onTrailers(trailers: HeaderList): void {
    const error = errorOfTrailers(trailers, this.head);
    if (!this.tell("onTrailers", trailers)) return;
    this.endedByServer = true;
    // A server may answer before it has read all; what is unsent of the request is then of no use to anybody.
    this.stream?.reset(ErrorCode.NO_ERROR);
    const late = error?.code === Status.CANCELLED && this.timer !== undefined && this.hasDeadlinePassed();
    this.end(late ? this.deadlineExceeded() : error, true);
  }

  onReset(failure: TransportFailure): void {
    if (this.over) return;
    if (this.env.source.mayRetry(failure, this.retries, this.isReplayable())) {
      this.retries++;
      this.stream = undefined;
      this.attempt?.onEnd(Status.UNAVAILABLE, false);
      this.attempt = undefined;
      if (this.request instanceof RequestStream) this.request.detach();
      this.env.source.dispatch(this);
      return;
    }
    this.endedByServer = true;
    const error = failure.origin === "user" ? new RpcError(Status.CANCELLED, failure.message) : errorOfFailure(failure);
    const late = error.code === Status.CANCELLED && this.timer !== undefined && this.hasDeadlinePassed();
    this.end(late ? this.deadlineExceeded() : new RpcError(error.code, `${error.message} (${this.peer})`));
  }

  onWritable(): void {
    if (this.request instanceof RequestStream) this.request.writable();
  }

  private isReplayable(): boolean {
    if (this.head !== noHead) return false;
    return !(this.request instanceof RequestStream) || this.request.replayable;
  }

  // ---- the end ----------------------------------------------------------------------------------------------------

  onRequestFailed(error: unknown, thrownByUser: boolean): void {
    if (!thrownByUser && error instanceof RpcError) {
      this.abandon(error);
      return;
    }
    const text = error instanceof Error ? error.message : String(error);
    this.abandon(new RpcError(Status.CANCELLED, `the requests failed: ${text}`, { cause: error }));
  }

  onAbort(reason: unknown): void {
    this.cancel(cancelled(reason));
  }

  /** The user wants no more of it. */
  cancel(error: RpcError): void {
    this.abandon(error);
  }

  private onDeadline(): void {
    this.abandon(this.deadlineExceeded());
  }

  private hasDeadlinePassed(): boolean {
    return this.env.clock.nowMs() >= this.deadlineMs;
  }

  private deadlineExceeded(): RpcError {
    const text = `the deadline of ${Math.round(this.settings.timeoutMs ?? 0)} ms has passed`;
    if (this.stream !== undefined) return new RpcError(Status.DEADLINE_EXCEEDED, `${text} (${this.peer})`);
    const why = this.env.source.explainWait();
    return new RpcError(Status.DEADLINE_EXCEEDED, `${text} before the call was sent${why === "" ? "" : `: ${why}`}`);
  }

  /** INTERNAL: the server does not keep to gRPC. */
  protected broken(text: string): RpcError {
    return new RpcError(Status.INTERNAL, `${text} (${this.peer})`);
  }

  /** Ends the call from our side: the server is told to stop. */
  protected abandon(error: RpcError): void {
    if (this.over) return;
    if (this.stream === undefined) this.env.source.withdraw(this);
    else this.stream.reset(ErrorCode.CANCEL);
    this.end(error);
  }

  /** Calls back to the user; what is thrown there ends the call, and does not reach the transport. */
  private tell(name: "onHeaders" | "onTrailers", headers: HeaderList): boolean {
    const callback = this.settings[name];
    if (callback === undefined) return true;
    try {
      callback(metadataOf(headers));
      return !this.over;
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      this.abandon(new RpcError(Status.CANCELLED, `the callback ${name} threw: ${text}`, { cause: error }));
      return false;
    }
  }

  /** The call is over; runs once. */
  private end(error: RpcError | undefined, complete: boolean = false): void {
    if (this.over) return;
    this.over = true;
    const status = error?.code ?? Status.OK;
    this.attempt?.onEnd(status, complete);
    this.probe?.onEnd(status, complete);
    this.timer?.cancel();
    if (this.watching) for (const signal of this.settings.signals) this.env.signals.remove(signal, this);
    if (this.request instanceof RequestStream) this.request.close();
    this.dropRequest();
    this.onOver(error);
  }
}

/** @throws {RpcError} INVALID_ARGUMENT for what is no object */
export function checkRequest(method: ClientMethod, message: unknown): asserts message is object {
  if (typeof message === "object" && message !== null) return;
  const found = message === null ? "null" : typeof message;
  throw new RpcError(Status.INVALID_ARGUMENT, `${method.path} takes a ${method.desc.input.typeName}, not ${found}`);
}

/** A signal that carries an `RpcError`, as that of a call in a handler does, hands its status on. */
export function cancelled(reason: unknown): RpcError {
  if (reason instanceof RpcError && reason.code !== Status.OK) {
    return new RpcError(reason.code, reason.message, { cause: reason });
  }
  const text = reason instanceof Error ? reason.message : String(reason);
  return new RpcError(Status.CANCELLED, `the call was cancelled: ${text}`, { cause: reason });
}

function asRpcError(error: unknown): RpcError {
  if (error instanceof RpcError) return error;
  const text = error instanceof Error ? error.message : String(error);
  return new RpcError(Status.INTERNAL, `the request could not be made: ${text}`, { cause: error });
}
