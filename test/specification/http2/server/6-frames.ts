import { ErrorCode } from "../../../../src/base/transport.js";
import {
  block,
  bytesOf,
  continuation,
  data,
  END_HEADERS,
  END_STREAM,
  frame,
  headers,
  PADDED,
  PRIORITY_FIELDS,
  priority,
  pushPromise,
  rst,
  uint32,
} from "../../../../src/http2/frames.testing.js";
import { alive, answer, type Case, goaway } from "../case.testing.js";
import { get, getOn, postOn } from "./requests.testing.js";

const { PROTOCOL_ERROR, FRAME_SIZE_ERROR, CANCEL } = ErrorCode;
const getBlock = block(get);
const more = block(["x-dummy", "x"]);
/** The beginning of a block that CONTINUATION has to end. */
const open = frame(1, END_STREAM, 1, getBlock);

const dataCases: readonly Case[] = [
  {
    name: "6.1 several DATA frames are taken",
    h2spec: "generic/3.1/2",
    send: [postOn(1), data(1, 4), data(1, 4, END_STREAM)],
    expect: answer(1),
  },
  {
    name: "6.1 DATA with padding is taken",
    h2spec: "generic/3.1/3",
    send: [postOn(1), frame(0, PADDED | END_STREAM, 1, bytesOf(5, 0x74, 0x65, 0x73, 0x74, new Uint8Array(5)))],
    expect: answer(1),
  },
  {
    name: "6.1 DATA that is nothing but padding is taken",
    send: [postOn(1), frame(0, PADDED | END_STREAM, 1, bytesOf(255, new Uint8Array(255)))],
    expect: answer(1),
  },
  {
    name: "6.1 DATA on stream 0",
    h2spec: "http2/6.1/1",
    send: [data(0, 4, END_STREAM)],
    expect: goaway(PROTOCOL_ERROR),
  },
  {
    name: "6.1 a pad length of the payload or more",
    h2spec: "http2/6.1/3",
    send: [postOn(1, "content-length", "4"), frame(0, PADDED | END_STREAM, 1, bytesOf(6, 0x54, 0x65, 0x73, 0x74))],
    expect: goaway(PROTOCOL_ERROR),
  },
  {
    name: "6.1 a pad length of exactly the payload",
    send: [postOn(1), frame(0, PADDED | END_STREAM, 1, bytesOf(5, 0x54, 0x65, 0x73, 0x74))],
    expect: goaway(PROTOCOL_ERROR),
  },
  {
    name: "6.1 PADDED without a pad length: FRAME_SIZE_ERROR",
    send: [postOn(1), frame(0, PADDED, 1)],
    expect: goaway(FRAME_SIZE_ERROR),
  },
];

const headersCases: readonly Case[] = [
  {
    name: "6.2 HEADERS with padding is taken",
    h2spec: "generic/3.2/2",
    send: [frame(1, END_HEADERS | END_STREAM | PADDED, 1, bytesOf(8, getBlock, new Uint8Array(8)))],
    expect: answer(1),
  },
  {
    name: "6.2 HEADERS with priority fields is taken",
    h2spec: "generic/3.2/3",
    send: [frame(1, END_HEADERS | END_STREAM | PRIORITY_FIELDS, 1, bytesOf(uint32(0), 255, getBlock))],
    expect: answer(1),
  },
  {
    name: "6.2 HEADERS with padding and priority fields is taken",
    send: [
      frame(
        1,
        END_HEADERS | END_STREAM | PADDED | PRIORITY_FIELDS,
        1,
        bytesOf(2, uint32(0x8000_0003), 7, getBlock, 0, 0),
      ),
    ],
    expect: answer(1),
  },
  {
    name: "6.2 HEADERS on stream 0",
    h2spec: "http2/6.2/3",
    send: [headers(0, get, END_STREAM)],
    expect: goaway(PROTOCOL_ERROR),
  },
  {
    name: "6.2 padding longer than the block",
    h2spec: "http2/6.2/4",
    send: [frame(1, END_HEADERS | END_STREAM | PADDED, 1, bytesOf(getBlock.length + 2, getBlock))],
    expect: goaway(PROTOCOL_ERROR),
  },
  {
    name: "6.2 HEADERS too short for its priority fields: FRAME_SIZE_ERROR",
    send: [frame(1, END_HEADERS | END_STREAM | PRIORITY_FIELDS, 1, uint32(0))],
    expect: goaway(FRAME_SIZE_ERROR),
  },
];

