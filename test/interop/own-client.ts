import { Channel, type Client } from "peregrine";
import { TestService, UnimplementedService } from "../gen/grpc/testing/test_pb.js";
import { runCase } from "./run-case.js";
import type { Endpoint, TestCallOptions, TestClient } from "./test-client.js";

/** Runs one case with our client. Gives what went wrong, or undefined. Never throws, and always ends. */
export function runOwnCase(name: string, endpoint: Endpoint): Promise<string | undefined> {
  return runCase(name, openOwnClient, endpoint);
}

export function openOwnClient(endpoint: Endpoint): TestClient {
  const channel = openChannel(endpoint);
  const service = channel.client(TestService);
  return {
    emptyCall: () => service.emptyCall({}),
    unaryCall: (request, options) => service.unaryCall(request, optionsOf(options)),
    streamingInputCall: (requests, options) => service.streamingInputCall(requests, optionsOf(options)),
    streamingOutputCall: (request, options) => service.streamingOutputCall(request, optionsOf(options)),
    fullDuplexCall: (requests, options) => service.fullDuplexCall(requests, optionsOf(options)),
    unimplementedMethod: () => service.unimplementedCall({}),
    unimplementedService: () => channel.client(UnimplementedService).unimplementedCall({}),
    close: () => channel.close(),
  };
}

type OwnOptions = NonNullable<Parameters<Client<typeof TestService>["unaryCall"]>[1]>;

function optionsOf(options: TestCallOptions | undefined): OwnOptions | undefined {
  if (options === undefined) return undefined;
  const { compress, ...same } = options;
  if (compress === undefined) return same;
  if (compress === false) return { ...same, compress: "identity" };
  return { ...same, compress: "gzip", ...(compress !== true && { compressWhen: compress }) };
}

export function openChannel(endpoint: Endpoint, port: number = endpoint.port): Channel {
  const target = `${endpoint.host}:${port}`;
  if (endpoint.tls === undefined) return new Channel(target);
  const { ca } = endpoint.tls;
  const { serverName } = endpoint;
  return new Channel(target, {
    tls: { ...(ca !== undefined && { ca }), ...(serverName !== undefined && { serverName }) },
  });
}
