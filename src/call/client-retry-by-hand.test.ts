/** Interceptors that call `next` more than once. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import type { Message } from "@bufbuild/protobuf";
import type { CallEnd } from "../base/call-end.js";
import { ErrorCode, expectError, failure, framed, okHead, okTrailers, Status } from "./client-rig.testing.js";
import { InterceptRig } from "./intercept-rig.testing.js";
import type { Interceptor } from "./interceptor.js";

const retry: Interceptor = (next) => (request) => next(request).catch(() => next({ ...request }));

/** Requests that are made as they are asked for. */
async function* requests(count: number, length = 1, pulled: number[] = []): AsyncGenerator<{ message: string }> {
  for (let i = 0; i < count; i++) {
    pulled.push(i);
    yield { message: `${i}`.padEnd(length, ".") };
  }
}

const unavailable = ["grpc-status", "14", "grpc-message", "try again"];

test("the second next() of a call that streams its requests sends all of them again", async () => {
  for (const source of [requests(3), [{ message: "0" }, { message: "1" }, { message: "2" }]]) {
    const rig = new InterceptRig("client_streaming", retry);
    const reply = rig.one(source);
    await turn();
    assert.deepEqual(rig.stream.texts, ["0", "1", "2"]);
    rig.stream.handler.onHeaders([...okHead, ...unavailable], true);
    await turn();
    assert.equal(rig.source.streams.length, 2);
    assert.deepEqual(rig.stream.texts, ["0", "1", "2"]);
    assert.equal(rig.stream.ended, true);
    rig.stream.answer("done");
    assert.equal((await reply).message, "done");
  }
});

test("a second try while the first has not sent all goes on where the iterable is", async () => {
  const rig = new InterceptRig("client_streaming", retry);
  rig.source.writable = false;
  const pulled: number[] = [];
  const reply = rig.one(requests(4, 1, pulled));
  await turn();
  rig.stream.handler.onWritable();
  await turn();
  assert.deepEqual(rig.stream.texts, ["0", "1"]);
  rig.source.writable = true;
  rig.stream.handler.onHeaders([...okHead, ...unavailable], true);
  await turn();
  assert.deepEqual(rig.stream.texts, ["0", "1", "2", "3"]);
  assert.deepEqual(pulled, [0, 1, 2, 3], "the user's iterable is read once");
  rig.stream.answer("done");
  await reply;
});

test("requests that are wrapped by the interceptor are replayed too", async () => {
  const upper: Interceptor = (next) => (request) => {
    if (!request.stream) return next(request);
    const { message } = request;
    const wrapped = async function* (): AsyncGenerator<Message> {
      for await (const one of message) yield { ...one, message: "wrapped" } as Message;
    };
    return next({ ...request, message: wrapped() }).catch(() => next({ ...request, message: wrapped() }));
  };
  const rig = new InterceptRig("client_streaming", upper);
  const reply = rig.one([{ message: "a" }]);
  await turn();
  rig.stream.handler.onHeaders([...okHead, ...unavailable], true);
  await turn();
  assert.deepEqual(rig.stream.texts, ["wrapped"]);
  rig.stream.answer("done");
  await reply;
});

test("requests beyond the bound are not kept, and a second next() says so before the server hears of it", async () => {
  const rig = new InterceptRig("client_streaming", retry);
  rig.bound(1_000);
  const reply = rig.one(requests(10, 200));
  await turn();
  assert.equal(rig.stream.sent.length, 10);
  rig.stream.handler.onHeaders([...okHead, ...unavailable], true);
  const error = await expectError(
    reply,
    Status.FAILED_PRECONDITION,
    /^an interceptor called next\(\) again, but the requests so far need more than maxReplayBytes = 1000 bytes and were not kept$/,
  );
  assert.equal((error.cause as Error).message, "try again");
  assert.equal(rig.source.streams.length, 1);
});

