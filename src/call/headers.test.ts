import assert from "node:assert/strict";
import { test } from "node:test";
import { Metadata } from "../base/metadata.js";
import {
  codecNameOf,
  grpcSubtype,
  headerOf,
  isGrpcContentType,
  metadataOf,
  pushMetadata,
  readRequestHead,
} from "./headers.js";

const request: readonly string[] = [
  [":method", "POST", ":scheme", "http", ":path", "/p.S/M", ":authority", "a.example"],
  ["content-type", "application/grpc", "te", "trailers", "user-agent", "x/1", "grpc-timeout", "5S"],
  ["grpc-encoding", "gzip", "grpc-accept-encoding", "identity,gzip", "k", "1", "k-bin", "AQ", "k", "2"],
].flat();

test("reads what gRPC needs of a request in one pass", () => {
  assert.deepEqual(readRequestHead(request), {
    method: "POST",
    path: "/p.S/M",
    authority: "a.example",
    contentType: "application/grpc",
    encoding: "gzip",
    acceptEncoding: "identity,gzip",
    subtype: "",
    timeout: "5S",
    timeoutMs: 5_000,
  });
});

test("what is missing is empty, and a wrong timeout is kept as text only", () => {
  const empty = readRequestHead([]);
  assert.deepEqual([empty.method, empty.path, empty.authority, empty.timeout], ["", "", "", undefined]);
  assert.equal(empty.timeoutMs, undefined);
  const wrong = readRequestHead(["grpc-timeout", "5s"]);
  assert.deepEqual([wrong.timeout, wrong.timeoutMs], ["5s", undefined]);
});

test("host stands in for :authority, and never over it", () => {
  assert.equal(readRequestHead(["host", "h.example"]).authority, "h.example");
  assert.equal(readRequestHead([":authority", "a.example", "host", "h.example"]).authority, "a.example");
});

test("names that objects inherit do no harm", () => {
  const head = readRequestHead(["__proto__", "x", "constructor", "y", ":path", "/a/b"]);
  assert.equal(head.path, "/a/b");
  assert.equal(Object.getPrototypeOf(head), Object.prototype);
  const metadata = metadataOf(["__proto__", "x", "constructor", "y"]);
  assert.deepEqual([...metadata], Object.entries({ ["__proto__"]: "x", constructor: "y" }));
});

test("users see their own keys only, in order", () => {
  const metadata = metadataOf([...request, "host", "h", "grpc-trace-bin", "AQ"]);
  assert.deepEqual([...metadata.keys()], ["k", "k-bin", "grpc-trace-bin"]);
  assert.deepEqual(metadata.getAll("k"), ["1", "2"]);
  assert.deepEqual(metadata.get("k-bin"), Uint8Array.of(1));
  const trailers = ["grpc-status", "0", "grpc-message", "m", "grpc-status-details-bin", "AQ", "t", "1"];
  assert.deepEqual([...metadataOf(trailers)], [["t", "1"]]);
});

test("the first value of a header", () => {
  assert.equal(headerOf(request, "k"), "1");
  assert.equal(headerOf(request, "1"), undefined);
  assert.equal(headerOf(request, "missing"), undefined);
});

test("tells gRPC's content types from others", () => {
  const grpc = ["application/grpc", "application/grpc+proto", "Application/GRPC", "application/grpc;charset=utf-8"];
  for (const type of grpc) assert.ok(isGrpcContentType(type), type);
  for (const type of ["", "application/grpc-web", "application/grpcx", "application/json", "text/application/grpc"]) {
    assert.equal(isGrpcContentType(type), false, type);
  }
});

test("of a content type the subtype names the codec, which ours is one of", () => {
  const subtypes: [string, string | undefined][] = [
    ["application/grpc", ""],
    ["application/grpc; charset=utf-8", ""],
    ["application/grpc+proto", "proto"],
    ["Application/gRPC+Proto ;q=1", "proto"],
    ["application/grpc+json", "json"],
    ["application/grpc+proto+x", "proto+x"],
    ["application/grpc+", ""],
    ["application/grpc-web", undefined],
    ["application/json", undefined],
  ];
  for (const [type, subtype] of subtypes) assert.equal(grpcSubtype(type), subtype, type);
  assert.deepEqual(["", "proto", "json"].map(codecNameOf), ["proto", "proto", "json"]);
  for (const type of ["application/grpc+json", "application/grpc+proto+x"]) assert.ok(!isGrpcContentType(type), type);
});

test("appends metadata as it goes on the wire", () => {
  const list = ["a", "1"];
  pushMetadata(list, undefined);
  pushMetadata(list, new Metadata({ "k-bin": Uint8Array.of(1), k: ["1", "2"] }));
  assert.deepEqual(list, ["a", "1", "k-bin", "AQ", "k", "1", "k", "2"]);
});
