import { ErrorCode } from "../../../../src/base/transport.js";
import {
  ascii,
  block,
  bytesOf,
  continuation,
  data,
  END_HEADERS,
  END_STREAM,
  frame,
  headers,
  ping,
  priority,
  rst,
  windowUpdate,
} from "../../../../src/http2/frames.testing.js";
import { alive, close, frames, goaway, isPong, reset } from "../case.testing.js";
import { type ClientCase, head, ok, whole } from "./responses.testing.js";

const { PROTOCOL_ERROR, FRAME_SIZE_ERROR, COMPRESSION_ERROR, STREAM_CLOSED, CANCEL } = ErrorCode;
const large = Array.from({ length: 5 }, (_, index) => [`x-dummy${index}`, "x".repeat(4_000)]).flat();
const fragment = block(["x-dummy", "x"]);

const frameCases: readonly ClientCase[] = [
  {
    name: "3.4 the server's preface is taken",
    h2spec: "client/1/1",
    send: [whole],
    expect: alive,
    hears: "headers end",
  },
  {
    name: "3.4 a first frame other than SETTINGS: the connection is over",
    beforeSettings: true,
    send: [ping()],
    expect: close,
  },
  {
    name: "4.1 a frame of an unknown type is ignored",
    h2spec: "client/4.1/1",
    send: [frame(0x16, 0, 0, new Uint8Array(8))],
    expect: alive,
  },
  {
    name: "4.1 flags without meaning are ignored",
    h2spec: "client/4.1/2",
    send: [ping("flagged!", 0x16)],
    expect: frames("PING ACK", isPong("flagged!")),
  },
  {
    name: "4.1 the reserved bit of the stream identifier is ignored",
    h2spec: "client/4.1/3",
    send: [bytesOf(0, 0, 8, 6, 0x16, 0x80, 0, 0, 0, ascii("reserved"))],
    expect: frames("PING ACK", isPong("reserved")),
  },
  {
    name: "4.2 DATA of 2^14 bytes is taken",
    h2spec: "client/4.2/1",
    send: [head, data(1, 16_384, END_STREAM)],
    expect: alive,
    hears: "data 16384 end",
  },
  {
    name: "4.2 DATA over SETTINGS_MAX_FRAME_SIZE: FRAME_SIZE_ERROR",
    h2spec: "client/4.2/2",
    send: [head, data(1, 16_385, END_STREAM)],
    expect: goaway(FRAME_SIZE_ERROR),
    hears: "reset FRAME_SIZE_ERROR",
  },
  {
    name: "4.2 HEADERS over SETTINGS_MAX_FRAME_SIZE: connection error FRAME_SIZE_ERROR",
    h2spec: "client/4.2/3",
    send: [headers(1, [...ok, ...large], END_STREAM)],
    expect: goaway(FRAME_SIZE_ERROR),
    hears: "reset FRAME_SIZE_ERROR",
  },
  {
    name: "4.3 a header block that does not decode: COMPRESSION_ERROR",
    h2spec: "client/4.3/1",
    send: [frame(1, END_HEADERS | END_STREAM, 1, Uint8Array.of(0x40))],
    expect: goaway(COMPRESSION_ERROR),
    hears: "reset COMPRESSION_ERROR",
  },
];

