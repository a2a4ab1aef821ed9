import assert from "node:assert/strict";
import { test } from "node:test";
import { Metadata } from "../base/metadata.js";
import { RequestHeaders } from "./client-headers.js";

function headers(): RequestHeaders {
  const init = { authority: "a:1", path: "/p.S/M", userAgent: "peregrine/0", acceptEncoding: "gzip" };
  return new RequestHeaders({ scheme: "http", ...init });
}

test("a request's headers", () => {
  const metadata = new Metadata({ key: "value" });
  assert.deepEqual(headers().list("gzip", "1S", metadata), [
    ...[":method", "POST", ":scheme", "http", ":path", "/p.S/M", ":authority", "a:1", "te", "trailers"],
    ...["content-type", "application/grpc", "user-agent", "peregrine/0", "grpc-encoding", "gzip"],
    ...["grpc-accept-encoding", "gzip", "grpc-timeout", "1S", "key", "value"],
  ]);
});

test("lists that come again are the same array, which nobody can change", () => {
  const made = headers();
  assert.equal(made.list("", "", undefined), made.list("", "", new Metadata()));
  assert.equal(made.list("gzip", "", undefined), made.list("gzip", "", undefined));
  assert.equal(made.list("", "1S", undefined), made.list("", "1S", undefined));
  assert.notEqual(made.list("", "1S", undefined), made.list("", "2S", undefined));
  assert.notEqual(made.list("", "2S", undefined), made.list("gzip", "2S", undefined));
  assert.ok(Object.isFrozen(made.list("", "1S", undefined)));
  assert.deepEqual(made.list("", "1S", undefined).slice(-2), ["grpc-timeout", "1S"]);
});

test("what a header cannot hold is refused when the method is made, and never sent", () => {
  const init = {
    scheme: "http",
    authority: "a:1",
    path: "/p.S/M",
    userAgent: "peregrine/0",
    acceptEncoding: "",
  } as const;
  for (const path of ["/p.S/M\r\nx: y", "/p.S/\n", "/p.S/\u010a", "/p.S/a b", "/p\u0000"]) {
    assert.throws(() => new RequestHeaders({ ...init, path }), /^TypeError: the header :path cannot be "/);
  }
  for (const authority of ["a b", "a\r\n", "\u540d"]) {
    assert.throws(() => new RequestHeaders({ ...init, authority }), /^TypeError: the header :authority cannot be "/);
  }
  assert.throws(() => new RequestHeaders({ ...init, userAgent: "x\n" }), /user-agent/);
  assert.doesNotThrow(() => new RequestHeaders({ ...init, userAgent: "my app/1" }));
});