/** Priorities are taken and mean nothing (RFC 9113 section 5.3.2). */
const priorityCases: readonly Case[] = [
  { name: "6.3 PRIORITY of weight 1", h2spec: "generic/3.3/1", send: [priority(1, 0, 0), getOn(1)], expect: answer(1) },
  {
    name: "6.3 PRIORITY of weight 256",
    h2spec: "generic/3.3/2",
    send: [priority(1, 0, 255), getOn(1)],
    expect: answer(1),
  },
  {
    name: "6.3 PRIORITY with a dependency",
    h2spec: "generic/3.3/3",
    send: [priority(3, 1, 0), getOn(1)],
    expect: answer(1),
  },
  {
    name: "6.3 PRIORITY that is exclusive",
    h2spec: "generic/3.3/4",
    send: [priority(1, 0, 0, true), getOn(1)],
    expect: answer(1),
  },
  {
    name: "6.3 PRIORITY on an idle stream, then HEADERS on a lower one",
    h2spec: "generic/3.3/5",
    send: [priority(3, 0), getOn(1)],
    expect: answer(1),
  },
  { name: "6.3 PRIORITY on stream 0", h2spec: "http2/6.3/1", send: [priority(0, 1)], expect: goaway(PROTOCOL_ERROR) },
];

const rstStreamCases: readonly Case[] = [
  {
    name: "6.4 RST_STREAM is taken",
    h2spec: "generic/3.4/1",
    send: [headers(1, get), rst(1, CANCEL)],
    expect: alive,
  },
  { name: "6.4 RST_STREAM on stream 0", h2spec: "http2/6.4/1", send: [rst(0, CANCEL)], expect: goaway(PROTOCOL_ERROR) },
  {
    name: "6.4 RST_STREAM of 3 bytes: connection error FRAME_SIZE_ERROR",
    h2spec: "http2/6.4/3",
    send: [postOn(1), frame(3, 0, 1, new Uint8Array(3))],
    expect: goaway(FRAME_SIZE_ERROR),
  },
  {
    name: "6.4 RST_STREAM of 5 bytes: connection error FRAME_SIZE_ERROR",
    send: [postOn(1), frame(3, 0, 1, new Uint8Array(5))],
    expect: goaway(FRAME_SIZE_ERROR),
  },
];

const pushPromiseCases: readonly Case[] = [
  {
    name: "6.6 PUSH_PROMISE from a client",
    h2spec: "http2/8.2/1",
    send: [pushPromise(1, 3, get)],
    expect: goaway(PROTOCOL_ERROR),
  },
];

const continuationCases: readonly Case[] = [
  {
    name: "6.10 CONTINUATION is taken, cut inside of a field",
    h2spec: "generic/3.10/1",
    send: [frame(1, END_STREAM, 1, getBlock.subarray(0, 5)), continuation(1, getBlock.subarray(5))],
    expect: answer(1),
  },
  {
    name: "6.10 several CONTINUATION, cut inside of fields",
    h2spec: "generic/3.10/2",
    send: [
      frame(1, END_STREAM, 1, getBlock.subarray(0, 5)),
      continuation(1, getBlock.subarray(5, 10), 0),
      continuation(1, getBlock.subarray(10)),
    ],
    expect: answer(1),
  },
  {
    name: "6.10 HEADERS and CONTINUATION without a byte are taken",
    send: [frame(1, END_STREAM, 1), continuation(1, new Uint8Array(0), 0), continuation(1, getBlock)],
    expect: answer(1),
  },
  {
    name: "6.10 several CONTINUATION with fields of their own",
    h2spec: "http2/6.10/1",
    send: [open, continuation(1, more, 0), continuation(1, more)],
    expect: answer(1),
  },
  {
    name: "6.10 DATA behind CONTINUATION without END_HEADERS",
    h2spec: "http2/6.10/2",
    send: [frame(1, 0, 1, getBlock), continuation(1, more, 0), data(1, 4, END_STREAM)],
    expect: goaway(PROTOCOL_ERROR),
  },
  {
    name: "6.10 CONTINUATION on stream 0",
    h2spec: "http2/6.10/3",
    send: [open, continuation(0, more)],
    expect: goaway(PROTOCOL_ERROR),
  },
  {
    name: "6.10 CONTINUATION behind HEADERS with END_HEADERS",
    h2spec: "http2/6.10/4",
    send: [postOn(1), continuation(1, more)],
    expect: goaway(PROTOCOL_ERROR),
  },
  {
    name: "6.10 CONTINUATION behind CONTINUATION with END_HEADERS",
    h2spec: "http2/6.10/5",
    send: [open, continuation(1, more), continuation(1, more)],
    expect: goaway(PROTOCOL_ERROR),
  },
  {
    name: "6.10 CONTINUATION behind DATA",
    h2spec: "http2/6.10/6",
    send: [frame(1, 0, 1, getBlock), data(1, 4, END_STREAM), continuation(1, more, 0), continuation(0, more)],
    expect: goaway(PROTOCOL_ERROR),
  },
  {
    name: "6.10 CONTINUATION without anything before it, on stream 0",
    send: [continuation(0, more)],
    expect: goaway(PROTOCOL_ERROR),
  },
];

/** RFC 9113 sections 6.1 to 6.4, 6.6 and 6.10: frames of streams. Flow control and the connection's frames are in `6-control.ts`. */
export const streamFrameCases: readonly Case[] = [
  ...dataCases,
  ...headersCases,
  ...priorityCases,
  ...rstStreamCases,
  ...pushPromiseCases,
  ...continuationCases,
];
