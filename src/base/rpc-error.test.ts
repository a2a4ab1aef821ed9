import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { inspect } from "node:util";
import { create, toBinary } from "@bufbuild/protobuf";
import { AnySchema, type Duration, DurationSchema, StringValueSchema } from "@bufbuild/protobuf/wkt";
import { Metadata } from "./metadata.js";
import { detail, errorWithoutStack, noteCall, type PackedDetail, RpcError, traceHere } from "./rpc-error.js";
import { Status } from "./status.js";

test("an error with a code, a text, metadata and a cause", () => {
  const cause = new Error("below");
  const metadata = new Metadata({ k: "v" });
  const error = new RpcError(Status.NOT_FOUND, "no such thing", { metadata, cause });
  assert.ok(error instanceof Error);
  assert.equal(error.name, "RpcError");
  assert.equal(error.code, 5);
  assert.equal(error.codeName, "NOT_FOUND");
  assert.equal(error.message, "no such thing");
  assert.equal(String(error), "RpcError: 5 NOT_FOUND: no such thing");
  assert.equal(error.metadata, metadata);
  assert.equal(error.cause, cause);
  assert.match(error.stack ?? "", /rpc-error\.test/);
});

test("what is not given is empty", () => {
  const error = new RpcError(Status.ABORTED);
  assert.equal(error.message, "");
  assert.deepEqual(error.details, []);
  assert.equal(error.metadata.size, 0);
  assert.equal("cause" in error, false);
  assert.equal(new RpcError(Status.ABORTED, "", { metadata: { a: "1" } }).metadata.get("a"), "1");
});

test("finds details by type: those to be sent, also partial ones, and those that came", () => {
  const packed: PackedDetail = {
    typeUrl: "type.googleapis.com/google.protobuf.Duration",
    value: toBinary(DurationSchema, create(DurationSchema, { seconds: 7n })),
  };
  const other: PackedDetail = { typeUrl: "type.googleapis.com/google.protobuf.Empty", value: new Uint8Array() };
  const details = [detail(DurationSchema, { nanos: 5 }), other, packed, detail(StringValueSchema, { value: "x" })];
  const error = new RpcError(Status.UNAVAILABLE, "", { details });
  const found: Duration[] = error.findDetails(DurationSchema);
  assert.deepEqual(
    found.map((one) => [one.$typeName, one.seconds, one.nanos]),
    [
      ["google.protobuf.Duration", 0n, 5],
      ["google.protobuf.Duration", 7n, 0],
    ],
  );
  assert.equal(error.findDetails(StringValueSchema)[0]?.value, "x");
  assert.deepEqual(error.findDetails(AnySchema), []);
});

test("a type is named behind the last slash of its URL, or alone", () => {
  for (const typeUrl of ["google.protobuf.Duration", "example.com/a/google.protobuf.Duration"]) {
    const error = new RpcError(Status.UNKNOWN, "", { details: [{ typeUrl, value: new Uint8Array() }] });
    assert.equal(error.findDetails(DurationSchema).length, 1);
  }
});

test("bytes that do not decode are an error when they are asked for", () => {
  const details = [{ typeUrl: "x/google.protobuf.Duration", value: Uint8Array.of(0x08) }];
  const error = new RpcError(Status.UNKNOWN, "", { details });
  assert.throws(() => error.findDetails(DurationSchema), Error);
});

/** As the client of a call makes it. */
function received(message: string = "no such thing"): RpcError {
  const error = errorWithoutStack(Status.NOT_FOUND, message, { details: [detail(DurationSchema, { nanos: 5 })] });
  noteCall(error, "/shop.Shop/Price", "10.0.0.1:443");
  return error;
}

/** What tells a caller of an error. */
function trace(error: RpcError): RpcError {
  const tell = (): void => traceHere(error);
  tell();
  return error;
}

const header = "RpcError: 5 NOT_FOUND: no such thing (shop.Shop/Price, 10.0.0.1:443)";

describe("an error that a call ended with", () => {
  test("names method and peer, and leaves the message as it travels", () => {
    const error = received();
    assert.equal(error.message, "no such thing");
    assert.equal(error.method, "shop.Shop/Price");
    assert.equal(error.peer, "10.0.0.1:443");
    assert.equal(String(error), header);
    const unsent = new RpcError(Status.UNAVAILABLE, "refused");
    assert.equal(unsent.method, undefined);
    noteCall(unsent, "/a.B/C", "");
    assert.equal(unsent.peer, undefined);
    assert.equal(String(unsent), "RpcError: 14 UNAVAILABLE: refused (a.B/C)");
    noteCall(unsent, "/d.E/F", "1.2.3.4:5");
    assert.equal(unsent.method, "a.B/C");
  });

  test("has the stack of the one who is told, below a text that names it", () => {
    const limit = Error.stackTraceLimit;
    const error = received();
    assert.equal(Error.stackTraceLimit, limit);
    const callers = (): RpcError => trace(error);
    const lines = (callers().stack ?? "").split("\n");
    assert.equal(lines[0], header);
    assert.match(lines[1] ?? "", /at trace .*rpc-error\.test\.js/);
    assert.match(lines[2] ?? "", /at callers .*rpc-error\.test\.js/);
    // Once: who passes it on changes nothing.
    const { stack } = error;
    trace(error);
    assert.equal(error.stack, stack);
    assert.equal(Object.keys(error).includes("stack"), false);
    error.stack = "other";
    assert.equal(error.stack, "other");
  });

  test("with a text of several lines, with frames in it, keeps its stack apart", () => {
    const lines = (trace(received("one\n    at two")).stack ?? "").split("\n");
    assert.equal(lines[1], "    at two (shop.Shop/Price, 10.0.0.1:443)");
    assert.match(lines[2] ?? "", /at trace /);
  });

  test("leaves to a program what it makes of stacks", () => {
    const before = Error.prepareStackTrace;
    Error.prepareStackTrace = (_, sites) => sites.length;
    try {
      assert.equal(typeof trace(received()).stack, "number");
    } finally {
      Error.prepareStackTrace = before;
    }
  });
});

