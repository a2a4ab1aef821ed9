/** Streams of responses that their user forgets. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { CallEnd } from "../base/call-end.js";
import {
  ErrorCode,
  type FakeStream,
  framed,
  okHead,
  okTrailers,
  Rig,
  type Shape,
  Status,
} from "./client-rig.testing.js";
import { InterceptRig } from "./intercept-rig.testing.js";
import { pushable } from "./pushable.js";

setFlagsFromString("--expose-gc");
const gc = runInNewContext("typeof gc === 'function' ? gc : undefined") as (() => void) | undefined;
const skip = gc === undefined && "the garbage collector cannot be called here";

/** Collects until it is so; collecting tells of it in a later turn. */
async function collectedUntil(isSo: () => boolean): Promise<boolean> {
  for (let i = 0; i < 50 && !isSo(); i++) {
    gc?.();
    await turn();
  }
  return isSo();
}

const makers: Record<string, (shape: Shape) => Rig> = {
  plain: (shape) => new Rig(shape),
  intercepted: (shape) => new InterceptRig(shape, (next) => async (request) => ({ ...(await next(request)) })),
};

for (const [name, make] of Object.entries(makers)) {
  test(`${name}: a stream that nobody reads and nobody has ends when it is collected`, { skip }, async () => {
    const rig = make("server_streaming");
    void rig.many({}, { timeoutMs: 60_000 });
    await turn();
    rig.stream.handler.onHeaders(okHead, false);
    rig.stream.handler.onData(framed("x"), false);
    assert.ok(await collectedUntil(() => rig.stream.resetCode === ErrorCode.CANCEL));
    assert.equal(rig.clock.pendingTimers, 0);
  });

  test(`${name}: one that was read in part ends too`, { skip }, async () => {
    const rig = make("server_streaming");
    await (async () => {
      const responses = rig.many({});
      const first = responses.next();
      await turn();
      rig.stream.handler.onHeaders(okHead, false);
      rig.stream.handler.onData(framed("x"), false);
      assert.equal((await first).value?.message, "x");
    })();
    assert.ok(await collectedUntil(() => rig.stream.resetCode === ErrorCode.CANCEL));
  });

  test(`${name}: whoever waits for a response keeps the stream, also without a name for it`, { skip }, async () => {
    const rig = make("server_streaming");
    let read: string | undefined;
    rig
      .many({})
      .next()
      .then(({ value }) => {
        read = value?.message;
      });
    await turn();
    for (let i = 0; i < 2; i++) {
      gc?.();
      await turn();
    }
    rig.stream.handler.onHeaders(okHead, false);
    rig.stream.handler.onData(framed("x"), false);
    await turn();
    assert.equal(read, "x");
    assert.ok(await collectedUntil(() => rig.stream.resetCode === ErrorCode.CANCEL));
  });

  test(`${name}: one that is held is left alone`, { skip }, async () => {
    const rig = make("server_streaming");
    const responses = rig.many({});
    await turn();
    for (let i = 0; i < 2; i++) {
      gc?.();
      await turn();
    }
    rig.stream.answer("x");
    assert.equal((await responses.next()).value?.message, "x");
    assert.equal((await responses.next()).done, true);
  });

  test(`${name}: requests that still come are sent to their end, and responses are dropped`, { skip }, async () => {
    const rig = make("bidi_streaming");
    const out = pushable<{ message: string }>();
    void rig.many(out);
    await out.push({ message: "a" });
    const head = (stream: FakeStream): void => stream.handler.onHeaders(okHead, false);
    await turn();
    head(rig.stream);
    // Window is given back for what nobody reads: that is how it shows that the stream was collected.
    const bytes = framed("x");
    rig.stream.handler.onData(bytes, false);
    assert.ok(await collectedUntil(() => rig.stream.consumedBytes === bytes.length));
    rig.stream.handler.onData(bytes, false);
    await turn();
    assert.equal(rig.stream.consumedBytes, 2 * bytes.length);
    assert.equal(rig.stream.resetCode, undefined);
    await out.push({ message: "b" });
    out.end();
    await turn();
    assert.deepEqual(rig.stream.texts, ["a", "b"]);
    assert.equal(rig.stream.ended, true);
    rig.stream.handler.onHeaders(okTrailers, true);
    await turn();
    assert.equal(rig.stream.resetCode, ErrorCode.NO_ERROR);
  });
}

test("interceptors hear of the end of a stream that was collected", { skip }, async () => {
  const ends: CallEnd[] = [];
  const rig = new InterceptRig("server_streaming", (next) => (request) => {
    request.onEnd((end) => ends.push(end));
    return next(request);
  });
  void rig.many({});
  await turn();
  assert.ok(await collectedUntil(() => ends.length > 0));
  assert.equal(ends[0]?.status, Status.CANCELLED);
  assert.equal(rig.stream.resetCode, ErrorCode.CANCEL);
});

test("a try of a stream that its interceptor forgets ends too", { skip }, async () => {
  const rig = new InterceptRig("server_streaming", (next) => async (request) => {
    await next(request);
    return next(request);
  });
  const responses = rig.many({});
  await turn();
  assert.ok(await collectedUntil(() => rig.source.streams[0]?.resetCode === ErrorCode.CANCEL));
  rig.stream.answer("x");
  assert.equal((await responses.next()).value?.message, "x");
});
