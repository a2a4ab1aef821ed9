import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import type { Compression } from "../message/compression.js";
import { CompressionRegistry } from "../message/compression-registry.js";
import { framedNote } from "./notes.testing.js";
import type { ServerContext } from "./server-context.js";
import { cancelledByPeer, Deferred, notesOf, settled, startCall } from "./server-rig.testing.js";

describe("headers and trailers", () => {
  test("carry the handler's metadata, and its sensitive names", () => {
    const rig = startCall("unary", (_request, call) => {
      call.responseHeaders.append("h", "1").markSensitive("h");
      call.responseTrailers.append("t", "2").markSensitive("t");
      return {};
    });
    rig.call.onData(framedNote("x"), true);
    assert.equal(rig.stream.header("h"), "1");
    assert.equal(rig.stream.trailer("t"), "2");
    const sensitive = rig.stream.headerBlocks.map((block) => [...(block.sensitive ?? [])]);
    assert.deepEqual(sensitive, [["h"], ["t"]]);
  });

  test("of a call that failed too: headers that were set are not lost", async () => {
    const rig = startCall("unary", async (_request, call) => {
      call.responseHeaders.append("h", "1");
      call.responseTrailers.append("t", "2").markSensitive("t");
      throw new RpcError(Status.ABORTED, "no", { metadata: { e: "3" } });
    });
    rig.call.onData(framedNote("x"), true);
    await rig.stream.ended;
    assert.deepEqual(rig.stream.order, ["headers", "trailers"]);
    assert.equal(rig.stream.header("h"), "1");
    assert.deepEqual([rig.stream.trailer("t"), rig.stream.trailer("e")], ["2", "3"]);
    assert.deepEqual([...(rig.stream.headerBlocks[1]?.sensitive ?? [])], ["t"]);
  });

  test("sendHeaders() sends them early, once", async () => {
    const reply = new Deferred<object>();
    const rig = startCall("unary", (_request, call) => {
      call.responseHeaders.append("h", "1");
      call.sendHeaders();
      call.responseHeaders.append("h", "too late");
      call.sendHeaders();
      return reply.promise;
    });
    rig.call.onData(framedNote("x"), true);
    assert.deepEqual(rig.stream.order, ["headers"]);
    reply.resolve({});
    await rig.stream.ended;
    assert.deepEqual(rig.stream.order, ["headers", "data", "trailers"]);
    rig.call.sendHeaders();
    assert.deepEqual(rig.stream.late, []);
  });

  test("a handler sees its call", () => {
    let seen: ServerContext | undefined;
    const rig = startCall(
      "unary",
      (_request, call) => {
        seen = call;
        return {};
      },
      { headers: ["k", "v", "grpc-timeout", "1S"] },
    );
    const beforeMs = Date.now();
    rig.call.onData(framedNote("x"), true);
    assert.equal(seen?.path, "/test.Notes/Unary");
    assert.equal(seen.method.name, "Unary");
    assert.equal(seen.authority, "test.local");
    assert.equal(seen.peer.address, "ipv4:127.0.0.1:4711");
    assert.deepEqual([...seen.metadata], [["k", "v"]]);
    assert.equal(seen.values, seen.values.set("who", "alice"));
    const leftMs = (seen.deadline?.getTime() ?? 0) - beforeMs;
    assert.ok(leftMs >= 1_000 && leftMs < 60_000, String(leftMs));
  });
});

describe("backpressure", () => {
  test("a generator waits until the stream takes more", async () => {
    let made = 0;
    const rig = startCall("serverStream", function* () {
      while (made < 5) yield { text: String(made++) };
    });
    rig.stream.writable = false;
    rig.call.onData(framedNote("x"), true);
    await settled();
    assert.equal(made, 1);
    rig.call.onWritable();
    await settled();
    assert.equal(made, 2);
    rig.stream.writable = true;
    rig.call.onWritable();
    await rig.stream.ended;
    assert.deepEqual(notesOf(rig), ["0", "1", "2", "3", "4"]);
  });

  test("a generator that waits is left at a reset, and at the deadline", async () => {
    for (const end of ["reset", "deadline"]) {
      let left = 0;
      const source = async function* (): AsyncGenerator<object> {
        try {
          for (;;) yield {};
        } finally {
          left++;
        }
      };
      const rig = startCall("serverStream", source, { headers: ["grpc-timeout", "1S"] });
      rig.stream.writable = false;
      rig.call.onData(framedNote("x"), true);
      await settled();
      if (end === "reset") rig.call.onReset(cancelledByPeer);
      else rig.clock.advance(1_000);
      await settled();
      assert.deepEqual([left, rig.stream.releases, rig.stream.late], [1, 1, []]);
      assert.deepEqual(rig.stream.order.slice(0, 2), ["headers", "data"]);
      assert.equal(rig.stream.status, end === "reset" ? undefined : Status.DEADLINE_EXCEEDED);
    }
  });

  test("a unary answer waits for nobody: its trailers are queued behind it", () => {
    const rig = startCall("unary", () => ({}));
    rig.stream.writable = false;
    rig.call.onData(framedNote("x"), true);
    assert.deepEqual(rig.stream.order, ["headers", "data", "trailers"]);
  });

  test("a long generator during whose first step the call ends is left", async () => {
    let made = 0;
    const rig = startCall("serverStream", function* () {
      rig.call.onReset(cancelledByPeer);
      for (; made < 1_000; made++) yield {};
    });
    rig.call.onData(framedNote("x"), true);
    await settled();
    assert.deepEqual([made, rig.stream.releases, rig.stream.order], [0, 1, []]);
  });
});

