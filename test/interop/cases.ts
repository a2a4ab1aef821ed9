import assert from "node:assert/strict";
import { type Channel, type Client, type Metadata, RpcError, Status } from "peregrine";
import { TestService, UnimplementedService } from "../gen/grpc/testing/test_pb.js";
import { Requests } from "./requests.js";

/** What a case runs against. */
export interface Target {
  readonly channel: Channel;
  /** Bytes that went over the wire so far, where that can be seen; the compressed cases need it. */
  readonly wire?: { sentBytes(): number; receivedBytes(): number };
}

export type Case = (target: Target) => Promise<void>;

const requestSizes = [27_182, 8, 1_828, 45_904] as const;
const responseSizes = [31_415, 9, 2_653, 58_979] as const;
export const largeRequest = 271_828;
export const largeResponse = 314_159;
const specialMessage = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n";

export function payload(size: number): { body: Uint8Array } {
  return { body: new Uint8Array(size) };
}

export function service({ channel }: Target): Client<typeof TestService> {
  return channel.client(TestService);
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
async function drain(stream: AsyncIterable<unknown>): Promise<number> {
  let count = 0;
  for await (const _ of stream) count++;
  return count;
}

const emptyUnary: Case = async (target) => {
  const response = await service(target).emptyCall({});
  assert.equal(response.$unknown, undefined);
};

const largeUnary: Case = async (target) => {
  const response = await service(target).unaryCall({ responseSize: largeResponse, payload: payload(largeRequest) });
  assert.deepEqual(response.payload?.body, new Uint8Array(largeResponse));
};

const clientStreaming: Case = async (target) => {
  const requests = new Requests(...requestSizes.map((size) => ({ payload: payload(size) })));
  requests.end();
  const { aggregatedPayloadSize } = await service(target).streamingInputCall(requests);
  assert.equal(aggregatedPayloadSize, 74_922);
};

const serverStreaming: Case = async (target) => {
  const sizes: number[] = [];
  const responseParameters = responseSizes.map((size) => ({ size }));
  for await (const { payload: got } of service(target).streamingOutputCall({ responseParameters })) {
    sizes.push(got?.body.length ?? -1);
  }
  assert.deepEqual(sizes, responseSizes);
};

const pingPong: Case = async (target) => {
  const requests = new Requests<object>();
  const responses = service(target).fullDuplexCall(requests)[Symbol.asyncIterator]();
  for (const [i, size] of requestSizes.entries()) {
    requests.send({ responseParameters: [{ size: responseSizes[i]! }], payload: payload(size) });
    const { value } = await responses.next();
    assert.equal(value?.payload?.body.length, responseSizes[i]);
  }
  requests.end();
  assert.equal((await responses.next()).done, true);
};

const emptyStream: Case = async (target) => {
  const requests = new Requests<object>();
  requests.end();
  assert.equal(await drain(service(target).fullDuplexCall(requests)), 0);
};

const initialKey = "x-grpc-test-echo-initial";
const trailingKey = "x-grpc-test-echo-trailing-bin";

const customMetadata: Case = async (target) => {
  const trailing = new Uint8Array([0xab, 0xab, 0xab]);
  const seen: { headers?: Metadata; trailers?: Metadata } = {};
  const options = {
    metadata: { [initialKey]: "test_initial_metadata_value", [trailingKey]: trailing },
    onHeaders: (headers: Metadata): void => {
      seen.headers = headers;
    },
    onTrailers: (trailers: Metadata): void => {
      seen.trailers = trailers;
    },
  };
  const check = (): void => {
    assert.deepEqual(seen.headers?.getAll(initialKey), ["test_initial_metadata_value"]);
    const found = (seen.trailers?.getAll(trailingKey) ?? []) as Uint8Array[];
    assert.deepEqual(
      found.map((value) => [...value]),
      [[...trailing]],
    );
    delete seen.headers;
    delete seen.trailers;
  };
  await service(target).unaryCall({ responseSize: 314_159, payload: payload(271_828) }, options);
  check();
  const requests = new Requests({ responseParameters: [{ size: 314_159 }], payload: payload(271_828) });
  requests.end();
  assert.equal(await drain(service(target).fullDuplexCall(requests, options)), 1);
  check();
};

const statusCodeAndMessage: Case = async (target) => {
  const responseStatus = { code: Status.UNKNOWN, message: "test status message" };
  await expectStatus(service(target).unaryCall({ responseStatus }), Status.UNKNOWN, responseStatus.message);
  const requests = new Requests({ responseStatus });
  requests.end();
  await expectStatus(drain(service(target).fullDuplexCall(requests)), Status.UNKNOWN, responseStatus.message);
};

const specialStatusMessage: Case = async (target) => {
  const responseStatus = { code: Status.UNKNOWN, message: specialMessage };
  await expectStatus(service(target).unaryCall({ responseStatus }), Status.UNKNOWN, specialMessage);
};

const unimplementedMethod: Case = (target) => expectStatus(service(target).unimplementedCall({}), Status.UNIMPLEMENTED);

const unimplementedService: Case = ({ channel }) =>
  expectStatus(channel.client(UnimplementedService).unimplementedCall({}), Status.UNIMPLEMENTED);

const cancelAfterBegin: Case = async (target) => {
  const controller = new AbortController();
  const requests = new Requests<object>();
  const call = service(target).streamingInputCall(requests, { signal: controller.signal });
  call.catch(() => {});
  await requests.started;
  controller.abort();
  await expectStatus(call, Status.CANCELLED);
};

const cancelAfterFirstResponse: Case = async (target) => {
  const controller = new AbortController();
  const requests = new Requests({ responseParameters: [{ size: 31_415 }], payload: payload(27_182) });
  const { signal } = controller;
  const responses = service(target).fullDuplexCall(requests, { signal })[Symbol.asyncIterator]();
  assert.equal((await responses.next()).value?.payload?.body.length, 31_415);
  controller.abort();
  await expectStatus(responses.next(), Status.CANCELLED);
};

const timeoutOnSleepingServer: Case = async (target) => {
  const requests = new Requests({
    responseParameters: [{ size: 31_415, intervalUs: 1_000_000 }],
    payload: payload(27_182),
  });
  await expectStatus(drain(service(target).fullDuplexCall(requests, { timeoutMs: 1 })), Status.DEADLINE_EXCEEDED);
};

const pickFirstUnary: Case = async (target) => {
  const ids = new Set<string>();
  for (let i = 0; i < 100; i++) {
    const request = { responseSize: 1, payload: payload(1), fillServerId: true };
    ids.add((await service(target).unaryCall(request)).serverId);
  }
  assert.equal(ids.size, 1);
  assert.notEqual([...ids][0], "");
};

/** The cases that every peer's server knows, by their official names. */
export const plainCases: Readonly<Record<string, Case>> = {
  empty_unary: emptyUnary,
  large_unary: largeUnary,
  client_streaming: clientStreaming,
  server_streaming: serverStreaming,
  ping_pong: pingPong,
  empty_stream: emptyStream,
  custom_metadata: customMetadata,
  status_code_and_message: statusCodeAndMessage,
  special_status_message: specialStatusMessage,
  unimplemented_method: unimplementedMethod,
  unimplemented_service: unimplementedService,
  cancel_after_begin: cancelAfterBegin,
  cancel_after_first_response: cancelAfterFirstResponse,
  timeout_on_sleeping_server: timeoutOnSleepingServer,
  pick_first_unary: pickFirstUnary,
};
