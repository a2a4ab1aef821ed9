/** Values that no type allows and that users give even so: each ends its call at once, with an error that says what is wrong. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { RpcError } from "../base/rpc-error.js";
import type { CallSettings } from "./client-method.js";
import { framed, okHead, okTrailers, Rig, type Shape } from "./client-rig.testing.js";
import { InterceptRig } from "./intercept-rig.testing.js";
import type { Interceptor } from "./interceptor.js";

function revoked(target: object = {}): object {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

function throwing(name: PropertyKey, error: unknown = new Error("odd")): object {
  return Object.defineProperty({}, name, {
    get: () => {
      throw error;
    },
  });
}

/** An asynchronous iterable of which `next` gives this. */
function stepping(next: () => unknown, more: object = {}): object {
  return { [Symbol.asyncIterator]: () => ({ next, ...more }) };
}

function thrower(error: unknown): () => never {
  return () => {
    throw error;
  };
}

const brokenThen = {
  // biome-ignore lint/suspicious/noThenProperty: that is what is tried
  then: thrower(new Error("odd")),
};

const oneRequest: Record<string, [unknown, RegExp]> = {
  "a revoked Proxy": [revoked(), /^INVALID_ARGUMENT: .*cannot be read|^INTERNAL: /],
  "a getter that throws": [
    throwing("message"),
    /^INVALID_ARGUMENT: (cannot encode message google\.rpc\.Status|the request could not be made): odd$/,
  ],
  nothing: [undefined, /^INVALID_ARGUMENT: \/p\.S\/M takes a google\.rpc\.Status, not undefined$/],
  "a number": [7, /^INVALID_ARGUMENT: .*not number$/],
  "a function": [() => ({}), /^INVALID_ARGUMENT: .*not function$/],
  "a promise": [Promise.resolve({}), /^INVALID_ARGUMENT: .*not a promise: await it first$/],
  "a then that throws when read": [throwing("then"), /^INVALID_ARGUMENT: .*not an object that cannot be read: odd$/],
  "a field of the wrong type": [{ message: 5 }, /^INVALID_ARGUMENT: .*message/],
};

const failed = /^CANCELLED: the requests failed: odd$/;
/** A function makes the value, where it must not be made before it is needed. */
const manyRequests: Record<string, [unknown, RegExp]> = {
  "a revoked Proxy": [revoked(), /^INVALID_ARGUMENT: .*not an object that cannot be read: .*revoked$/],
  "a revoked Proxy of a list": [revoked([]), /^INVALID_ARGUMENT: .*revoked$/],
  nothing: [undefined, /^INVALID_ARGUMENT: .*not undefined$/],
  "one message": [{ message: "x" }, /^INVALID_ARGUMENT: .*not an object that is neither$/],
  "a then that throws when called": [brokenThen, failed],
  "a promise that is rejected": [() => Promise.reject(new Error("odd")), failed],
  "a promise of no iterable": [Promise.resolve(5), /^CANCELLED: the requests failed: a streaming side must be an iter/],
  "Symbol.asyncIterator that throws when read": [throwing(Symbol.asyncIterator), failed],
  "Symbol.asyncIterator that throws": [{ [Symbol.asyncIterator]: thrower(new Error("odd")) }, failed],
  "Symbol.asyncIterator that is no function": [
    { [Symbol.asyncIterator]: 5 },
    /^CANCELLED: the requests failed: .*not a function/,
  ],
  "no iterator": [{ [Symbol.asyncIterator]: () => undefined }, /^CANCELLED: the requests failed: .*undefined/],
  "no next": [{ [Symbol.asyncIterator]: () => ({}) }, /^CANCELLED: the requests failed: .*next is not a function/],
  "next that throws": [stepping(thrower(new Error("odd"))), failed],
  "next that throws undefined": [stepping(thrower(undefined)), /^CANCELLED: the requests failed: undefined$/],
  "next that throws a revoked Proxy": [stepping(thrower(revoked())), /^CANCELLED: .*: a value that cannot be shown$/],
  "next that is rejected": [stepping(() => Promise.reject(new Error("odd"))), failed],
  "next that is rejected with nothing": [stepping(() => Promise.reject()), /^CANCELLED: .*: undefined$/],
  "next that gives nothing": [
    stepping(() => undefined),
    /^CANCELLED: the requests failed: an iterator's next\(\) must give an/,
  ],
  "next that gives a promise of nothing": [stepping(async () => 5), /^CANCELLED: .*next\(\) must give an object/],
  "next that gives a revoked Proxy": [stepping(() => revoked()), /^CANCELLED: the requests failed: .*revoked$/],
  "next that gives a promise of a revoked Proxy": [
    stepping(async () => ({ value: revoked() })),
    /^IN.*revoked|^INVALID/,
  ],
  "a step whose then throws when read": [stepping(() => throwing("then")), failed],
  "a step whose then throws": [stepping(() => brokenThen), failed],
  "a step whose done throws": [stepping(() => throwing("done")), failed],
  "a step whose value throws": [stepping(async () => throwing("value")), failed],
  "a message that is null": [[null], /^INVALID_ARGUMENT: .*takes a google\.rpc\.Status, not null$/],
  "a message that is a list": [[[]], /^INVALID_ARGUMENT: .*not an array$/],
  "a message whose then throws": [[throwing("then")], /odd$/],
  "a promise of a message that is rejected": [() => [Promise.reject(new Error("odd"))], failed],
  "a step and a return that throws": [
    stepping(async () => ({ value: 5 }), { return: thrower(new Error("later")) }),
    /^INVALID_ARGUMENT: .*not number$/,
  ],
  "a step and a return that is rejected": [
    stepping(async () => ({ value: 5 }), { return: () => Promise.reject(new Error("later")) }),
    /^INVALID_ARGUMENT: .*not number$/,
  ],
  "a step and a return that throws when read": [
    { [Symbol.asyncIterator]: () => Object.assign(throwing("return"), { next: async () => ({ value: 5 }) }) },
    /^INVALID_ARGUMENT: .*not number$/,
  ],
};

