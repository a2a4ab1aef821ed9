import assert from "node:assert/strict";
import { test } from "node:test";
import { create, toBinary } from "peregrine/protobuf";
import { EchoRequestSchema, EchoSummarySchema } from "../../test/gen/echo_pb.js";
import { makePayload } from "./task.js";
import { decodeEcho, decodeSummaryCount, encodeEcho, encodeSummary, frame, MessageCutter } from "./wire.js";

test("messages written by hand are those of the codec", () => {
  for (const [bytes, count] of [
    [9, 0],
    [127, 1],
    [128, 300],
    [70_000, 5_000],
  ] as const) {
    const payload = makePayload(bytes);
    assert.deepEqual(
      encodeEcho(payload, count),
      toBinary(EchoRequestSchema, create(EchoRequestSchema, { payload, count })),
    );
    assert.deepEqual(decodeEcho(encodeEcho(payload, count)), { payload, count });
  }
  const summary = create(EchoSummarySchema, { count: 5_000, payloadBytes: 500_000n });
  assert.deepEqual(encodeSummary(5_000, 500_000), toBinary(EchoSummarySchema, summary));
  assert.equal(decodeSummaryCount(encodeSummary(5_000, 500_000)), 5_000);
});

test("messages are cut at any split", () => {
  const messages = [0, 1, 100, 3].map((bytes) => encodeEcho(makePayload(bytes)));
  const bytes = Buffer.concat(messages.map(frame));
  for (let size = 1; size <= bytes.length; size++) {
    const got: Uint8Array[] = [];
    const cutter = new MessageCutter((message) => got.push(Uint8Array.from(message)));
    for (let offset = 0; offset < bytes.length; offset += size) cutter.push(bytes.subarray(offset, offset + size));
    assert.deepEqual(got, messages);
  }
});
