import assert from "node:assert/strict";
import { test } from "node:test";
import { detail, RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import { StatusSchema } from "../rpc/status_pb.js";
import { errorOfTrailers, foreignResponse, ResponseHeadReader, readResponseHead } from "./client-response-head.js";
import { encodeStatusDetails } from "./status-details.js";

const ok = readResponseHead([":status", "200", "content-type", "application/grpc"]);

test("a head is read in any order", () => {
  assert.deepEqual(
    readResponseHead([":status", "200", "grpc-encoding", "gzip", "content-type", "application/grpc+proto"]),
    {
      httpStatus: "200",
      contentType: "application/grpc+proto",
      encoding: "gzip",
      isGrpc: true,
      statusHeaders: undefined,
    },
  );
});

test("responses that are no gRPC are named", () => {
  assert.equal(foreignResponse(ok), undefined);
  const page = foreignResponse(readResponseHead([":status", "503", "content-type", "text/html"]));
  assert.equal(page?.code, Status.UNAVAILABLE);
  assert.equal(page?.message, 'no gRPC response: HTTP status 503, content-type "text/html"');
  assert.equal(foreignResponse(readResponseHead([":status", "404"]))?.code, Status.UNIMPLEMENTED);
  assert.equal(
    foreignResponse(readResponseHead([":status", "200", "content-type", "text/plain"]))?.code,
    Status.UNKNOWN,
  );
  assert.match(String(foreignResponse(readResponseHead([]))), /HTTP status missing, no content-type/);
});

test("trailers tell the status", () => {
  assert.equal(errorOfTrailers(["grpc-status", "0"], ok), undefined);
  const error = errorOfTrailers(["grpc-status", "5", "grpc-message", "no%20such", "key", "value"], ok);
  assert.equal(error?.code, Status.NOT_FOUND);
  assert.equal(error?.message, "no such");
  assert.equal(error?.metadata.get("key"), "value");
  assert.equal(error?.metadata.size, 1);
});

test("details are carried", () => {
  const sent = new RpcError(Status.ABORTED, "x", { details: [detail(StatusSchema, { code: 7 })] });
  const error = errorOfTrailers(["grpc-status", "10", "grpc-status-details-bin", encodeStatusDetails(sent)], ok);
  assert.equal(error?.findDetails(StatusSchema)[0]?.code, 7);
});

test("a status that is missing or none is an error", () => {
  const missing = errorOfTrailers(["key", "value"], ok);
  assert.equal(missing?.code, Status.UNKNOWN);
  assert.match(missing?.message ?? "", /ended without grpc-status: HTTP status 200/);
  assert.equal(errorOfTrailers([], { ...ok, httpStatus: "429" })?.code, Status.UNAVAILABLE);
  assert.equal(errorOfTrailers(["grpc-status", "99"], ok)?.code, Status.UNKNOWN);
  assert.equal(errorOfTrailers(["grpc-status", "OK"], ok)?.code, Status.UNKNOWN);
  assert.equal(errorOfTrailers(["grpc-status", ""], ok)?.code, Status.UNKNOWN);
});

test("a list that comes again is read once, another one anew", () => {
  const reader = new ResponseHeadReader();
  const list = Object.freeze([":status", "200", "content-type", "application/grpc"]);
  const head = reader.read(list);
  assert.equal(reader.read(list), head);
  assert.equal(reader.read([":status", "404"]).httpStatus, "404");
  assert.deepEqual(reader.read(list), head);
});
