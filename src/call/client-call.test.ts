import assert from "node:assert/strict";
import { test } from "node:test";
import { Metadata } from "../base/metadata.js";
import { detail, RpcError } from "../base/rpc-error.js";
import { StatusSchema } from "../rpc/status_pb.js";
import { ErrorCode, expectError, failure, framed, okHead, okTrailers, Rig, Status } from "./client-rig.testing.js";
import { encodeStatusDetails } from "./status-details.js";

test("one request goes out at once and is ended, one response comes back", async () => {
  const rig = new Rig("unary");
  const reply = rig.one({ message: "hi" });
  assert.deepEqual(rig.stream.texts, ["hi"]);
  assert.ok(rig.stream.ended);
  assert.equal(rig.stream.headers, rig.method.headers.list("", "", undefined), "the cached list itself");
  rig.stream.answer("ho");
  assert.equal((await reply).message, "ho");
  assert.equal(rig.stream.consumedBytes, framed("ho").length);
});

test("metadata is sent, and its secrets are marked", async () => {
  const rig = new Rig("unary");
  const metadata = new Metadata({ key: "value" }).markSensitive("key");
  const reply = rig.one({}, { metadata });
  assert.deepEqual(rig.stream.headers.slice(-2), ["key", "value"]);
  assert.ok(rig.stream.sensitive?.has("key"));
  rig.stream.answer("");
  await reply;
});

test("headers and trailers are told", async () => {
  const rig = new Rig("unary");
  const told: string[] = [];
  const reply = rig.one(
    {},
    {
      onHeaders: (headers) => told.push(`headers ${headers.get("a")} ${headers.size}`),
      onTrailers: (trailers) => told.push(`trailers ${trailers.get("b")} ${trailers.size}`),
    },
  );
  rig.stream.handler.onHeaders([...okHead, "a", "1"], false);
  assert.deepEqual(told, ["headers 1 1"]);
  rig.stream.handler.onData(framed("x"), false);
  rig.stream.handler.onHeaders([...okTrailers, "b", "2"], true);
  await reply;
  assert.deepEqual(told, ["headers 1 1", "trailers 2 1"]);
});

test("a callback that throws ends the call and does not reach the transport", async () => {
  for (const name of ["onHeaders", "onTrailers"] as const) {
    const rig = new Rig("unary");
    const thrown = new Error("oops");
    const reply = rig.one(
      {},
      {
        [name]: () => {
          throw thrown;
        },
      },
    );
    rig.stream.answer("x");
    const error = await expectError(reply, Status.CANCELLED, new RegExp(`callback ${name} threw: oops`));
    assert.equal(error.cause, thrown);
    assert.equal(rig.stream.resetCode, ErrorCode.CANCEL);
  }
});

test("an error comes with its details and trailers", async () => {
  const rig = new Rig("unary");
  const sent = new RpcError(Status.NOT_FOUND, "no such", { details: [detail(StatusSchema, { message: "why" })] });
  const reply = rig.one({});
  const trailers = [
    "grpc-status",
    "5",
    "grpc-message",
    "no such",
    "grpc-status-details-bin",
    encodeStatusDetails(sent),
    "k",
    "v",
  ];
  rig.stream.handler.onHeaders(okHead, false);
  rig.stream.handler.onHeaders(trailers, true);
  const error = await expectError(reply, Status.NOT_FOUND, /^no such$/);
  assert.equal(error.findDetails(StatusSchema)[0]?.message, "why");
  assert.equal(error.metadata.get("k"), "v");
});

test("trailers alone are an answer", async () => {
  const rig = new Rig("unary");
  const reply = rig.one({}, { onHeaders: () => assert.fail("these are no headers") });
  rig.stream.handler.onHeaders([...okHead, "grpc-status", "7", "grpc-message", "no"], true);
  await expectError(reply, Status.PERMISSION_DENIED, /^no$/);
});

test("a status before the end of the requests ends our side of the stream", async () => {
  const rig = new Rig("client_streaming");
  const reply = rig.one(never());
  rig.stream.answer("x");
  assert.equal((await reply).message, "x");
  assert.equal(rig.stream.resetCode, ErrorCode.NO_ERROR);
});

test("the deadline is sent and kept", async () => {
  const rig = new Rig("unary");
  const reply = rig.one({}, { timeoutMs: 1_500 });
  assert.deepEqual(rig.stream.headers.slice(-2), ["grpc-timeout", "1500m"]);
  rig.clock.advance(1_500);
  await expectError(reply, Status.DEADLINE_EXCEEDED, /^the deadline of 1500 ms has passed$/);
  assert.equal(rig.stream.resetCode, ErrorCode.CANCEL);
});

