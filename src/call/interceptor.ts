import type { DescMethod, Message } from "@bufbuild/protobuf";
import type { CallEnd } from "../base/call-end.js";
import type { Metadata } from "../base/metadata.js";
import type { PeerInfo } from "../base/transport.js";

/** What both sides tell an interceptor about a call. */
export interface InterceptorCall {
  readonly side: "client" | "server";
  readonly method: DescMethod;
  /** `/package.Service/Method`. */
  readonly path: string;
  /** Request headers. A client's interceptor may add to them before it calls `next`. */
  readonly metadata: Metadata;
  /** Aborted when the call is cancelled or its deadline passes. Made when first read. */
  readonly signal: AbortSignal;
  /** When the call has to be done, or undefined where no deadline was set. */
  readonly deadline: Date | undefined;
  /** The other end; at a client undefined, since no connection is picked yet. */
  readonly peer: PeerInfo | undefined;
  /** Whatever interceptors and handlers of this call want to tell each other, for instance who the caller is. */
  readonly values: Map<unknown, unknown>;
  /**
   * Calls back when the call has ended, once, with the status that the caller sees: also for streams, of which `next` answers when
   * they begin, and where a deadline or a cancellation ends the call before the handler has. After the end it calls back at once.
   */
  onEnd(listener: (end: CallEnd) => void): void;
}

/**
 * A request on its way: one message, or a stream of them. A server asks its interceptors when the headers of a call have come, and
 * there the message is a promise: it is decompressed and decoded when somebody awaits it, which the handler does at the latest. At a
 * client it is the message itself. `await request.message` is right at both. A copy may carry a message or a promise of one.
 */
export type InterceptorRequest = InterceptorCall &
  (
    | { readonly stream: false; readonly message: Message | PromiseLike<Message> }
    | { readonly stream: true; readonly message: AsyncIterable<Message> }
  );

/**
 * A response on its way back. At a server, `headers` and `trailers` are what will be sent and may be added to until
 * they are; at a client they are what came (trailers of a stream are empty until its end).
 */
export type InterceptorResponse = {
  readonly headers: Metadata;
  readonly trailers: Metadata;
} & (
  | { readonly stream: false; readonly message: Message }
  | { readonly stream: true; readonly message: AsyncIterable<Message> }
);

/** The rest of the chain, the handler or the wire at its end. */
export type InterceptorNext = (request: InterceptorRequest) => Promise<InterceptorResponse>;

/**
 * One type for both sides and all four shapes: `(next) => async (request) => next(request)`. It may refuse a call by
 * throwing an `RpcError`, change request or response by passing on a copy, wrap streams, or call `next` again. The
 * first interceptor of a list is the outermost.
 */
export type Interceptor = (next: InterceptorNext) => InterceptorNext;

/** Builds the chain once per method. */
export function chainInterceptors(interceptors: readonly Interceptor[], last: InterceptorNext): InterceptorNext {
  return interceptors.reduceRight<InterceptorNext>((next, interceptor) => interceptor(next), last);
}
