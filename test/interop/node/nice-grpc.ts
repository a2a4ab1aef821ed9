import { ServerCredentials } from "@grpc/grpc-js";
import {
  type CallContext,
  ChannelCredentials,
  ClientError,
  createChannel,
  createClient,
  createServer,
  Metadata as NiceMetadata,
  ServerError,
} from "nice-grpc";
import { Metadata, RpcError, type Status } from "peregrine";
import { TestService, UnimplementedService } from "../../gen/grpc/testing/test_pb.js";
import { type TestContext, testHandlers } from "../service.js";
import type { Endpoint, TestCallOptions, TestClient } from "../test-client.js";
import { definitionOf } from "./grpc-js-definition.js";
import type { TestServerOptions } from "./server-options.js";

type NiceMethod = (request: unknown, options?: Record<string, unknown>) => unknown;
type NiceClient = Readonly<Record<string, NiceMethod>>;

const gzip = 2;

/** The test services on nice-grpc, which stands on grpc-js. What it compresses is said for a whole channel. */
export function openNiceGrpcClient({ host, port, tls }: Endpoint): TestClient {
  const credentials = (): ChannelCredentials =>
    tls === undefined
      ? ChannelCredentials.createInsecure()
      : ChannelCredentials.createSsl(tls.ca === undefined ? null : Buffer.from(tls.ca));
  const open = (options: object): ReturnType<typeof createChannel> =>
    createChannel(`${host}:${port}`, credentials(), { ...options, "grpc.use_local_subchannel_pool": 1 });
  const channels = [open({}), open({ "grpc.default_compression_algorithm": gzip })] as const;
  const [plain, compressing] = channels.map((channel) => clientOf(TestService, channel)) as [NiceClient, NiceClient];
  const method = (name: string, options: TestCallOptions = {}): NiceMethod => {
    if (typeof options.compress === "function") throw new Error("nice-grpc cannot be told this for each message");
    return (options.compress === true ? compressing : plain)[name]!;
  };
  const single = <T>(name: string, request: unknown, options?: TestCallOptions): Promise<T> =>
    mapped(method(name, options)(request, optionsOf(options)) as Promise<T>);
  const many = <T>(name: string, request: unknown, options?: TestCallOptions): AsyncIterable<T> =>
    mappedStream(method(name, options)(request, optionsOf(options)) as AsyncIterable<T>);
  return {
    emptyCall: () => single("emptyCall", {}),
    unaryCall: (request, options) => single("unaryCall", request, options),
    streamingInputCall: (requests, options) => single("streamingInputCall", requests, options),
    streamingOutputCall: (request, options) => many("streamingOutputCall", request, options),
    fullDuplexCall: (requests, options) => many("fullDuplexCall", requests, options),
    unimplementedMethod: () => single("unimplementedCall", {}),
    unimplementedService: () =>
      mapped(clientOf(UnimplementedService, channels[0])["unimplementedCall"]!({}) as Promise<unknown>),
    close: async () => {
      for (const channel of channels) channel.close();
    },
  };
}

function clientOf(service: Parameters<typeof definitionOf>[0], channel: ReturnType<typeof createChannel>): NiceClient {
  return createClient(definitionOf(service), channel) as unknown as NiceClient;
}

function optionsOf({ metadata, signal, onHeaders, onTrailers }: TestCallOptions = {}): Record<string, unknown> {
  return {
    metadata: NiceMetadata(metadata),
    onHeader: onHeaders,
    onTrailer: onTrailers,
    ...(signal !== undefined && { signal }),
  };
}

function rpcErrorOf(error: unknown): unknown {
  if (error instanceof ClientError) {
    return new RpcError(error.code as number as Status, error.details, { metadata: new Metadata() });
  }
  // Its word for a call that its own signal has ended.
  if (error instanceof Error && error.name === "AbortError") return new RpcError(1, error.message);
  return error;
}

async function mapped<T>(call: Promise<T>): Promise<T> {
  return call.catch((error: unknown) => {
    throw rpcErrorOf(error);
  });
}

async function* mappedStream<T>(call: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* call;
  } catch (error) {
    throw rpcErrorOf(error);
  }
}

function contextOf(context: CallContext): TestContext {
  return {
    metadata: context.metadata,
    responseHeaders: context.header,
    responseTrailers: context.trailer,
    sendHeaders: () => context.sendHeader(),
    compress: undefined,
    requestCompressed: false,
    signal: context.signal,
    peer: { address: context.peer },
  };
}

function serverErrorOf(error: unknown): unknown {
  return error instanceof RpcError ? new ServerError(error.code as number, error.message) : error;
}

async function answer<T>(respond: () => T | Promise<T>): Promise<T> {
  try {
    return await respond();
  } catch (error) {
    throw serverErrorOf(error);
  }
}

async function* answerMany<T>(responses: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* responses;
  } catch (error) {
    throw serverErrorOf(error);
  }
}

/** The interop server on nice-grpc. */
export async function serveNiceGrpc({ port, serverId, tls }: TestServerOptions): Promise<() => Promise<void>> {
  const handlers = testHandlers(serverId);
  const unimplemented = (): never => {
    throw new ServerError(12, "this method has no handler");
  };
  const implementation = {
    emptyCall: async () => ({}),
    unaryCall: (request: never, context: CallContext) => answer(() => handlers.unaryCall(request, contextOf(context))),
    cacheableUnaryCall: unimplemented,
    streamingInputCall: (requests: never, context: CallContext) =>
      answer(() => handlers.streamingInputCall(requests, contextOf(context))),
    streamingOutputCall: (request: never, context: CallContext) =>
      answerMany(handlers.streamingOutputCall(request, contextOf(context))),
    fullDuplexCall: (requests: never, context: CallContext) =>
      answerMany(handlers.fullDuplexCall(requests, contextOf(context))),
    halfDuplexCall: unimplemented,
    unimplementedCall: unimplemented,
  };
  const server = createServer();
  server.add(definitionOf(TestService), implementation as never);
  const credentials =
    tls === undefined
      ? ServerCredentials.createInsecure()
      : ServerCredentials.createSsl(null, [{ private_key: Buffer.from(tls.key), cert_chain: Buffer.from(tls.cert) }]);
  await server.listen(`127.0.0.1:${port}`, credentials);
  return async () => server.forceShutdown();
}
