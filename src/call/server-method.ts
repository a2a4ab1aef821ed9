import type { DescMessage, DescMethod, Message } from "@bufbuild/protobuf";
import type { Clock } from "../base/clock.js";
import type { MessageCodec } from "../codec/codec.js";
import type { CompressionRegistry } from "../message/compression-registry.js";
import type { TurnBudget } from "../message/turn-budget.js";
import type { Gate } from "./gate.js";
import type { LazyMessage } from "./lazy-message.js";
import type { ServerContext } from "./server-context.js";

/** A request as it reaches a handler: one message, or a stream of them. */
export type HandlerRequest = Message | AsyncIterable<Message>;

/** A request as it reaches the interceptors of a server. */
export type InterceptedRequest = LazyMessage | AsyncIterable<Message>;

/** What a handler gives back: a message, a promise of one, or something to iterate over. Checked, since users write it. */
export type HandlerResult = unknown;

/** One method of a service, ready to be called: made once when the service is added. */
export interface ServerMethod {
  readonly desc: DescMethod;
  readonly path: string;
  readonly streamsRequest: boolean;
  readonly streamsResponse: boolean;
  readonly requestCodec: MessageCodec<DescMessage>;
  readonly responseCodec: MessageCodec<DescMessage>;
  /** Asked in this order before anything else is done for a call. */
  readonly gates: readonly Gate[];
  /** There are interceptors: `invoke` is called at the headers, with a `LazyMessage` in place of a message. */
  readonly intercepted: boolean;
  /** The handler, behind the interceptors where there are any. */
  invoke(request: HandlerRequest | InterceptedRequest, call: ServerContext): HandlerResult;
}

/** What all calls of a server share. */
export interface ServerCallEnvironment {
  readonly clock: Clock;
  /** What responses may be compressed with. */
  readonly compressions: CompressionRegistry;
  /** What requests may be compressed with. */
  readonly accepted: CompressionRegistry;
  /** What decompressing and decoding may take of a turn of the event loop. */
  readonly budget: TurnBudget;
  /** Encodings that responses may use, the preferred first. */
  readonly encodings: readonly string[];
  /** Compress responses where the handler says nothing of it? */
  readonly compressByDefault: boolean;
  /** Messages of fewer bytes are not worth compressing. */
  readonly compressBytesMin: number;
  readonly receiveMessageBytesMax: number;
  readonly sendMessageBytesMax: number;
  /** A handler or a gate threw something that is no `RpcError`, or gave what does not fit or cannot be sent. Does not throw. */
  onError(error: unknown, kind: "handler" | "gate", call: ServerContext): void;
}
