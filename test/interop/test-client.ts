import assert from "node:assert/strict";
import { RpcError, type Status } from "peregrine";
import type { MessageInitShape } from "peregrine/protobuf";
import type { Empty } from "../gen/grpc/testing/empty_pb.js";
import type {
  SimpleRequestSchema,
  SimpleResponse,
  StreamingInputCallRequestSchema,
  StreamingInputCallResponse,
  StreamingOutputCallRequestSchema,
  StreamingOutputCallResponse,
} from "../gen/grpc/testing/messages_pb.js";

/** Headers or trailers of a response. */
export interface MetadataView {
  getAll(name: string): readonly (string | Uint8Array)[];
}

export interface TestCallOptions {
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  readonly metadata?: Readonly<Record<string, string | Uint8Array>>;
  readonly onHeaders?: (headers: MetadataView) => void;
  readonly onTrailers?: (trailers: MetadataView) => void;
  /** With gzip: all requests, or those that the function says. Default: none. */
  readonly compress?: boolean | ((request: object) => boolean);
}

type OutputRequest = MessageInitShape<typeof StreamingOutputCallRequestSchema>;

/**
 * A client of the test services on one implementation, with a connection of its own. Calls fail with `RpcError`, whatever
 * the implementation throws.
 */
export interface TestClient {
  emptyCall(): Promise<Empty>;
  unaryCall(request: MessageInitShape<typeof SimpleRequestSchema>, options?: TestCallOptions): Promise<SimpleResponse>;
  streamingInputCall(
    requests: AsyncIterable<MessageInitShape<typeof StreamingInputCallRequestSchema>>,
    options?: TestCallOptions,
  ): Promise<StreamingInputCallResponse>;
  streamingOutputCall(request: OutputRequest, options?: TestCallOptions): AsyncIterable<StreamingOutputCallResponse>;
  fullDuplexCall(
    requests: AsyncIterable<OutputRequest>,
    options?: TestCallOptions,
  ): AsyncIterable<StreamingOutputCallResponse>;
  /** A method that no server implements. */
  unimplementedMethod(): Promise<unknown>;
  /** A service that no server has. */
  unimplementedService(): Promise<unknown>;
  close(): Promise<void>;
}

/** Where a server is, and how to reach it. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
  /** Undefined for plaintext; `ca` undefined for the machine's own authorities. */
  readonly tls: { readonly ca: string | undefined } | undefined;
  /** The name that the server's certificate must have, where it is not `host`. */
  readonly serverName?: string | undefined;
}

export type OpenClient = (endpoint: Endpoint) => TestClient;

/** What a case runs against. */
export interface Target {
  readonly client: TestClient;
  /** Another client of the same server, which the case closes. */
  open(): TestClient;
  /** Bytes that went over the wire so far, where that can be seen; the compressed cases need it. */
  readonly wire?: { sentBytes(): number; receivedBytes(): number };
}

export type Case = (target: Target) => Promise<void>;

export function payload(size: number): { body: Uint8Array } {
  return { body: new Uint8Array(size) };
}

/** Waits for a call to fail, and looks at how. */
export async function expectStatus(call: Promise<unknown>, code: Status, message?: string): Promise<void> {
  const error = await call.then(
    () => assert.fail(`the call succeeded, expected status ${code}`),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof RpcError, `expected an RpcError: ${String(error)}`);
  assert.equal(error.code, code, `status ${error.code}: ${error.message}`);
  if (message !== undefined) assert.equal(error.message, message);
}

/** Reads a stream to its end. */
export async function drain(stream: AsyncIterable<unknown>): Promise<number> {
  let count = 0;
  for await (const _ of stream) count++;
  return count;
}
