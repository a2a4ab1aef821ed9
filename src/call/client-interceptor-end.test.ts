/** What an interceptor hears of the end of a call, and what it may change of its life. */
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import type { Message } from "@bufbuild/protobuf";
import type { CallEnd } from "../base/call-end.js";
import { RpcError } from "../base/rpc-error.js";
import { statusName } from "../base/status.js";
import {
  ErrorCode,
  expectError,
  failure,
  framed,
  okHead,
  okTrailers,
  type Shape,
  Status,
} from "./client-rig.testing.js";
import { InterceptRig } from "./intercept-rig.testing.js";
import type { Interceptor, InterceptorRequest, InterceptorResponse } from "./interceptor.js";

const shapes: readonly Shape[] = ["unary", "server_streaming", "client_streaming", "bidi_streaming"];

/** A rig whose outermost interceptor writes down the ends of calls. */
function rigOf(shape: Shape, ...interceptors: Interceptor[]): { rig: InterceptRig; ends: string[]; errors: unknown[] } {
  const ends: string[] = [];
  const errors: unknown[] = [];
  const listen: Interceptor = (next) => (request) => {
    request.onEnd(({ status, error, durationMs }: CallEnd) => {
      ends.push(`${statusName(status)} after ${durationMs} ms`);
      errors.push(error);
    });
    return next(request);
  };
  return { rig: new InterceptRig(shape, listen, ...interceptors), ends, errors };
}

/** Begins a call, and gives what its user sees: the responses, or the error. */
function begin(rig: InterceptRig, options: Parameters<InterceptRig["one"]>[1] = {}): Promise<string> {
  const { streamsRequest, streamsResponse } = rig.method;
  const request = streamsRequest ? [{ message: "a" }] : { message: "a" };
  const seen = async (): Promise<string> => {
    if (!streamsResponse) return (await rig.one(request, options)).message;
    const texts: string[] = [];
    for await (const { message } of rig.many(request, options)) texts.push(message);
    return texts.join();
  };
  return seen().catch((error: unknown) => (error instanceof RpcError ? error.codeName : String(error)));
}

test("the end is told once, with status and time, for all four shapes", async () => {
  for (const shape of shapes) {
    const { rig, ends, errors } = rigOf(shape);
    const seen = begin(rig, { timeoutMs: 1_000 });
    await turn();
    rig.clock.advance(338);
    assert.deepEqual(ends, [], "it is told at the end, not when a stream has begun");
    rig.stream.answer("x");
    assert.equal(await seen, "x");
    assert.deepEqual(ends, ["OK after 338 ms"]);
    assert.deepEqual(errors, [undefined]);
    rig.clock.advance(1_000);
    assert.equal(rig.clock.pendingTimers, 0);
    assert.deepEqual(ends, ["OK after 338 ms"]);
  }
});

test("an error of the server reaches the listener, also that of a stream", async () => {
  for (const shape of shapes) {
    const { rig, ends, errors } = rigOf(shape);
    const seen = begin(rig);
    await turn();
    rig.clock.advance(5);
    rig.stream.handler.onHeaders(okHead, false);
    rig.stream.handler.onData(framed("x"), false);
    rig.stream.handler.onHeaders(["grpc-status", "15", "grpc-message", "lost"], true);
    assert.equal(await seen, "DATA_LOSS");
    assert.deepEqual(ends, ["DATA_LOSS after 5 ms"]);
    assert.equal((errors[0] as RpcError).message, "lost");
  }
});