test("a bound of 0 keeps nothing", async () => {
  const rig = new InterceptRig("client_streaming", retry);
  rig.bound(0);
  const reply = rig.one(requests(1));
  await turn();
  rig.stream.handler.onHeaders([...okHead, ...unavailable], true);
  await expectError(reply, Status.FAILED_PRECONDITION, /maxReplayBytes = 0/);
});

test("once a response has come of a call that streams both ways, there is no second try", async () => {
  const again: Interceptor = (next) => async (request) => {
    const first = await next(request);
    if (!first.stream) return first;
    const message = (async function* (): AsyncGenerator<Message> {
      try {
        yield* first.message;
      } catch {
        const second = await next(request);
        yield* second.message as AsyncIterable<Message>;
      }
    })();
    return { ...first, message };
  };
  const early = new InterceptRig("bidi_streaming", again);
  const responses = early.many(requests(2));
  const reading = responses.next();
  await turn();
  early.stream.handler.onHeaders([...okHead, ...unavailable], true);
  await turn();
  assert.deepEqual(early.stream.texts, ["0", "1"]);
  early.stream.handler.onHeaders(okHead, false);
  early.stream.handler.onData(framed("x"), false);
  assert.equal((await reading).value?.message, "x");
  const failing = responses.next();
  early.stream.handler.onHeaders(unavailable, true);
  // The interceptor's second try has failed by itself: what it throws is what the user sees.
  await expectError(failing, Status.UNAVAILABLE);

  const late = new InterceptRig("bidi_streaming", again);
  const stream = late.many(requests(2));
  const first = stream.next();
  await turn();
  late.stream.handler.onHeaders(okHead, false);
  late.stream.handler.onData(framed("x"), false);
  await first;
  const second = stream.next();
  late.stream.handler.onHeaders(unavailable, true);
  await expectError(second, Status.FAILED_PRECONDITION, /a response had come already$/);
  assert.equal(late.source.streams.length, 1);
});

test("two tries at once each send all, and the slower one ends with the call", async () => {
  const hedge: Interceptor = (next) => (request) => Promise.any([next(request), next(request)]);
  for (const shape of ["unary", "client_streaming"] as const) {
    const rig = new InterceptRig(shape, hedge);
    const reply = rig.one(shape === "unary" ? { message: "0" } : requests(1));
    await turn();
    const [first, second] = rig.source.streams;
    assert.deepEqual(first?.texts, ["0"]);
    assert.deepEqual(second?.texts, ["0"]);
    second?.answer("second");
    assert.equal((await reply).message, "second");
    assert.equal(first?.resetCode, ErrorCode.CANCEL);
    assert.equal(rig.clock.pendingTimers, 0);
  }
});

test("of two tries at once the one that falls behind by more than the bound fails, the other goes on", async () => {
  const errors: unknown[] = [];
  const hedge: Interceptor = (next) => (request) =>
    Promise.any([0, 1].map(() => next(request).catch((error: unknown) => Promise.reject(errors.push(error)))));
  const rig = new InterceptRig("client_streaming", hedge);
  rig.bound(1_000);
  rig.source.writable = false;
  const reply = rig.one(requests(10, 200));
  await turn();
  const [stuck, running] = rig.source.streams;
  for (let i = 0; i < 12; i++) {
    running?.handler.onWritable();
    await turn();
  }
  assert.equal(running?.sent.length, 10);
  assert.equal(running?.ended, true);
  stuck?.handler.onWritable();
  await turn();
  assert.equal(stuck?.resetCode, ErrorCode.CANCEL);
  running?.answer("done");
  assert.equal((await reply).message, "done");
  assert.match(String(errors[0]), /FAILED_PRECONDITION.*this try is more than maxReplayBytes = 1000 bytes behind/);
});

