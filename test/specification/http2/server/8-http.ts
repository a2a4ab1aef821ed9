import { ErrorCode } from "../../../../src/base/transport.js";
import { data, END_STREAM, headers } from "../../../../src/http2/frames.testing.js";
import { answer, type Case, frames, isResponse, reset } from "../case.testing.js";
import { get, getOn, post, postOn, request } from "./requests.testing.js";

const { PROTOCOL_ERROR, NO_ERROR } = ErrorCode;

/** A request that is malformed (RFC 9113 section 8.1.1): a stream error PROTOCOL_ERROR. */
function malformed(name: string, h2spec: string | undefined, list: readonly string[]): Case {
  const ids = h2spec === undefined ? {} : { h2spec };
  return { name, ...ids, send: [headers(1, list, END_STREAM)], expect: reset(1, PROTOCOL_ERROR) };
}

/** A list without one of its fields. */
function without(name: string): string[] {
  const at = get.indexOf(name);
  return get.filter((_, index) => index !== at && index !== at + 1);
}

/** A list with another value of one of its fields. */
function replacing(name: string, value: string): string[] {
  return get.map((text, index) => (get[index - 1] === name && index % 2 === 1 ? value : text));
}

const exchangeCases: readonly Case[] = [
  {
    name: "8.1 a second header block without END_STREAM",
    h2spec: "http2/8.1/1",
    send: [headers(1, post), data(1, 4), headers(1, ["x-test", "ok"])],
    expect: reset(1, PROTOCOL_ERROR),
  },
  {
    name: "8.1 a response before the request is complete is followed by RST_STREAM NO_ERROR",
    send: [headers(1, [":method", "POST", ":scheme", "http", ":path", "/early", ":authority", "x"])],
    expect: frames(
      "a response, then RST_STREAM NO_ERROR",
      isResponse(1),
      (frame) => frame.type === 3 && frame.payload[3] === NO_ERROR,
    ),
  },
  {
    name: "8.1.1 a content-length that DATA does not reach",
    send: [postOn(1, "content-length", "5"), data(1, 4, END_STREAM)],
    expect: reset(1, PROTOCOL_ERROR),
  },
  {
    name: "8.1.1 a content-length that DATA passes",
    h2spec: "http2/8.1.2.6/1",
    send: [postOn(1, "content-length", "1"), data(1, 4, END_STREAM)],
    expect: reset(1, PROTOCOL_ERROR),
  },
  {
    name: "8.1.1 a content-length that several DATA frames pass",
    h2spec: "http2/8.1.2.6/2",
    send: [postOn(1, "content-length", "6"), data(1, 4), data(1, 4, END_STREAM)],
    expect: reset(1, PROTOCOL_ERROR),
  },
  {
    name: "8.1.1 a content-length and no DATA",
    send: [headers(1, [...post, "content-length", "5"], END_STREAM)],
    expect: reset(1, PROTOCOL_ERROR),
  },
  {
    name: "8.1.1 a content-length that DATA keeps",
    send: [postOn(1, "content-length", "8"), data(1, 4), data(1, 4, END_STREAM)],
    expect: answer(1),
  },
];

