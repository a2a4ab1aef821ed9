import { ErrorCode } from "../../../../src/base/transport.js";
import { data, END_STREAM, headers } from "../../../../src/http2/frames.testing.js";
import { alive, reset } from "../case.testing.js";
import { type ClientCase, head, ok, whole } from "./responses.testing.js";

const { PROTOCOL_ERROR } = ErrorCode;

/** A response that is malformed (RFC 9113 section 8.1.1). */
function malformed(name: string, ...send: Uint8Array[]): ClientCase {
  return { name, send, expect: reset(1, PROTOCOL_ERROR), hears: "reset PROTOCOL_ERROR" };
}

function withFields(...fields: string[]): Uint8Array {
  return headers(1, [...ok, ...fields], END_STREAM);
}

/** RFC 9113 section 8. h2spec has no such cases for clients; these are ours. */
export const clientHttpCases: readonly ClientCase[] = [
  {
    name: "8.1 a body and trailers",
    send: [head, data(1, 4), headers(1, ["x", "y"], END_STREAM)],
    expect: alive,
    hears: "headers end",
  },
  {
    name: "8.1 informational responses come before the final one",
    send: [headers(1, [":status", "103"]), headers(1, [":status", "100"]), whole],
    expect: alive,
    hears: "headers end",
  },
  malformed("8.1 an informational response that ends the stream", headers(1, [":status", "103"], END_STREAM)),
  malformed("8.6 :status 101", headers(1, [":status", "101"])),
  malformed("8.1 trailers without END_STREAM", head, data(1, 4), headers(1, ["x", "y"])),
  malformed(
    "8.1.1 a content-length that DATA passes",
    headers(1, [...ok, "content-length", "1"]),
    data(1, 4, END_STREAM),
  ),
  malformed(
    "8.1.1 a content-length that DATA does not reach",
    headers(1, [...ok, "content-length", "9"]),
    data(1, 4, END_STREAM),
  ),
  malformed("8.2.1 an upper-case name", withFields("X-TEST", "ok")),
  malformed("8.2.1 a value with a line feed", withFields("x-test", "a\nb")),
  // Malformed by the RFC; other implementations of gRPC send and take it (docs/limits.md, rejectOuterBlanks).
  {
    name: "8.2.1 a value with a blank in front is taken without it",
    send: [withFields("x-test", " a")],
    expect: alive,
    hears: "headers end",
  },
  malformed("8.2.2 connection", withFields("connection", "close")),
  malformed("8.2.2 transfer-encoding", withFields("transfer-encoding", "chunked")),
  malformed("8.3 a pseudo-header of requests", withFields(":path", "/")),
  malformed("8.3 a pseudo-header behind a regular field", headers(1, ["x-test", "ok", ...ok], END_STREAM)),
  malformed("8.3 a pseudo-header in trailers", head, headers(1, [":status", "200"], END_STREAM)),
  malformed("8.3.2 no :status", headers(1, ["x-test", "ok"], END_STREAM)),
  malformed("8.3.2 :status twice", headers(1, [":status", "200", ":status", "200"], END_STREAM)),
  malformed("8.3.2 a :status that is no number", headers(1, [":status", "ok!"], END_STREAM)),
];
