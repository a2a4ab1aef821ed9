import { fileURLToPath } from "node:url";
import {
  type ChannelCredentials,
  type ClientOptions,
  type ClientReadableStream,
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

/** What grpc-js makes of the service at run time. */
export interface EchoClient {
  unary(request: EchoRequest, callback: (error: Error | null, response?: EchoResponse) => void): void;
  serverStream(request: EchoRequest): ClientReadableStream<EchoResponse>;
  close(): void;
}

interface EchoConstructor {
  new (address: string, credentials: ChannelCredentials, options?: ClientOptions): EchoClient;
  readonly service: ServiceDefinition<UntypedServiceImplementation>;
}

/** The Echo service in the way of grpc-js users: loaded by proto-loader, callbacks and streams. */
export function loadEcho(): EchoConstructor {
  const path = fileURLToPath(new URL("../../../test/protos/echo.proto", import.meta.url));
  const root = loadPackageDefinition(loadSync(path)) as unknown as { peregrine: { test: { Echo: EchoConstructor } } };
  return root.peregrine.test.Echo;
}
