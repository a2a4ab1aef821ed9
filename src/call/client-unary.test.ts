import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { RpcError } from "../base/rpc-error.js";
import {
  compressions,
  ErrorCode,
  expectError,
  failure,
  framed,
  okHead,
  okTrailers,
  Rig,
  Status,
} from "./client-rig.testing.js";

test("a response cut at every byte is read all the same, also out of memory that is only lent", async () => {
  const bytes = framed("a response");
  for (const lent of [false, true]) {
    for (let at = 0; at <= bytes.length; at++) {
      const rig = new Rig("unary");
      const reply = rig.one({});
      rig.stream.handler.onHeaders(okHead, false);
      for (const piece of [bytes.slice(0, at), bytes.slice(at)]) {
        rig.stream.handler.onData(piece, false, lent);
        if (lent) piece.fill(0xee);
      }
      rig.stream.handler.onHeaders(okTrailers, true);
      assert.equal((await reply).message, "a response", `cut at ${at}`);
      assert.equal(rig.stream.consumedBytes, bytes.length, "all window is given back");
    }
  }
});

test("no response and two of them break the method's contract", async () => {
  for (const count of [0, 2]) {
    for (const split of [false, true]) {
      const rig = new Rig("unary");
      const reply = rig.one({});
      rig.stream.handler.onHeaders(okHead, false);
      for (let i = 0; i < count; i++) {
        const bytes = framed("x");
        if (split) rig.stream.handler.onData(bytes.subarray(0, 3), false);
        rig.stream.handler.onData(split ? bytes.subarray(3) : bytes, false);
      }
      rig.stream.handler.onHeaders(okTrailers, true);
      await expectError(reply, Status.UNIMPLEMENTED, count === 0 ? /sent none/ : /sent more/);
    }
  }
});

test("a compressed response", async () => {
  for (const name of compressions.names()) {
    const rig = new Rig("unary");
    const reply = rig.one({});
    const text = "y".repeat(500);
    const bytes = framed(text, name);
    assert.ok(bytes.length < 100);
    rig.stream.handler.onHeaders([...okHead, "grpc-encoding", name], false);
    rig.stream.handler.onData(bytes, false);
    rig.stream.handler.onHeaders(okTrailers, true);
    assert.equal((await reply).message, text);
  }
});

test("requests are compressed as the call says, message by message", async () => {
  const compression = compressions.get("gzip");
  const rig = new Rig("unary");
  const plain = framed("z".repeat(500)).length;
  const sent: number[] = [];
  for (const compressWhen of [undefined, () => true, () => false]) {
    const reply = rig.one({ message: "z".repeat(500) }, { compression, compressWhen });
    assert.equal(rig.stream.headers[rig.stream.headers.indexOf("grpc-encoding") + 1], "gzip");
    sent.push(rig.stream.sent[0]?.length ?? 0);
    rig.stream.answer("");
    await reply;
  }
  assert.ok((sent[0] ?? plain) < 100 && (sent[1] ?? plain) < 100);
  assert.equal(sent[2], plain);
});

test("responses that cannot be read", async () => {
  const cases: [string, readonly string[], Uint8Array, Status, RegExp][] = [
    ["too large", [], framed("x".repeat(1_000)), Status.RESOURCE_EXHAUSTED, /1003.*1000/],
    ["not of the type", [], Uint8Array.of(0, 0, 0, 0, 1, 0xff), Status.INTERNAL, /^/],
    ["compressed without saying how", [], framed("y".repeat(500), "gzip"), Status.INTERNAL, /grpc-encoding/],
    ["an unknown encoding of a plain message", ["grpc-encoding", "br"], framed("x"), Status.INTERNAL, /"br"/],
    [
      "an unknown encoding",
      ["grpc-encoding", "br"],
      framed("y".repeat(500), "gzip"),
      Status.INTERNAL,
      /"br".*not offered/,
    ],
    ["no flag that exists", [], Uint8Array.of(7, 0, 0, 0, 0), Status.INTERNAL, /^/],
  ];
  for (const [name, headers, bytes, code, message] of cases) {
    const rig = new Rig("unary");
    const reply = rig.one({});
    rig.stream.handler.onHeaders([...okHead, ...headers], false);
    rig.stream.handler.onData(bytes, false);
    rig.stream.handler.onHeaders(okTrailers, true);
    await assert.doesNotReject(expectError(reply, code, message), name);
  }
});

test("a response that is cut off is an error, even with an OK behind it", async () => {
  const rig = new Rig("unary");
  const reply = rig.one({});
  rig.stream.handler.onHeaders(okHead, false);
  rig.stream.handler.onData(framed("abc").subarray(0, 6), false);
  rig.stream.handler.onHeaders(okTrailers, true);
  await expectError(reply, Status.INTERNAL);
});

test("an error wins over a message that came before it", async () => {
  const rig = new Rig("unary");
  const reply = rig.one({});
  rig.stream.answer("x", ["grpc-status", "10"]);
  await expectError(reply, Status.ABORTED);
});

test("whatever happens below, a call settles once and nothing is thrown at the transport", async () => {
  const event = fc.constantFrom(
    "head",
    "foreign",
    "whole",
    "part",
    "garbage",
    "ok",
    "error",
    "end",
    "reset",
    "refused",
    "time",
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(event, { maxLength: 12 }),
      fc.constantFrom("unary" as const, "client_streaming" as const),
      async (events, shape) => {
        const rig = new Rig(shape);
        let settled = 0;
        const request = shape === "unary" ? {} : [{ message: "a" }, { message: "b" }];
        const reply = rig.one(request, { timeoutMs: 1_000 }).then(
          () => settled++,
          (error) => {
            settled++;
            assert.ok(error instanceof RpcError);
          },
        );
        for (const name of events) {
          const { handler } = rig.stream;
          if (name === "head") handler.onHeaders(okHead, false);
          if (name === "foreign") handler.onHeaders([":status", "502"], false);
          if (name === "whole") handler.onData(framed("x"), false);
          if (name === "part") handler.onData(framed("x").subarray(0, 4), false);
          if (name === "garbage") handler.onData(Uint8Array.of(9, 9, 9, 9, 9, 9), false);
          if (name === "ok") handler.onHeaders(okTrailers, true);
          if (name === "error") handler.onHeaders(["grpc-status", "3"], true);
          if (name === "end") handler.onData(new Uint8Array(0), true);
          if (name === "reset") handler.onReset(failure(ErrorCode.PROTOCOL_ERROR));
          if (name === "refused") handler.onReset(failure(ErrorCode.REFUSED_STREAM, { unprocessed: true }));
          if (name === "time") rig.clock.advance(400);
        }
        rig.clock.advance(1_000);
        await reply;
        assert.equal(settled, 1);
        assert.equal(rig.clock.pendingTimers, 0);
      },
    ),
    { numRuns: 300 },
  );
});