test("a lost stream, a cancellation, a deadline", async () => {
  for (const shape of shapes) {
    const lost = rigOf(shape);
    const seen = begin(lost.rig);
    await turn();
    lost.rig.stream.handler.onReset(failure(ErrorCode.INTERNAL_ERROR));
    assert.equal(await seen, "INTERNAL");
    assert.deepEqual(lost.ends, ["INTERNAL after 0 ms"]);

    const cancelled = rigOf(shape);
    const controller = new AbortController();
    const end = begin(cancelled.rig, { signals: [controller.signal] });
    await turn();
    controller.abort();
    assert.equal(await end, "CANCELLED");
    assert.deepEqual(cancelled.ends, ["CANCELLED after 0 ms"]);
    assert.equal(cancelled.rig.stream.resetCode, ErrorCode.CANCEL);
    assert.equal(getEventListeners(controller.signal, "abort").length, 0);

    const late = rigOf(shape);
    const expired = begin(late.rig, { timeoutMs: 10 });
    await turn();
    late.rig.clock.advance(10);
    assert.equal(await expired, "DEADLINE_EXCEEDED");
    assert.deepEqual(late.ends, ["DEADLINE_EXCEEDED after 10 ms"]);
    assert.match(String(late.errors[0]), /the deadline of 10 ms has passed \(p\.S\/M, 1\.2\.3\.4:5\)/);
  }
});

test("a deadline ends a call whose interceptor hangs: before next(), behind it, and in a stream", async () => {
  const forever = (): Promise<never> => new Promise(() => undefined);
  const hangs: Record<string, Interceptor> = {
    before: () => forever,
    behind: (next) => (request) => next(request).then(forever),
    inStream: (next) => async (request) => {
      const response = await next(request);
      if (!response.stream) return forever();
      const message = (async function* (): AsyncGenerator<Message> {
        yield* response.message;
        await forever();
      })();
      return { ...response, message };
    },
  };
  for (const shape of shapes) {
    for (const hang of Object.values(hangs)) {
      const { rig, ends } = rigOf(shape, hang);
      const seen = begin(rig, { timeoutMs: 10 });
      await turn();
      if (rig.source.streams.length > 0) rig.stream.answer("x");
      await turn();
      rig.clock.advance(10);
      assert.equal(await seen, "DEADLINE_EXCEEDED");
      assert.deepEqual(ends, ["DEADLINE_EXCEEDED after 10 ms"]);
    }
  }
});

test("a call that its user leaves ends with CANCELLED, whether or not the chain has answered", async () => {
  for (const hang of [true, false]) {
    const { rig, ends } = rigOf("server_streaming", (next) => (hang ? () => new Promise(() => undefined) : next));
    const responses = rig.many({});
    await turn();
    await responses.return?.();
    assert.deepEqual(ends, ["CANCELLED after 0 ms"]);
    assert.deepEqual(await responses.next(), { done: true, value: undefined });
  }
});

test("the chain's iterator hears that it is left: by the user, by the deadline, and by a user who was faster than the chain", async () => {
  const leave: Record<string, (rig: InterceptRig, responses: AsyncIterator<Message>) => unknown> = {
    return: (_rig, responses) => responses.return?.(),
    deadline: (rig) => rig.clock.advance(10),
  };
  for (const [name, end] of Object.entries(leave)) {
    for (const isLate of [false, true]) {
      const told: string[] = [];
      let answerNow!: () => void;
      const answering = new Promise<void>((resolve) => {
        answerNow = resolve;
      });
      const { rig } = rigOf("server_streaming", (next) => async (request) => {
        const response = await next(request);
        if (isLate) await answering;
        const iterator: AsyncIterator<Message> = {
          next: () => new Promise(() => undefined),
          return: async () => {
            told.push(name);
            return { done: true, value: undefined };
          },
        };
        return { ...response, message: { [Symbol.asyncIterator]: () => iterator } } as InterceptorResponse;
      });
      const responses = rig.many({}, { timeoutMs: 10 });
      responses.next().catch(() => undefined);
      await turn();
      rig.stream.handler.onHeaders(okHead, false);
      await turn();
      await end(rig, responses);
      answerNow();
      await turn();
      assert.deepEqual(told, [name], `isLate: ${isLate}`);
    }
  }
});