test("JSON tells all but metadata and the values of details", () => {
  const own = new RpcError(Status.ABORTED, "later", { metadata: { authorization: "secret" } });
  assert.equal(
    JSON.stringify(own),
    '{"name":"RpcError","code":10,"codeName":"ABORTED","message":"later","details":[]}',
  );
  assert.deepEqual(received().toJSON(), {
    name: "RpcError",
    code: 5,
    codeName: "NOT_FOUND",
    message: "no such thing",
    method: "shop.Shop/Price",
    peer: "10.0.0.1:443",
    details: ["google.protobuf.Duration"],
  });
});

describe("what a console shows", () => {
  test("begins with the status, and has the stack", () => {
    const lines = inspect(new RpcError(Status.ABORTED, "later")).split("\n");
    assert.equal(lines[0], "RpcError: 10 ABORTED: later");
    assert.match(lines[1] ?? "", /at .*rpc-error\.test/);
    assert.doesNotMatch(lines.at(-1) ?? "", /[{}]/);
    assert.match(inspect(new RpcError(Status.ABORTED)), /^RpcError: 10 ABORTED\n {4}at/);
  });

  test("has details by their names, metadata, and what a program added", () => {
    const error = trace(received());
    assert.match(inspect(error), /^RpcError: 5 .*443\)\n.* \{ details: \[ 'google\.protobuf\.Duration' \] \}$/s);
    const more = Object.assign(new RpcError(Status.ABORTED, "", { metadata: { k: "v" } }), { attempt: 3 });
    assert.match(inspect(more), /\{ attempt: 3, metadata: Metadata \{"k":\["v"\]\} \}$/);
    assert.equal(inspect({ a: { b: { c: error } } }, { breakLength: 200 }), `{ a: { b: { c: [${header}] } } }`);
  });

  test("has a cause once: one with the same text says nothing new", () => {
    const same = new RpcError(Status.INTERNAL, "bad bytes", { cause: new Error("bad bytes") });
    assert.doesNotMatch(inspect(same), /cause/);
    const other = new RpcError(Status.INTERNAL, "bad bytes", { cause: new Error("at offset 7") });
    assert.match(inspect(other), /cause: Error: at offset 7/);
  });
});

test("an RpcError is made of whatever was thrown", () => {
  const error = new RpcError(Status.ABORTED);
  assert.equal(RpcError.from(error), error);
  const cause = new TypeError("no");
  const made = RpcError.from(cause, Status.INTERNAL);
  assert.deepEqual([made.code, made.message, made.cause], [Status.INTERNAL, "no", cause]);
  assert.deepEqual([RpcError.from("text").code, RpcError.from("text").message], [Status.UNKNOWN, "text"]);
  assert.equal(RpcError.from(AbortSignal.abort().reason).code, Status.CANCELLED);
  assert.equal(RpcError.from(new DOMException("late", "TimeoutError")).code, Status.DEADLINE_EXCEEDED);
});

test("the errors of another copy of the package are RpcErrors too, and of no class that extends it", async () => {
  const other = new URL("./rpc-error.js?another", import.meta.url).href;
  const copy = (await import(other)) as typeof import("./rpc-error.js");
  assert.notEqual(copy.RpcError, RpcError);
  const foreign = new copy.RpcError(Status.ABORTED, "later");
  assert.ok(foreign instanceof RpcError);
  assert.ok(new RpcError(Status.ABORTED) instanceof copy.RpcError);
  assert.equal(RpcError.from(foreign), foreign);
  noteCall(foreign, "/a.B/C", "");
  assert.equal(foreign.method, undefined);
  class Special extends RpcError {}
  assert.ok(new Special(Status.ABORTED) instanceof Special);
  assert.ok(new Special(Status.ABORTED) instanceof RpcError);
  assert.ok(!(new RpcError(Status.ABORTED) instanceof Special));
  for (const value of [undefined, null, 5, "x", {}, new Error("x")])
    assert.ok(!((value as unknown) instanceof RpcError));
});
