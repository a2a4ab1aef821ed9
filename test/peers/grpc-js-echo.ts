import * as grpc from "@grpc/grpc-js";
import { type DescMessage, type DescMethod, fromBinary, type Message, toBinary } from "peregrine/protobuf";
import { Echo, type EchoRequest, type EchoResponse, type EchoSummary } from "../gen/echo_pb.js";

/** The Echo service as grpc-js wants it: our descriptors, its wire. */
export const echoDefinition: grpc.ServiceDefinition = Object.fromEntries(
  Echo.methods.map((method) => [method.localName, definitionOf(method)]),
);

function definitionOf(method: DescMethod): grpc.MethodDefinition<Message, Message> {
  return {
    path: `/${method.parent.typeName}/${method.name}`,
    requestStream: method.methodKind === "client_streaming" || method.methodKind === "bidi_streaming",
    responseStream: method.methodKind === "server_streaming" || method.methodKind === "bidi_streaming",
    requestSerialize: serializer(method.input),
    requestDeserialize: (bytes) => fromBinary(method.input, bytes),
    responseSerialize: serializer(method.output),
    responseDeserialize: (bytes) => fromBinary(method.output, bytes),
  };
}

function serializer(schema: DescMessage): (message: Message) => Buffer {
  return (message) => Buffer.from(toBinary(schema, message));
}

type Unary = grpc.handleUnaryCall<EchoRequest, Partial<EchoResponse>>;
type ServerStream = grpc.handleServerStreamingCall<EchoRequest, Partial<EchoResponse>>;
type ClientStream = grpc.handleClientStreamingCall<EchoRequest, Partial<EchoSummary>>;
type Bidi = grpc.handleBidiStreamingCall<EchoRequest, Partial<EchoResponse>>;

const responseType = "peregrine.test.EchoResponse";

function respond(request: EchoRequest, index: number): EchoResponse {
  const payload = request.responseBytes > 0 ? new Uint8Array(request.responseBytes) : request.payload;
  return { $typeName: responseType, payload, text: request.text, index };
}

/** Sends the metadata back that the request names; gives the trailers. */
function echoMetadata(
  request: EchoRequest,
  call: { metadata: grpc.Metadata; sendMetadata(headers: grpc.Metadata): void },
): grpc.Metadata {
  const headers = new grpc.Metadata();
  const trailers = new grpc.Metadata();
  for (const key of request.echoHeaders) for (const value of call.metadata.get(key)) headers.add(key, value);
  for (const key of request.echoTrailers) for (const value of call.metadata.get(key)) trailers.add(key, value);
  if (request.echoHeaders.length > 0) call.sendMetadata(headers);
  return trailers;
}

function failureOf(request: EchoRequest, metadata: grpc.Metadata): grpc.StatusObject | undefined {
  if (request.failCode === 0) return undefined;
  return { code: request.failCode, details: request.failMessage, metadata };
}

const unary: Unary = (call, callback) => {
  const trailers = echoMetadata(call.request, call);
  const failure = failureOf(call.request, trailers);
  const answer = (): void => callback(failure ?? null, respond(call.request, 0), trailers);
  if (call.request.sleepMs === 0) {
    answer();
    return;
  }
  const timer = setTimeout(answer, call.request.sleepMs);
  call.once("cancelled", () => clearTimeout(timer));
};

const serverStream: ServerStream = (call) => {
  const trailers = echoMetadata(call.request, call);
  const failure = failureOf(call.request, trailers);
  let index = 0;
  const write = (): void => {
    while (index < call.request.count && !call.cancelled) {
      if (!call.write(respond(call.request, index++))) {
        call.once("drain", write);
        return;
      }
    }
    if (failure === undefined) call.end(trailers);
    else call.emit("error", failure);
  };
  write();
};

const clientStream: ClientStream = (call, callback) => {
  let count = 0;
  let bytes = 0;
  call.on("data", (request: EchoRequest) => {
    count++;
    bytes += request.payload.length;
  });
  call.on("end", () => callback(null, { $typeName: "peregrine.test.EchoSummary", count, payloadBytes: BigInt(bytes) }));
};

const bidi: Bidi = (call) => {
  let index = 0;
  call.on("data", (request: EchoRequest) => call.write(respond(request, index++)));
  call.on("end", () => call.end());
};

/** A grpc-js server with the Echo service, on a free port of 127.0.0.1. */
export async function startGrpcJsEcho(
  credentials: grpc.ServerCredentials = grpc.ServerCredentials.createInsecure(),
): Promise<{ port: number; close(): void }> {
  const server = new grpc.Server();
  server.addService(echoDefinition, { unary, serverStream, clientStream, bidi });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", credentials, (error, bound) => (error === null ? resolve(bound) : reject(error)));
  });
  return { port, close: () => server.forceShutdown() };
}

/** A grpc-js client of the Echo service: generic, since its typed form needs code of its own generator. */
export function grpcJsEchoClient(
  address: string,
  credentials: grpc.ChannelCredentials = grpc.credentials.createInsecure(),
  options: grpc.ClientOptions = {},
): grpc.Client {
  return new grpc.Client(address, credentials, options);
}

/** Name of a method for the generic client's requests. */
export function echoMethod(name: string): grpc.MethodDefinition<Message, Message> {
  const method = echoDefinition[name];
  if (method === undefined) throw new Error(`Echo has no method ${name}`);
  return method as grpc.MethodDefinition<Message, Message>;
}
