import { once } from "node:events";
import * as grpc from "@grpc/grpc-js";
import { RpcError } from "peregrine";
import { TestService } from "../../gen/grpc/testing/test_pb.js";
import { type TestContext, testHandlers } from "../service.js";
import { definitionOf } from "./grpc-js-definition.js";
import type { TestServerOptions } from "./server-options.js";

type Emitter = { emit(event: string, value: unknown): boolean };
type AnyCall = grpc.ServerUnaryCall<never, object> &
  grpc.ServerReadableStream<never, object> &
  grpc.ServerWritableStream<never, object> &
  grpc.ServerDuplexStream<never, object>;

/** A call of grpc-js as our handlers want it. */
class GrpcJsContext implements TestContext {
  readonly #call: AnyCall;
  readonly #controller: AbortController = new AbortController();
  readonly headers: grpc.Metadata = new grpc.Metadata();
  readonly trailers: grpc.Metadata = new grpc.Metadata();
  compress: boolean | undefined;
  readonly requestCompressed: boolean = false;

  constructor(call: AnyCall) {
    this.#call = call;
    call.on("cancelled", () => this.#controller.abort());
  }

  readonly metadata: TestContext["metadata"] = { get: (name) => this.#call.metadata.get(name)[0] };
  readonly responseHeaders: TestContext["responseHeaders"] = setterOf(this.headers);
  readonly responseTrailers: TestContext["responseTrailers"] = setterOf(this.trailers);

  sendHeaders(): void {
    this.#call.sendMetadata(this.headers);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get peer(): { address: string } {
    return { address: this.#call.getPeer() };
  }

  failure(error: unknown): Partial<grpc.StatusObject> {
    if (!(error instanceof RpcError)) return { code: grpc.status.UNKNOWN, details: String(error) };
    return { code: error.code, details: error.message, metadata: this.trailers };
  }
}

function setterOf(metadata: grpc.Metadata): TestContext["responseHeaders"] {
  return { set: (name, value) => metadata.set(name, typeof value === "string" ? value : Buffer.from(value)) };
}

/** Does not end the call when a handler stops reading before the end: its status is still to come. */
function requestsOf(call: AnyCall): AsyncIterable<never> {
  return { [Symbol.asyncIterator]: () => call.iterator({ destroyOnReturn: false }) as AsyncIterator<never> };
}

async function answerOnce(
  call: AnyCall,
  callback: grpc.sendUnaryData<object>,
  respond: (context: TestContext) => object | Promise<object>,
): Promise<void> {
  const context = new GrpcJsContext(call);
  try {
    callback(null, await respond(context), context.trailers);
  } catch (error) {
    callback(context.failure(error), null);
  }
}

async function answerMany(call: AnyCall, respond: (context: TestContext) => AsyncIterable<object>): Promise<void> {
  const context = new GrpcJsContext(call);
  try {
    for await (const response of respond(context)) {
      if (call.cancelled) return;
      if (!call.write(response)) await Promise.race([once(call, "drain"), once(call, "cancelled")]);
    }
    call.end(context.trailers);
  } catch (error) {
    if (!call.cancelled) (call as Emitter).emit("error", context.failure(error));
  }
}

function implementation(serverId: string): grpc.UntypedServiceImplementation {
  const handlers = testHandlers(serverId);
  type Callback = grpc.sendUnaryData<object>;
  const made = {
    emptyCall: (call: AnyCall, callback: Callback) => answerOnce(call, callback, () => handlers.emptyCall()),
    unaryCall: (call: AnyCall, callback: Callback) =>
      answerOnce(call, callback, (context) => handlers.unaryCall(call.request, context)),
    streamingInputCall: (call: AnyCall, callback: Callback) =>
      answerOnce(call, callback, (context) => handlers.streamingInputCall(requestsOf(call), context)),
    streamingOutputCall: (call: AnyCall) =>
      answerMany(call, (context) => handlers.streamingOutputCall(call.request, context)),
    fullDuplexCall: (call: AnyCall) =>
      answerMany(call, (context) => handlers.fullDuplexCall(requestsOf(call), context)),
  };
  return made as unknown as grpc.UntypedServiceImplementation;
}

/** The interop server on grpc-js. */
export async function serveGrpcJs({ port, serverId, tls }: TestServerOptions): Promise<() => Promise<void>> {
  const server = new grpc.Server();
  server.addService(definitionOf(TestService), implementation(serverId));
  const credentials =
    tls === undefined
      ? grpc.ServerCredentials.createInsecure()
      : grpc.ServerCredentials.createSsl(null, [
          { private_key: Buffer.from(tls.key), cert_chain: Buffer.from(tls.cert) },
        ]);
  await new Promise<void>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, credentials, (error) => (error === null ? resolve() : reject(error)));
  });
  return async () => server.forceShutdown();
}
