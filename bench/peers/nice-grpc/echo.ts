import type { MethodDefinition } from "@grpc/grpc-js";
import { type EchoRequest, type EchoResponse, type EchoSummary, loadEcho } from "../grpc-js/echo.js";

/** A method of grpc-js with the literal flags that nice-grpc takes its types from. */
type Method<Request, Response, In extends boolean, Out extends boolean> = MethodDefinition<Request, Response> & {
  requestStream: In;
  responseStream: Out;
};

const { Unary, ServerStream, ClientStream, Bidi } = loadEcho().service;

/** One of the three kinds of definition that nice-grpc takes, that of grpc-js, with method names as TypeScript has them. */
export const echoDefinition = {
  unary: Unary,
  serverStream: ServerStream,
  clientStream: ClientStream,
  bidi: Bidi,
} as unknown as {
  unary: Method<EchoRequest, EchoResponse, false, false>;
  serverStream: Method<EchoRequest, EchoResponse, false, true>;
  clientStream: Method<EchoRequest, EchoSummary, true, false>;
  bidi: Method<EchoRequest, EchoResponse, true, true>;
};
