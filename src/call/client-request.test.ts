import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { create } from "@bufbuild/protobuf";
import { StatusSchema } from "../rpc/status_pb.js";
import { ErrorCode, expectError, failure, okHead, okTrailers, Rig, Status } from "./client-rig.testing.js";

const refused = failure(ErrorCode.REFUSED_STREAM, { unprocessed: true });

/** An iterable that notes how far it was pulled and whether it was left. */
class Source {
  pulled = 0;
  left = false;
  readonly #count: number;

  constructor(count: number) {
    this.#count = count;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<{ message: string }> {
    try {
      while (this.pulled < this.#count) yield { message: `${this.pulled++}` };
    } finally {
      this.left = true;
    }
  }
}

test("requests of an async iterable, then the end", async () => {
  const rig = new Rig("client_streaming");
  const reply = rig.one(new Source(3));
  await turn();
  assert.deepEqual(rig.stream.texts, ["0", "1", "2"]);
  assert.ok(rig.stream.ended);
  rig.stream.answer("x");
  assert.equal((await reply).message, "x");
});

test("an array will do", async () => {
  const rig = new Rig("client_streaming");
  const reply = rig.one([{ message: "a" }, { message: "b" }]);
  await turn();
  assert.deepEqual(rig.stream.texts, ["a", "b"]);
  rig.stream.answer("x");
  await reply;
});

test("the iterable is pulled no faster than the stream takes", async () => {
  const rig = new Rig("client_streaming");
  rig.source.writable = false;
  const source = new Source(10);
  const reply = rig.one(source);
  await turn();
  assert.deepEqual(rig.stream.texts, ["0"]);
  rig.stream.handler.onWritable();
  await turn();
  assert.deepEqual(rig.stream.texts, ["0", "1"]);
  rig.stream.writable = true;
  rig.stream.handler.onWritable();
  await turn();
  assert.equal(rig.stream.texts.length, 10);
  rig.stream.answer("x");
  await reply;
});

test("a server that answers early stops the iterable", async () => {
  const rig = new Rig("client_streaming");
  rig.source.writable = false;
  const source = new Source(10);
  const reply = rig.one(source);
  await turn();
  rig.stream.handler.onHeaders([...okHead, "grpc-status", "9"], true);
  await expectError(reply, Status.FAILED_PRECONDITION);
  await turn();
  assert.equal(source.left, true);
  assert.equal(source.pulled, 1);
});

test("an iterable that throws cancels the call, and is the cause of its error", async () => {
  const rig = new Rig("client_streaming");
  const thrown = new Error("no more");
  const reply = rig.one(
    (async function* () {
      yield { message: "a" };
      throw thrown;
    })(),
  );
  const error = await expectError(reply, Status.CANCELLED, /^the requests failed: no more$/);
  assert.equal(error.cause, thrown);
  assert.equal(rig.stream.resetCode, ErrorCode.CANCEL);
});

test("a request that cannot be sent fails the call by its own error, and leaves the iterable", async () => {
  const rig = new Rig("client_streaming");
  let left = false;
  const source = (function* () {
    try {
      yield { message: 5 };
    } finally {
      left = true;
    }
  })();
  await expectError(rig.one(source), Status.INVALID_ARGUMENT, /message/);
  assert.equal(left, true);
  await expectError(rig.one([7]), Status.INVALID_ARGUMENT, /not number/);
});

test("an iterable that gives no iterator", async () => {
  const rig = new Rig("client_streaming");
  const broken = {
    [Symbol.asyncIterator]: () => {
      throw new Error("used up");
    },
  };
  await expectError(rig.one(broken), Status.CANCELLED, /^the requests failed: used up$/);
  assert.equal(rig.stream.resetCode, ErrorCode.CANCEL);
});

test("what is not iterable never reaches the server, and the error names the method and what it takes", async () => {
  const due = "^/p\\.S/M streams its requests: give an iterable or an async iterable of google\\.rpc\\.Status, not ";
  const given: [unknown, string][] = [
    [5, "number"],
    [null, "null"],
    ["text", "string"],
    [{ message: "one" }, "an object that is neither"],
    [create(StatusSchema, { message: "one" }), "one google.rpc.Status"],
  ];
  for (const [requests, found] of given) {
    const rig = new Rig("client_streaming");
    await expectError(rig.one(requests), Status.INVALID_ARGUMENT, new RegExp(`${due}${found}$`));
    assert.equal(rig.source.streams.length, 0);
  }
});

test("a stream given where one request is due", async () => {
  const rig = new Rig("unary");
  const due = "^/p\\.S/M takes a google\\.rpc\\.Status, not ";
  await expectError(rig.one([{}]), Status.INVALID_ARGUMENT, new RegExp(`${due}an array$`));
  await expectError(rig.one(new Source(1)), Status.INVALID_ARGUMENT, new RegExp(`${due}an async iterable$`));
  await expectError(
    rig.one(Promise.resolve({})),
    Status.INVALID_ARGUMENT,
    new RegExp(`${due}a promise: await it first$`),
  );
  assert.equal(rig.source.streams.length, 0);
});

test("what was not processed is sent again from the first message on, and goes on from there", async () => {
  const rig = new Rig("client_streaming");
  rig.source.writable = false;
  const source = new Source(3);
  const reply = rig.one(source);
  await turn();
  rig.stream.handler.onWritable();
  await turn();
  assert.deepEqual(rig.stream.texts, ["0", "1"]);
  rig.source.writable = true;
  rig.stream.handler.onReset(refused);
  await turn();
  assert.equal(rig.source.streams.length, 2);
  assert.deepEqual(rig.stream.texts, ["0", "1", "2"]);
  assert.ok(rig.stream.ended);
  rig.stream.handler.onReset(refused);
  assert.deepEqual(rig.stream.texts, ["0", "1", "2"]);
  assert.ok(rig.stream.ended, "the end is sent again too");
  rig.stream.answer("x");
  await reply;
});

test("the iterable waits while the call has no stream", async () => {
  const rig = new Rig("client_streaming");
  const source = new Source(4);
  rig.source.writable = false;
  const reply = rig.one(source);
  await turn();
  rig.source.isHolding = true;
  rig.stream.handler.onReset(refused);
  await turn();
  assert.equal(source.pulled, 1);
  rig.source.writable = true;
  for (const call of rig.source.waiting) call.open(rig.source, "peer");
  await turn();
  assert.deepEqual(rig.stream.texts, ["0", "1", "2", "3"]);
  rig.stream.answer("x");
  await reply;
});

test("more than may be held, or a response that has begun, ends the second chances", async () => {
  const rig = new Rig("client_streaming");
  const large = Array.from({ length: 10 }, () => ({ message: "x".repeat(20) }));
  const reply = rig.one(large);
  await turn();
  rig.stream.handler.onReset(refused);
  await expectError(reply, Status.UNAVAILABLE);
  const begun = rig.one([{ message: "a" }]);
  await turn();
  rig.stream.handler.onHeaders(okHead, false);
  rig.stream.handler.onReset(refused);
  await expectError(begun, Status.UNAVAILABLE);
  assert.equal(rig.source.streams.length, 2);
});

test("requests and responses go both ways at once", async () => {
  const rig = new Rig("bidi_streaming");
  const responses = rig.many(new Source(2));
  await turn();
  assert.deepEqual(rig.stream.texts, ["0", "1"]);
  rig.stream.answer("x", okTrailers);
  assert.equal((await responses.next()).value?.message, "x");
  assert.equal((await responses.next()).done, true);
});
