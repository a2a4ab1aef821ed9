import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { RpcError } from "../base/rpc-error.js";
import { ErrorCode, expectError, failure, Rig, Status } from "./client-rig.testing.js";
import { InterceptRig } from "./intercept-rig.testing.js";
import { pushable } from "./pushable.js";

type Note = { message: string };

/** Whether a promise has been settled, without waiting for it. */
async function stateOf(promise: Promise<unknown>): Promise<"open" | "resolved" | "rejected"> {
  let state: "open" | "resolved" | "rejected" = "open";
  promise.then(
    () => {
      state = "resolved";
    },
    () => {
      state = "rejected";
    },
  );
  await turn();
  return state;
}

test("messages come in order, and the end behind them", async () => {
  const out = pushable<Note>();
  const rig = new Rig("client_streaming");
  await out.push({ message: "before the call" });
  const reply = rig.one(out);
  await out.push({ message: "a" });
  await out.push({ message: "b" });
  out.end();
  assert.equal(out.closed, true);
  await turn();
  assert.deepEqual(rig.stream.texts, ["before the call", "a", "b"]);
  assert.equal(rig.stream.ended, true);
  assert.equal(out.sentCount, 3);
  rig.stream.answer("done");
  await reply;
});

test("a push waits while the transport takes no more, and counts what the transport took", async () => {
  const out = pushable<Note>({ maxBufferedMessages: 2 });
  const rig = new Rig("client_streaming");
  rig.source.writable = false;
  const reply = rig.one(out);
  await out.push({ message: "a" });
  assert.equal(await stateOf(out.push({ message: "b" })), "resolved", "there is room for one more");
  const full = out.push({ message: "c" });
  assert.equal(await stateOf(full), "open");
  assert.deepEqual(rig.stream.texts, ["a"]);
  assert.equal(out.sentCount, 0, "the transport has not asked for more");
  assert.equal(out.bufferedCount, 2);
  rig.stream.handler.onWritable();
  assert.equal(await stateOf(full), "resolved");
  assert.deepEqual(rig.stream.texts, ["a", "b"]);
  assert.equal(out.sentCount, 1);
  assert.equal(out.bufferedCount, 1);
  rig.stream.answer("done");
  await reply;
});

test("pushes that are not awaited are refused beyond the bound, and no message is lost without a word", async () => {
  const out = pushable<Note>({ maxBufferedMessages: 2 });
  void out.push({ message: "a" });
  void out.push({ message: "b" });
  assert.throws(() => out.push({ message: "c" }), {
    name: "RangeError",
    message: "2 messages wait to be sent already (maxBufferedMessages): await each push() before the next",
  });
  const rig = new Rig("client_streaming");
  const reply = rig.one(out);
  out.end();
  await turn();
  assert.deepEqual(rig.stream.texts, ["a", "b"]);
  rig.stream.answer("done");
  await reply;
});

test("what is pushed after the end is a mistake of the program", () => {
  const ended = pushable<Note>();
  ended.end();
  ended.end();
  assert.throws(() => ended.push({ message: "" }), { name: "TypeError", message: "push() was called after end()" });
  const failed = pushable<Note>();
  failed.fail(new Error("x"));
  failed.end();
  assert.throws(() => failed.push({ message: "" }), { name: "TypeError", message: "push() was called after fail()" });
});

test("fail() ends the call, behind what waits", async () => {
  for (const early of [true, false]) {
    const out = pushable<Note>();
    const rig = new Rig("client_streaming");
    const cause = new Error("the camera fell");
    if (early) {
      void out.push({ message: "a" });
      out.fail(cause);
    }
    const reply = rig.one(out);
    if (!early) {
      await out.push({ message: "a" });
      out.fail(cause);
    }
    const error = await expectError(reply, Status.CANCELLED, /^the requests failed: the camera fell$/);
    assert.equal(error.cause, cause);
    assert.deepEqual(rig.stream.texts, ["a"]);
    assert.equal(rig.stream.resetCode, ErrorCode.CANCEL);
  }
});

const ends: Record<string, [(rig: Rig, controller: AbortController) => void, Status]> = {
  "a status": [(rig) => rig.stream.handler.onHeaders(["grpc-status", "5"], true), Status.NOT_FOUND],
  "a lost stream": [(rig) => rig.stream.handler.onReset(failure(ErrorCode.INTERNAL_ERROR)), Status.INTERNAL],
  "a cancellation": [(_, controller) => controller.abort(), Status.CANCELLED],
  "a deadline": [(rig) => rig.clock.advance(10), Status.DEADLINE_EXCEEDED],
};

