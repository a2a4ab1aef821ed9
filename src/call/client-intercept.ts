import type { Message } from "@bufbuild/protobuf";
import { Metadata } from "../base/metadata.js";
import type { RpcError } from "../base/rpc-error.js";
import { type CarryingRequest, callKey, failureOf, InterceptedCall } from "./client-intercepted-call.js";
import { InterceptedStreamCall } from "./client-intercepted-stream.js";
import type { CallSettings, ClientCallEnvironment, ClientMethod } from "./client-method.js";
import { ReplayedRequests } from "./client-replay.js";
import { ResponseStream } from "./client-responses.js";
import { callForMany } from "./client-stream.js";
import { callForOne } from "./client-unary.js";
import type { InterceptorNext, InterceptorRequest, InterceptorResponse } from "./interceptor.js";
import { checkAnswer } from "./interceptor-answer.js";
import { rejectAtCaller } from "./rejection.js";

/** The end of a method's chain: one try of the call, each time it is called. */
export function lastOfClient(env: ClientCallEnvironment, method: ClientMethod): InterceptorNext {
  const begin = method.streamsResponse ? tryForMany : tryForOne;
  return (request) => {
    try {
      const call: InterceptedCall | undefined = (request as CarryingRequest | undefined)?.[callKey];
      if (call === undefined) {
        throw new TypeError("an interceptor must pass on the request it got, or a copy { ...request }");
      }
      const { message } = request;
      // Before the server hears of it.
      if (message instanceof ReplayedRequests) message.checkWhole();
      const isLater = !method.streamsRequest && typeof (message as Partial<PromiseLike<Message>>)?.then === "function";
      const answer = isLater
        ? Promise.resolve(message).then((known) => begin(env, method, call, request, known))
        : begin(env, method, call, request, message);
      // A try that nobody waits for ends with its call.
      answer.catch(ignore);
      return answer;
    } catch (error) {
      return Promise.reject(error);
    }
  };
}

/** Makes a call with one response through the chain. */
export function interceptForOne(
  env: ClientCallEnvironment,
  method: ClientMethod,
  chain: InterceptorNext,
  settings: CallSettings,
  request: unknown,
): Promise<Message> {
  return new Promise((resolve) => new InterceptedOneCall(env, method, settings, resolve).start(chain, request));
}

/** Makes a call whose responses stream through the chain. It begins at once, and is collected as one without a chain. */
export function interceptForMany(
  env: ClientCallEnvironment,
  method: ClientMethod,
  chain: InterceptorNext,
  settings: CallSettings,
  request: unknown,
): AsyncIterableIterator<Message, undefined> {
  const call = new InterceptedStreamCall(env, method, settings);
  const responses = new ResponseStream(call);
  env.unread.add(responses, call);
  call.start(chain, request);
  return responses;
}

/** A call that gives a promise. */
class InterceptedOneCall extends InterceptedCall {
  private readonly resolve: (message: Message | Promise<never>) => void;

  constructor(
    env: ClientCallEnvironment,
    method: ClientMethod,
    settings: CallSettings,
    resolve: (message: Message | Promise<never>) => void,
  ) {
    super(env, method, settings);
    this.resolve = resolve;
  }

  start(chain: InterceptorNext, message: unknown): void {
    try {
      const request = this.request(message);
      this.arm();
      Promise.resolve(chain(request)).then(
        (answer) => this.onAnswer(answer),
        (error: unknown) => this.fail(error),
      );
    } catch (error) {
      this.fail(error);
    }
  }

  private onAnswer(answer: unknown): void {
    if (this.over) return;
    try {
      checkAnswer(this.method.path, false, answer);
      const { headers, trailers, message } = answer;
      const error = this.finish(undefined, headers, trailers);
      if (error === undefined) this.resolve(message as Message);
      else rejectAtCaller(this.resolve, error);
    } catch (error) {
      this.fail(error);
    }
  }

  private fail(error: unknown): void {
    if (!this.over) rejectAtCaller(this.resolve, this.finish(failureOf(error), this.headers, this.trailers));
  }

  protected override onAborted(error: RpcError): void {
    this.fail(error);
  }
}

/** What one try got, for its answer and for the call. */
function settingsOf(
  call: InterceptedCall,
  request: InterceptorRequest,
  onHeaders: (headers: Metadata) => void,
  onTrailers: (trailers: Metadata) => void,
): CallSettings {
  const { waitForReady, compression, compressWhen, receiveMessageBytesMax, decodeBounds } = call.settings;
  const { metadata } = request;
  return {
    timeoutMs: call.timeoutOf(request),
    signals: call.signalsOf(request),
    metadata: metadata instanceof Metadata ? metadata : new Metadata(metadata),
    onHeaders,
    onTrailers,
    waitForReady,
    compression,
    compressWhen,
    receiveMessageBytesMax,
    decodeBounds,
    group: call,
  };
}

function tryForOne(
  env: ClientCallEnvironment,
  method: ClientMethod,
  call: InterceptedCall,
  request: InterceptorRequest,
  message: unknown,
): Promise<InterceptorResponse> {
  let headers: Metadata | undefined;
  let trailers: Metadata | undefined;
  const settings = settingsOf(
    call,
    request,
    (received) => {
      headers = received;
      call.onTryHeaders(received);
    },
    (received) => {
      trailers = received;
      call.trailers = received;
    },
  );
  return callForOne(env, method, settings, message).then((response) => ({
    stream: false,
    headers: headers ?? new Metadata(),
    trailers: trailers ?? new Metadata(),
    message: response,
  }));
}

/** Answers at once: the headers are there when the first response is, the trailers at the end. */
function tryForMany(
  env: ClientCallEnvironment,
  method: ClientMethod,
  call: InterceptedCall,
  request: InterceptorRequest,
  message: unknown,
): Promise<InterceptorResponse> {
  const headers = new Metadata();
  const trailers = new Metadata();
  const settings = settingsOf(
    call,
    request,
    (received) => {
      call.commit();
      headers.merge(received);
      call.onTryHeaders(received);
    },
    (received) => {
      trailers.merge(received);
      call.trailers = received;
    },
  );
  const responses = callForMany(env, method, settings, message);
  return Promise.resolve({ stream: true, headers, trailers, message: responses });
}

function ignore(): void {
  // Told to whoever waits.
}
