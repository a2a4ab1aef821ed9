import { create, type DescMessage, type Message, type MessageInitShape } from "@bufbuild/protobuf";
import type { Timer } from "../base/clock.js";
import { Metadata } from "../base/metadata.js";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import { cancelled, checkRequest } from "./client-call.js";
import type { CallSettings, ClientCallEnvironment, ClientMethod } from "./client-method.js";
import { callForMany } from "./client-stream.js";
import { callForOne } from "./client-unary.js";
import type { InterceptorNext, InterceptorRequest, InterceptorResponse } from "./interceptor.js";
import type { AbortListener } from "./signal-watch.js";

/** Under this key a request carries its call through the chain; a copy by spread keeps it. */
const callKey: unique symbol = Symbol("call");

type CarryingRequest = InterceptorRequest & { readonly [callKey]: InterceptedCall };

/** The end of a method's chain: the call itself. */
export function lastOfClient(env: ClientCallEnvironment, method: ClientMethod): InterceptorNext {
  return async (request) => {
    const call: InterceptedCall | undefined = (request as CarryingRequest)[callKey];
    if (call === undefined)
      throw new TypeError("an interceptor must pass on the request it got, or a copy { ...request }");
    return method.streamsResponse ? begin(env, method, call, request) : finish(env, method, call, request);
  };
}

/** Makes a call with one response through the chain. */
export async function interceptForOne(
  env: ClientCallEnvironment,
  method: ClientMethod,
  chain: InterceptorNext,
  settings: CallSettings,
  request: unknown,
): Promise<Message> {
  const call = new InterceptedCall(env, settings);
  try {
    const response = await call.orAborted(chain(call.request(method, request)));
    return response.message as Message;
  } finally {
    call.close();
  }
}

/** Makes a call whose responses stream through the chain. It begins at once. */
export function interceptForMany(
  env: ClientCallEnvironment,
  method: ClientMethod,
  chain: InterceptorNext,
  settings: CallSettings,
  request: unknown,
): AsyncIterableIterator<Message, undefined> {
  const call = new InterceptedCall(env, settings);
  let answer: Promise<InterceptorResponse>;
  try {
    answer = call.orAborted(chain(call.request(method, request)));
  } catch (error) {
    answer = Promise.reject(error);
  }
  // Whoever never iterates never hears of the error, but the process must not end for it.
  answer.catch(() => call.close());
  return new InterceptedStream(call, answer);
}

/** What the chain of one call shares. */
class InterceptedCall implements AbortListener {
  readonly settings: CallSettings;
  private readonly env: ClientCallEnvironment;
  private readonly controller: AbortController = new AbortController();
  private readonly deadlineMs: number;
  private readonly timer: Timer | undefined;

  constructor(env: ClientCallEnvironment, settings: CallSettings) {
    const { controller } = this;
    this.env = env;
    this.settings = settings;
    for (const signal of settings.signals) {
      if (signal.aborted) controller.abort(signal.reason);
      else env.signals.add(signal, this);
    }
    const { timeoutMs } = settings;
    this.deadlineMs = timeoutMs === undefined ? Number.POSITIVE_INFINITY : env.clock.nowMs() + timeoutMs;
    if (timeoutMs !== undefined) {
      const text = `the deadline of ${Math.round(timeoutMs)} ms has passed`;
      const passed = (): void => controller.abort(new RpcError(Status.DEADLINE_EXCEEDED, text));
      if (timeoutMs > 0) this.timer = env.clock.setTimer(timeoutMs, passed);
      else passed();
    }
  }

