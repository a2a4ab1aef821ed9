import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Status } from "../base/status.js";
import { framedNote, type NotesMethod } from "./notes.testing.js";
import { Deferred, notesOf, type RigOptions, settled, startCall } from "./server-rig.testing.js";

describe("the four shapes", () => {
  test("unary, answered at once: headers, message and trailers in one go", () => {
    const rig = startCall("unary", (request) => ({ text: `hello ${request.text}` }));
    rig.call.onData(framedNote("you"), true);
    assert.deepEqual(rig.stream.order, ["headers", "data", "trailers"]);
    assert.deepEqual(notesOf(rig), ["hello you"]);
    assert.equal(rig.stream.header(":status"), "200");
    assert.equal(rig.stream.header("content-type"), "application/grpc");
    assert.equal(rig.stream.status, Status.OK);
    assert.equal(rig.stream.trailer("grpc-message"), undefined);
    assert.equal(rig.stream.releases, 1);
    assert.equal(rig.stream.consumedBytes, framedNote("you").length);
  });

  test("unary, answered later", async () => {
    const reply = new Deferred<object>();
    const rig = startCall("unary", () => reply.promise);
    rig.call.onData(framedNote("x"), true);
    assert.deepEqual(rig.stream.order, []);
    reply.resolve({ text: "later" });
    await rig.stream.ended;
    assert.deepEqual(notesOf(rig), ["later"]);
    assert.equal(rig.stream.status, Status.OK);
  });

  test("unary runs once the request has ended, also by trailers", () => {
    let runs = 0;
    const rig = startCall("unary", () => {
      runs++;
      return {};
    });
    rig.call.onData(framedNote("x"), false);
    assert.equal(runs, 0);
    rig.call.onHeaders(["some", "trailer"], true);
    assert.equal(runs, 1);
    assert.equal(rig.stream.status, Status.OK);
  });

  test("the one request is due at once, unless nobody has asked for it; a request that streams is not", async () => {
    const due = (name: NotesMethod, options: Partial<RigOptions> = {}): boolean =>
      startCall(name, () => [], options).stream.expectsEnd;
    assert.deepEqual([due("unary"), due("serverStream"), due("clientStream"), due("bidi")], [true, true, false, false]);
    const waits = new Deferred<undefined>();
    const gated = startCall("unary", () => ({}), { gates: [{ admit: () => waits.promise }] });
    assert.equal(gated.stream.expectsEnd, false);
    waits.resolve(undefined);
    await settled();
    assert.equal(gated.stream.expectsEnd, true);
    assert.equal(due("unary", { interceptors: [() => () => new Promise<never>(() => undefined)] }), false);
  });

  test("server streaming: generators, arrays, and nothing at all", async () => {
    async function* later(): AsyncGenerator<object> {
      yield { text: "a" };
      yield { text: "b" };
    }
    for (const make of [later, () => [{ text: "a" }, { text: "b" }]]) {
      const rig = startCall("serverStream", make);
      rig.call.onData(framedNote("x"), true);
      await rig.stream.ended;
      assert.deepEqual(notesOf(rig), ["a", "b"]);
      assert.deepEqual(rig.stream.order, ["headers", "data", "data", "trailers"]);
    }
    const none = startCall("serverStream", () => []);
    none.call.onData(framedNote("x"), true);
    await none.stream.ended;
    assert.deepEqual(none.stream.order, ["headers", "trailers"]);
    assert.equal(none.stream.status, Status.OK);
  });

  test("client streaming", async () => {
    const rig = startCall("clientStream", async (requests) => {
      const texts: string[] = [];
      for await (const note of requests) texts.push(note.text);
      return { text: texts.join() };
    });
    rig.call.onData(framedNote("a"), false);
    await settled();
    rig.call.onData(framedNote("b"), true);
    await rig.stream.ended;
    assert.deepEqual(notesOf(rig), ["a,b"]);
  });

  test("bidirectional: answers come before the request ends", async () => {
    const rig = startCall("bidi", async function* (requests) {
      for await (const note of requests) yield { text: `re: ${note.text}` };
    });
    rig.call.onData(framedNote("a"), false);
    await settled();
    assert.deepEqual(notesOf(rig), ["re: a"]);
    rig.call.onData(framedNote("b"), true);
    await rig.stream.ended;
    assert.deepEqual(notesOf(rig), ["re: a", "re: b"]);
    assert.equal(rig.stream.status, Status.OK);
  });
});

