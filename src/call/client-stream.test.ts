import assert from "node:assert/strict";
import { test } from "node:test";
import { ErrorCode, expectError, failure, framed, okHead, okTrailers, Rig, Status } from "./client-rig.testing.js";

async function texts(responses: AsyncIterable<{ message: string }>): Promise<string[]> {
  const found: string[] = [];
  for await (const { message } of responses) found.push(message);
  return found;
}

test("the call begins at once, and responses come in order", async () => {
  const rig = new Rig("server_streaming");
  const responses = rig.many({ message: "go" });
  assert.deepEqual(rig.stream.texts, ["go"]);
  const found = texts(responses);
  rig.stream.handler.onHeaders(okHead, false);
  const two = new Uint8Array([...framed("a"), ...framed("b"), ...framed("c").subarray(0, 2)]);
  rig.stream.handler.onData(two, false);
  rig.stream.handler.onData(framed("c").subarray(2), false);
  rig.stream.handler.onHeaders(okTrailers, true);
  assert.deepEqual(await found, ["a", "b", "c"]);
});

test("a slow reader gives no window", async () => {
  const rig = new Rig("server_streaming");
  const responses = rig.many({});
  rig.stream.handler.onHeaders(okHead, false);
  const bytes = framed("a");
  rig.stream.handler.onData(bytes, false);
  rig.stream.handler.onData(bytes, false);
  assert.equal(rig.stream.consumedBytes, 0);
  await responses.next();
  assert.equal(rig.stream.consumedBytes, bytes.length);
});

test("messages that came before an error are given before it", async () => {
  for (const end of ["status", "reset"]) {
    const rig = new Rig("server_streaming");
    const responses = rig.many({});
    rig.stream.handler.onHeaders(okHead, false);
    rig.stream.handler.onData(framed("a"), false);
    if (end === "status") rig.stream.handler.onHeaders(["grpc-status", "15", "grpc-message", "lost"], true);
    else rig.stream.handler.onReset(failure(ErrorCode.INTERNAL_ERROR));
    assert.equal((await responses.next()).value?.message, "a");
    await expectError(responses.next(), end === "status" ? Status.DATA_LOSS : Status.INTERNAL);
    assert.deepEqual(await responses.next(), { done: true, value: undefined });
  }
});

test("a deadline drops what was not read", async () => {
  const rig = new Rig("server_streaming");
  const responses = rig.many({}, { timeoutMs: 10 });
  rig.stream.handler.onHeaders(okHead, false);
  rig.stream.handler.onData(framed("a"), false);
  rig.clock.advance(10);
  await expectError(responses.next(), Status.DEADLINE_EXCEEDED);
});

test("once the status is there the deadline is met, however slow the reader is", async () => {
  const rig = new Rig("server_streaming");
  const responses = rig.many({}, { timeoutMs: 10 });
  rig.stream.handler.onHeaders(okHead, false);
  rig.stream.handler.onData(framed("a"), false);
  rig.stream.handler.onHeaders(okTrailers, true);
  rig.clock.advance(10);
  assert.deepEqual(await texts(responses), ["a"]);
});

test("leaving the loop cancels the call", async () => {
  const rig = new Rig("server_streaming");
  const responses = rig.many({});
  rig.stream.handler.onHeaders(okHead, false);
  rig.stream.handler.onData(framed("a"), false);
  for await (const _ of responses) break;
  assert.equal(rig.stream.resetCode, ErrorCode.CANCEL);
  assert.deepEqual(await responses.next(), { done: true, value: undefined });
});

test("leaving before there is a stream withdraws the call", async () => {
  const rig = new Rig("server_streaming");
  rig.source.isHolding = true;
  await rig.many({}).return?.();
  assert.equal(rig.source.waiting.size, 0);
});

test("a response that cannot be read cancels the call", async () => {
  const rig = new Rig("server_streaming");
  const responses = rig.many({});
  rig.stream.handler.onHeaders(okHead, false);
  rig.stream.handler.onData(framed("x".repeat(1_000)), false);
  await expectError(responses.next(), Status.RESOURCE_EXHAUSTED, /1003.*1000/);
  assert.equal(rig.stream.resetCode, ErrorCode.CANCEL);
});

test("an encoding that was not offered", async () => {
  const rig = new Rig("server_streaming");
  const responses = rig.many({});
  rig.stream.handler.onHeaders([...okHead, "grpc-encoding", "br"], false);
  await expectError(responses.next(), Status.INTERNAL, /"br"/);
  assert.equal(rig.stream.resetCode, ErrorCode.CANCEL);
});

test("compressed responses", async () => {
  const rig = new Rig("server_streaming");
  const responses = rig.many({});
  rig.stream.handler.onHeaders([...okHead, "grpc-encoding", "gzip"], false);
  rig.stream.handler.onData(framed("y".repeat(300), "gzip"), false);
  rig.stream.handler.onData(framed("plain"), false);
  rig.stream.handler.onHeaders(okTrailers, true);
  assert.deepEqual(await texts(responses), ["y".repeat(300), "plain"]);
});