describe("compression", () => {
  const accept = ["grpc-accept-encoding", "identity, deflate ,gzip"];
  const long = "abc".repeat(100);

  test("is switched by the handler, message by message", async () => {
    const rig = startCall(
      "serverStream",
      function* (_request, call) {
        call.compress = true;
        yield { text: long };
        call.compress = false;
        yield { text: long };
        call.compress = true;
        yield { text: long };
      },
      { headers: accept },
    );
    rig.call.onData(framedNote("x"), true);
    await rig.stream.ended;
    assert.equal(rig.stream.header("grpc-encoding"), "gzip");
    const flags = rig.stream.messages().map((message) => message.compressed);
    assert.deepEqual(flags, [true, false, true]);
  });

  test("may be announced and not used yet", async () => {
    const rig = startCall(
      "serverStream",
      function* (_request, call) {
        call.compress = false;
        yield { text: long };
        call.compress = true;
        yield { text: long };
      },
      { headers: accept },
    );
    rig.call.onData(framedNote("x"), true);
    await rig.stream.ended;
    assert.equal(rig.stream.header("grpc-encoding"), "gzip");
    const flags = rig.stream.messages().map((message) => message.compressed);
    assert.deepEqual(flags, [false, true]);
  });

  test("is not used before the client accepts it, nor once headers left without it", async () => {
    const unasked = startCall("unary", () => ({ text: long }), { env: { compressByDefault: true } });
    unasked.call.onData(framedNote("x"), true);
    assert.equal(unasked.stream.header("grpc-encoding"), undefined);
    assert.equal(unasked.stream.messages()[0]?.compressed, false);
    const late = startCall(
      "unary",
      (_request, call) => {
        call.sendHeaders();
        call.compress = true;
        return { text: long };
      },
      { headers: accept },
    );
    late.call.onData(framedNote("x"), true);
    assert.equal(late.stream.messages()[0]?.compressed, false);
  });

  test("by default takes the server's first choice, from the least size on", () => {
    const env = { compressByDefault: true, encodings: ["snappy", "deflate", "gzip"], compressBytesMin: 100 };
    for (const [text, compressed] of [
      [long, true],
      ["short", false],
    ] as const) {
      const rig = startCall("unary", () => ({ text }), { env, headers: accept });
      rig.call.onData(framedNote("x"), true);
      assert.equal(rig.stream.header("grpc-encoding"), "deflate");
      assert.equal(rig.stream.messages()[0]?.compressed, compressed);
    }
  });

  /** A compression that answers by hand. */
  function slow(): { answer: Deferred<Uint8Array>; env: object; headers: string[] } {
    const answer = new Deferred<Uint8Array>();
    const compression: Compression = { name: "slow", compress: () => answer.promise, decompress: (bytes) => bytes };
    const env = { compressByDefault: true, encodings: ["slow"], compressions: new CompressionRegistry([compression]) };
    return { answer, env, headers: ["grpc-accept-encoding", "slow"] };
  }

  test("that takes a while holds back the trailers", async () => {
    const { answer, env, headers } = slow();
    const rig = startCall("unary", () => ({ text: long }), { env, headers });
    rig.call.onData(framedNote("x"), true);
    await settled();
    assert.equal(rig.stream.order.includes("trailers"), false);
    answer.resolve(Uint8Array.of(1, 2, 3));
    await rig.stream.ended;
    assert.deepEqual(rig.stream.order, ["headers", "data", "trailers"]);
    assert.equal(rig.stream.messages()[0]?.compressed, true);
    assert.equal(rig.stream.releases, 1);
  });

  test("that is overtaken by a reset sends nothing", async () => {
    const { answer, env, headers } = slow();
    const rig = startCall("unary", () => ({ text: long }), { env, headers });
    rig.call.onData(framedNote("x"), true);
    rig.call.onReset(cancelledByPeer);
    answer.resolve(Uint8Array.of(1, 2, 3));
    await settled();
    assert.deepEqual([rig.stream.order.includes("data"), rig.stream.late, rig.stream.releases], [false, [], 1]);
  });

  test("that fails is the server's own affair", async () => {
    const { answer, env, headers } = slow();
    const rig = startCall("unary", () => ({ text: long }), { env, headers });
    rig.call.onData(framedNote("x"), true);
    answer.reject(new Error("s3cret"));
    await rig.stream.ended;
    assert.equal(rig.stream.status, Status.INTERNAL);
    assert.equal(rig.stream.statusMessage.includes("s3cret"), false);
    assert.match(String(rig.errors[0]), /s3cret/);
  });

  test("of requests is told to the handler", () => {
    let compressed: boolean | undefined;
    const rig = startCall(
      "unary",
      (_request, call) => {
        compressed = call.requestCompressed;
        return {};
      },
      { headers: ["grpc-encoding", "gzip"] },
    );
    rig.call.onData(framedNote("x"), true);
    assert.equal(compressed, false);
  });
});
