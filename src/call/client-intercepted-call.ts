import { create, type DescMessage, type Message, type MessageInitShape } from "@bufbuild/protobuf";
import type { CallEnd } from "../base/call-end.js";
import type { Timer } from "../base/clock.js";
import { Metadata } from "../base/metadata.js";
import { noteCall, RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import { asRpcError, thrownText } from "../base/thrown.js";
import { type CallbackName, callBack, cancelled } from "./client-callbacks.js";
import type { CallGroup, CallSettings, ClientCallEnvironment, ClientMethod, GroupMember } from "./client-method.js";
import { ReplayedRequests } from "./client-replay.js";
import { checkRequest, faultOfRequests, RequestFault, unsendable } from "./client-request-check.js";
import type { InterceptorRequest } from "./interceptor.js";
import type { AbortListener } from "./signal-watch.js";

/** Under this key a request carries its call through the chain; a copy by spread keeps it. */
export const callKey: unique symbol = Symbol("call");

export type CarryingRequest = InterceptorRequest & { readonly [callKey]: InterceptedCall };

type EndListener = (end: CallEnd) => void;

/**
 * One call with interceptors, as its user sees it, over whatever tries its interceptors make of it: its deadline, its
 * cancellation, its callbacks and its end.
 *
 *   running --(answered and read to the end, failed, left, cancelled, late)--> over
 *
 * All tries that still run end with it.
 */
export abstract class InterceptedCall implements AbortListener, CallGroup {
  readonly env: ClientCallEnvironment;
  readonly method: ClientMethod;
  readonly settings: CallSettings;
  /** What the last try got from its server. */
  headers: Metadata | undefined = undefined;
  trailers: Metadata | undefined = undefined;

  protected over = false;
  private readonly startMs: number;
  private readonly deadlineMs: number;
  private timer: Timer | undefined;
  /** Tries that run. */
  private tries: GroupMember[] | undefined;
  private lastError: RpcError | undefined;
  /** Why it was ended from this side. */
  private stopped: RpcError | undefined;
  private requests: ReplayedRequests | undefined;
  /** What the first interceptor got. */
  private original: InterceptorRequest | undefined;
  private controller: AbortController | undefined;
  private abortReason: unknown;
  private deadline: Date | undefined;
  private listeners: EndListener[] | undefined;
  private end: CallEnd | undefined;
  private headersTold = false;

  constructor(env: ClientCallEnvironment, method: ClientMethod, settings: CallSettings) {
    this.env = env;
    this.method = method;
    this.settings = settings;
    const { timeoutMs } = settings;
    this.startMs = env.clock.nowMs();
    this.deadlineMs = timeoutMs === undefined ? Number.POSITIVE_INFINITY : this.startMs + timeoutMs;
  }

  /** Sets what can end the call from outside, which it may do at once. */
  protected arm(): void {
    const { env } = this;
    const { timeoutMs, signals } = this.settings;
    try {
      for (const signal of signals) {
        if (signal.aborted) this.abort(cancelled(signal.reason), signal.reason);
        else env.signals.add(signal, this);
      }
    } catch (error) {
      const text = `the signal of the call does not work: ${thrownText(error)}`;
      this.abort(new RpcError(Status.INVALID_ARGUMENT, text, { cause: error }));
    }
    if (timeoutMs === undefined || this.over) return;
    if (timeoutMs > 0) this.timer = env.clock.setTimer(timeoutMs, () => this.onDeadline());
    else this.abort(new RpcError(Status.DEADLINE_EXCEEDED, "the deadline had passed before the call began"));
  }

  /** The call was ended from this side while it ran; `onAborted` of a shape tells its user. */
  protected abstract onAborted(error: RpcError): void;

  // ---- what interceptors see --------------------------------------------------------------------------------------

  /** @throws {RpcError} when the request of the user cannot be one */
  protected request(message: unknown): CarryingRequest {
    const { method } = this;
    const call = this;
    const request = {
      side: "client",
      method: method.desc,
      path: method.path,
      metadata: new Metadata(this.settings.metadata),
      get signal(): AbortSignal {
        return call.signal;
      },
      deadline: this.makeDeadline(),
      peer: undefined,
      values: new Map(),
      onEnd: (listener) => call.onEnd(listener),
      stream: method.streamsRequest,
      message: method.streamsRequest ? this.replayed(message) : this.toMessage(message),
      [callKey]: this,
    } as CarryingRequest;
    this.original = request;
    return request;
  }

  private replayed(source: unknown): ReplayedRequests {
    const fault = faultOfRequests(this.method, source);
    if (fault !== undefined) throw fault;
    const { replayBytesMax } = this.env;
    const toMessage = (request: unknown): Message => this.toMessage(request);
    this.requests = new ReplayedRequests(source, toMessage, replayBytesMax, () => this.lastError);
    return this.requests;
  }

  /** A plain object becomes a message, as interceptors expect. */
  private toMessage(message: unknown): Message {
    checkRequest(this.method, message);
    try {
      // Once it is a message nobody sees any more what it was made of.
      this.method.requestCodec.checkPlain?.(message);
      return create(this.method.desc.input, message as MessageInitShape<DescMessage>);
    } catch (error) {
      throw unsendable(error);
    }
  }

  /** Made when first read. */
  private get signal(): AbortSignal {
    if (this.controller === undefined) {
      this.controller = new AbortController();
      if (this.stopped !== undefined) this.controller.abort(this.abortReason);
    }
    return this.controller.signal;
  }

  private makeDeadline(): Date | undefined {
    if (this.deadlineMs === Number.POSITIVE_INFINITY) return undefined;
    this.deadline = new Date(Date.now() + this.remainingMs());
    return this.deadline;
  }

  private remainingMs(): number {
    return Math.max(0, this.deadlineMs - this.env.clock.nowMs());
  }

  /** Has `listener` told the end; at once where that has come. */
  private onEnd(listener: EndListener): void {
    if (typeof listener !== "function") throw new TypeError("request.onEnd() takes a function");
    if (this.end === undefined) {
      this.listeners ??= [];
      this.listeners.push(listener);
    } else this.tellEnd(listener, this.end);
  }

  // ---- tries ------------------------------------------------------------------------------------------------------

  get endReason(): RpcError | undefined {
    return this.stopped ?? (this.over ? new RpcError(Status.CANCELLED, "the call is over") : undefined);
  }

  add(call: GroupMember): void {
    this.headers = undefined;
    this.trailers = undefined;
    this.tries ??= [];
    this.tries.push(call);
  }

  remove(call: GroupMember, error: RpcError | undefined): void {
    const index = this.tries?.indexOf(call) ?? -1;
    if (index < 0) return;
    this.tries?.splice(index, 1);
    this.lastError = error;
  }

  protected get isTrying(): boolean {
    return this.tries !== undefined && this.tries.length > 0;
  }

  /** Whether requests are still to come from the user. */
  protected get isSending(): boolean {
    return this.requests?.isOpen === true;
  }

  /** A response has begun that the user may see: requests are not kept any longer. */
  commit(): void {
    this.requests?.commit();
  }

  /** The time that a try has: no more than the call has left. */
  timeoutOf(request: InterceptorRequest): number | undefined {
    const { deadline } = request;
    const remainingMs = this.deadlineMs === Number.POSITIVE_INFINITY ? undefined : this.remainingMs();
    if (deadline === undefined || deadline === this.deadline) return remainingMs;
    if (!(deadline instanceof Date) || Number.isNaN(deadline.getTime())) {
      throw new TypeError("the deadline that an interceptor passes on must be a valid Date or undefined");
    }
    return Math.max(0, Math.min(deadline.getTime() - Date.now(), remainingMs ?? Number.POSITIVE_INFINITY));
  }

  /** The signal of a try where it is not that of the call, which ends all tries by itself. */
  signalsOf(request: InterceptorRequest): readonly AbortSignal[] {
    // To read the signal is to make it.
    if (request === this.original) return noSignals;
    const { signal } = request;
    if (signal === undefined || signal === this.controller?.signal) return noSignals;
    if (typeof signal !== "object" || signal === null || typeof signal.addEventListener !== "function") {
      throw new TypeError("the signal that an interceptor passes on must be an AbortSignal or undefined");
    }
    return [signal];
  }

  // ---- callbacks of the user --------------------------------------------------------------------------------------

  /**
   * Tells headers as they come, those of the first try that has some. A call that streams nothing waits for the answer
   * instead: nobody can do anything with them before, and a try that failed may not be the last.
   */
  onTryHeaders(headers: Metadata): void {
    this.headers = headers;
    if (!this.method.streamsRequest && !this.method.streamsResponse) return;
    const error = this.tellHeaders(headers);
    if (error !== undefined) this.abort(error);
  }

  private tellHeaders(headers: Metadata | undefined): RpcError | undefined {
    if (this.headersTold || headers === undefined) return undefined;
    this.headersTold = true;
    return this.callBack("onHeaders", headers);
  }

  private callBack(name: CallbackName, metadata: Metadata | undefined): RpcError | undefined {
    const callback = this.settings[name];
    if (callback === undefined || !(metadata instanceof Metadata)) return undefined;
    return callBack(name, callback, metadata, (error) => {
      if (this.over) this.env.onListenerError(error.cause, name);
      else this.abort(error);
    });
  }

  /** What was not told of the answer yet: headers that waited, and trailers, those of the last try where it failed. */
  private tellAnswer(headers: Metadata | undefined, trailers: Metadata | undefined): RpcError | undefined {
    return this.tellHeaders(headers) ?? this.callBack("onTrailers", trailers);
  }

  // ---- the end ----------------------------------------------------------------------------------------------------

  onAbort(reason: unknown): void {
    this.abort(cancelled(reason), reason);
  }

  private onDeadline(): void {
    const text = `the deadline of ${Math.round(this.settings.timeoutMs ?? 0)} ms has passed`;
    this.abort(this.tries?.at(-1)?.deadlineExceeded() ?? new RpcError(Status.DEADLINE_EXCEEDED, text));
  }

  private abort(error: RpcError, reason: unknown = error): void {
    if (this.over || this.stopped !== undefined) return;
    this.stop(error, reason);
    this.onAborted(error);
  }

  /** Ends what runs, from this side: tries, and whatever of interceptors heeds the signal. */
  protected stop(error: RpcError, reason: unknown = error): void {
    this.stopped = error;
    this.abortReason = reason;
    this.controller?.abort(reason);
  }

  /**
   * The call is over for its user; runs once. Gives the error that it ends with: that of a callback counts.
   *
   * @param error what the chain threw; undefined for an answer
   */
  protected finish(error: unknown, headers: Metadata | undefined, trailers: Metadata | undefined): unknown {
    if (this.over) return error;
    this.over = true;
    const end = this.tellAnswer(headers, trailers) ?? error;
    const own = asRpcError(end);
    // What a try has ended with names the call already; what an interceptor throws by itself is no error of a call.
    if (own !== undefined && (own === this.stopped || own instanceof RequestFault)) noteCall(own, this.method.path, "");
    const asRpc = end === undefined ? undefined : (own ?? foreignError(end));
    this.timer?.cancel();
    for (const signal of this.settings.signals) this.env.signals.remove(signal, this);
    if (this.isTrying) this.endTries(asRpc);
    this.requests?.close(asRpc);
    const durationMs = this.env.clock.nowMs() - this.startMs;
    this.end = { status: asRpc?.code ?? Status.OK, error: asRpc, durationMs };
    for (const listener of this.listeners ?? []) this.tellEnd(listener, this.end);
    return end;
  }

  private endTries(error: RpcError | undefined): void {
    const reason = error ?? this.endReason;
    for (const one of [...(this.tries ?? [])]) one.onAbort(reason);
  }

  private tellEnd(listener: EndListener, end: CallEnd): void {
    try {
      listener(end);
    } catch (error) {
      this.env.onListenerError(error, "onEnd");
    }
  }
}

const noSignals: readonly AbortSignal[] = Object.freeze([]);

/** What was thrown, where undefined stands for a call that did not fail. */
export function failureOf(thrown: unknown): unknown {
  return thrown === undefined ? foreignError(thrown) : thrown;
}

function foreignError(thrown: unknown): RpcError {
  return new RpcError(Status.UNKNOWN, `an interceptor failed: ${thrownText(thrown)}`, { cause: thrown });
}