const stateCases: readonly ClientCase[] = [
  { name: "5.1 idle: DATA", h2spec: "client/5.1/1", send: [data(2, 4, END_STREAM)], expect: goaway(PROTOCOL_ERROR) },
  {
    name: "5.1 idle: RST_STREAM",
    h2spec: ["client/5.1/2", "client/6.4/2"],
    send: [rst(2, CANCEL)],
    expect: goaway(PROTOCOL_ERROR),
  },
  {
    name: "5.1 idle: WINDOW_UPDATE",
    h2spec: "client/5.1/3",
    send: [windowUpdate(2, 100)],
    expect: goaway(PROTOCOL_ERROR),
  },
  {
    name: "5.1 idle: CONTINUATION",
    h2spec: "client/5.1/4",
    send: [continuation(2, block(ok))],
    expect: goaway(PROTOCOL_ERROR),
  },
  { name: "5.1 idle: PRIORITY is taken", send: [priority(2, 0), priority(7, 0)], expect: alive },
  {
    name: "5.1 closed by RST_STREAM: DATA: STREAM_CLOSED",
    h2spec: "client/5.1/5",
    send: [head, rst(1, CANCEL), data(1, 4, END_STREAM)],
    expect: reset(1, STREAM_CLOSED),
    hears: "reset CANCEL",
  },
  {
    name: "5.1 closed by RST_STREAM: HEADERS: STREAM_CLOSED",
    h2spec: "client/5.1/6",
    send: [head, rst(1, CANCEL), whole],
    expect: reset(1, STREAM_CLOSED),
    hears: "reset CANCEL",
  },
  {
    name: "5.1 closed by RST_STREAM: CONTINUATION: connection error PROTOCOL_ERROR",
    h2spec: "client/5.1/7",
    send: [head, rst(1, CANCEL), continuation(1, fragment)],
    expect: goaway(PROTOCOL_ERROR),
    hears: "reset CANCEL",
  },
  {
    name: "5.1 closed on both sides: DATA: connection error STREAM_CLOSED",
    h2spec: ["client/5.1/8", "client/6.1/2"],
    changed: "RFC 7540 section 5.1 asked for it; RFC 9113 allows it in place of a stream error (sections 5.1 and 6.1).",
    send: [whole, data(1, 4, END_STREAM)],
    expect: goaway(STREAM_CLOSED),
    hears: "headers end",
  },
  {
    name: "5.1 closed on both sides: HEADERS: connection error STREAM_CLOSED",
    h2spec: "client/5.1/9",
    changed: "RFC 7540 asked for it; RFC 9113 allows it.",
    send: [whole, whole],
    expect: goaway(STREAM_CLOSED),
    hears: "headers end",
  },
  {
    name: "5.1 closed on both sides: CONTINUATION: connection error PROTOCOL_ERROR",
    h2spec: "client/5.1/10",
    send: [whole, continuation(1, fragment)],
    expect: goaway(PROTOCOL_ERROR),
    hears: "headers end",
  },
  {
    name: "5.1 closed on both sides: WINDOW_UPDATE, RST_STREAM and PRIORITY are taken",
    send: [whole, windowUpdate(1, 10), rst(1, CANCEL), priority(1, 0)],
    expect: alive,
    hears: "headers end",
  },
  {
    name: "5.1.1 a response on a stream that was never opened",
    h2spec: "client/5.1.1/1",
    send: [headers(101, ok, END_STREAM)],
    expect: goaway(PROTOCOL_ERROR),
    hears: "reset PROTOCOL_ERROR",
  },
  {
    name: "5.1.1 HEADERS on an even stream: a server opens none",
    send: [headers(2, ok, END_STREAM)],
    expect: goaway(PROTOCOL_ERROR),
    hears: "reset PROTOCOL_ERROR",
  },
  {
    name: "5.4.1 the connection is closed behind GOAWAY",
    h2spec: ["client/5.4.1/1", "client/5.4.1/2"],
    send: [frame(6, 0, 3, new Uint8Array(8))],
    expect: goaway(PROTOCOL_ERROR),
    hears: "reset PROTOCOL_ERROR",
  },
  {
    name: "5.5 an extension frame is ignored",
    h2spec: "client/5.5/1",
    send: [frame(0x16, 0, 0, new Uint8Array(8)), frame(0x17, 0xff, 1, ascii("anything"))],
    expect: alive,
  },
];

/** RFC 9113 sections 3.4, 4 and 5. */
export const firstCases: readonly ClientCase[] = [...frameCases, ...stateCases];
