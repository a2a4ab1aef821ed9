import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { RpcError, Status } from "peregrine";
import type { MessageInitShape } from "peregrine/protobuf";
import type {
  BoolValue,
  EchoStatus,
  ResponseParameters,
  SimpleRequest,
  SimpleResponseSchema,
  StreamingInputCallRequest,
  StreamingInputCallResponseSchema,
  StreamingOutputCallRequest,
  StreamingOutputCallResponseSchema,
} from "../gen/grpc/testing/messages_pb.js";

const echoInitialKey = "x-grpc-test-echo-initial";
const echoTrailingKey = "x-grpc-test-echo-trailing-bin";

type OutputInit = MessageInitShape<typeof StreamingOutputCallResponseSchema>;

interface FieldSetter {
  set(name: string, value: string | Uint8Array): void;
}

/** What the handlers need of a call; our `ServerContext` has it, other implementations are adapted. */
export interface TestContext {
  readonly metadata: { get(name: string): string | Uint8Array | undefined };
  readonly responseHeaders: FieldSetter;
  readonly responseTrailers: FieldSetter;
  sendHeaders(): void;
  /** Ignored where the implementation cannot compress as it is told. */
  compress: boolean | undefined;
  readonly requestCompressed: boolean;
  readonly signal: AbortSignal;
  readonly peer: { readonly address: string };
}

export interface TestHandlers {
  emptyCall(): object;
  unaryCall(request: SimpleRequest, call: TestContext): MessageInitShape<typeof SimpleResponseSchema>;
  cacheableUnaryCall(request: SimpleRequest, call: TestContext): MessageInitShape<typeof SimpleResponseSchema>;
  streamingOutputCall(request: StreamingOutputCallRequest, call: TestContext): AsyncGenerator<OutputInit>;
  streamingInputCall(
    requests: AsyncIterable<StreamingInputCallRequest>,
    call: TestContext,
  ): Promise<MessageInitShape<typeof StreamingInputCallResponseSchema>>;
  fullDuplexCall(requests: AsyncIterable<StreamingOutputCallRequest>, call: TestContext): AsyncGenerator<OutputInit>;
  halfDuplexCall(requests: AsyncIterable<StreamingOutputCallRequest>, call: TestContext): AsyncGenerator<OutputInit>;
}

/**
 * Handlers of the official interop service; `serverId` tells servers apart (`pick_first_unary`). They fail with `RpcError`.
 * UnimplementedCall has none on purpose.
 */
export function testHandlers(serverId: string): TestHandlers {
  return {
    emptyCall: () => ({}),
    unaryCall: (request, call) => unaryCall(request, call, serverId),
    cacheableUnaryCall: (request, call) => {
      call.responseHeaders.set("cache-control", "max-age=60, public");
      return unaryCall(request, call, serverId);
    },
    streamingOutputCall: respond,
    streamingInputCall,
    fullDuplexCall,
    halfDuplexCall,
  };
}

function unaryCall(
  request: SimpleRequest,
  call: TestContext,
  serverId: string,
): MessageInitShape<typeof SimpleResponseSchema> {
  expectCompressed(request.expectCompressed, call);
  echoMetadata(call);
  throwStatus(request.responseStatus);
  call.compress = request.responseCompressed?.value;
  return {
    payload: { body: new Uint8Array(checkSize(request.responseSize)) },
    serverId: request.fillServerId ? serverId : "",
    hostname: hostname(),
  };
}

async function streamingInputCall(
  requests: AsyncIterable<StreamingInputCallRequest>,
  call: TestContext,
): Promise<MessageInitShape<typeof StreamingInputCallResponseSchema>> {
  let aggregatedPayloadSize = 0;
  for await (const request of requests) {
    expectCompressed(request.expectCompressed, call);
    aggregatedPayloadSize += request.payload?.body.length ?? 0;
  }
  return { aggregatedPayloadSize };
}

async function* fullDuplexCall(
  requests: AsyncIterable<StreamingOutputCallRequest>,
  call: TestContext,
): AsyncGenerator<OutputInit> {
  echoMetadata(call);
  for await (const request of requests) {
    throwStatus(request.responseStatus);
    yield* respond(request, call);
  }
}

async function* halfDuplexCall(
  requests: AsyncIterable<StreamingOutputCallRequest>,
  call: TestContext,
): AsyncGenerator<OutputInit> {
  const all: StreamingOutputCallRequest[] = [];
  for await (const request of requests) all.push(request);
  for (const request of all) yield* respond(request, call);
}

async function* respond(request: StreamingOutputCallRequest, call: TestContext): AsyncGenerator<OutputInit> {
  for (const parameters of request.responseParameters) yield await respondOnce(parameters, call);
  throwStatus(request.responseStatus);
}

async function respondOnce(parameters: ResponseParameters, call: TestContext): Promise<OutputInit> {
  if (parameters.intervalUs > 0) await sleep(parameters.intervalUs / 1000, undefined, { signal: call.signal });
  call.compress = parameters.compressed?.value;
  return {
    payload: { body: new Uint8Array(checkSize(parameters.size)) },
    peerSocketAddress: parameters.fillPeerSocketAddress ? call.peer.address : "",
  };
}

function echoMetadata(call: TestContext): void {
  const initial = call.metadata.get(echoInitialKey);
  const trailing = call.metadata.get(echoTrailingKey);
  if (initial !== undefined) call.responseHeaders.set(echoInitialKey, initial);
  if (trailing !== undefined) call.responseTrailers.set(echoTrailingKey, trailing);
  if (initial !== undefined) call.sendHeaders();
}

function throwStatus(status: EchoStatus | undefined): void {
  if (status !== undefined && status.code !== 0) throw new RpcError(status.code as Status, status.message);
}

function expectCompressed(expected: BoolValue | undefined, call: TestContext): void {
  if (expected === undefined || expected.value === call.requestCompressed) return;
  const [wanted, found] = expected.value ? ["compressed", "not"] : ["uncompressed", "compressed"];
  throw new RpcError(Status.INVALID_ARGUMENT, `the request should have come ${wanted}, but was ${found}`);
}

function checkSize(size: number): number {
  if (size < 0) throw new RpcError(Status.INVALID_ARGUMENT, `a response of ${size} bytes cannot be`);
  return size;
}
