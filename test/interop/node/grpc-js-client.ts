import * as grpc from "@grpc/grpc-js";
import { Metadata, RpcError, type Status } from "peregrine";
import type { Message } from "peregrine/protobuf";
import { TestService, UnimplementedService } from "../../gen/grpc/testing/test_pb.js";
import type { Endpoint, MetadataView, TestCallOptions, TestClient } from "../test-client.js";
import { definitionOf } from "./grpc-js-definition.js";

const testMethods = definitionOf(TestService);
const unimplementedMethods = definitionOf(UnimplementedService);
type Method = grpc.MethodDefinition<object, Message>;
type Call = { cancel(): void } & NodeJS.EventEmitter;

/** gzip, as the channel option numbers it. */
const gzip = 2;

/** The test services on grpc-js. What it compresses is said for a whole channel, so there are two. */
export function openGrpcJsClient(endpoint: Endpoint): TestClient {
  const plain = openChannel(endpoint, {});
  const compressing = openChannel(endpoint, { "grpc.default_compression_algorithm": gzip });
  const clientFor = (options: TestCallOptions = {}): grpc.Client => {
    if (typeof options.compress === "function") throw new Error("grpc-js cannot be told this for each message");
    return options.compress === true ? compressing : plain;
  };
  const test = (name: string): Method => methodOf(testMethods, name);
  return {
    emptyCall: () => unary(plain, test("emptyCall"), {}),
    unaryCall: (request, options) => unary(clientFor(options), test("unaryCall"), request, options),
    streamingInputCall: (requests, options) =>
      clientStream(clientFor(options), test("streamingInputCall"), requests, options),
    streamingOutputCall: (request, options) =>
      serverStream(clientFor(options), test("streamingOutputCall"), request, options),
    fullDuplexCall: (requests, options) => duplex(clientFor(options), test("fullDuplexCall"), requests, options),
    unimplementedMethod: () => unary(plain, test("unimplementedCall"), {}),
    unimplementedService: () => unary(plain, methodOf(unimplementedMethods, "unimplementedCall"), {}),
    close: async () => {
      plain.close();
      compressing.close();
    },
  };
}

function openChannel({ host, port, tls }: Endpoint, options: grpc.ClientOptions): grpc.Client {
  const credentials =
    tls === undefined
      ? grpc.credentials.createInsecure()
      : grpc.credentials.createSsl(tls.ca === undefined ? null : Buffer.from(tls.ca));
  // Else channels to one address share a connection, and channel_soak asks for one each.
  return new grpc.Client(`${host}:${port}`, credentials, { ...options, "grpc.use_local_subchannel_pool": 1 });
}

function methodOf(methods: grpc.ServiceDefinition, name: string): Method {
  const method = methods[name];
  if (method === undefined) throw new Error(`there is no method ${name}`);
  return method as Method;
}

function metadataOf({ metadata = {} }: TestCallOptions): grpc.Metadata {
  const made = new grpc.Metadata();
  for (const [name, value] of Object.entries(metadata)) {
    made.set(name, typeof value === "string" ? value : Buffer.from(value));
  }
  return made;
}

function callOptionsOf({ timeoutMs }: TestCallOptions): grpc.CallOptions {
  return timeoutMs === undefined ? {} : { deadline: Date.now() + timeoutMs };
}

/** Has a call tell its metadata, and be cancelled when the signal says so. */
function watch(call: Call, { onHeaders, onTrailers, signal }: TestCallOptions): void {
  call.on("metadata", (headers: grpc.Metadata) => onHeaders?.(viewOf(headers)));
  call.on("status", ({ metadata }: grpc.StatusObject) => onTrailers?.(viewOf(metadata)));
  signal?.addEventListener("abort", () => call.cancel(), { once: true });
}

function viewOf(metadata: grpc.Metadata): MetadataView {
  return { getAll: (name) => metadata.get(name) };
}

function rpcErrorOf(error: unknown): unknown {
  const { code, details } = error as Partial<grpc.ServiceError>;
  if (typeof code !== "number") return error;
  return new RpcError(code as Status, details ?? "", { metadata: new Metadata() });
}

function unary<T>(client: grpc.Client, method: Method, request: object, options: TestCallOptions = {}): Promise<T> {
  return new Promise((resolve, reject) => {
    const { path, requestSerialize, responseDeserialize } = method;
    const call = client.makeUnaryRequest(
      path,
      requestSerialize,
      responseDeserialize,
      request,
      metadataOf(options),
      callOptionsOf(options),
      // The trailers are told by an event that comes after this.
      (error, response) => setImmediate(() => (error ? reject(rpcErrorOf(error)) : resolve(response as T))),
    );
    watch(call, options);
  });
}

function clientStream<T>(
  client: grpc.Client,
  method: Method,
  requests: AsyncIterable<object>,
  options: TestCallOptions = {},
): Promise<T> {
  return new Promise((resolve, reject) => {
    const { path, requestSerialize, responseDeserialize } = method;
    const call = client.makeClientStreamRequest(
      path,
      requestSerialize,
      responseDeserialize,
      metadataOf(options),
      callOptionsOf(options),
      (error, response) => (error ? reject(rpcErrorOf(error)) : resolve(response as T)),
    );
    watch(call, options);
    void pump(call, requests);
  });
}

function serverStream<T>(
  client: grpc.Client,
  method: Method,
  request: object,
  options: TestCallOptions = {},
): AsyncIterable<T> {
  const { path, requestSerialize, responseDeserialize } = method;
  const metadata = metadataOf(options);
  const callOptions = callOptionsOf(options);
  const call = client.makeServerStreamRequest(
    path,
    requestSerialize,
    responseDeserialize,
    request,
    metadata,
    callOptions,
  );
  watch(call, options);
  return responsesOf<T>(call);
}

function duplex<T>(
  client: grpc.Client,
  method: Method,
  requests: AsyncIterable<object>,
  options: TestCallOptions = {},
): AsyncIterable<T> {
  const { path, requestSerialize, responseDeserialize } = method;
  const metadata = metadataOf(options);
  const call = client.makeBidiStreamRequest(
    path,
    requestSerialize,
    responseDeserialize,
    metadata,
    callOptionsOf(options),
  );
  watch(call, options);
  void pump(call, requests);
  return responsesOf<T>(call);
}

async function pump(call: grpc.ClientWritableStream<object>, requests: AsyncIterable<object>): Promise<void> {
  for await (const request of requests) {
    if (call.destroyed) return;
    call.write(request);
  }
  call.end();
}

async function* responsesOf<T>(call: AsyncIterable<unknown>): AsyncGenerator<T> {
  try {
    for await (const response of call) yield response as T;
  } catch (error) {
    throw rpcErrorOf(error);
  }
}
