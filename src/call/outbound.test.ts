import assert from "node:assert/strict";
import { test } from "node:test";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import { type Compression, identityName } from "../message/compression.js";
import { noteCodec } from "./notes.testing.js";
import { encodeMessage, WriteGate } from "./outbound.js";

/** Halves whatever it is given. */
const halving: Compression = {
  name: "halving",
  compress: (bytes) => bytes.subarray(0, bytes.length / 2),
  decompress: (bytes) => bytes,
};

test("prefix and message; compressed where it pays", () => {
  const plain = encodeMessage(noteCodec, { text: "abcd" }, undefined, 100, 0);
  assert.deepEqual(plain, Uint8Array.of(0, 0, 0, 0, 6, 0x0a, 4, 97, 98, 99, 100));
  const compressed = encodeMessage(noteCodec, { text: "abcd" }, halving, 100, 6);
  assert.deepEqual(compressed, Uint8Array.of(1, 0, 0, 0, 3, 0x0a, 4, 97));
  assert.deepEqual(encodeMessage(noteCodec, { text: "abcd" }, halving, 100, 7), plain);
  assert.notEqual(halving.name, identityName);
});

test("a promise where the compression takes a while", async () => {
  const later: Compression = { ...halving, compress: async (bytes) => bytes.subarray(0, 1) };
  const made = encodeMessage(noteCodec, { text: "abcd" }, later, 100, 0);
  assert.ok(made instanceof Promise);
  assert.deepEqual(await made, Uint8Array.of(1, 0, 0, 0, 1, 0x0a));
});

test("a message over the limit is RESOURCE_EXHAUSTED with both sizes, before it is compressed", () => {
  const never: Compression = { ...halving, compress: () => assert.fail("compressed") };
  assert.ok(encodeMessage(noteCodec, { text: "abcd" }, undefined, 6, 0) instanceof Uint8Array);
  assert.throws(() => encodeMessage(noteCodec, { text: "abcd" }, never, 5, 0), {
    code: Status.RESOURCE_EXHAUSTED,
    message: /6 bytes.*sendMessageBytesMax = 5/,
  });
});

test("a value that does not fit its field is INTERNAL, with the field and the cause", () => {
  assert.throws(
    () => encodeMessage(noteCodec, { text: 5 }, undefined, 100, 0),
    (error) =>
      error instanceof RpcError &&
      error.code === Status.INTERNAL &&
      /test\.Note\.text/.test(error.message) &&
      error.cause instanceof TypeError,
  );
});

test("a gate lets its writer on when the stream takes more, or the call is over", async () => {
  const gate = new WriteGate();
  const order: string[] = [];
  const first = gate.wait()?.then(() => order.push("writable"));
  assert.equal(order.length, 0);
  gate.writable();
  await first;
  gate.writable();
  const second = gate.wait()?.then(() => order.push("closed"));
  gate.close();
  await second;
  assert.deepEqual(order, ["writable", "closed"]);
  assert.equal(gate.wait(), undefined);
});
