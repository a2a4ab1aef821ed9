import assert from "node:assert/strict";
import { Status } from "peregrine";
import { Requests } from "./requests.js";
import { type Case, drain, expectStatus, type MetadataView, payload } from "./test-client.js";

const requestSizes = [27_182, 8, 1_828, 45_904] as const;
const responseSizes = [31_415, 9, 2_653, 58_979] as const;
export const largeRequest = 271_828;
export const largeResponse = 314_159;
const specialMessage = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n";

const emptyUnary: Case = async ({ client }) => {
  const response = await client.emptyCall();
  assert.equal(response.$unknown, undefined);
};

const largeUnary: Case = async ({ client }) => {
  const response = await client.unaryCall({ responseSize: largeResponse, payload: payload(largeRequest) });
  assert.deepEqual(response.payload?.body, new Uint8Array(largeResponse));
};

const clientStreaming: Case = async ({ client }) => {
  const requests = new Requests(...requestSizes.map((size) => ({ payload: payload(size) })));
  requests.end();
  const { aggregatedPayloadSize } = await client.streamingInputCall(requests);
  assert.equal(aggregatedPayloadSize, 74_922);
};

const serverStreaming: Case = async ({ client }) => {
  const sizes: number[] = [];
  const responseParameters = responseSizes.map((size) => ({ size }));
  for await (const { payload: got } of client.streamingOutputCall({ responseParameters })) {
    sizes.push(got?.body.length ?? -1);
  }
  assert.deepEqual(sizes, responseSizes);
};

const pingPong: Case = async ({ client }) => {
  const requests = new Requests<object>();
  const responses = client.fullDuplexCall(requests)[Symbol.asyncIterator]();
  for (const [i, size] of requestSizes.entries()) {
    requests.send({ responseParameters: [{ size: responseSizes[i]! }], payload: payload(size) });
    const { value } = await responses.next();
    assert.equal(value?.payload?.body.length, responseSizes[i]);
  }
  requests.end();
  assert.equal((await responses.next()).done, true);
};

const emptyStream: Case = async ({ client }) => {
  const requests = new Requests<object>();
  requests.end();
  assert.equal(await drain(client.fullDuplexCall(requests)), 0);
};

const initialKey = "x-grpc-test-echo-initial";
const trailingKey = "x-grpc-test-echo-trailing-bin";

const customMetadata: Case = async ({ client }) => {
  const trailing = new Uint8Array([0xab, 0xab, 0xab]);
  const seen: { headers?: MetadataView; trailers?: MetadataView } = {};
  const options = {
    metadata: { [initialKey]: "test_initial_metadata_value", [trailingKey]: trailing },
    onHeaders: (headers: MetadataView): void => {
      seen.headers = headers;
    },
    onTrailers: (trailers: MetadataView): void => {
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
  await client.unaryCall({ responseSize: 314_159, payload: payload(271_828) }, options);
  check();
  const requests = new Requests({ responseParameters: [{ size: 314_159 }], payload: payload(271_828) });
  requests.end();
  assert.equal(await drain(client.fullDuplexCall(requests, options)), 1);
  check();
};

const statusCodeAndMessage: Case = async ({ client }) => {
  const responseStatus = { code: Status.UNKNOWN, message: "test status message" };
  await expectStatus(client.unaryCall({ responseStatus }), Status.UNKNOWN, responseStatus.message);
  const requests = new Requests({ responseStatus });
  requests.end();
  await expectStatus(drain(client.fullDuplexCall(requests)), Status.UNKNOWN, responseStatus.message);
};

const specialStatusMessage: Case = async ({ client }) => {
  const responseStatus = { code: Status.UNKNOWN, message: specialMessage };
  await expectStatus(client.unaryCall({ responseStatus }), Status.UNKNOWN, specialMessage);
};

const unimplementedMethod: Case = ({ client }) => expectStatus(client.unimplementedMethod(), Status.UNIMPLEMENTED);

const unimplementedService: Case = ({ client }) => expectStatus(client.unimplementedService(), Status.UNIMPLEMENTED);

const cancelAfterBegin: Case = async ({ client }) => {
  const controller = new AbortController();
  const requests = new Requests<object>();
  const call = client.streamingInputCall(requests, { signal: controller.signal });
  call.catch(() => {});
  await requests.started;
  controller.abort();
  await expectStatus(call, Status.CANCELLED);
};

const cancelAfterFirstResponse: Case = async ({ client }) => {
  const controller = new AbortController();
  const requests = new Requests({ responseParameters: [{ size: 31_415 }], payload: payload(27_182) });
  const { signal } = controller;
  const responses = client.fullDuplexCall(requests, { signal })[Symbol.asyncIterator]();
  assert.equal((await responses.next()).value?.payload?.body.length, 31_415);
  controller.abort();
  await expectStatus(responses.next(), Status.CANCELLED);
};

const timeoutOnSleepingServer: Case = async ({ client }) => {
  const requests = new Requests({
    responseParameters: [{ size: 31_415, intervalUs: 1_000_000 }],
    payload: payload(27_182),
  });
  await expectStatus(drain(client.fullDuplexCall(requests, { timeoutMs: 1 })), Status.DEADLINE_EXCEEDED);
};

const pickFirstUnary: Case = async ({ client }) => {
  const ids = new Set<string>();
  for (let i = 0; i < 100; i++) {
    const request = { responseSize: 1, payload: payload(1), fillServerId: true };
    ids.add((await client.unaryCall(request)).serverId);
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
