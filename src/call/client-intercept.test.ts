import assert from "node:assert/strict";
import { test } from "node:test";
import type { Message } from "@bufbuild/protobuf";
import { RpcError } from "../base/rpc-error.js";
import { ErrorCode, expectError, framed, okHead, okTrailers, Status } from "./client-rig.testing.js";
import { InterceptRig } from "./intercept-rig.testing.js";
import type { Interceptor } from "./interceptor.js";

/** Lets what was promised happen. */
async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}

test("interceptors see the call, add to it, and see what came back", async () => {
  const seen: string[] = [];
  const log =
    (name: string): Interceptor =>
    (next) =>
    async (request) => {
      seen.push(
        `${name} ${request.side} ${request.path} ${request.stream} ${"message" in request.message && request.message.message}`,
      );
      request.metadata.set("by", name);
      const response = await next(request);
      seen.push(`${name} ${response.headers.get("a")} ${response.trailers.get("b")}`);
      return response;
    };
  const rig = new InterceptRig("unary", log("outer"), log("inner"));
  const reply = rig.one({ message: "hi" });
  await settle();
  assert.deepEqual(rig.stream.headers.slice(-2), ["by", "inner"]);
  rig.stream.handler.onHeaders([...okHead, "a", "1"], false);
  rig.stream.handler.onData(framed("ho"), false);
  rig.stream.handler.onHeaders([...okTrailers, "b", "2"], true);
  assert.equal((await reply).message, "ho");
  const began = "client /p.S/M false hi";
  assert.deepEqual(seen, [`outer ${began}`, `inner ${began}`, "inner 1 2", "outer 1 2"]);
});

test("an interceptor may refuse, answer by itself, and call twice", async () => {
  const refusing = new InterceptRig("unary", () => () => Promise.reject(new RpcError(Status.UNAUTHENTICATED, "who?")));
  await expectError(refusing.one({}), Status.UNAUTHENTICATED);
  assert.equal(refusing.source.streams.length, 0);
  const twice = new InterceptRig("unary", (next) => (request) => next(request).catch(() => next({ ...request })));
  const reply = twice.one({ message: "hi" });
  await settle();
  twice.stream.handler.onHeaders([...okHead, "grpc-status", "14"], true);
  await settle();
  assert.equal(twice.source.streams.length, 2);
  twice.stream.answer("ho");
  assert.equal((await reply).message, "ho");
});

test("a request that is not the one that was given", async () => {
  const rig = new InterceptRig(
    "unary",
    (next) => (request) => next({ stream: false, message: request.message as Message } as typeof request),
  );
  await assert.rejects(rig.one({}), /must pass on the request it got/);
});

test("deadline and cancellation end a call whose interceptor hangs, and tell it by the signal", async () => {
  const signals: AbortSignal[] = [];
  const rig = new InterceptRig("unary", () => (request) => {
    signals.push(request.signal);
    return new Promise(() => undefined);
  });
  const late = rig.one({}, { timeoutMs: 10 });
  rig.clock.advance(10);
  await expectError(late, Status.DEADLINE_EXCEEDED);
  const controller = new AbortController();
  const cancelled = rig.one({}, { signals: [controller.signal] });
  controller.abort(new Error("enough"));
  await expectError(cancelled, Status.CANCELLED, /enough/);
  assert.deepEqual(
    signals.map(({ aborted }) => aborted),
    [true, true],
  );
  assert.equal(rig.clock.pendingTimers, 0);
});

test("a deadline also ends the call on the wire", async () => {
  const rig = new InterceptRig("unary", (next) => next);
  const reply = rig.one({}, { timeoutMs: 10 });
  await settle();
  assert.deepEqual(rig.stream.headers.slice(-2), ["grpc-timeout", "10m"]);
  rig.clock.advance(10);
  await expectError(reply, Status.DEADLINE_EXCEEDED);
  assert.equal(rig.stream.resetCode, ErrorCode.CANCEL);
});

test("streams can be wrapped", async () => {
  const shout: Interceptor = (next) => async (request) => {
    const response = await next(request);
    if (!response.stream) return response;
    const message = (async function* (): AsyncGenerator<Message> {
      for await (const one of response.message) yield { ...one, message: "wrapped" } as Message;
    })();
    return { ...response, message };
  };
  const rig = new InterceptRig("bidi_streaming", shout);
  const responses = rig.many([{ message: "a" }]);
  await settle();
  assert.deepEqual(rig.stream.texts, ["a"]);
  rig.stream.answer("x");
  assert.equal((await responses.next()).value?.message, "wrapped");
  assert.equal((await responses.next()).done, true);
});

test("many next() at once are answered in their order, and those behind the end too", async () => {
  const rig = new InterceptRig("server_streaming", (next) => next);
  const responses = rig.many({});
  const reads = Array.from({ length: 4 }, () => responses.next());
  await settle();
  rig.stream.handler.onHeaders(okHead, false);
  for (const text of ["a", "b"]) rig.stream.handler.onData(framed(text), false, false);
  rig.stream.handler.onHeaders(okTrailers, true);
  const results = await Promise.all(reads);
  assert.deepEqual(
    results.map(({ value, done }) => (done === true ? "end" : value?.message)),
    ["a", "b", "end", "end"],
  );
});

test("leaving an intercepted stream cancels its call, also before the chain has answered", async () => {
  const rig = new InterceptRig("server_streaming", (next) => next);
  const responses = rig.many({});
  await settle();
  await responses.return?.();
  await settle();
  assert.equal(rig.stream.resetCode, ErrorCode.CANCEL);
  const hanging = new InterceptRig("server_streaming", () => () => new Promise(() => undefined));
  const signal = hanging.many({});
  const next = signal.next();
  await signal.return?.();
  await expectError(next, Status.CANCELLED);
});

test("an error of the chain reaches the reader of a stream", async () => {
  const rig = new InterceptRig("server_streaming", () => () => {
    throw new RpcError(Status.ABORTED, "no");
  });
  await expectError(rig.many({}).next(), Status.ABORTED);
});