describe("requests that do not fit", () => {
  const never = (): never => assert.fail("the handler was called");

  function refused(rig: ReturnType<typeof startCall>): [number | undefined, string] {
    assert.deepEqual(rig.stream.order, ["trailers"]);
    assert.equal(rig.stream.releases, 1);
    assert.deepEqual(rig.errors, []);
    return [rig.stream.status, rig.stream.statusMessage];
  }

  test("no message on a unary method is UNIMPLEMENTED, with and without a body", () => {
    const message = "the method takes exactly one request message, but none came";
    assert.deepEqual(refused(startCall("unary", never, { endStream: true })), [Status.UNIMPLEMENTED, message]);
    const rig = startCall("serverStream", never);
    rig.call.onData(new Uint8Array(), true);
    assert.deepEqual(refused(rig), [Status.UNIMPLEMENTED, message]);
  });

  test("two messages on a unary method are UNIMPLEMENTED, as soon as the second is here", () => {
    const rig = startCall("unary", never);
    rig.call.onData(framedNote("a"), false);
    rig.call.onData(framedNote("b"), false);
    assert.equal(refused(rig)[0], Status.UNIMPLEMENTED);
    const more = framedNote("c");
    rig.call.onData(more, true);
    assert.equal(rig.stream.consumedBytes, 3 * more.length);
    assert.deepEqual(rig.stream.late, []);
  });

  test("a message over the limit is RESOURCE_EXHAUSTED", () => {
    const rig = startCall("unary", never, { env: { receiveMessageBytesMax: 3 } });
    rig.call.onData(framedNote("too long"), true);
    const [status, message] = refused(rig);
    assert.equal(status, Status.RESOURCE_EXHAUSTED);
    assert.match(message, /10 bytes.*3 bytes/);
  });

  test("bytes that are no message, and a body that is cut, are INTERNAL", () => {
    for (const bytes of [Uint8Array.of(0, 0, 0, 0, 1, 0x0a), Uint8Array.of(0, 0, 0, 0, 9, 1), Uint8Array.of(2, 0)]) {
      const rig = startCall("unary", never);
      rig.call.onData(bytes, true);
      assert.equal(refused(rig)[0], Status.INTERNAL);
    }
  });

  test("an encoding that is not known is UNIMPLEMENTED, and the known ones are told", () => {
    const rig = startCall("bidi", never, { headers: ["grpc-encoding", "brotli"] });
    const [status, message] = refused(rig);
    assert.equal(status, Status.UNIMPLEMENTED);
    assert.match(message, /"brotli".*gzip/);
    assert.match(rig.stream.trailer("grpc-accept-encoding") ?? "", /^identity,gzip,deflate/);
    assert.equal(rig.clock.pendingTimers, 0);
    rig.call.onData(new Uint8Array(7), true);
    assert.equal(rig.stream.consumedBytes, 7);
  });

  test("a compressed message without an encoding is INTERNAL", () => {
    const rig = startCall("unary", never, { headers: ["grpc-encoding", "identity"] });
    rig.call.onData(Uint8Array.of(1, 0, 0, 0, 0), true);
    assert.equal(refused(rig)[0], Status.INTERNAL);
  });

  test("a handler of a stream gets such errors where it reads", async () => {
    const rig = startCall(
      "clientStream",
      async (requests) => {
        await assert.rejects(requests.next(), { code: Status.RESOURCE_EXHAUSTED });
        return { text: "went on" };
      },
      { env: { receiveMessageBytesMax: 3 } },
    );
    rig.call.onData(framedNote("too long"), false);
    await rig.stream.ended;
    assert.deepEqual(notesOf(rig), ["went on"]);
  });
});

describe("requests that are not read", () => {
  test("stop the peer while the handler works", async () => {
    const reply = new Deferred<object>();
    const rig = startCall("clientStream", () => reply.promise);
    rig.call.onData(framedNote("a"), false);
    assert.equal(rig.stream.consumedBytes, 0);
    reply.resolve({ text: "without reading" });
    await rig.stream.ended;
    assert.equal(rig.stream.status, Status.OK);
    assert.equal(rig.stream.consumedBytes, framedNote("a").length);
  });

  test("are let go when the handler left its loop, even such as do not decode", async () => {
    const reply = new Deferred<object>();
    const rig = startCall("clientStream", async (requests) => {
      for await (const _ of requests) break;
      return reply.promise;
    });
    rig.call.onData(framedNote("a"), false);
    await settled();
    rig.call.onData(Uint8Array.of(9, 9, 9, 9, 9, 9), false);
    rig.call.onData(framedNote("b"), false);
    assert.equal(rig.stream.consumedBytes, 2 * framedNote("a").length + 6);
    reply.resolve({});
    await rig.stream.ended;
    assert.equal(rig.stream.status, Status.OK);
  });
});
