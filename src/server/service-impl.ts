import type {
  DescMessage,
  DescMethodBiDiStreaming,
  DescMethodClientStreaming,
  DescMethodServerStreaming,
  DescMethodUnary,
  DescService,
  MessageInitShape,
  MessageShape,
} from "@bufbuild/protobuf";
import type { ServerContext } from "../call/server-context.js";

/** What a streaming handler may give: usually an async generator, an array will do. */
export type Messages<Desc extends DescMessage> =
  | AsyncIterable<MessageInitShape<Desc>>
  | Iterable<MessageInitShape<Desc>>;

/** One message, at once or later. */
export type Reply<Desc extends DescMessage> = MessageInitShape<Desc> | Promise<MessageInitShape<Desc>>;

/** The handler of one method, by its shape. */
export type MethodImpl<Method> =
  Method extends DescMethodUnary<infer I, infer O>
    ? (request: MessageShape<I>, call: ServerContext) => Reply<O>
    : Method extends DescMethodServerStreaming<infer I, infer O>
      ? (request: MessageShape<I>, call: ServerContext) => Messages<O>
      : Method extends DescMethodClientStreaming<infer I, infer O>
        ? (requests: AsyncIterable<MessageShape<I>>, call: ServerContext) => Reply<O>
        : Method extends DescMethodBiDiStreaming<infer I, infer O>
          ? (requests: AsyncIterable<MessageShape<I>>, call: ServerContext) => Messages<O>
          : UnknownShapeImpl<Method>;

/** Of a service that was loaded when the program ran the shapes are not known to the compiler: all of them fit. */
export type UnknownShapeImpl<Method> = Method extends {
  readonly input: infer I extends DescMessage;
  readonly output: infer O extends DescMessage;
}
  ? (request: MessageShape<I> & AsyncIterable<MessageShape<I>>, call: ServerContext) => Reply<O> | Messages<O>
  : never;

/** The handlers of a service: an object with one function per method, or an instance of a class that has them. */
export type ServiceImpl<Desc extends DescService> = {
  [Name in keyof Desc["method"]]: MethodImpl<Desc["method"][Name]>;
};