test("the end is what the user sees, not what the wire had", async () => {
  const forgive: Interceptor = (next) => (request) =>
    next(request).catch(() => ({
      stream: false,
      headers: request.metadata,
      trailers: request.metadata,
      message: answer,
    }));
  const answer = { $typeName: "google.rpc.Status", message: "kept" } as Message;
  const { rig, ends } = rigOf("unary", forgive);
  const seen = begin(rig);
  await turn();
  rig.stream.handler.onHeaders([...okHead, "grpc-status", "14"], true);
  assert.equal(await seen, "kept");
  assert.deepEqual(ends, ["OK after 0 ms"]);
  const refuse = rigOf("unary", () => () => Promise.reject(new Error("no")));
  assert.equal(await begin(refuse.rig), "Error: no");
  assert.deepEqual(refuse.ends, ["UNKNOWN after 0 ms"]);
});

test("a stream whose server has ended in time is read to its end behind the deadline", async () => {
  const { rig, ends } = rigOf("server_streaming");
  const responses = rig.many({}, { timeoutMs: 10 });
  await turn();
  rig.stream.answer("x");
  rig.clock.advance(20);
  assert.equal((await responses.next()).value?.message, "x");
  assert.deepEqual(ends, []);
  assert.equal((await responses.next()).done, true);
  assert.deepEqual(ends, ["OK after 20 ms"]);
});

test("a deadline that passes while nobody reads is what the next read gets", async () => {
  const { rig, ends } = rigOf("server_streaming");
  const responses = rig.many({}, { timeoutMs: 10 });
  await turn();
  rig.stream.handler.onHeaders(okHead, false);
  rig.stream.handler.onData(framed("x"), false);
  rig.clock.advance(10);
  assert.deepEqual(ends, ["DEADLINE_EXCEEDED after 10 ms"]);
  await expectError(responses.next(), Status.DEADLINE_EXCEEDED);
  assert.deepEqual(await responses.next(), { done: true, value: undefined });
});

test("a listener that comes late hears at once, and one that throws costs nothing", async () => {
  let request: InterceptorRequest | undefined;
  const rig = new InterceptRig("unary", (next) => (given) => {
    request = given;
    given.onEnd(() => {
      throw new Error("my mistake");
    });
    return next(given);
  });
  const reply = rig.one({});
  await turn();
  rig.stream.answer("x");
  assert.equal((await reply).message, "x");
  assert.deepEqual(rig.listenerErrors, ["onEnd: my mistake"]);
  const late: Status[] = [];
  request?.onEnd(({ status }) => late.push(status));
  assert.deepEqual(late, [Status.OK]);
});

test("a signal that an interceptor passes on ends its try", async () => {
  for (const shape of shapes) {
    const controller = new AbortController();
    const { rig, ends } = rigOf(shape, (next) => (request) => next({ ...request, signal: controller.signal }));
    const seen = begin(rig);
    await turn();
    controller.abort(new Error("enough"));
    assert.equal(rig.stream.resetCode, ErrorCode.CANCEL);
    assert.equal(await seen, "CANCELLED");
    assert.deepEqual(ends, ["CANCELLED after 0 ms"]);
    assert.equal(getEventListeners(controller.signal, "abort").length, 0);
  }
});

test("the call's own signal and deadline hold for a try with others", async () => {
  const own = new AbortController();
  const other = new AbortController();
  const { rig } = rigOf("unary", (next) => (request) => next({ ...request, signal: other.signal }));
  const seen = begin(rig, { signals: [own.signal], timeoutMs: 10 });
  await turn();
  own.abort();
  assert.equal(rig.stream.resetCode, ErrorCode.CANCEL);
  assert.equal(await seen, "CANCELLED");
});

test("a deadline that an interceptor passes on is that of its try, and never later than the call's", async () => {
  const timeouts: [number | undefined, number | undefined, string | undefined][] = [
    // The call's, that of the interceptor, what the server is told.
    [1_000, 100, "100m"],
    [100, 1_000, "100m"],
    [100, undefined, "100m"],
    [undefined, 100, "100m"],
    [undefined, undefined, undefined],
  ];
  for (const [timeoutMs, otherMs, told] of timeouts) {
    const { rig, ends } = rigOf("unary", (next) => (request) => {
      const deadline = otherMs === undefined ? undefined : new Date(Date.now() + otherMs);
      return next({ ...request, deadline });
    });
    const seen = begin(rig, { timeoutMs });
    await turn();
    const at = rig.stream.headers.indexOf("grpc-timeout");
    const timeout = at < 0 ? undefined : rig.stream.headers[at + 1];
    // `Date.now` goes on between the two looks at it.
    assert.ok(timeout === told || timeout === "99m" || /^9\d{4}u$/.test(timeout ?? ""), `${timeout} for ${told}`);
    if (told === undefined) continue;
    rig.clock.advance(100);
    assert.equal(await seen, "DEADLINE_EXCEEDED");
    assert.equal(ends.length, 1);
  }
});