  /** The signal that interceptors see, which also ends the call on the wire. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  remainingMs(): number | undefined {
    if (this.deadlineMs === Number.POSITIVE_INFINITY) return undefined;
    return Math.max(0, this.deadlineMs - this.env.clock.nowMs());
  }

  request(method: ClientMethod, message: unknown): CarryingRequest {
    const remainingMs = this.remainingMs();
    const { desc } = method;
    return {
      side: "client",
      method: desc,
      path: method.path,
      metadata: new Metadata(this.settings.metadata),
      signal: this.signal,
      deadline: remainingMs === undefined ? undefined : new Date(Date.now() + remainingMs),
      peer: undefined,
      values: new Map(),
      stream: method.streamsRequest,
      message: method.streamsRequest ? messagesOf(method, message) : messageOf(method, message),
      [callKey]: this,
    } as unknown as CarryingRequest;
  }

  /** The answer, or an error as soon as the call is cancelled or late: an interceptor may hang. */
  orAborted(answer: Promise<InterceptorResponse>): Promise<InterceptorResponse> {
    const { signal } = this;
    return new Promise((resolve, reject) => {
      const onAbort = (): void => reject(cancelled(signal.reason));
      if (signal.aborted) onAbort();
      signal.addEventListener("abort", onAbort);
      answer.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
    });
  }

  onAbort(reason: unknown): void {
    this.controller.abort(reason);
  }

  cancel(): void {
    this.controller.abort(new RpcError(Status.CANCELLED, "the responses are read no further"));
    this.close();
  }

  close(): void {
    this.timer?.cancel();
    for (const signal of this.settings.signals) this.env.signals.remove(signal, this);
  }
}

/** The responses as the user reads them: those of the chain, once it has answered. */
class InterceptedStream implements AsyncIterableIterator<Message, undefined> {
  private readonly call: InterceptedCall;
  private readonly iterator: Promise<AsyncIterator<Message>>;

  constructor(call: InterceptedCall, answer: Promise<InterceptorResponse>) {
    this.call = call;
    this.iterator = answer.then((response) => (response.message as AsyncIterable<Message>)[Symbol.asyncIterator]());
    this.iterator.catch(() => undefined);
  }

  async next(): Promise<IteratorResult<Message, undefined>> {
    try {
      const result = await (await this.iterator).next();
      if (result.done !== true) return result;
      this.call.close();
      return { done: true, value: undefined };
    } catch (error) {
      this.call.close();
      throw error;
    }
  }

  return(): Promise<IteratorResult<Message, undefined>> {
    this.call.cancel();
    // What the chain's iterators do on their way out is their own affair.
    this.iterator.then((iterator) => iterator.return?.()).catch(() => undefined);
    return Promise.resolve({ done: true, value: undefined });
  }

  throw(error: unknown): Promise<IteratorResult<Message, undefined>> {
    void this.return();
    return Promise.reject(error);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

/** One call on the wire, with what the chain made of its request. */
function settingsOf(
  call: InterceptedCall,
  request: InterceptorRequest,
  headers: Metadata,
  trailers: Metadata,
): CallSettings {
  const { settings } = call;
  return {
    ...settings,
    timeoutMs: call.remainingMs(),
    signals: [call.signal],
    metadata: request.metadata,
    onHeaders: (received) => {
      headers.merge(received);
      settings.onHeaders?.(received);
    },
    onTrailers: (received) => {
      trailers.merge(received);
      settings.onTrailers?.(received);
    },
  };
}

async function finish(
  env: ClientCallEnvironment,
  method: ClientMethod,
  call: InterceptedCall,
  request: InterceptorRequest,
): Promise<InterceptorResponse> {
  const headers = new Metadata();
  const trailers = new Metadata();
  const message = await callForOne(env, method, settingsOf(call, request, headers, trailers), request.message);
  return { stream: false, headers, trailers, message };
}

/** Answers at once: the headers are there when the first response is, the trailers at the end. */
function begin(
  env: ClientCallEnvironment,
  method: ClientMethod,
  call: InterceptedCall,
  request: InterceptorRequest,
): Promise<InterceptorResponse> {
  const headers = new Metadata();
  const trailers = new Metadata();
  const message = callForMany(env, method, settingsOf(call, request, headers, trailers), request.message);
  return Promise.resolve({ stream: true, headers, trailers, message });
}

/** A plain object becomes a message, as interceptors expect. */
function messageOf(method: ClientMethod, message: unknown): Message {
  checkRequest(method, message);
  return create(method.desc.input, message as MessageInitShape<DescMessage>);
}

async function* messagesOf(method: ClientMethod, source: unknown): AsyncIterable<Message> {
  for await (const one of source as AsyncIterable<unknown>) yield messageOf(method, one);
}
