import { setTimeout as sleep } from "node:timers/promises";
import { RpcError, type Server, type ServerContext, type Status } from "peregrine";
import type { MessageInitShape } from "peregrine/protobuf";
import { Echo, type EchoRequest, type EchoResponseSchema, type EchoSummarySchema } from "../gen/echo_pb.js";

type ResponseInit = MessageInitShape<typeof EchoResponseSchema>;

/** Adds the Echo service of `test/protos/echo.proto`: what tests, peers and benchmarks call. */
export function addEcho(server: Server): void {
  server.add(Echo, { unary, serverStream, clientStream, bidi });
}

/** Without a wait the answer is given at once: a promise would be the benchmark's, not the server's. */
function unary(request: EchoRequest, call: ServerContext): ResponseInit | Promise<ResponseInit> {
  echoMetadata(request, call);
  if (request.sleepMs > 0) return wait(request, call).then(() => unaryNow(request));
  return unaryNow(request);
}

function unaryNow(request: EchoRequest): ResponseInit {
  throwStatus(request);
  return respond(request, 0);
}

async function* serverStream(request: EchoRequest, call: ServerContext): AsyncGenerator<ResponseInit> {
  echoMetadata(request, call);
  for (let index = 0; index < request.count; index++) {
    if (request.sleepMs > 0) await wait(request, call);
    yield respond(request, index);
  }
  throwStatus(request);
}

async function clientStream(
  requests: AsyncIterable<EchoRequest>,
  call: ServerContext,
): Promise<MessageInitShape<typeof EchoSummarySchema>> {
  let count = 0;
  let bytes = 0;
  for await (const request of requests) {
    echoMetadata(request, call);
    if (request.sleepMs > 0) await wait(request, call);
    throwStatus(request);
    count++;
    bytes += request.payload.length;
  }
  return { count, payloadBytes: BigInt(bytes) };
}

async function* bidi(requests: AsyncIterable<EchoRequest>, call: ServerContext): AsyncGenerator<ResponseInit> {
  let index = 0;
  for await (const request of requests) {
    echoMetadata(request, call);
    for (let i = 0; i < Math.max(1, request.count); i++) {
      if (request.sleepMs > 0) await wait(request, call);
      yield respond(request, index++);
    }
    throwStatus(request);
  }
}

function respond(request: EchoRequest, index: number): ResponseInit {
  const payload = request.responseBytes > 0 ? new Uint8Array(request.responseBytes) : request.payload;
  return { payload, text: request.text, index };
}

function wait(request: EchoRequest, call: ServerContext): Promise<void> {
  return sleep(request.sleepMs, undefined, { signal: call.signal });
}

function echoMetadata(request: EchoRequest, call: ServerContext): void {
  for (const key of request.echoHeaders) {
    for (const value of call.metadata.getAll(key)) call.responseHeaders.append(key, value);
  }
  for (const key of request.echoTrailers) {
    for (const value of call.metadata.getAll(key)) call.responseTrailers.append(key, value);
  }
}

function throwStatus(request: EchoRequest): void {
  if (request.failCode !== 0) throw new RpcError(request.failCode as Status, request.failMessage);
}