test("a shorter deadline of one try leaves time for the next", async () => {
  const hurry: Interceptor = (next) => (request) =>
    next({ ...request, deadline: new Date(Date.now() + 50) }).catch(() => next(request));
  const { rig, ends } = rigOf("unary", hurry);
  const seen = begin(rig, { timeoutMs: 1_000 });
  await turn();
  rig.clock.advance(50);
  await turn();
  assert.equal(rig.source.streams.length, 2);
  assert.deepEqual(rig.stream.headers.slice(-2), ["grpc-timeout", "950m"]);
  rig.stream.answer("x");
  assert.equal(await seen, "x");
  assert.deepEqual(ends, ["OK after 50 ms"]);
});

test("headers of a stream are told as they come, once; trailers at its end", async () => {
  const told: string[] = [];
  const rig = new InterceptRig("bidi_streaming", (next) => next);
  const responses = rig.many([], {
    onHeaders: (headers) => told.push(`headers ${headers.get("a")}`),
    onTrailers: (trailers) => told.push(`trailers ${trailers.get("b")}`),
  });
  await turn();
  rig.stream.handler.onHeaders([...okHead, "a", "1"], false);
  assert.deepEqual(told, ["headers 1"]);
  rig.stream.handler.onHeaders([...okTrailers, "b", "2"], true);
  assert.equal((await responses.next()).done, true);
  assert.deepEqual(told, ["headers 1", "trailers 2"]);
});

test("what an interceptor passes on is checked", async () => {
  const odd: [object, RegExp][] = [
    [{ signal: {} }, /^the signal that an interceptor passes on must be an AbortSignal or undefined$/],
    [{ deadline: 5 }, /^the deadline that an interceptor passes on must be a valid Date or undefined$/],
    [{ deadline: new Date(Number.NaN) }, /must be a valid Date/],
    [{ metadata: { "grpc-x": "y" } }, /is reserved/],
  ];
  for (const [change, message] of odd) {
    for (const shape of shapes) {
      const rig = new InterceptRig(shape, (next) => (request) => next({ ...request, ...change } as InterceptorRequest));
      const { streamsResponse, streamsRequest } = rig.method;
      const request = streamsRequest ? [] : {};
      await assert.rejects(streamsResponse ? rig.many(request).next() : rig.one(request), {
        name: "TypeError",
        message,
      });
      assert.equal(rig.source.streams.length, 0);
    }
  }
});

test("an error names the line of the user who waits, behind interceptors too", async () => {
  const failed = ["grpc-status", "5", "grpc-message", "no such thing"];
  for (const shape of shapes) {
    for (const interceptor of [(next) => next, (next) => async (request) => await next(request)] as Interceptor[]) {
      const { rig } = rigOf(shape, interceptor);
      const { streamsRequest, streamsResponse } = rig.method;
      const request = streamsRequest ? [] : {};
      async function theUser(): Promise<void> {
        if (streamsResponse) for await (const _ of rig.many(request));
        else await rig.one(request);
      }
      const seen = theUser().catch((error: unknown) => (error as Error).stack);
      await turn();
      // From the event loop, so that none of the caller's frames are on the stack.
      setImmediate(() => rig.stream.handler.onHeaders([...okHead, ...failed], true));
      const lines = (await seen)?.split("\n") ?? [];
      assert.equal(lines[0], "RpcError: 5 NOT_FOUND: no such thing (p.S/M, 1.2.3.4:5)");
      assert.match(lines[1] ?? "", /at async theUser .*client-interceptor-end/, shape);
    }
  }
});