/** An object that is a signal for who looks at it briefly. */
function lookAlike(more: object): AbortSignal {
  const signal = {
    aborted: false,
    reason: undefined,
    addEventListener: (): void => {},
    removeEventListener: (): void => {},
  };
  return Object.defineProperties(signal, Object.getOwnPropertyDescriptors(more)) as unknown as AbortSignal;
}

const odd = new Error("odd");
const options: Record<string, [Partial<CallSettings>, RegExp]> = {
  "a signal that cannot be listened to": [
    { signals: [lookAlike({ addEventListener: thrower(odd) })] },
    /^INVALID_ARGUMENT: the signal of the call does not work: odd$/,
  ],
  "a signal that cannot be asked": [
    { signals: [throwing("aborted") as AbortSignal] },
    /^INVALID_ARGUMENT: the signal of the call does not work: odd$/,
  ],
  "a signal that is a revoked Proxy": [{ signals: [revoked() as AbortSignal] }, /^INVALID_ARGUMENT: the signal/],
  "a signal that aborts while it is listened to": [
    { signals: [lookAlike({ addEventListener: (_: string, listener: () => void) => listener() })] },
    /^CANCELLED: the call was cancelled$/,
  ],
  "a signal whose reason throws": [
    {
      signals: [
        lookAlike({
          addEventListener: (_: string, listener: () => void) => listener(),
          get reason(): unknown {
            throw odd;
          },
        }),
      ],
    },
    /^CANCELLED: the call was cancelled: odd$/,
  ],
  "a signal with a revoked Proxy as its reason": [
    { signals: [AbortSignal.abort(revoked())] },
    /^CANCELLED: the call was cancelled: a value that cannot be shown$/,
  ],
};

const callbacks: Record<string, [Partial<CallSettings>, RegExp]> = {
  "onHeaders that throws": [{ onHeaders: thrower(odd) }, /^CANCELLED: the callback onHeaders threw: odd$/],
  "onTrailers that throws": [{ onTrailers: thrower(odd) }, /^CANCELLED: the callback onTrailers threw: odd$/],
  "onTrailers that throws nothing": [{ onTrailers: thrower(undefined) }, /^CANCELLED: .*onTrailers threw: undefined$/],
  "onHeaders that throws a revoked Proxy": [{ onHeaders: thrower(revoked()) }, /^CANCELLED: .*a value that cannot be/],
};

const pass: Interceptor = (next) => (request) => next(request);
const copy: Interceptor = (next) => async (request) => ({ ...(await next({ ...request })) });
const chains: Record<string, readonly Interceptor[] | undefined> = {
  none: undefined,
  pass: [pass],
  copy: [copy, pass],
};
const shapes: readonly Shape[] = ["unary", "server_streaming", "client_streaming", "bidi_streaming"];

/** What a call ends with, which it must do by itself: in a few turns, with no timer and no answer of a server. */
async function endOf(rig: Rig, request: unknown, settings: Partial<CallSettings>, answers: boolean): Promise<string> {
  let end: unknown = "the call has not ended";
  const { streamsResponse } = rig.method;
  const call = streamsResponse ? rig.many(request, settings).next() : rig.one(request, settings);
  call.then(
    () => {
      end = "it ended well";
    },
    (error: unknown) => {
      end = error;
    },
  );
  await turn();
  if (answers && rig.source.streams.length > 0) {
    rig.stream.handler.onHeaders(okHead, false);
    if (!streamsResponse) rig.stream.handler.onData(framed("x"), false);
    rig.stream.handler.onHeaders(okTrailers, true);
  }
  for (let i = 0; i < 5; i++) await turn();
  assert.equal(rig.clock.pendingTimers, 0);
  return end instanceof RpcError ? `${end.codeName}: ${end.message}` : String(end);
}

