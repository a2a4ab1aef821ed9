import type { Message } from "@bufbuild/protobuf";
import {
  chainInterceptors,
  type Interceptor,
  type InterceptorNext,
  type InterceptorRequest,
  type InterceptorResponse,
} from "./interceptor.js";
import type { ServerContext } from "./server-context.js";
import type { HandlerRequest, HandlerResult, ServerMethod } from "./server-method.js";

/** Under this key a request carries its call through the chain; a copy by spread keeps it. */
const callKey: unique symbol = Symbol("call");

type CarryingRequest = InterceptorRequest & { readonly [callKey]: ReplaceableContext };

/** The parts of a call that interceptors may put others in the place of. */
export interface ReplaceableContext extends ServerContext {
  replaceMetadata(
    parts: Pick<InterceptorResponse, "headers" | "trailers"> | { metadata: ServerContext["metadata"] },
  ): void;
}

/** A method's `invoke` with interceptors in front of it; the chain is built once. */
export function interceptMethod(
  interceptors: readonly Interceptor[],
  method: Omit<ServerMethod, "invoke">,
  handler: (request: HandlerRequest, call: ServerContext) => HandlerResult,
): ServerMethod["invoke"] {
  const chain = chainInterceptors(interceptors, lastOf(method, handler));
  if (method.streamsResponse) return (request, call) => streamOf(chain(requestOf(method, request, call)), call);
  return async (request, call) => {
    const response = await chain(requestOf(method, request, call));
    (call as ReplaceableContext).replaceMetadata(response);
    return response.message;
  };
}

/** The response's messages, once the chain has answered. */
async function* streamOf(answer: Promise<InterceptorResponse>, call: ServerContext): AsyncIterable<Message> {
  const response = await answer;
  (call as ReplaceableContext).replaceMetadata(response);
  yield* response.message as AsyncIterable<Message>;
}

/** The end of the chain: the handler. */
function lastOf(
  method: Omit<ServerMethod, "invoke">,
  handler: (request: HandlerRequest, call: ServerContext) => HandlerResult,
): InterceptorNext {
  return async (request) => {
    const call = (request as CarryingRequest)[callKey];
    call.replaceMetadata({ metadata: request.metadata });
    const result = handler(request.message as HandlerRequest, call);
    const message = method.streamsResponse ? result : await result;
    return {
      stream: method.streamsResponse,
      headers: call.responseHeaders,
      trailers: call.responseTrailers,
      message,
    } as InterceptorResponse;
  };
}

function requestOf(
  method: Omit<ServerMethod, "invoke">,
  message: HandlerRequest,
  call: ServerContext,
): CarryingRequest {
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
    [callKey]: call as ReplaceableContext,
  } as CarryingRequest;
}
