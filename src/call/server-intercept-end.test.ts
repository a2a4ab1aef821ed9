import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { describe, test } from "node:test";
import { setTimeout as later } from "node:timers/promises";
import type { Message } from "@bufbuild/protobuf";
import type { CallEnd } from "../base/call-end.js";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import type { Interceptor, InterceptorRequest } from "./interceptor.js";
import { framedNote, type Note, type NotesMethod, noteCodec } from "./notes.testing.js";
import {
  cancelledByPeer,
  Deferred,
  notesOf,
  type ServerRig,
  settled,
  startCall,
  type TestHandler,
} from "./server-rig.testing.js";

const shapes: readonly NotesMethod[] = ["unary", "serverStream", "clientStream", "bidi"];
const unaryRequests: readonly NotesMethod[] = ["unary", "serverStream"];

const handler = (): object => ({ text: "y", [Symbol.iterator]: () => [{ text: "y" }][Symbol.iterator]() });
const never = (): never => assert.fail("the handler was called");

describe("at the headers", () => {
  test("interceptors are asked, and may refuse without the body", async () => {
    for (const name of shapes) {
      const refusing: Interceptor = () => async () => {
        throw new RpcError(Status.PERMISSION_DENIED, "no");
      };
      const rig = startCall(name, never, { interceptors: [refusing] });
      await rig.stream.ended;
      assert.deepEqual([rig.stream.status, rig.stream.releases], [Status.PERMISSION_DENIED, 1]);
      rig.call.onData(framedNote("x"), true);
      assert.equal(rig.stream.consumedBytes, framedNote("x").length);
    }
  });

  test("the message waits for the body, and nobody decodes it who does not ask for it", async () => {
    for (const name of unaryRequests) {
      const order: string[] = [];
      const interceptor: Interceptor = (next) => async (request) => {
        order.push("asked");
        assert.ok(!request.stream);
        const { text } = (await request.message) as Note;
        order.push(text);
        return next(request);
      };
      const rig = startCall(name, handler, { interceptors: [interceptor] });
      const bytes = framedNote("hello");
      rig.call.onData(bytes.subarray(0, 7), false);
      await settled();
      assert.deepEqual(order, ["asked"]);
      rig.call.onData(bytes.subarray(7), false);
      await settled();
      // It is whole, but the client has not said that nothing follows.
      assert.deepEqual(order, ["asked"]);
      rig.call.onData(new Uint8Array(0), true);
      await rig.stream.ended;
      assert.deepEqual([order, notesOf(rig)], [["asked", "hello"], ["y"]]);
    }
  });

  test("without `await` the body is not even decoded when the interceptor answers itself", async () => {
    let decoded = 0;
    const codec = noteCodec.decode;
    noteCodec.decode = (bytes): Note => {
      decoded++;
      return codec.call(noteCodec, bytes);
    };
    try {
      const answering: Interceptor = () => async (request) => {
        const { responseHeaders: headers, responseTrailers: trailers } = startCall("unary", handler).call;
        assert.ok(!request.stream);
        return { stream: false, headers, trailers, message: { text: "cached" } as Note };
      };
      const rig = startCall("unary", never, { interceptors: [answering] });
      rig.call.onData(framedNote("x"), true);
      await rig.stream.ended;
      assert.deepEqual([rig.stream.status, decoded], [Status.OK, 0]);
    } finally {
      noteCodec.decode = codec;
    }
  });

  test("what is wrong with the request reaches whoever awaits it, and the client", async () => {
    const bodies: [Uint8Array, Status][] = [
      [new Uint8Array(0), Status.UNIMPLEMENTED],
      [Buffer.concat([framedNote("a"), framedNote("b")]), Status.UNIMPLEMENTED],
      [framedNote("a").subarray(0, 6), Status.INTERNAL],
      [Uint8Array.of(0, 0, 0, 0, 1, 0xff), Status.INTERNAL],
      [Uint8Array.of(1, 0, 0, 0, 1, 0xff), Status.INTERNAL],
      [Uint8Array.of(0, 0xff, 0, 0, 0), Status.RESOURCE_EXHAUSTED],
    ];
    for (const name of unaryRequests) {
      for (const [body, status] of bodies) {
        let seen: unknown;
        const interceptor: Interceptor = (next) => async (request) => {
          try {
            return await next(request);
          } catch (error) {
            seen = error;
            throw error;
          }
        };
        const rig = startCall(name, never, { interceptors: [interceptor] });
        rig.call.onData(body, true);
        await rig.stream.ended;
        assert.deepEqual([rig.stream.status, (seen as RpcError).code, rig.errors], [status, status, []]);
      }
    }
  });

  test("who still awaits the message of a call that is over gets the reason", async () => {
    let caught: unknown;
    const interceptor: Interceptor = (next) => async (request) => {
      assert.ok(!request.stream);
      caught = await Promise.resolve(request.message).catch((error: unknown) => error);
      return next(request);
    };
    const rig = startCall("unary", never, { interceptors: [interceptor] });
    rig.call.onReset(cancelledByPeer);
    await settled();
    assert.equal((caught as RpcError).code, Status.CANCELLED);
    assert.equal(rig.stream.releases, 1);
  });

  test("a copy may carry a message, or a promise of one", async () => {
    for (const isLater of [false, true]) {
      const interceptor: Interceptor = (next) => async (request) => {
        const message = { ...((await request.message) as Note), text: "changed" } as Message;
        return next({ ...request, message: isLater ? later(1, message) : message } as InterceptorRequest);
      };
      const rig = startCall("unary", ({ text }) => ({ text }), { interceptors: [interceptor] });
      rig.call.onData(framedNote("x"), true);
      await rig.stream.ended;
      assert.deepEqual(notesOf(rig), ["changed"]);
    }
  });
});

