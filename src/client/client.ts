import type {
  DescMessage,
  DescMethod,
  DescMethodBiDiStreaming,
  DescMethodClientStreaming,
  DescMethodServerStreaming,
  DescMethodUnary,
  DescService,
  Message,
  MessageInitShape,
  MessageShape,
} from "@bufbuild/protobuf";
import { interceptForMany, interceptForOne, lastOfClient } from "../call/client-intercept.js";
import type { ClientCallEnvironment, ClientMethod } from "../call/client-method.js";
import { callForMany } from "../call/client-stream.js";
import { callForOne } from "../call/client-unary.js";
import { chainInterceptors, type Interceptor } from "../call/interceptor.js";
import type { CallOptions, CallSettingsMaker } from "./call-options.js";

/** Requests of a call that streams them: usually an async generator, an array will do. */
export type Requests<Desc extends DescMessage> =
  | AsyncIterable<MessageInitShape<Desc>>
  | Iterable<MessageInitShape<Desc>>;

/**
 * Responses of a call that streams them. The call begins at once, not with the first response that is asked for. Leaving the
 * iteration early cancels the call; so does letting go of the stream, once it is collected. It can be iterated once.
 */
export type Responses<Desc extends DescMessage> = AsyncIterableIterator<MessageShape<Desc>, undefined>;

/** What calls one method, by its shape. */
export type ClientFunction<Method> =
  Method extends DescMethodUnary<infer I, infer O>
    ? (request: MessageInitShape<I>, options?: CallOptions) => Promise<MessageShape<O>>
    : Method extends DescMethodServerStreaming<infer I, infer O>
      ? (request: MessageInitShape<I>, options?: CallOptions) => Responses<O>
      : Method extends DescMethodClientStreaming<infer I, infer O>
        ? (requests: Requests<I>, options?: CallOptions) => Promise<MessageShape<O>>
        : Method extends DescMethodBiDiStreaming<infer I, infer O>
          ? (requests: Requests<I>, options?: CallOptions) => Responses<O>
          : UnknownShapeFunction<Method>;

/**
 * Of a service that was loaded when the program ran the shapes are not known to the compiler: a request or requests are
 * taken, and what comes back can be awaited or iterated, whichever the method's shape is.
 */
export type UnknownShapeFunction<Method> = Method extends {
  readonly input: infer I extends DescMessage;
  readonly output: infer O extends DescMessage;
}
  ? (request: MessageInitShape<I> | Requests<I>, options?: CallOptions) => Promise<MessageShape<O>> & Responses<O>
  : never;

/** A service's methods, to be called: one function each, named as in the generated code. */
export type Client<Desc extends DescService> = {
  readonly [Name in keyof Desc["method"]]: ClientFunction<Desc["method"][Name]>;
};

/** What a client is made with. */
export interface ClientContext {
  readonly env: ClientCallEnvironment;
  readonly settings: CallSettingsMaker;
  readonly interceptors: readonly Interceptor[];
  method(desc: DescMethod): ClientMethod;
}

type AnyFunction = (request: unknown, options?: CallOptions) => Promise<Message> | AsyncIterable<Message>;

/** Makes the functions of a service. */
export function makeClient<Desc extends DescService>(desc: Desc, context: ClientContext): Client<Desc> {
  const client: Record<string, AnyFunction> = Object.create(null);
  for (const method of desc.methods) client[method.localName] = makeFunction(context.method(method), context);
  return Object.freeze(client) as Client<Desc>;
}

function makeFunction(method: ClientMethod, context: ClientContext): AnyFunction {
  const { env, settings, interceptors } = context;
  if (interceptors.length > 0) return makeIntercepted(method, context);
  if (method.streamsResponse) return (request, options) => callForMany(env, method, settings.make(options), request);
  return (request, options) => {
    try {
      return callForOne(env, method, settings.make(options), request);
    } catch (error) {
      return Promise.reject(error);
    }
  };
}

function makeIntercepted(method: ClientMethod, { env, settings, interceptors }: ClientContext): AnyFunction {
  const chain = chainInterceptors(interceptors, lastOfClient(env, method));
  if (method.streamsResponse) {
    return (request, options) => interceptForMany(env, method, chain, settings.make(options), request);
  }
  return (request, options) => {
    try {
      return interceptForOne(env, method, chain, settings.make(options), request);
    } catch (error) {
      return Promise.reject(error);
    }
  };
}