test("what is left of the deadline is sent after a wait", async () => {
  const rig = new Rig("unary");
  rig.source.isHolding = true;
  const reply = rig.one({}, { timeoutMs: 1_000 });
  rig.clock.advance(400);
  for (const call of rig.source.waiting) call.open(rig.source, "peer");
  assert.deepEqual(rig.stream.headers.slice(-2), ["grpc-timeout", "600m"]);
  rig.stream.answer("x");
  await reply;
  assert.equal(rig.clock.pendingTimers, 0);
});

test("a deadline that passes while the call waits says why it waited", async () => {
  const rig = new Rig("unary");
  rig.source.isHolding = true;
  const reply = rig.one({}, { timeoutMs: 10 });
  rig.clock.advance(10);
  await expectError(reply, Status.DEADLINE_EXCEEDED, /before the call was sent: nobody listens/);
  assert.equal(rig.source.waiting.size, 0);
});

test("a deadline that has passed already sends nothing", async () => {
  const rig = new Rig("unary");
  await expectError(rig.one({}, { timeoutMs: 0 }), Status.DEADLINE_EXCEEDED);
  await expectError(rig.one({}, { timeoutMs: -5 }), Status.DEADLINE_EXCEEDED);
  assert.equal(rig.source.streams.length, 0);
});

test("CANCELLED that comes after the deadline, before our own timer, is DEADLINE_EXCEEDED", async () => {
  let nowMs = 0;
  const clock = { nowMs: () => nowMs, setTimer: () => ({ cancel: () => {} }) };
  for (const end of ["reset", "status"] as const) {
    const rig = new Rig("unary", clock);
    const reply = rig.one({}, { timeoutMs: 10 });
    nowMs += 10;
    if (end === "reset") rig.stream.handler.onReset(failure(ErrorCode.CANCEL));
    else rig.stream.handler.onHeaders([...okHead, "grpc-status", "1"], true);
    await expectError(reply, Status.DEADLINE_EXCEEDED);
  }
});

test("an abort cancels, also before the call and while it waits", async () => {
  for (const when of ["before", "waiting", "open"]) {
    const rig = new Rig("unary");
    const controller = new AbortController();
    const reason = new Error("enough");
    if (when === "before") controller.abort(reason);
    rig.source.isHolding = when === "waiting";
    const reply = rig.one({}, { signals: [controller.signal] });
    controller.abort(reason);
    const error = await expectError(reply, Status.CANCELLED, /^the call was cancelled: enough$/);
    assert.equal(error.cause, reason);
    assert.equal(rig.source.waiting.size, 0);
    assert.equal(rig.source.streams[0]?.resetCode, when === "open" ? ErrorCode.CANCEL : undefined);
  }
});

test("an abort by the call of a handler hands its status on", async () => {
  const rig = new Rig("unary");
  const controller = new AbortController();
  const reply = rig.one({}, { signals: [controller.signal] });
  controller.abort(new RpcError(Status.DEADLINE_EXCEEDED, "the parent is late"));
  await expectError(reply, Status.DEADLINE_EXCEEDED, /parent is late/);
});

test("responses that are none", async () => {
  const cases: [string, (rig: Rig) => void, Status, RegExp][] = [
    [
      "a proxy's page",
      (rig) => rig.stream.handler.onHeaders([":status", "503", "content-type", "text/html"], false),
      Status.UNAVAILABLE,
      /^no gRPC response: HTTP status 503, content-type "text\/html"$/,
    ],
    ["an empty 404", (rig) => rig.stream.handler.onHeaders([":status", "404"], true), Status.UNIMPLEMENTED, /404/],
    ["data first", (rig) => rig.stream.handler.onData(framed("x"), false), Status.INTERNAL, /data before headers/],
    [
      "no trailers",
      (rig) => {
        rig.stream.handler.onHeaders(okHead, false);
        rig.stream.handler.onData(framed("x"), true);
      },
      Status.INTERNAL,
      /without trailers/,
    ],
    [
      "no status",
      (rig) => {
        rig.stream.handler.onHeaders(okHead, false);
        rig.stream.handler.onHeaders(["key", "value"], true);
      },
      Status.UNKNOWN,
      /without grpc-status/,
    ],
    [
      "headers twice",
      (rig) => {
        rig.stream.handler.onHeaders(okHead, false);
        rig.stream.handler.onHeaders(okHead, false);
      },
      Status.INTERNAL,
      /headers twice/,
    ],
  ];
  for (const [name, act, code, message] of cases) {
    const rig = new Rig("unary");
    const reply = rig.one({});
    act(rig);
    const error = await expectError(reply, code, message);
    assert.ok(error, name);
    assert.notEqual(rig.stream.resetCode, undefined, name);
  }
});

