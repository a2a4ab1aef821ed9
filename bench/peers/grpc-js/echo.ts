import { fileURLToPath } from "node:url";
import {
  type ChannelCredentials,
  type ClientDuplexStream,
  type ClientOptions,
  type ClientReadableStream,
  type ClientWritableStream,
  loadPackageDefinition,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";

export interface EchoRequest {
  payload?: Uint8Array;
  text?: string;
  count?: number;
}

export interface EchoResponse {
  payload: Uint8Array;
  text: string;
  index: number;
}

export interface EchoSummary {
  count: number;
  payloadBytes: number;
}

type Callback<T> = (error: Error | null, response?: T) => void;

/** What grpc-js makes of the service at run time. */
export interface EchoClient {
  unary(request: EchoRequest, callback: Callback<EchoResponse>): void;
  serverStream(request: EchoRequest): ClientReadableStream<EchoResponse>;
  clientStream(callback: Callback<EchoSummary>): ClientWritableStream<EchoRequest>;
  bidi(): ClientDuplexStream<EchoRequest, EchoResponse>;
}

interface EchoConstructor {
  new (address: string, credentials: ChannelCredentials, options?: ClientOptions): EchoClient;
  readonly service: ServiceDefinition<UntypedServiceImplementation>;
}

/** The Echo service in the way of grpc-js users: loaded by proto-loader, callbacks and streams. */
export function loadEcho(): EchoConstructor {
  const path = fileURLToPath(new URL("../../../../test/protos/echo.proto", import.meta.url));
  const root = loadPackageDefinition(loadSync(path)) as unknown as { peregrine: { test: { Echo: EchoConstructor } } };
  return root.peregrine.test.Echo;
}
