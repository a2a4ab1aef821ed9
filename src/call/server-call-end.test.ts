import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Metadata } from "../base/metadata.js";
import { detail, RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import { framedNote, NoteSchema } from "./notes.testing.js";
import { cancelledByPeer, Deferred, notesOf, type ServerRig, settled, startCall } from "./server-rig.testing.js";
import { decodeStatusDetails } from "./status-details.js";

const secret = "s3cret of the server";

function unary(reply: () => unknown): ServerRig {
  const rig = startCall("unary", reply);
  rig.call.onData(framedNote("x"), true);
  return rig;
}

describe("handlers that throw", () => {
  test("an RpcError is the status, with details and metadata, as Trailers-Only", async () => {
    const error = new RpcError(Status.NOT_FOUND, "no ☺ here", {
      details: [detail(NoteSchema, { text: "why" })],
      metadata: new Metadata({ e: "1" }).markSensitive("e"),
    });
    for (const reply of [() => Promise.reject(error), () => assert.fail(error)]) {
      const rig = unary(reply);
      await rig.stream.ended;
      assert.deepEqual(rig.stream.order, ["trailers"]);
      assert.equal(rig.stream.header(":status"), "200");
      assert.equal(rig.stream.status, Status.NOT_FOUND);
      assert.equal(rig.stream.statusMessage, "no ☺ here");
      assert.equal(rig.stream.trailer("e"), "1");
      assert.deepEqual([...(rig.stream.headerBlocks[0]?.sensitive ?? [])], ["e"]);
      const details = decodeStatusDetails(rig.stream.trailer("grpc-status-details-bin") ?? "");
      assert.equal(details[0]?.typeUrl, "type.googleapis.com/test.Note");
      assert.deepEqual(rig.errors, []);
      assert.equal(rig.stream.releases, 1);
    }
  });

  test("anything else is UNKNOWN, and only the server hears what it was", async () => {
    const odd = new RpcError(99 as Status, secret);
    const ok = new RpcError(Status.OK, secret);
    for (const thrown of [new Error(secret), secret, undefined, null, ok, odd, new RpcError(Number.NaN as Status)]) {
      const rig = unary(() => Promise.reject(thrown));
      await rig.stream.ended;
      assert.equal(rig.stream.status, Status.UNKNOWN);
      assert.deepEqual(rig.errors, [thrown]);
      assert.equal(JSON.stringify(rig.stream.headerBlocks).includes("s3cret"), false);
    }
  });

  test("a generator that throws ends after what it gave", async () => {
    const rig = startCall("serverStream", async function* () {
      yield { text: "a" };
      throw new RpcError(Status.DATA_LOSS, "gone");
    });
    rig.call.onData(framedNote("x"), true);
    await rig.stream.ended;
    assert.deepEqual(rig.stream.order, ["headers", "data", "trailers"]);
    assert.equal(rig.stream.trailer(":status"), undefined);
    assert.equal(rig.stream.status, Status.DATA_LOSS);
  });

  test("an async function in the place of a generator harms nobody", async () => {
    const rig = startCall("serverStream", async () => {
      throw new RpcError(Status.ABORTED, "from an async function");
    });
    rig.call.onData(framedNote("x"), true);
    await rig.stream.ended;
    assert.equal(rig.stream.status, Status.ABORTED);
  });

  test("details that cannot be encoded are left out, and reported; the status arrives", async () => {
    const details = [detail(NoteSchema, { count: secret } as object)];
    const rig = unary(() => Promise.reject(new RpcError(Status.NOT_FOUND, "m", { details, metadata: { e: "1" } })));
    await rig.stream.ended;
    assert.deepEqual([rig.stream.status, rig.stream.statusMessage, rig.stream.trailer("e")], [5, "m", "1"]);
    assert.equal(rig.stream.trailer("grpc-status-details-bin"), undefined);
    assert.equal(rig.errors.length, 1);
  });
});

describe("answers of a wrong shape", () => {
  test("are INTERNAL without a word of their content, which the server hears", async () => {
    const answers: readonly [unknown, RegExp][] = [
      [null, /Unary gave null where test\.Note is due/],
      [undefined, /gave undefined/],
      [5, /gave number/],
      [{ text: Number(5) }, /field test\.Note\.text: expected string, got 5/],
      [{ count: secret }, /test\.Note\.count.*s3cret/],
      [[], /an array/],
    ];
    for (const [answer, expected] of answers) {
      const rig = unary(() => answer);
      await rig.stream.ended;
      assert.deepEqual(rig.stream.order, ["trailers"]);
      assert.equal(rig.stream.status, Status.INTERNAL);
      assert.equal(rig.stream.statusMessage, "the handler gave a response that is no test.Note");
      assert.match(String(rig.errors[0]), expected);
      assert.equal(rig.errors.length, 1);
    }
  });

  test("in a stream end it after what was sent, and the generator is left", async () => {
    let left = false;
    const rig = startCall("serverStream", function* () {
      try {
        yield { text: "a" };
        yield { text: 5 };
      } finally {
        left = true;
      }
    });
    rig.call.onData(framedNote("x"), true);
    await rig.stream.ended;
    assert.ok(left);
    assert.deepEqual(rig.stream.order, ["headers", "data", "trailers"]);
    assert.equal(rig.stream.status, Status.INTERNAL);
    assert.equal(rig.errors.length, 1);
  });

  test("are UNKNOWN where a stream is due and nothing of the kind came", async () => {
    for (const answer of [null, 5, "text", {}, undefined]) {
      const rig = startCall("serverStream", () => answer);
      rig.call.onData(framedNote("x"), true);
      await rig.stream.ended;
      assert.equal(rig.stream.status, Status.UNKNOWN);
      assert.match(String(rig.errors[0]), /must be an iterable/);
    }
  });

  test("over the limit are RESOURCE_EXHAUSTED, with the sizes", () => {
    const rig = startCall("unary", () => ({ text: "too long" }), { env: { sendMessageBytesMax: 3 } });
    rig.call.onData(framedNote("x"), true);
    assert.equal(rig.stream.status, Status.RESOURCE_EXHAUSTED);
    assert.match(rig.stream.statusMessage, /10 bytes.*3/);
  });
});

describe("deadlines", () => {
  test("pass while the handler hangs: the status is sent and the signal aborted", async () => {
    let signal: AbortSignal | undefined;
    let remainingMs: number | undefined;
    const hanging = new Deferred<object>();
    const rig = startCall(
      "unary",
      (_request, call) => {
        signal = call.signal;
        remainingMs = call.timeRemainingMs();
        return hanging.promise;
      },
      { headers: ["grpc-timeout", "500m"] },
    );
    rig.call.onData(framedNote("x"), true);
    assert.equal(remainingMs, 500);
    rig.clock.advance(499);
    assert.deepEqual([rig.stream.order, signal?.aborted], [[], false]);
    rig.clock.advance(1);
    assert.deepEqual(rig.stream.order, ["trailers"]);
    assert.equal(rig.stream.status, Status.DEADLINE_EXCEEDED);
    assert.match(rig.stream.statusMessage, /500 ms/);
    assert.equal((signal?.reason as RpcError | undefined)?.code, Status.DEADLINE_EXCEEDED);
    assert.equal(rig.call.timeRemainingMs(), 0);
    assert.equal(rig.stream.releases, 0);
    hanging.resolve({ text: "too late" });
    await settled();
    assert.equal(rig.stream.releases, 1);
    assert.deepEqual([rig.stream.order, rig.stream.late, rig.errors], [["trailers"], [], []]);
  });

  test("pass while the request is still due", () => {
    const rig = startCall("unary", () => assert.fail("ran"), { headers: ["grpc-timeout", "1S"] });
    rig.clock.advance(1_000);
    assert.equal(rig.stream.status, Status.DEADLINE_EXCEEDED);
    assert.equal(rig.stream.releases, 1);
  });

  test("leave no timer behind, however the call ended", async () => {
    const headers = ["grpc-timeout", "1H"];
    const answered = startCall("unary", () => ({}), { headers });
    answered.call.onData(framedNote("x"), true);
    assert.equal(answered.clock.pendingTimers, 0);
    const hanging = new Deferred<object>();
    const reset = startCall("unary", () => hanging.promise, { headers });
    reset.call.onData(framedNote("x"), true);
    reset.call.onReset(cancelledByPeer);
    hanging.resolve({});
    await settled();
    assert.equal(reset.clock.pendingTimers, 0);
    assert.equal(reset.stream.releases, 1);
  });

  test("that are not set are no deadlines", () => {
    const rig = unary(() => ({}));
    assert.equal(rig.call.deadline, undefined);
    assert.equal(rig.call.timeRemainingMs(), Number.POSITIVE_INFINITY);
  });
});

describe("resets by the peer", () => {
  test("abort the signal and send nothing; the place is free when the handler has ended", async () => {
    const hanging = new Deferred<object>();
    const rig = unary(() => hanging.promise);
    const { signal } = rig.call;
    rig.call.onReset(cancelledByPeer);
    assert.equal((signal.reason as RpcError).code, Status.CANCELLED);
    assert.equal(rig.stream.releases, 0);
    hanging.reject(new Error("because of the abort"));
    await settled();
    assert.deepEqual([rig.stream.order, rig.stream.late, rig.errors], [[], [], []]);
    assert.equal(rig.stream.releases, 1);
  });

  test("with the connection abort with UNAVAILABLE, also a signal that is read later", () => {
    const rig = unary(() => new Promise(() => undefined));
    rig.call.onReset({ ...cancelledByPeer, scope: "io", message: "the socket was closed" });
    assert.ok(rig.call.signal.aborted);
    assert.equal((rig.call.signal.reason as RpcError).code, Status.UNAVAILABLE);
    assert.match((rig.call.signal.reason as RpcError).message, /socket was closed/);
  });

  test("before the request is complete free the place at once", () => {
    const rig = startCall("unary", () => assert.fail("ran"));
    rig.call.onReset(cancelledByPeer);
    assert.equal(rig.stream.releases, 1);
    assert.deepEqual(rig.stream.order, []);
  });

  test("end request streams with an error, and leave response streams", async () => {
    const order: string[] = [];
    const cleaning = new Deferred<void>();
    const rig = startCall("bidi", async function* (requests) {
      try {
        for await (const note of requests) yield { text: note.text };
      } catch (error) {
        order.push((error as RpcError).codeName);
      } finally {
        await cleaning.promise;
        order.push("finally");
      }
    });
    rig.call.onData(framedNote("a"), false);
    await settled();
    rig.call.onReset(cancelledByPeer);
    await settled();
    assert.deepEqual([order, rig.stream.releases], [["CANCELLED"], 0]);
    cleaning.resolve();
    await settled();
    assert.deepEqual([order, rig.stream.releases], [["CANCELLED", "finally"], 1]);
    assert.deepEqual([rig.stream.order, rig.stream.late], [["headers", "data"], []]);
  });

  test("after an end that went well abort nothing", () => {
    const rig = unary(() => ({}));
    const { signal } = rig.call;
    rig.call.onReset(cancelledByPeer);
    assert.equal(signal.aborted, false);
    assert.equal(rig.stream.releases, 1);
    assert.deepEqual(notesOf(rig), [""]);
  });
});
