import assert from "node:assert/strict";
import { test } from "node:test";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { DurationSchema } from "@bufbuild/protobuf/wkt";
import fc from "fast-check";
import { base64ToBytes, bytesToBase64 } from "../base/base64.js";
import { detail, RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import { StatusSchema } from "../rpc/status_pb.js";
import { decodeStatusDetails, encodeStatusDetails } from "./status-details.js";

// Rules of docs/specification.md: wire:status-details.

test("carries code, message and details as google.rpc.Status", () => {
  const packed = { typeUrl: "example.com/own.Type", value: Uint8Array.of(1, 2) };
  const details = [detail(DurationSchema, { seconds: 3n }), packed];
  const text = encodeStatusDetails(new RpcError(Status.NOT_FOUND, "not ☺", { details }));
  assert.match(text, /^[A-Za-z0-9+/]+$/);
  const status = fromBinary(StatusSchema, base64ToBytes(text) as Uint8Array);
  assert.deepEqual([status.code, status.message], [5, "not ☺"]);
  const received = decodeStatusDetails(text);
  assert.deepEqual(
    received.map((one) => one.typeUrl),
    ["type.googleapis.com/google.protobuf.Duration", "example.com/own.Type"],
  );
  assert.deepEqual(received[1], packed);
  const found = new RpcError(Status.NOT_FOUND, "", { details: received }).findDetails(DurationSchema);
  assert.equal(found[0]?.seconds, 3n);
});

test("is on the wire as the generated google.rpc.Status, whatever it holds", () => {
  const details = fc.array(
    fc.record({ typeUrl: fc.string({ unit: "grapheme" }), value: fc.uint8Array() }, { noNullPrototype: true }),
  );
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 16 }), fc.string({ unit: "grapheme" }), details, (code, message, packed) => {
      const text = encodeStatusDetails(new RpcError(code as Status, message, { details: packed }));
      const bytes = toBinary(StatusSchema, create(StatusSchema, { code, message, details: packed }));
      assert.equal(text, bytesToBase64(bytes));
      assert.deepEqual(decodeStatusDetails(text), packed);
    }),
  );
});

test("a detail whose value does not fit is told by an error", () => {
  const details = [detail(DurationSchema, { seconds: "no number" } as object)];
  assert.throws(() => encodeStatusDetails(new RpcError(Status.NOT_FOUND, "", { details })), Error);
});

test("what does not decode has no details", () => {
  const cut = toBinary(StatusSchema, create(StatusSchema, { message: "cut here" })).subarray(0, -1);
  for (const text of ["", "!", "AAAAA", bytesToBase64(cut)]) assert.deepEqual(decodeStatusDetails(text), [], text);
  fc.assert(fc.property(fc.uint8Array(), (bytes) => Array.isArray(decodeStatusDetails(bytesToBase64(bytes)))));
});
