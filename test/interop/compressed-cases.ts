import assert from "node:assert/strict";
import { Status } from "peregrine";
import { largeRequest, largeResponse } from "./cases.js";
import { Requests } from "./requests.js";
import { type Case, expectStatus, payload, type Target } from "./test-client.js";

/** Zeros compress to almost nothing: what stays below this went compressed, what passes the payload's size did not. */
const compressedBytesMax = 10_000;

interface Traffic {
  readonly sent: number;
  readonly received: number;
}

async function measure(target: Target, call: () => Promise<void>): Promise<Traffic> {
  const wire = target.wire;
  assert.ok(wire !== undefined, "the bytes on the wire cannot be seen here");
  const sent = wire.sentBytes();
  const received = wire.receivedBytes();
  await call();
  return { sent: wire.sentBytes() - sent, received: wire.receivedBytes() - received };
}

function checkBytes(bytes: number, size: number, compressed: boolean): void {
  if (compressed) assert.ok(bytes < compressedBytesMax, `${bytes} bytes for ${size}: not compressed`);
  else assert.ok(bytes >= size, `${bytes} bytes for ${size}: compressed`);
}

const clientCompressedUnary: Case = async (target) => {
  const request = (expected: boolean): object => ({
    expectCompressed: { value: expected },
    responseSize: largeResponse,
    payload: payload(largeRequest),
  });
  const probe = target.client.unaryCall(request(true));
  await expectStatus(probe, Status.INVALID_ARGUMENT);
  for (const compress of [true, false]) {
    const { sent } = await measure(target, async () => {
      const response = await target.client.unaryCall(request(compress), { compress });
      assert.equal(response.payload?.body.length, largeResponse);
    });
    checkBytes(sent, largeRequest, compress);
  }
};

const serverCompressedUnary: Case = async (target) => {
  for (const value of [true, false]) {
    const { received } = await measure(target, async () => {
      const response = await target.client.unaryCall({
        responseCompressed: { value },
        responseSize: largeResponse,
        payload: payload(largeRequest),
      });
      assert.equal(response.payload?.body.length, largeResponse);
    });
    checkBytes(received, largeResponse, value);
  }
};

const serverCompressedStreaming: Case = async (target) => {
  const responseParameters = [
    { size: 31_415, compressed: { value: true } },
    { size: 92_653, compressed: { value: false } },
  ];
  const sizes: number[] = [];
  const { received } = await measure(target, async () => {
    for await (const { payload: got } of target.client.streamingOutputCall({ responseParameters })) {
      sizes.push(got?.body.length ?? -1);
    }
  });
  assert.deepEqual(sizes, [31_415, 92_653]);
  assert.ok(received >= 92_653, `${received} bytes: the second message came compressed`);
  assert.ok(received < 92_653 + compressedBytesMax, `${received} bytes: the first message came uncompressed`);
};

function isExpectedCompressed(message: object): boolean {
  return (message as { expectCompressed?: { value: boolean } }).expectCompressed?.value === true;
}

const clientCompressedStreaming: Case = async (target) => {
  const request = (size: number, expected: boolean): object => ({
    expectCompressed: { value: expected },
    payload: payload(size),
  });
  const probe = new Requests(request(27_182, true));
  probe.end();
  const refused = target.client.streamingInputCall(probe);
  await expectStatus(refused, Status.INVALID_ARGUMENT);
  const requests = new Requests(request(27_182, true), request(45_904, false));
  requests.end();
  const { sent } = await measure(target, async () => {
    const options = { compress: isExpectedCompressed };
    const { aggregatedPayloadSize } = await target.client.streamingInputCall(requests, options);
    assert.equal(aggregatedPayloadSize, 73_086);
  });
  assert.ok(sent >= 45_904, `${sent} bytes: the second message went compressed`);
  assert.ok(sent < 45_904 + compressedBytesMax, `${sent} bytes: the first message went uncompressed`);
};

/** The cases that need a server that compresses as it is told; grpc-go's interop server does not. */
export const compressedCases: Readonly<Record<string, Case>> = {
  client_compressed_unary: clientCompressedUnary,
  server_compressed_unary: serverCompressedUnary,
  client_compressed_streaming: clientCompressedStreaming,
  server_compressed_streaming: serverCompressedStreaming,
};