for (const [name, [end, status]] of Object.entries(ends)) {
  test(`${name} rejects the push that waits, and all after it`, async () => {
    for (const rig of [new Rig("client_streaming"), new InterceptRig("client_streaming", (next) => next)]) {
      const out = pushable<Note>({ maxBufferedMessages: 1 });
      const controller = new AbortController();
      rig.source.writable = false;
      const reply = rig.one(out, { timeoutMs: 10, signals: [controller.signal] });
      reply.catch(() => undefined);
      await out.push({ message: "a" });
      const waiting = out.push({ message: "b" });
      await turn();
      end(rig, controller);
      const error = await expectError(reply, status);
      const told = await expectError(waiting, status);
      assert.equal(told.message, error.message);
      await expectError(out.push({ message: "c" }), status);
      assert.equal(out.closed, true);
      assert.equal(out.bufferedCount, 0);
      assert.equal(rig.clock.pendingTimers, 0);
    }
  });
}

test("a call that ends before it has a stream tells those who push", async () => {
  for (const rig of [new Rig("bidi_streaming"), new InterceptRig("bidi_streaming", (next) => next)]) {
    rig.source.isHolding = true;
    const out = pushable<Note>({ maxBufferedMessages: 1 });
    const responses = rig.many(out, { timeoutMs: 10 });
    const waiting = out.push({ message: "a" });
    await turn();
    rig.clock.advance(10);
    await expectError(waiting, Status.DEADLINE_EXCEEDED, /before the call was sent: nobody listens/);
    await expectError(responses.next(), Status.DEADLINE_EXCEEDED);
    const aborted = pushable<Note>({ maxBufferedMessages: 1 });
    const push = aborted.push({ message: "a" });
    void rig.many(aborted, { signals: [AbortSignal.abort()] });
    await expectError(push, Status.CANCELLED);
  }
});

test("a server that answers before it has all: the response is good, and pushes end", async () => {
  const out = pushable<Note>({ maxBufferedMessages: 1 });
  const rig = new Rig("client_streaming");
  rig.source.writable = false;
  const reply = rig.one(out);
  await out.push({ message: "a" });
  const waiting = out.push({ message: "b" });
  rig.stream.answer("enough");
  assert.equal((await reply).message, "enough");
  await expectError(waiting, Status.CANCELLED, /^the call has ended and takes no more messages$/);
});

test("pushes that nobody awaits are no unhandled rejections when the call fails", async () => {
  const out = pushable<Note>({ maxBufferedMessages: 1 });
  const rig = new Rig("client_streaming");
  rig.source.writable = false;
  const reply = rig.one(out);
  await out.push({ message: "a" });
  void out.push({ message: "b" });
  rig.stream.handler.onHeaders(["grpc-status", "5"], true);
  void out.push({ message: "c" });
  await expectError(reply, Status.NOT_FOUND);
  await turn();
});

test("one pushable is for one call", async () => {
  const out = pushable<Note>();
  const first = new Rig("client_streaming").one(out);
  await expectError(new Rig("client_streaming").one(out), Status.CANCELLED, /a pushable serves one call/);
  // A third one ends before it asks for anything.
  await expectError(new Rig("client_streaming").one(out, { timeoutMs: 0 }), Status.DEADLINE_EXCEEDED);
  assert.equal(out.closed, false);
  first.catch(() => undefined);
});

test("options are checked", () => {
  assert.throws(() => pushable({ maxBufferedMessages: 0 }), /maxBufferedMessages must be a number, 1 or more: got 0/);
  assert.throws(() => pushable({ maxBufferedMesages: 5 } as never), /did you mean maxBufferedMessages\?/);
  assert.throws(() => pushable(5 as never), /options of pushable\(\) must be an object/);
});

test("an iteration by hand", async () => {
  const out = pushable<number>();
  const iterator = out[Symbol.asyncIterator]();
  const first = iterator.next();
  await out.push(1);
  assert.deepEqual(await first, { done: false, value: 1 });
  assert.equal(out.sentCount, 0);
  const end = iterator.next();
  assert.equal(out.sentCount, 1);
  out.end();
  assert.deepEqual(await end, { done: true, value: undefined });
  assert.deepEqual(await iterator.next(), { done: true, value: undefined });

  const left = pushable<number>();
  const leaving = left[Symbol.asyncIterator]();
  await leaving.return?.();
  await expectError(left.push(1), Status.CANCELLED);

  const failing = pushable<number>();
  const failed = failing[Symbol.asyncIterator]().next();
  failing.fail(new RpcError(Status.ABORTED, "x"));
  await expectError(failed, Status.ABORTED);
});
