import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Message } from "@bufbuild/protobuf";
import { Metadata } from "../base/metadata.js";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import type { Interceptor, InterceptorRequest, InterceptorResponse } from "./interceptor.js";
import { framedNote, type Note } from "./notes.testing.js";
import { cancelledByPeer, Deferred, notesOf, type ServerRig, settled, startCall } from "./server-rig.testing.js";

function noting(name: string, order: string[]): Interceptor {
  return (next) => async (request) => {
    order.push(`${name} in`);
    const response = await next(request);
    order.push(`${name} out`);
    return response;
  };
}

async function ended(rig: ServerRig): Promise<ServerRig> {
  rig.call.onData(framedNote("x"), true);
  await rig.stream.ended;
  return rig;
}

describe("the chain", () => {
  test("the first interceptor is the outermost", async () => {
    const order: string[] = [];
    const handler = (): object => {
      order.push("handler");
      return { text: "y" };
    };
    const interceptors = [noting("a", order), noting("b", order)];
    const rig = await ended(startCall("unary", handler, { interceptors }));
    assert.deepEqual(order, ["a in", "b in", "handler", "b out", "a out"]);
    assert.deepEqual(notesOf(rig), ["y"]);
  });

  test("an interceptor sees the call, and shares values with the handler", async () => {
    let seen: InterceptorRequest | undefined;
    let text: string | undefined;
    const interceptor: Interceptor = (next) => async (request) => {
      seen = request;
      if (!request.stream) text = ((await request.message) as Note).text;
      request.values.set("who", "alice");
      return next(request);
    };
    const options = { interceptors: [interceptor], headers: ["k", "v", "grpc-timeout", "1S"] };
    const rig = await ended(startCall("unary", (_note, call) => ({ text: String(call.values.get("who")) }), options));
    assert.deepEqual(notesOf(rig), ["alice"]);
    assert.deepEqual([seen?.side, seen?.path, seen?.method.name], ["server", "/test.Notes/Unary", "Unary"]);
    assert.deepEqual([seen?.metadata.get("k"), seen?.peer], ["v", rig.call.peer]);
    assert.equal(text, "x");
    assert.ok(seen?.deadline instanceof Date);
  });

  test("responses whose next() gives no object end the call by an error", async () => {
    for (const step of [5, null, undefined]) {
      const handler = (): AsyncIterable<object> => ({
        [Symbol.asyncIterator]: () => ({ next: async () => step as never }),
      });
      const rig = await ended(startCall("serverStream", handler, { interceptors: [(next) => next] }));
      assert.equal(rig.stream.status, Status.UNKNOWN);
      assert.match(String(rig.errors[0]), /an iterator's next\(\) must give an object, not /);
    }
  });

  test("a call can be refused before its handler", async () => {
    const interceptor: Interceptor = () => async () => {
      throw new RpcError(Status.UNAUTHENTICATED, "who are you?");
    };
    for (const name of ["unary", "serverStream", "clientStream", "bidi"] as const) {
      const rig = await ended(startCall(name, () => assert.fail("ran"), { interceptors: [interceptor] }));
      assert.deepEqual([rig.stream.order, rig.stream.status], [["trailers"], Status.UNAUTHENTICATED]);
      assert.deepEqual([rig.errors, rig.stream.releases], [[], 1]);
    }
  });

  test("an interceptor that throws at once harms its own call only", async () => {
    const interceptor: Interceptor = () => () => {
      throw new Error("s3cret");
    };
    for (const name of ["unary", "serverStream"] as const) {
      const rig = await ended(startCall(name, () => assert.fail("ran"), { interceptors: [interceptor] }));
      assert.equal(rig.stream.status, Status.UNKNOWN);
      assert.match(String(rig.errors[0]), /s3cret/);
    }
  });

  test("a call can be answered without its handler", async () => {
    const interceptor: Interceptor = () => async () => {
      const [headers, trailers] = [new Metadata({ h: "1" }), new Metadata({ t: "2" })];
      return { stream: false, headers, trailers, message: { text: "cached" } as Note };
    };
    const rig = await ended(startCall("unary", () => assert.fail("ran"), { interceptors: [interceptor] }));
    assert.deepEqual(notesOf(rig), ["cached"]);
    assert.deepEqual([rig.stream.header("h"), rig.stream.trailer("t")], ["1", "2"]);
  });

  test("next can be called again", async () => {
    let runs = 0;
    const interceptor: Interceptor = (next) => async (request) => {
      await assert.rejects(next(request));
      return next(request);
    };
    const handler = async (): Promise<object> => {
      runs++;
      if (runs === 1) throw new Error("once");
      return {};
    };
    const rig = await ended(startCall("unary", handler, { interceptors: [interceptor] }));
    assert.deepEqual([runs, rig.stream.status, rig.errors], [2, Status.OK, []]);
  });
});

describe("changes on the way", () => {
  test("a copy by spread carries changed messages and metadata", async () => {
    const interceptor: Interceptor = (next) => async (request) => {
      const message = { ...((await request.message) as Note), text: "changed" };
      const metadata = new Metadata(request.metadata).append("added", "1");
      const response = await next({ ...request, metadata, message } as InterceptorRequest);
      if (response.stream) return response;
      const reply = response.message as Note;
      const louder: Note = { ...reply, text: `${reply.text}!` };
      return { ...response, message: louder };
    };
    const handler = (note: Note, call: { metadata: Metadata }): object => ({
      text: `${note.text} ${call.metadata.get("added")}`,
    });
    const rig = await ended(startCall("unary", handler, { interceptors: [interceptor] }));
    assert.deepEqual(notesOf(rig), ["changed 1!"]);
  });

  test("headers and trailers may be replaced or added to", async () => {
    const interceptor: Interceptor = (next) => async (request) => {
      const response = await next(request);
      response.trailers.append("t", "2");
      return { ...response, headers: new Metadata({ h: "new" }) };
    };
    const handler = (_note: Note, call: { responseHeaders: Metadata; responseTrailers: Metadata }): object => {
      call.responseHeaders.append("h", "old");
      call.responseTrailers.append("t", "1");
      return {};
    };
    const rig = await ended(startCall("unary", handler, { interceptors: [interceptor] }));
    assert.equal(rig.stream.header("h"), "new");
    assert.deepEqual(rig.stream.headerBlocks[1]?.headers.slice(2), ["t", "1", "t", "2"]);
  });

  test("a handler's plain objects reach interceptors as messages", async () => {
    const seen: unknown[] = [];
    const interceptor: Interceptor = (next) => async (request) => {
      const response = await next(request);
      if (!response.stream) seen.push((response.message as Note).$typeName, (response.message as Note).count);
      return response;
    };
    const rig = await ended(startCall("unary", () => ({ text: "y" }), { interceptors: [interceptor] }));
    assert.deepEqual([seen, notesOf(rig)], [["test.Note", 0], ["y"]]);
  });

  test("answers of a wrong shape are refused as without interceptors", async () => {
    for (const answer of [null, 5, { text: 5 }, []]) {
      const rig = await ended(startCall("unary", () => answer, { interceptors: [noting("a", [])] }));
      assert.equal(rig.stream.status, Status.INTERNAL);
      assert.equal(rig.errors.length, 1);
    }
  });

  test("what is no copy of the request, or answers without metadata, is told plainly", async () => {
    const fresh: Interceptor = (next) => (request) =>
      next({ side: "server", path: request.path } as InterceptorRequest);
    const bare: Interceptor = () => async () => ({ stream: false, message: {} }) as unknown as InterceptorResponse;
    for (const [interceptor, text] of [
      [fresh, /copy \{ \.\.\.request \}/],
      [bare, /Metadata as headers/],
    ] as const) {
      const rig = await ended(startCall("unary", () => ({}), { interceptors: [interceptor] }));
      assert.equal(rig.stream.status, Status.UNKNOWN);
      assert.match(String(rig.errors[0]), text);
    }
  });
});

describe("streams", () => {
  const shouting: Interceptor = (next) => async (request) => {
    const response = await next(request);
    if (!response.stream) return response;
    async function* loud(notes: AsyncIterable<Message>): AsyncIterable<Message> {
      for await (const note of notes) {
        assert.equal(note.$typeName, "test.Note");
        yield { ...note, text: (note as Note).text.toUpperCase() } as Note;
      }
    }
    return { ...response, message: loud(response.message) };
  };

  test("are wrapped, from generators as from arrays", async () => {
    async function* later(): AsyncGenerator<object> {
      yield { text: "a" };
      yield { text: "b" };
    }
    for (const handler of [later, () => [{ text: "a" }, { text: "b" }]]) {
      const rig = await ended(startCall("serverStream", handler, { interceptors: [shouting] }));
      assert.deepEqual(notesOf(rig), ["A", "B"]);
    }
  });

  test("of requests are wrapped too", async () => {
    const interceptor: Interceptor = (next) => (request) => {
      assert.ok(request.stream);
      async function* twice(notes: AsyncIterable<Message>): AsyncIterable<Message> {
        for await (const note of notes) yield* [note, note];
      }
      return next({ ...request, message: twice(request.message) });
    };
    const handler = async (notes: AsyncIterable<Note>): Promise<object> => {
      let text = "";
      for await (const note of notes) text += note.text;
      return { text };
    };
    const rig = await ended(startCall("clientStream", handler, { interceptors: [interceptor] }));
    assert.deepEqual(notesOf(rig), ["xx"]);
  });

  test("are left, with the handler's generator, when the peer resets", async () => {
    let left = 0;
    const handler = async function* (): AsyncGenerator<object> {
      try {
        for (;;) yield { text: "a" };
      } finally {
        left++;
      }
    };
    const rig = startCall("serverStream", handler, { interceptors: [shouting] });
    rig.stream.writable = false;
    rig.call.onData(framedNote("x"), true);
    await settled();
    rig.call.onReset(cancelledByPeer);
    await settled();
    assert.deepEqual([left, rig.stream.releases, rig.stream.order], [1, 1, ["headers", "data"]]);
  });

  test("of a handler that gives none fail the call", async () => {
    const rig = await ended(startCall("serverStream", () => 5, { interceptors: [shouting] }));
    assert.deepEqual([rig.stream.status, rig.errors.length], [Status.UNKNOWN, 1]);
  });

  test("that a chain answers with after the reset are not sent", async () => {
    const gate = new Deferred<void>();
    const interceptor: Interceptor = (next) => async (request) => {
      await gate.promise;
      return next(request);
    };
    const rig = startCall("serverStream", () => [{ text: "a" }], { interceptors: [interceptor] });
    rig.call.onData(framedNote("x"), true);
    rig.call.onReset(cancelledByPeer);
    assert.equal(rig.stream.releases, 0);
    gate.resolve();
    await settled();
    assert.deepEqual([rig.stream.order, rig.stream.late, rig.stream.releases], [[], [], 1]);
  });
});