test("the user's iterable is left when the call is over, not when a try is", async () => {
  let left = 0;
  const source = (async function* (): AsyncGenerator<{ message: string }> {
    try {
      yield { message: "a" };
      await new Promise(() => undefined);
    } finally {
      left++;
    }
  })();
  const iterable = {
    [Symbol.asyncIterator]: () => ({
      next: () => source.next(),
      return: async () => {
        left++;
        return { done: true, value: undefined };
      },
    }),
  };
  const rig = new InterceptRig("client_streaming", retry);
  const reply = rig.one(iterable);
  await turn();
  rig.stream.handler.onReset(failure(ErrorCode.INTERNAL_ERROR));
  await turn();
  assert.equal(left, 0);
  assert.deepEqual(rig.stream.texts, ["a"]);
  rig.stream.answer("done");
  await reply;
  assert.equal(left, 1);
});

test("an error of the user's iterable ends every try with it", async () => {
  const source = (async function* (): AsyncGenerator<{ message: string }> {
    yield { message: "a" };
    throw new Error("out of paper");
  })();
  const rig = new InterceptRig("client_streaming", retry);
  await expectError(rig.one(source), Status.CANCELLED, /^the requests failed: out of paper$/);
  assert.equal(rig.source.streams.length, 2);
});

test("callbacks of the user are called once per call, with what belongs to the answer", async () => {
  for (const shape of ["unary", "client_streaming"] as const) {
    const rig = new InterceptRig(shape, retry);
    const told: string[] = [];
    const reply = rig.one(shape === "unary" ? {} : [{}], {
      onHeaders: (headers) => told.push(`headers ${headers.get("try")}`),
      onTrailers: (trailers) => told.push(`trailers ${trailers.get("try")}`),
    });
    await turn();
    rig.stream.handler.onHeaders([...okHead, ...unavailable, "try", "1"], true);
    await turn();
    rig.stream.handler.onHeaders([...okHead, "try", "2"], false);
    rig.stream.handler.onData(framed("x"), false);
    rig.stream.handler.onHeaders([...okTrailers, "try", "2"], true);
    await reply;
    assert.deepEqual(told, ["headers 2", "trailers 2"]);
  }
});

test("headers of a failed try are not those of a unary call; a call that fails has those of its last try", async () => {
  const rig = new InterceptRig("unary", retry);
  const told: string[] = [];
  const callbacks = {
    onHeaders: (headers: { get(key: string): unknown }) => told.push(`headers ${headers.get("try")}`),
    onTrailers: (trailers: { get(key: string): unknown }) => told.push(`trailers ${trailers.get("try")}`),
  };
  const reply = rig.one({}, callbacks);
  for (const attempt of ["1", "2"]) {
    await turn();
    rig.stream.handler.onHeaders([...okHead, "try", attempt], false);
    rig.stream.handler.onHeaders([...unavailable, "try", attempt], true);
  }
  await expectError(reply, Status.UNAVAILABLE);
  assert.deepEqual(told, ["headers 2", "trailers 2"]);
});

test("a try that nobody waits for ends with its call, and is no unhandled rejection", async () => {
  const shadow: Interceptor = (next) => (request) => {
    void next(request);
    return next(request);
  };
  const ends: CallEnd[] = [];
  const rig = new InterceptRig(
    "unary",
    (next) => (request) => {
      request.onEnd((end) => ends.push(end));
      return next(request);
    },
    shadow,
  );
  const reply = rig.one({});
  await turn();
  rig.stream.answer("done");
  await reply;
  assert.equal(rig.source.streams[0]?.resetCode, ErrorCode.CANCEL);
  await turn();
  assert.deepEqual(
    ends.map(({ status }) => status),
    [Status.OK],
  );
});

test("next() after the call is over sends nothing", async () => {
  let late: (() => Promise<unknown>) | undefined;
  const rig = new InterceptRig("unary", (next) => (request) => {
    late = () => next(request);
    return next(request);
  });
  const reply = rig.one({});
  await turn();
  rig.stream.answer("done");
  await reply;
  await expectError(late?.() as Promise<unknown>, Status.CANCELLED, /^the call is over$/);
  assert.equal(rig.source.streams.length, 1);
});
