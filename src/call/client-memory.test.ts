import assert from "node:assert/strict";
import { test } from "node:test";
import type { MessageCodec } from "../codec/codec.js";
import { ErrorCode, failure, okHead, okTrailers, Rig, type Shape } from "./client-rig.testing.js";

/** A rig whose codec writes down which messages it gets back. */
function rigOf(shape: Shape): { readonly rig: Rig; readonly back: Uint8Array[] } {
  const rig = new Rig(shape);
  const back: Uint8Array[] = [];
  const { requestCodec } = rig.method;
  const codec: MessageCodec = {
    encode: (message, headroom) => requestCodec.encode(message, headroom),
    decode: (bytes) => requestCodec.decode(bytes),
    reuse: (bytes) => void back.push(bytes),
  };
  Object.assign(rig.method, { requestCodec: codec });
  Object.assign(rig.env, { sendMessageBytesMax: 1_000_000 });
  return { rig, back };
}

const large = { message: "x".repeat(100_000) };

/** What the transport says when it has copied the message that was sent last. */
function leave(rig: Rig): void {
  const { owner, sent } = rig.stream;
  owner?.reuse(sent.at(-1) as Uint8Array);
}

test("a large request goes back to its codec when it has left and the response has begun", async () => {
  const { rig, back } = rigOf("unary");
  const reply = rig.one(large);
  leave(rig);
  assert.equal(back.length, 0, "it may have to be sent again");
  rig.stream.handler.onHeaders(okHead, false);
  assert.deepEqual(back, rig.stream.sent);
  rig.stream.handler.onHeaders(okTrailers, true);
  await assert.rejects(reply);
  assert.equal(back.length, 1);
});

test("a request that is answered before it has left goes back when it has", async () => {
  const { rig, back } = rigOf("unary");
  const reply = rig.one(large);
  rig.stream.handler.onHeaders(okHead, false);
  assert.equal(back.length, 0);
  leave(rig);
  assert.equal(back.length, 1);
  rig.stream.answer("done");
  await assert.rejects(reply);
});

test("a request that is sent again stays until the second stream has sent it", async () => {
  const { rig, back } = rigOf("unary");
  const reply = rig.one(large);
  leave(rig);
  rig.stream.handler.onReset(failure(ErrorCode.REFUSED_STREAM, { unprocessed: true }));
  assert.equal(rig.source.streams.length, 2);
  rig.stream.handler.onHeaders(okHead, false);
  assert.equal(back.length, 0, "the second stream still has it");
  leave(rig);
  assert.equal(back.length, 1);
  rig.stream.handler.onHeaders(okTrailers, true);
  await assert.rejects(reply);
});

test("what is held of a stream of requests does not go back, what follows does", async () => {
  const { rig, back } = rigOf("client_streaming");
  const reply = rig.one([{ message: "small" }, large]);
  await Promise.resolve();
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
  assert.equal(rig.stream.sent.length, 2);
  leave(rig);
  assert.deepEqual(back, [rig.stream.sent[1]]);
  rig.stream.answer("done");
  assert.equal((await reply).message, "done");
});

test("small requests are not worth the way", async () => {
  const { rig } = rigOf("unary");
  const reply = rig.one({ message: "small" });
  assert.equal(rig.stream.owner, undefined);
  rig.stream.answer("done");
  await reply;
});
