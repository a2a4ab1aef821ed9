import { create, type DescMessage, isMessage, type Message, type MessageInitShape } from "@bufbuild/protobuf";
import { Metadata } from "../base/metadata.js";
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

function replace(call: ServerContext, { headers, trailers }: InterceptorResponse): void {
  if (!(headers instanceof Metadata && trailers instanceof Metadata)) {
    throw new TypeError("an interceptor must answer with Metadata as headers and trailers");
  }
  (call as ReplaceableContext).replaceMetadata({ headers, trailers });
}

/** The end of the chain: the handler. */
function lastOf(
  method: Omit<ServerMethod, "invoke">,
  handler: (request: HandlerRequest, call: ServerContext) => HandlerResult,
): InterceptorNext {
  return async (request) => {
    const call: ReplaceableContext | undefined = (request as CarryingRequest)[callKey];
    if (call === undefined) {
      throw new TypeError("an interceptor must pass on the request it got, or a copy { ...request }");
    }
    call.replaceMetadata({ metadata: request.metadata });
    const result = await handler(request.message as HandlerRequest, call);
    const { output } = method.desc;
    return {
      stream: method.streamsResponse,
      headers: call.responseHeaders,
      trailers: call.responseTrailers,
      message: method.streamsResponse ? messagesOf(output, result) : messageOf(output, result),
    } as InterceptorResponse;
  };
}

/** A plain object becomes a message, as interceptors expect; what is none is left to be refused when it is sent. */
function messageOf(desc: DescMessage, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value) || isMessage(value)) return value;
  return create(desc, value as MessageInitShape<DescMessage>);
}

async function* messagesOf(desc: DescMessage, source: unknown): AsyncIterable<unknown> {
  for await (const one of source as AsyncIterable<unknown>) yield messageOf(desc, one);
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
