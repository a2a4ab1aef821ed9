import { once } from "node:events";
import { createSecureServer, createServer, type Http2Server, type ServerHttp2Session } from "node:http2";
import {
  type CallOptions,
  type Code,
  ConnectError,
  type ConnectRouter,
  createClient,
  decodeBinaryHeader,
  encodeBinaryHeader,
  type HandlerContext,
  type Transport,
} from "@connectrpc/connect";
import {
  compressionGzip,
  connectNodeAdapter,
  createGrpcTransport,
  Http2SessionManager,
} from "@connectrpc/connect-node";
import { Metadata, RpcError, type Status } from "peregrine";
import { TestService, UnimplementedService } from "../../gen/grpc/testing/test_pb.js";
import { type TestContext, testHandlers } from "../service.js";
import type { Endpoint, MetadataView, TestCallOptions, TestClient } from "../test-client.js";
import type { TestServerOptions } from "./server-options.js";

/** More than any message here: nothing is compressed. */
const neverBytes = 1 << 30;

/** The test services on connect-node, by the gRPC protocol. What it compresses is said for a whole transport. */
export function openConnectClient({ host, port, tls }: Endpoint): TestClient {
  const baseUrl = `${tls === undefined ? "http" : "https"}://${host}:${port}`;
  const sessions = new Http2SessionManager(baseUrl, {}, tls?.ca === undefined ? {} : { ca: tls.ca });
  const open = (compressMinBytes: number): Transport =>
    createGrpcTransport({ baseUrl, sessionManager: sessions, sendCompression: compressionGzip, compressMinBytes });
  const plain = createClient(TestService, open(neverBytes));
  const compressing = createClient(TestService, open(0));
  const clientFor = (options: TestCallOptions = {}): typeof plain => {
    if (typeof options.compress === "function") throw new Error("connect-node cannot be told this for each message");
    return options.compress === true ? compressing : plain;
  };
  return {
    emptyCall: () => mapped(plain.emptyCall({})),
    unaryCall: (request, options) => mapped(clientFor(options).unaryCall(request, optionsOf(options))),
    streamingInputCall: (requests, options) =>
      mapped(clientFor(options).streamingInputCall(requests, optionsOf(options))),
    streamingOutputCall: (request, options) =>
      mappedStream(clientFor(options).streamingOutputCall(request, optionsOf(options))),
    fullDuplexCall: (requests, options) =>
      mappedStream(clientFor(options).fullDuplexCall(requests, optionsOf(options))),
    unimplementedMethod: () => mapped(plain.unimplementedCall({})),
    unimplementedService: () => mapped(createClient(UnimplementedService, open(neverBytes)).unimplementedCall({})),
    close: async () => sessions.abort(),
  };
}

function optionsOf({ signal, timeoutMs, metadata, onHeaders, onTrailers }: TestCallOptions = {}): CallOptions {
  const headers = new Headers();
  for (const [name, value] of Object.entries(metadata ?? {})) headers.set(name, textOf(value));
  return {
    headers,
    onHeader: (found) => onHeaders?.(viewOf(found)),
    onTrailer: (found) => onTrailers?.(viewOf(found)),
    ...(signal !== undefined && { signal }),
    ...(timeoutMs !== undefined && { timeoutMs }),
  };
}

function textOf(value: string | Uint8Array): string {
  return typeof value === "string" ? value : encodeBinaryHeader(value);
}

function fieldValue(headers: Headers, name: string): string | Uint8Array | undefined {
  const text = headers.get(name);
  if (text === null) return undefined;
  return name.endsWith("-bin") ? decodeBinaryHeader(text) : text;
}

function viewOf(headers: Headers): MetadataView {
  return {
    getAll: (name) => {
      const value = fieldValue(headers, name);
      return value === undefined ? [] : [value];
    },
  };
}

function rpcErrorOf(error: unknown): unknown {
  if (!(error instanceof ConnectError)) return error;
  return new RpcError(error.code as number as Status, error.rawMessage, { metadata: new Metadata() });
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

function contextOf(context: HandlerContext): TestContext {
  return {
    metadata: { get: (name) => fieldValue(context.requestHeader, name) },
    responseHeaders: { set: (name, value) => context.responseHeader.set(name, textOf(value)) },
    responseTrailers: { set: (name, value) => context.responseTrailer.set(name, textOf(value)) },
    // It has no way to send them before the first response.
    sendHeaders: () => undefined,
    compress: undefined,
    requestCompressed: false,
    signal: context.signal,
    peer: { address: "" },
  };
}

function connectErrorOf(error: unknown): unknown {
  return error instanceof RpcError ? new ConnectError(error.message, error.code as number as Code) : error;
}

async function answer<T>(respond: () => T | Promise<T>): Promise<T> {
  try {
    return await respond();
  } catch (error) {
    throw connectErrorOf(error);
  }
}

async function* answerMany<T>(responses: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* responses;
  } catch (error) {
    throw connectErrorOf(error);
  }
}

function routesOf(serverId: string): (router: ConnectRouter) => void {
  const handlers = testHandlers(serverId);
  return (router) => {
    router.service(TestService, {
      emptyCall: () => ({}),
      unaryCall: (request, context) => answer(() => handlers.unaryCall(request, contextOf(context))),
      streamingInputCall: (requests, context) =>
        answer(() => handlers.streamingInputCall(requests, contextOf(context))),
      streamingOutputCall: (request, context) => answerMany(handlers.streamingOutputCall(request, contextOf(context))),
      fullDuplexCall: (requests, context) => answerMany(handlers.fullDuplexCall(requests, contextOf(context))),
    });
  };
}

/** The interop server on connect-node. */
export async function serveConnect({ port, serverId, tls }: TestServerOptions): Promise<() => Promise<void>> {
  const adapter = connectNodeAdapter({ routes: routesOf(serverId), compressMinBytes: neverBytes });
  const server: Http2Server = tls === undefined ? createServer(adapter) : createSecureServer(tls, adapter);
  const sessions = new Set<ServerHttp2Session>();
  server.on("session", (session) => sessions.add(session));
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return async () => {
    for (const session of sessions) session.destroy();
    server.close();
  };
}