for (const [chain, interceptors] of Object.entries(chains)) {
  const make = (shape: Shape): Rig =>
    interceptors === undefined ? new Rig(shape) : new InterceptRig(shape, ...interceptors);
  const settings = { timeoutMs: 1_000 };

  test(`requests, interceptors: ${chain}`, async () => {
    for (const shape of shapes) {
      const streams = shape === "client_streaming" || shape === "bidi_streaming";
      for (const [name, [request, due]] of Object.entries(streams ? manyRequests : oneRequest)) {
        const given = streams && typeof request === "function" ? request() : request;
        assert.match(await endOf(make(shape), given, settings, false), due, `${shape}: ${name}`);
      }
    }
  });

  test(`options, interceptors: ${chain}`, async () => {
    for (const shape of shapes) {
      const request = shape.startsWith("client") || shape.startsWith("bidi") ? [] : {};
      for (const [name, [option, due]] of Object.entries(options)) {
        assert.match(await endOf(make(shape), request, { ...settings, ...option }, false), due, `${shape}: ${name}`);
      }
      for (const [name, [option, due]] of Object.entries(callbacks)) {
        assert.match(await endOf(make(shape), request, { ...settings, ...option }, true), due, `${shape}: ${name}`);
      }
      const failing = { ...settings, onHeaders: async () => Promise.reject(odd) } as Partial<CallSettings>;
      const end = await endOf(make(shape), request, failing, true);
      // It is rejected behind the answer, or before it.
      assert.match(end, /^CANCELLED: the callback onHeaders threw: odd$|^it ended well$/, shape);
    }
  });
}

test("what interceptors return and throw", async () => {
  const due =
    "an interceptor of /p\\.S/M must return the response that next\\(\\) gave it, or a copy \\{ \\.\\.\\.response \\}";
  const garbage: Record<string, [Interceptor, RegExp]> = {
    nothing: [() => async () => undefined as never, new RegExp(`^TypeError: ${due}: got nothing$`)],
    "nothing, at once": [() => () => undefined as never, new RegExp(`^TypeError: ${due}: got nothing$`)],
    null: [() => async () => null as never, new RegExp(`^TypeError: ${due}: got null$`)],
    "no message": [
      () => async () => ({}) as never,
      new RegExp(`^TypeError: ${due}: got an object whose message is nothing$`),
    ],
    "a promise that is a revoked Proxy": [() => () => revoked(Promise.resolve()) as never, /^TypeError: .*revoked$/],
    "a then that throws": [() => () => brokenThen as never, /^Error: odd$/],
    "a message that throws when read": [() => async () => throwing("message") as never, /^Error: odd$/],
    "thrown at once": [() => thrower(odd), /^Error: odd$/],
    "undefined thrown": [() => async () => thrower(undefined)(), /^UNKNOWN: an interceptor failed: undefined$/],
    "a revoked Proxy thrown": [() => async () => thrower(revoked())(), /^unprintable$/],
  };
  for (const shape of shapes) {
    for (const [name, [interceptor, expected]] of Object.entries(garbage)) {
      const rig = new InterceptRig(shape, interceptor);
      const request = rig.method.streamsRequest ? [] : {};
      const end = await endOf(rig, request, { timeoutMs: 1_000 }, false).catch(() => "unprintable");
      assert.match(end, expected, `${shape}: ${name}`);
    }
  }
});

test("what an interceptor returns as the messages of a stream", async () => {
  const streams: Record<string, [unknown, RegExp]> = {
    "one message": [
      { $typeName: "google.rpc.Status" },
      /^TypeError: .*its message must be an async iterable of responses$/,
    ],
    "an iterator that throws": [stepping(thrower(odd)), /^Error: odd$/],
    "an iterator without results": [stepping(() => undefined), /^TypeError: .*their next\(\) gave no object$/],
    "a step whose done throws": [stepping(() => throwing("done")), /^Error: odd$/],
    "a step whose then throws": [stepping(() => brokenThen), /^Error: odd$/],
    "no next": [stepping(5 as never), /^TypeError: .*next is not a function/],
  };
  for (const [name, [message, expected]] of Object.entries(streams)) {
    const rig = new InterceptRig(
      "server_streaming",
      (next) => async (request) => ({ ...(await next(request)), message }) as never,
    );
    assert.match(await endOf(rig, {}, { timeoutMs: 1_000 }, false), expected, name);
    assert.equal(rig.stream.resetCode, 8, `${name}: the try ends with the call`);
  }
  const two = new InterceptRig("unary", () => async () => ({ stream: false, message: [] }) as never);
  assert.match(await endOf(two, {}, {}, false), /its message must be one response, not a stream of them$/);
});

test("an interceptor that is none", async () => {
  const rig = new InterceptRig("unary", (() => undefined) as never);
  assert.match(await endOf(rig, {}, {}, false), /^TypeError: /);
});

test("compressWhen that throws", async () => {
  const compression = {
    name: "gzip",
    compress: (bytes: Uint8Array) => bytes,
    decompress: (bytes: Uint8Array) => bytes,
  };
  for (const shape of shapes) {
    const rig = new Rig(shape);
    const settings = { compression, compressWhen: thrower(odd) } as unknown as Partial<CallSettings>;
    const end = await endOf(rig, rig.method.streamsRequest ? [{}] : {}, settings, false);
    assert.match(end, /^CANCELLED: the callback compressWhen threw: odd$/, shape);
  }
});
