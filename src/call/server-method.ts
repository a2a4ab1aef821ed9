import type { DescMessage, DescMethod, Message } from "@bufbuild/protobuf";
import type { Clock } from "../base/clock.js";
import type { MessageCodec } from "../codec/codec.js";
import type { DecodeBounds } from "../codec/decode-bounds.js";
import type { CompressionRegistry } from "../message/compression-registry.js";
import type { ServerContext } from "./server-context.js";

/** A request as it reaches a handler: one message, or a stream of them. */
export type HandlerRequest = Message | AsyncIterable<Message>;

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
  /** The handler, behind the interceptors where there are any. */
  invoke(request: HandlerRequest, call: ServerContext): HandlerResult;
}

/** What all calls of a server share. */
export interface ServerCallEnvironment {
  readonly clock: Clock;
  readonly compressions: CompressionRegistry;
  /** Encodings that responses may use, the preferred first. */
  readonly encodings: readonly string[];
  /** Compress responses where the handler says nothing of it? */
  readonly compressByDefault: boolean;
  /** Messages of fewer bytes are not worth compressing. */
  readonly compressBytesMin: number;
  readonly receiveMessageBytesMax: number;
  /** What a request may take when it is decoded; without it, all that it takes. */
  readonly decodeBounds?: DecodeBounds | undefined;
  readonly sendMessageBytesMax: number;
  /** Value of `grpc-accept-encoding`. */
  readonly acceptEncoding: string;
  /** A handler threw something that is no `RpcError`, or returned what does not fit. */
  onHandlerError(error: unknown, call: ServerContext): void;
}