/** RFC 9113 section 8.2: names and values, more of them than RFC 7540 forbade. */
const fieldCases: readonly Case[] = [
  malformed("8.2.1 an upper-case name", "http2/8.1.2/1", [...get, "X-TEST", "ok"]),
  ...["x test", "x\ttest", "x\0", "x\x7f", "x\x80", "x:y", ""].map((name) =>
    malformed(`8.2.1 the name ${JSON.stringify(name)}`, undefined, [...get, name, "ok"]),
  ),
  ...["a\0b", "a\nb", "a\rb"].map((value) =>
    malformed(`8.2.1 the value ${JSON.stringify(value)}`, undefined, [...get, "x-test", value]),
  ),
  // Malformed by the RFC; other implementations of gRPC send and take them (docs/limits.md, rejectOuterBlanks).
  ...[" a", "a ", "\ta", "a\t"].map(
    (value): Case => ({
      name: `8.2.1 the value ${JSON.stringify(value)} is taken without its blank`,
      send: [getOn(1, "x-test", value)],
      expect: answer(1),
    }),
  ),
  { name: "8.2.1 a value with bytes over 0x7f is taken", send: [getOn(1, "x-test", "\x80\xff a")], expect: answer(1) },
  malformed("8.2.2 connection", "http2/8.1.2.2/1", [...get, "connection", "keep-alive"]),
  ...["keep-alive", "proxy-connection", "transfer-encoding", "upgrade"].map((name) =>
    malformed(`8.2.2 ${name}`, undefined, [...get, name, "x"]),
  ),
  malformed("8.2.2 te of other than trailers", "http2/8.1.2.2/2", [
    ...get,
    "trailers",
    "test",
    "te",
    "trailers, deflate",
  ]),
  { name: "8.2.2 te: trailers is taken", send: [getOn(1, "te", "trailers")], expect: answer(1) },
  {
    name: "8.2.3 several cookie fields are taken",
    send: [getOn(1, "cookie", "a=1", "cookie", "b=2")],
    expect: answer(1),
  },
];

const pseudoCases: readonly Case[] = [
  malformed("8.3 an unknown pseudo-header", "http2/8.1.2.1/1", [...get, ":test", "ok"]),
  malformed("8.3 a pseudo-header of responses", "http2/8.1.2.1/2", [...get, ":status", "200"]),
  {
    name: "8.3 a pseudo-header in trailers",
    h2spec: "http2/8.1.2.1/3",
    send: [postOn(1), data(1, 4), headers(1, [":method", "POST"], END_STREAM)],
    expect: reset(1, PROTOCOL_ERROR),
  },
  malformed("8.3 a pseudo-header behind a regular field", "http2/8.1.2.1/4", ["x-test", "ok", ...get]),
  malformed("8.3.1 an empty :path", "http2/8.1.2.3/1", replacing(":path", "")),
  malformed("8.3.1 no :method", "http2/8.1.2.3/2", without(":method")),
  malformed("8.3.1 no :scheme", "http2/8.1.2.3/3", without(":scheme")),
  malformed("8.3.1 no :path", "http2/8.1.2.3/4", without(":path")),
  malformed("8.3.1 :method twice", "http2/8.1.2.3/5", [...get, ":method", "GET"]),
  malformed("8.3.1 :scheme twice", "http2/8.1.2.3/6", [...get, ":scheme", "http"]),
  malformed("8.3.1 :path twice", "http2/8.1.2.3/7", [...get, ":path", "/"]),
  malformed("8.3.1 :authority twice", undefined, [...get, ":authority", "x"]),
  { name: "8.3.1 no :authority is taken", send: [headers(1, without(":authority"), END_STREAM)], expect: answer(1) },
  {
    name: "8.3.1 an asterisk as :path is taken",
    send: [headers(1, replacing(":path", "*"), END_STREAM)],
    expect: answer(1),
  },
  malformed("8.5 CONNECT with :path", undefined, request("CONNECT")),
  {
    name: "8.1 trailers alone are no request",
    send: [headers(1, ["x-test", "ok"], END_STREAM)],
    expect: reset(1, PROTOCOL_ERROR),
  },
  {
    name: "8.1 trailers end a request",
    send: [postOn(1), headers(1, ["x-test", "ok"], END_STREAM)],
    expect: answer(1),
  },
  {
    name: "8.1.1 a malformed request leaves the connection alive",
    send: [headers(1, [...get, "X-TEST", "ok"], END_STREAM), getOn(3)],
    expect: reset(1, PROTOCOL_ERROR),
  },
];

/** RFC 9113 section 8. */
export const httpCases: readonly Case[] = [...exchangeCases, ...fieldCases, ...pseudoCases];