describe("the end", () => {
  const ending: TestHandler = () => new Promise(() => undefined);
  const ends: [what: string, Status, handler: TestHandler, end: (rig: ServerRig) => void][] = [
    ["OK", Status.OK, handler, (): void => undefined],
    [
      "an error of the handler",
      Status.NOT_FOUND,
      (): never => {
        throw new RpcError(Status.NOT_FOUND);
      },
      (): void => undefined,
    ],
    ["a fault of the handler", Status.UNKNOWN, () => 5, (): void => undefined],
    ["a deadline", Status.DEADLINE_EXCEEDED, ending, (rig): void => void rig.clock.advance(1_000)],
    ["a reset", Status.CANCELLED, ending, (rig): void => rig.call.onReset(cancelledByPeer)],
    [
      "the client's own deadline",
      Status.DEADLINE_EXCEEDED,
      ending,
      (rig): void => {
        rig.clock.advance(998);
        rig.call.onReset(cancelledByPeer);
      },
    ],
    [
      "a lost connection",
      Status.UNAVAILABLE,
      ending,
      (rig): void => rig.call.onReset({ ...cancelledByPeer, scope: "io" }),
    ],
  ];
  for (const [what, status, run, end] of ends) {
    test(`is told once, for all shapes: ${what}`, async () => {
      for (const name of shapes) {
        const told: CallEnd[] = [];
        const interceptor: Interceptor = (next) => (request) => {
          request.onEnd((one) => told.push(one));
          return next(request);
        };
        const rig = startCall(name, run, { interceptors: [interceptor], headers: ["grpc-timeout", "1S"] });
        rig.call.onData(framedNote("x"), true);
        await settled();
        end(rig);
        await settled();
        rig.clock.advance(10_000);
        rig.call.onReset(cancelledByPeer);
        await settled();
        assert.deepEqual(
          told.map((one) => one.status),
          [
            what === "a fault of the handler" && (name === "unary" || name === "clientStream")
              ? Status.INTERNAL
              : status,
          ],
          name,
        );
        if (rig.stream.status !== undefined) assert.equal(told[0]?.status, rig.stream.status, name);
      }
    });
  }

  test("is told at once to who asks after it", async () => {
    let end: CallEnd | undefined;
    const over = new Deferred<void>();
    const interceptor: Interceptor = (next) => async (request) => {
      const response = await next(request);
      await over.promise;
      request.onEnd((one) => {
        end = one;
      });
      return response;
    };
    const rig = startCall("unary", handler, { interceptors: [interceptor], headers: ["grpc-timeout", "1S"] });
    rig.call.onData(framedNote("x"), true);
    await settled();
    rig.clock.advance(1_000);
    over.resolve();
    await settled();
    assert.equal(end?.status, Status.DEADLINE_EXCEEDED);
  });
});

