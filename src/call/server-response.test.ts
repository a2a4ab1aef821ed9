import assert from "node:assert/strict";
import { test } from "node:test";
import { Metadata } from "../base/metadata.js";
import { detail, RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import { NoteSchema } from "./notes.testing.js";
import { okTrailers, okTrailersOf, pushErrorTrailers, ResponseHeaders, sensitiveKeysOf } from "./server-response.js";

test("frequent lists are made once and frozen", () => {
  const responses = new ResponseHeaders("identity,gzip");
  const plain = responses.list("", undefined);
  const base = [":status", "200", "content-type", "application/grpc"];
  assert.deepEqual(plain, [...base, "grpc-accept-encoding", "identity,gzip"]);
  assert.ok(Object.isFrozen(plain));
  assert.equal(responses.list("", new Metadata()), plain);
  const gzip = responses.list("gzip", undefined);
  assert.deepEqual(gzip, [...base, "grpc-encoding", "gzip", "grpc-accept-encoding", "identity,gzip"]);
  assert.equal(responses.list("gzip", undefined), gzip);
});

test("metadata goes into a list of its own", () => {
  const responses = new ResponseHeaders("identity");
  const plain = responses.list("", undefined);
  const list = responses.list("", new Metadata({ k: "v" }));
  assert.deepEqual(list, [...plain, "k", "v"]);
  assert.deepEqual(okTrailersOf(new Metadata({ k: "v" }), {}).list, ["grpc-status", "0", "k", "v"]);
  assert.equal(okTrailersOf(undefined, {}).list, okTrailers);
  assert.equal(okTrailersOf(new Metadata(), {}).list, okTrailers);
  assert.deepEqual(okTrailers, ["grpc-status", "0"]);
});

test("a status with all that belongs to it", () => {
  const details = [detail(NoteSchema, { text: "d" })];
  const error = new RpcError(Status.NOT_FOUND, "50 %", { details, metadata: { e: "1" } });
  const list: string[] = [":status", "200"];
  pushErrorTrailers(list, error, new Metadata({ t: "2" }));
  assert.deepEqual(list.slice(0, 6), [":status", "200", "grpc-status", "5", "grpc-message", "50 %25"]);
  assert.deepEqual(list[6], "grpc-status-details-bin");
  assert.deepEqual(list.slice(8), ["t", "2", "e", "1"]);
});

test("what is empty is left out, and the call's own trailers are not doubled", () => {
  const metadata = new Metadata({ t: "1" });
  const list: string[] = [];
  pushErrorTrailers(list, new RpcError(Status.ABORTED, "", { metadata }), metadata);
  assert.deepEqual(list, ["grpc-status", "10", "t", "1"]);
});

test("details that do not encode leave the list as it was", () => {
  const details = [detail(NoteSchema, { count: "no number" } as object)];
  const list: string[] = [];
  assert.throws(() => pushErrorTrailers(list, new RpcError(Status.ABORTED, "m", { details }), undefined));
  assert.deepEqual(list, []);
});

test("sensitive names of both sides count", () => {
  const [a, b] = [new Metadata().markSensitive("a"), new Metadata().markSensitive("b")];
  assert.deepEqual([...(sensitiveKeysOf(a, b) ?? [])].sort(), ["a", "b"]);
  assert.deepEqual([...(sensitiveKeysOf(undefined, b) ?? [])], ["b"]);
  assert.deepEqual([...(sensitiveKeysOf(a, new Metadata()) ?? [])], ["a"]);
  assert.equal(sensitiveKeysOf(new Metadata(), undefined), undefined);
});

test("a message that would not fit into the peer's header list is cut, never inside of an escape", () => {
  for (const text of ["x".repeat(20_000), "ü".repeat(20_000), `${"x".repeat(4_095)}üüü`]) {
    const list: string[] = [];
    pushErrorTrailers(list, new RpcError(Status.ABORTED, text), undefined);
    const message = list[3] ?? "";
    assert.ok(message.length <= 4_110, `${message.length}`);
    assert.match(message, /(^|[^%])(%[0-9A-F]{2}|x)\.\.\. \(cut\)$/);
  }
});
