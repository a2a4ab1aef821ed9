import assert from "node:assert/strict";
import { test } from "node:test";
import { create, toBinary } from "@bufbuild/protobuf";
import { AnySchema, type Duration, DurationSchema, StringValueSchema } from "@bufbuild/protobuf/wkt";
import { Metadata } from "./metadata.js";
import { detail, type PackedDetail, RpcError } from "./rpc-error.js";
import { Status } from "./status.js";

test("an error with a code, a text, metadata and a cause", () => {
  const cause = new Error("below");
  const metadata = new Metadata({ k: "v" });
  const error = new RpcError(Status.NOT_FOUND, "no such thing", { metadata, cause });
  assert.ok(error instanceof Error);
  assert.equal(error.name, "RpcError");
  assert.equal(error.code, 5);
  assert.equal(error.codeName, "NOT_FOUND");
  assert.equal(error.message, "no such thing");
  assert.equal(String(error), "RpcError: NOT_FOUND: no such thing");
  assert.equal(error.metadata, metadata);
  assert.equal(error.cause, cause);
  assert.match(error.stack ?? "", /rpc-error\.test/);
});

test("what is not given is empty", () => {
  const error = new RpcError(Status.ABORTED);
  assert.equal(error.message, "");
  assert.deepEqual(error.details, []);
  assert.equal(error.metadata.size, 0);
  assert.equal("cause" in error, false);
  assert.equal(new RpcError(Status.ABORTED, "", { metadata: { a: "1" } }).metadata.get("a"), "1");
});

test("finds details by type: those to be sent, also partial ones, and those that came", () => {
  const packed: PackedDetail = {
    typeUrl: "type.googleapis.com/google.protobuf.Duration",
    value: toBinary(DurationSchema, create(DurationSchema, { seconds: 7n })),
  };
  const other: PackedDetail = { typeUrl: "type.googleapis.com/google.protobuf.Empty", value: new Uint8Array() };
  const details = [detail(DurationSchema, { nanos: 5 }), other, packed, detail(StringValueSchema, { value: "x" })];
  const error = new RpcError(Status.UNAVAILABLE, "", { details });
  const found: Duration[] = error.findDetails(DurationSchema);
  assert.deepEqual(
    found.map((one) => [one.$typeName, one.seconds, one.nanos]),
    [
      ["google.protobuf.Duration", 0n, 5],
      ["google.protobuf.Duration", 7n, 0],
    ],
  );
  assert.equal(error.findDetails(StringValueSchema)[0]?.value, "x");
  assert.deepEqual(error.findDetails(AnySchema), []);
});

test("a type is named behind the last slash of its URL, or alone", () => {
  for (const typeUrl of ["google.protobuf.Duration", "example.com/a/google.protobuf.Duration"]) {
    const error = new RpcError(Status.UNKNOWN, "", { details: [{ typeUrl, value: new Uint8Array() }] });
    assert.equal(error.findDetails(DurationSchema).length, 1);
  }
});

test("bytes that do not decode are an error when they are asked for", () => {
  const details = [{ typeUrl: "x/google.protobuf.Duration", value: Uint8Array.of(0x08) }];
  const error = new RpcError(Status.UNKNOWN, "", { details });
  assert.throws(() => error.findDetails(DurationSchema), Error);
});