test("a reset becomes the status of its code, with the address", async () => {
  const cases: [ErrorCode, Status][] = [
    [ErrorCode.INTERNAL_ERROR, Status.INTERNAL],
    [ErrorCode.CANCEL, Status.CANCELLED],
    [ErrorCode.ENHANCE_YOUR_CALM, Status.RESOURCE_EXHAUSTED],
  ];
  for (const [code, status] of cases) {
    const rig = new Rig("unary");
    const reply = rig.one({});
    rig.stream.handler.onReset(failure(code));
    await expectError(reply, status, /^reset by the peer$/);
  }
  const rig = new Rig("unary");
  const lost = rig.one({});
  rig.stream.handler.onReset(failure(ErrorCode.NO_ERROR, { scope: "io" }));
  await expectError(lost, Status.UNAVAILABLE);
  const cut = rig.one({});
  rig.stream.handler.onReset(failure(ErrorCode.NO_ERROR, { scope: "connection", origin: "user", message: "closed" }));
  await expectError(cut, Status.CANCELLED, /^closed/);
});

test("what was certainly not processed is sent again", async () => {
  const rig = new Rig("unary");
  const reply = rig.one({ message: "hi" });
  for (let i = 0; i < 5; i++) rig.stream.handler.onReset(failure(ErrorCode.REFUSED_STREAM, { unprocessed: true }));
  assert.equal(rig.source.streams.length, 6);
  assert.deepEqual(rig.stream.texts, ["hi"]);
  assert.ok(rig.stream.ended);
  rig.stream.answer("ho");
  assert.equal((await reply).message, "ho");
});

test("but not without end, and not once something of the response has come", async () => {
  const refused = failure(ErrorCode.REFUSED_STREAM, { unprocessed: true });
  const rig = new Rig("unary");
  const reply = rig.one({});
  for (let i = 0; i < 6; i++) rig.stream.handler.onReset(refused);
  await expectError(reply, Status.UNAVAILABLE);
  assert.equal(rig.source.streams.length, 6);
  const late = rig.one({});
  rig.stream.handler.onHeaders(okHead, false);
  rig.stream.handler.onReset(refused);
  await expectError(late, Status.UNAVAILABLE);
  assert.equal(rig.source.streams.length, 7);
});

test("requests that cannot be sent", async () => {
  const rig = new Rig("unary");
  await expectError(rig.one(null), Status.INVALID_ARGUMENT, /^\/p\.S\/M takes a google\.rpc\.Status, not null$/);
  await expectError(rig.one("text"), Status.INVALID_ARGUMENT, /not string/);
  await expectError(rig.one({ message: 5 }), Status.INVALID_ARGUMENT, /message/);
  await expectError(rig.one({ message: "x".repeat(1_000) }), Status.RESOURCE_EXHAUSTED, /sendMessageBytesMax = 1000/);
  assert.equal(rig.source.streams.length, 0);
});

test("a call that is refused a stream fails with the reason", async () => {
  const rig = new Rig("unary");
  rig.source.isHolding = true;
  const reply = rig.one({}, { waitForReady: true });
  for (const call of rig.source.waiting) {
    assert.equal(call.waitForReady, true);
    call.refuse(new RpcError(Status.UNAVAILABLE, "closed"));
  }
  await expectError(reply, Status.UNAVAILABLE, /^closed$/);
});

async function* never(): AsyncGenerator<object> {
  await new Promise(() => undefined);
  yield {};
}

test("a Trailers-Only response that a proxy split ends with its status", async () => {
  const split = (rig: Rig, status: string): void => {
    rig.stream.handler.onHeaders([...okHead, "grpc-status", status, "grpc-message", "no%20such", "x-a", "1"], false);
    rig.stream.handler.onData(new Uint8Array(), true);
  };
  const unary = new Rig("unary");
  const trailers: string[] = [];
  const reply = unary.one({}, { onTrailers: (told) => trailers.push(told.get("x-a") ?? "") });
  split(unary, "5");
  const error = await expectError(reply, Status.NOT_FOUND, /^no such$/);
  assert.equal(error.metadata.get("x-a"), "1");
  assert.deepEqual(trailers, ["1"]);
  const stream = new Rig("server_streaming");
  const responses = stream.many({});
  split(stream, "0");
  assert.equal((await responses.next()).done, true);
});

test("a status in the headers says nothing of messages behind it", async () => {
  for (const status of ["0", "5"]) {
    const rig = new Rig("server_streaming");
    const responses = rig.many({});
    rig.stream.handler.onHeaders([...okHead, "grpc-status", status], false);
    rig.stream.handler.onData(framed("one"), false);
    rig.stream.handler.onData(new Uint8Array(), true);
    const read = async (): Promise<void> => {
      for await (const _ of responses);
    };
    await expectError(read(), Status.INTERNAL, /ended without trailers/);
  }
});

test("trailers count, whatever status stood in the headers", async () => {
  const rig = new Rig("unary");
  const reply = rig.one({});
  rig.stream.handler.onHeaders([...okHead, "grpc-status", "0"], false);
  rig.stream.handler.onHeaders(["grpc-status", "7"], true);
  await expectError(reply, Status.PERMISSION_DENIED, /^$/);
});
