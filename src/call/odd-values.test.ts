import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import { Rig as ClientRig } from "./client-rig.testing.js";
import type { Interceptor } from "./interceptor.js";
import { framedNote, type NotesMethod } from "./notes.testing.js";
import { settled, startCall } from "./server-rig.testing.js";

// What users may give and throw that no type allows. Whatever it is, the call ends at once, and nothing is left unhandled.

const fault = (): never => {
  throw new Error("odd");
};

function revoked(target: object = {}): object {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

class OddPromise extends Promise<unknown> {
  // biome-ignore lint/suspicious/noThenProperty: that is what is odd
  override then = fault;
}

/** Where a message, a promise of one, or an iterable is due. */
const values: Readonly<Record<string, () => unknown>> = {
  undefined: () => undefined,
  null: () => null,
  "a number": () => 5,
  "a symbol": () => Symbol("odd"),
  "a function": () => fault,
  "a revoked proxy": () => revoked(),
  "a promise of a revoked proxy": () => Promise.resolve().then(() => Promise.reject(revoked())),
  "a proxy of a promise": () => new Proxy(Promise.resolve({}), {}),
  "a revoked proxy of a promise": () => revoked(Promise.resolve({})),
  // biome-ignore lint/suspicious/noThenProperty: that is what is odd
  "a `then` that throws": () => ({ then: fault }),
  // biome-ignore lint/suspicious/noThenProperty: that is what is odd
  "a `then` that cannot be read": () => Object.defineProperty({}, "then", { get: fault }),
  "a `then` that answers twice": () => ({
    // biome-ignore lint/suspicious/noThenProperty: that is what is odd
    then: (resolve: (value: unknown) => void, reject: (error: unknown) => void) => {
      resolve(5);
      reject(new Error("odd"));
      resolve(6);
      fault();
    },
  }),
  "a promise with a `then` that throws": () => new OddPromise(() => undefined),
  "a rejection with undefined": () => Promise.reject(),
  "a rejection with a symbol": () => Promise.reject(Symbol("odd")),
  "a rejection with an object without a prototype": () => Promise.reject(Object.create(null)),
  "a throw of a revoked proxy": () => {
    throw revoked(new RpcError(Status.NOT_FOUND));
  },
  "a throw of an RpcError that cannot be read": () => {
    throw Object.defineProperty(new RpcError(Status.NOT_FOUND), "message", { value: Symbol("odd") });
  },
  "an iterator that is none": () => ({ [Symbol.asyncIterator]: () => 5 }),
  "an iterator that cannot be made": () => ({ [Symbol.asyncIterator]: fault }),
  "an iterator that cannot be read": () => Object.defineProperty({}, Symbol.asyncIterator, { get: fault }),
  "an iterator of nothing": () => ({ [Symbol.iterator]: () => undefined }),
};

/** What `next()` of an iterator gives, for asynchronous ones and others. */
const steps: Readonly<Record<string, () => unknown>> = {
  undefined: () => undefined,
  null: () => null,
  "a number": () => 5,
  "a throw": fault,
  "a revoked proxy": () => revoked(),
  "a promise of undefined": () => Promise.resolve(),
  "a promise of a revoked proxy": () => Promise.reject(revoked()),
  // biome-ignore lint/suspicious/noThenProperty: that is what is odd
  "a `then` that throws": () => ({ then: fault }),
  "a `done` that throws": () => Object.defineProperty({}, "done", { get: fault }),
  "a `value` that throws": () => Object.defineProperty({ done: false }, "value", { get: fault }),
  "a value that is a revoked proxy": () => ({ done: false, value: revoked() }),
  // biome-ignore lint/suspicious/noThenProperty: that is what is odd
  "a value with a `then` that throws": () => ({ done: false, value: { then: fault } }),
  "a value that is a rejection": () => ({ done: false, value: rejection() }),
};

/** Handled, so that where it is no use to wait for it this is no error of the test. */
function rejection(): Promise<never> {
  const promise = Promise.reject(new Error("odd"));
  promise.catch(() => undefined);
  return promise;
}

/** Gives something odd once, and then ends. */
function oddOnce(symbol: symbol, step: () => unknown): object {
  let given = false;
  const next = (): unknown => {
    if (given) return { done: true };
    given = true;
    return step();
  };
  return { [symbol]: () => ({ next, return: () => revoked() }) };
}

const iterables = Object.entries(steps).flatMap(([what, step]) =>
  [Symbol.asyncIterator, Symbol.iterator].map(
    (symbol) => [`a ${symbol.description} that gives ${what}`, () => oddOnce(symbol, step)] as const,
  ),
);

const all: readonly (readonly [what: string, make: () => unknown])[] = [...Object.entries(values), ...iterables];

const unhandled: unknown[] = [];
const onUnhandled = (reason: unknown): void => void unhandled.push(reason);
before(() => process.on("unhandledRejection", onUnhandled));
after(() => process.off("unhandledRejection", onUnhandled));

async function nothingUnhandled(what: string): Promise<void> {
  await settled();
  await settled();
  assert.equal(unhandled.splice(0).length, 0, what);
}

const shapes: readonly NotesMethod[] = ["unary", "serverStream", "clientStream", "bidi"];
const passing: Interceptor = (next) => (request) => next(request);

describe("a handler gives", () => {
  for (const [what, make] of all) {
    test(what, async () => {
      for (const name of shapes) {
        for (const interceptors of [[], [passing]]) {
          const rig = startCall(name, make, { interceptors });
          rig.call.onData(framedNote("x"), true);
          await settled();
          await settled();
          assert.notEqual(rig.stream.status, undefined, `${name}: the call has not ended`);
          assert.equal(rig.stream.releases, 1, name);
          await nothingUnhandled(name);
        }
      }
    });
  }
});

describe("a client's request is", () => {
  for (const [what, make] of all) {
    test(what, async () => {
      for (const shape of ["client_streaming", "bidi_streaming"] as const) {
        const rig = new ClientRig(shape);
        const ends: unknown[] = [];
        let source: unknown;
        try {
          source = make();
        } catch {
          // It is thrown before there is a call.
          return;
        }
        if (shape === "client_streaming") rig.one(source).catch((error: unknown) => ends.push(error));
        else
          rig
            .many(source)
            .next()
            .catch((error: unknown) => ends.push(error));
        await settled();
        await settled();
        assert.ok(ends.length === 1 || rig.stream.ended, `${shape}: the call has not ended`);
        if (ends.length === 0) rig.stream.answer("y");
        await nothingUnhandled(shape);
      }
    });
  }
});
