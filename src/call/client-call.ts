import type { Timer } from "../base/clock.js";
import type { Metadata } from "../base/metadata.js";
import type { AttemptProbe, CallProbe } from "../base/probe.js";
import { noteCall, RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import { asRpcError, thrownText } from "../base/thrown.js";
import {
  type BytesOwner,
  ErrorCode,
  type HeaderList,
  type StreamHandler,
  type TransportFailure,
  type TransportStream,
} from "../base/transport.js";
import { prefixBytes } from "../message/prefix.js";
import { asks, type CallbackName, callBack, cancelled } from "./client-callbacks.js";
import type {
  CallSettings,
  CallTransport,
  ClientCallEnvironment,
  ClientMethod,
  GroupMember,
  WaitingCall,
} from "./client-method.js";
import { type RequestOwner, RequestStream } from "./client-request.js";
import { checkRequest, faultOfRequests, RequestFault, unsendable } from "./client-request-check.js";
import { errorOfTrailers, foreignResponse, type ResponseHead } from "./client-response-head.js";
import { headerOf, metadataOf } from "./headers.js";
import { encodeMessage, ownerOf } from "./outbound.js";
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
export abstract class ClientCall implements StreamHandler, WaitingCall, RequestOwner, BytesOwner, GroupMember {
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
  /** The address of the connection that the call is on. */
  protected peer = "";
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

  get path(): string {
    return this.method.path;
  }

  get metadata(): Metadata | undefined {
    return this.settings.metadata;
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
    if (this.method.streamsRequest) {
      this.request = new RequestStream(this, request, this.env.replayBytesMax);
      const fault = faultOfRequests(this.method, request);
      if (fault !== undefined) this.end(fault);
      else if (this.arm()) this.env.source.dispatch(this);
      return;
    }
    if (!this.arm()) return;
    let framed: Uint8Array | Promise<Uint8Array>;
    try {
      framed = this.frame(request);
    } catch (error) {
      this.end(unsendable(error));
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
      (error: unknown) => this.end(unsendable(error)),
    );
  }

  /** Sets what can end the call from outside; false when it has done so already. */
  private arm(): boolean {
    const { timeoutMs, signals, group } = this.settings;
    if (signals.length > 0 && !this.watch(signals)) return false;
    if (group?.endReason !== undefined) {
      this.end(group.endReason);
      return false;
    }
    if (timeoutMs !== undefined) {
      if (timeoutMs <= 0) {
        this.end(new RpcError(Status.DEADLINE_EXCEEDED, "the deadline had passed before the call began"));
        return false;
      }
      this.deadlineMs = this.env.clock.nowMs() + timeoutMs;
      this.timer = this.env.clock.setTimer(timeoutMs, () => this.onDeadline());
    }
    group?.add(this);
    return true;
  }

  /** Signals are the user's: one that only looks like a signal can do anything. */
  private watch(signals: readonly AbortSignal[]): boolean {
    this.watching = true;
    try {
      for (const signal of signals) {
        if (signal.aborted) this.end(cancelled(signal.reason));
        else this.env.signals.add(signal, this);
      }
    } catch (error) {
      const text = `the signal of the call does not work: ${thrownText(error)}`;
      this.end(new RpcError(Status.INVALID_ARGUMENT, text, { cause: error }));
    }
    return !this.over;
  }

  frame(message: unknown): Uint8Array | Promise<Uint8Array> {
    checkRequest(this.method, message);
    const { compression, compressWhen } = this.settings;
    const compress = compression !== undefined && (compressWhen === undefined || asks(compressWhen, message));
    const used = compress ? compression : undefined;
    const { sendMessageBytesMax, compressBytesMin } = this.env;
    return encodeMessage(this.method.requestCodec, message, used, sendMessageBytesMax, compressBytesMin);
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
      this.abandon(new RpcError(foreign.code, foreign.message, { metadata: metadataOf(headers) }));
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
    this.end(late ? this.deadlineExceeded() : error);
  }

  onWritable(): void {
    if (this.request instanceof RequestStream) this.request.writable();
  }

  /** Whether requests are still to come from the user. */
  protected get isSending(): boolean {
    return this.request instanceof RequestStream && !this.request.isFinished;
  }

  private isReplayable(): boolean {
    if (this.head !== noHead) return false;
    return !(this.request instanceof RequestStream) || this.request.replayable;
  }

  // ---- the end ----------------------------------------------------------------------------------------------------

  onRequestFailed(error: unknown, thrownByUser: boolean): void {
    const own = asRpcError(error);
    if (own !== undefined && (!thrownByUser || own instanceof RequestFault)) this.abandon(own);
    else this.abandon(new RpcError(Status.CANCELLED, `the requests failed: ${thrownText(error)}`, { cause: error }));
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

  deadlineExceeded(): RpcError {
    const text = `the deadline of ${Math.round(this.settings.timeoutMs ?? 0)} ms has passed`;
    const why = this.stream === undefined ? this.env.source.explainWait(this) : "";
    const waited = this.stream === undefined ? ` before the call was sent${why === "" ? "" : `: ${why}`}` : "";
    const error = new RpcError(Status.DEADLINE_EXCEEDED, text + waited);
    this.note(error);
    return error;
  }

  /** INTERNAL: the server does not keep to gRPC. */
  protected broken(text: string): RpcError {
    return new RpcError(Status.INTERNAL, text);
  }

  /** Ends the call from our side: the server is told to stop. */
  protected abandon(error: RpcError): void {
    // Also one that comes after the end: of what a server sent before it.
    this.note(error);
    if (this.over) return;
    if (this.stream === undefined) this.env.source.withdraw(this);
    else this.stream.reset(ErrorCode.CANCEL);
    this.end(error);
  }

  /** Calls back to the user; what is thrown there ends the call, and does not reach the transport. */
  private tell(name: CallbackName, headers: HeaderList): boolean {
    const callback = this.settings[name];
    if (callback === undefined) return true;
    const error = callBack(name, callback, metadataOf(headers), (late) => this.abandon(late));
    if (error !== undefined) this.abandon(error);
    return !this.over;
  }

  /** Each error that the user is told passes here: it names the call and, from then on, is known as one that came out of a call. */
  protected note(error: RpcError): void {
    noteCall(error, this.method.path, this.peer);
  }

  /** The call is over; runs once. */
  private end(error: RpcError | undefined, complete: boolean = false): void {
    if (this.over) return;
    this.over = true;
    if (error !== undefined) this.note(error);
    const status = error?.code ?? Status.OK;
    this.attempt?.onEnd(status, complete);
    this.probe?.onEnd(status, complete);
    this.timer?.cancel();
    this.settings.group?.remove(this, error);
    if (this.watching) for (const signal of this.settings.signals) this.env.signals.remove(signal, this);
    if (this.request instanceof RequestStream) this.request.close(error);
    this.dropRequest();
    this.onOver(error);
  }
}