describe("a changed", () => {
  test("signal is the handler's", async () => {
    const controller = new AbortController();
    const interceptor: Interceptor = (next) => (request) => next({ ...request, signal: controller.signal });
    let seen: AbortSignal | undefined;
    const rig = startCall(
      "unary",
      (_, call) => {
        seen = call.signal;
        return {};
      },
      { interceptors: [interceptor] },
    );
    rig.call.onData(framedNote("x"), true);
    await rig.stream.ended;
    assert.equal(seen, controller.signal);
  });

  test("deadline counts where it is sooner", async () => {
    const cases: [moreMs: number, endMs: number][] = [
      [-500, 500],
      [60_000, 1_000],
    ];
    for (const [moreMs, endMs] of cases) {
      const interceptor: Interceptor = (next) => (request) =>
        next({ ...request, deadline: new Date(Number(request.deadline) + moreMs) });
      let remainingMs = 0;
      const run: TestHandler = (_, call) => {
        remainingMs = call.timeRemainingMs();
        return new Promise(() => undefined);
      };
      const rig = startCall("unary", run, { interceptors: [interceptor], headers: ["grpc-timeout", "1S"] });
      rig.call.onData(framedNote("x"), true);
      await settled();
      assert.ok(Math.abs(remainingMs - endMs) < 50, String(remainingMs));
      rig.clock.advance(endMs - 60);
      assert.equal(rig.stream.status, undefined);
      rig.clock.advance(120);
      assert.equal(rig.stream.status, Status.DEADLINE_EXCEEDED);
    }
  });
});

describe("AsyncLocalStorage around next", () => {
  const storage = new AsyncLocalStorage<string>();
  const setting: Interceptor = (next) => (request) => storage.run("alice", () => next(request));
  const passing: Interceptor = (next) => (request) => next(request);

  const handlers: readonly [what: string, shapes: readonly NotesMethod[], handler: TestHandler][] = [
    [
      "functions",
      ["unary", "clientStream"],
      async (requests) => {
        const before = storage.getStore();
        if (Symbol.asyncIterator in requests) for await (const _ of requests);
        await later(1);
        return { text: `${before} ${storage.getStore()}` };
      },
    ],
    [
      "generators",
      ["serverStream", "bidi"],
      async function* (requests) {
        yield { text: String(storage.getStore()) };
        if (Symbol.asyncIterator in requests) for await (const _ of requests);
        await later(1);
        yield { text: String(storage.getStore()) };
        yield { text: String(storage.getStore()) };
      },
    ],
    [
      "generators that are not asynchronous",
      ["serverStream", "bidi"],
      function* () {
        yield { text: String(storage.getStore()) };
        yield later(1).then(() => ({ text: String(storage.getStore()) }));
      },
    ],
  ];
  for (const [what, names, run] of handlers) {
    test(`holds in ${what}`, async () => {
      for (const name of names) {
        const rig = startCall(name, run, { interceptors: [passing, setting, passing] });
        rig.call.onData(framedNote("x"), true);
        await rig.stream.ended;
        const texts = notesOf(rig).join(" ").split(" ");
        assert.ok(texts.length >= 2 && texts.every((text) => text === "alice"), `${name}: ${texts.join()}`);
      }
    });
  }

  test("holds in the `finally` of a generator that is left", async () => {
    let left: string | undefined;
    const run: TestHandler = async function* () {
      try {
        for (;;) yield { text: "a" };
      } finally {
        left = storage.getStore();
      }
    };
    const rig = startCall("serverStream", run, { interceptors: [setting] });
    rig.stream.writable = false;
    rig.call.onData(framedNote("x"), true);
    await settled();
    rig.call.onReset(cancelledByPeer);
    await settled();
    assert.equal(left, "alice");
  });
});
