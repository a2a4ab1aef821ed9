import type { Message } from "@bufbuild/protobuf";
import type { CallEnd } from "../base/call-end.js";
import { Metadata } from "../base/metadata.js";
import { HandlerMessages, messageOf } from "./handler-messages.js";
import {
  chainInterceptors,
  type Interceptor,
  type InterceptorNext,
  type InterceptorRequest,
  type InterceptorResponse,
} from "./interceptor.js";
import type { ServerContext } from "./server-context.js";
import type { HandlerRequest, HandlerResult, InterceptedRequest, ServerMethod } from "./server-method.js";

/** Under this key a request carries its call through the chain; a copy by spread keeps it. */
const callKey: unique symbol = Symbol("call");

type CarryingRequest = InterceptorRequest & { readonly [callKey]: ReplaceableContext };

/** What interceptors may put others in the place of. */
export interface ReplacedParts {
  readonly metadata?: Metadata;
  readonly headers?: Metadata;
  readonly trailers?: Metadata;
  readonly signal?: AbortSignal;
  readonly deadline?: Date | undefined;
}

/** A call as its chain sees it. */
export interface ReplaceableContext extends ServerContext {
  replace(parts: ReplacedParts): void;
  onEnd(listener: (end: CallEnd) => void): void;
}

type InterceptedMethod = Pick<ServerMethod, "desc" | "path" | "streamsRequest" | "streamsResponse" | "responseCodec">;

/** A method's `invoke` with interceptors in front of it; the chain is built once. */
export function interceptMethod(
  interceptors: readonly Interceptor[],
  method: InterceptedMethod,
  handler: (request: HandlerRequest, call: ServerContext) => HandlerResult,
): ServerMethod["invoke"] {
  const chain = chainInterceptors(interceptors, lastOf(method, handler));
  if (method.streamsResponse)
    return (request, call) => streamOf(chain(requestOf(method, request as InterceptedRequest, call)), call);
  return async (request, call) => {
    const response = await chain(requestOf(method, request as InterceptedRequest, call));
    replace(call, response);
    return response.message;
  };
}

/** The response's messages, once the chain has answered. */
async function* streamOf(answer: Promise<InterceptorResponse>, call: ServerContext): AsyncIterable<Message> {
  const response = await answer;
  replace(call, response);
  yield* response.message as AsyncIterable<Message>;
}

function replace(call: ServerContext, response: InterceptorResponse): void {
  if (typeof response !== "object" || response === null) {
    throw new TypeError("an interceptor gave no response: it must return what next() gives, or a response of its own");
  }
  const { headers, trailers } = response;
  if (!(headers instanceof Metadata && trailers instanceof Metadata)) {
    throw new TypeError("an interceptor must answer with Metadata as headers and trailers");
  }
  (call as ReplaceableContext).replace({ headers, trailers });
}

/** The end of the chain: the handler. */
function lastOf(
  method: InterceptedMethod,
  handler: (request: HandlerRequest, call: ServerContext) => HandlerResult,
): InterceptorNext {
  return async (request) => {
    const call: ReplaceableContext | undefined = (request as CarryingRequest | undefined)?.[callKey];
    if (call === undefined) {
      throw new TypeError("an interceptor must pass on the request it got, or a copy { ...request }");
    }
    const { metadata } = request;
    // The request itself has ours, which are made when they are asked for.
    const isCopy = Object.getOwnPropertyDescriptor(request, "signal")?.get === undefined;
    call.replace(isCopy ? { metadata, signal: request.signal, deadline: request.deadline } : { metadata });
    const message = method.streamsRequest ? request.message : await request.message;
    const result = handler(message as HandlerRequest, call);
    return {
      stream: method.streamsResponse,
      headers: call.responseHeaders,
      trailers: call.responseTrailers,
      message: method.streamsResponse ? new HandlerMessages(method, await result) : messageOf(method, await result),
    } as InterceptorResponse;
  };
}

function requestOf(method: InterceptedMethod, message: InterceptedRequest, context: ServerContext): CarryingRequest {
  const call = context as ReplaceableContext;
  return {
    side: "server",
    method: method.desc,
    path: method.path,
    metadata: call.metadata,
    get signal(): AbortSignal {
      return call.signal;
    },
    get deadline(): Date | undefined {
      return call.deadline;
    },
    peer: call.peer,
    values: call.values,
    stream: method.streamsRequest,
    message,
    onEnd: (listener: (end: CallEnd) => void): void => call.onEnd(listener),
    [callKey]: call,
  } as CarryingRequest;
}
