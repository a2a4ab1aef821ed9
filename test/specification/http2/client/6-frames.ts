import { ErrorCode } from "../../../../src/base/transport.js";
import {
  ACK,
  block,
  bytesOf,
  continuation,
  data,
  END_HEADERS,
  END_STREAM,
  frame,
  goaway as goawayFrame,
  headers,
  PADDED,
  ping,
  priority,
  pushPromise,
  rst,
  settings,
  uint32,
  windowUpdate,
} from "../../../../src/http2/frames.testing.js";
import { alive, drained, frames, goaway, isPong, isSettingsAck, onlyPong, reset } from "../case.testing.js";
import { type ClientCase, head, ok, whole } from "./responses.testing.js";

const { PROTOCOL_ERROR, FRAME_SIZE_ERROR, FLOW_CONTROL_ERROR, CANCEL } = ErrorCode;
const ENABLE_PUSH = 2;
const MAX_CONCURRENT_STREAMS = 3;
const INITIAL_WINDOW_SIZE = 4;
const MAX_FRAME_SIZE = 5;
const windowMax = 0x7fff_ffff;
const okBlock = block(ok);
const more = block(["x-dummy", "x"]);
/** A block that ends the response, which CONTINUATION has to complete. */
const openEnd = frame(1, END_STREAM, 1, okBlock);
const open = frame(1, 0, 1, okBlock);

const streamFrames: readonly ClientCase[] = [
  {
    name: "6.1 DATA on stream 0",
    h2spec: "client/6.1/1",
    send: [data(0, 4, END_STREAM)],
    expect: goaway(PROTOCOL_ERROR),
  },
  {
    name: "6.1 a pad length of the payload or more",
    h2spec: "client/6.1/3",
    send: [
      headers(1, [...ok, "content-length", "4"]),
      frame(0, END_STREAM | PADDED, 1, bytesOf(6, 0x54, 0x65, 0x73, 0x74)),
    ],
    expect: goaway(PROTOCOL_ERROR),
    hears: "reset PROTOCOL_ERROR",
  },
  {
    name: "6.1 DATA before HEADERS: stream error PROTOCOL_ERROR",
    send: [data(1, 4)],
    expect: reset(1, PROTOCOL_ERROR),
    hears: "reset PROTOCOL_ERROR",
  },
  {
    name: "6.2 PRIORITY inside of a header block",
    h2spec: "client/6.2/1",
    send: [open, priority(1, 0), continuation(1, more)],
    expect: goaway(PROTOCOL_ERROR),
    hears: "reset PROTOCOL_ERROR",
  },
  {
    name: "6.2 HEADERS on stream 0",
    h2spec: "client/6.2/2",
    send: [headers(0, ok, END_STREAM)],
    expect: goaway(PROTOCOL_ERROR),
  },
  {
    name: "6.2 padding longer than the block",
    h2spec: "client/6.2/3",
    send: [frame(1, END_HEADERS | PADDED, 1, bytesOf(okBlock.length + 2, okBlock))],
    expect: goaway(PROTOCOL_ERROR),
    hears: "reset PROTOCOL_ERROR",
  },
  { name: "6.3 PRIORITY on stream 0", h2spec: "client/6.3/1", send: [priority(0, 1)], expect: goaway(PROTOCOL_ERROR) },
  {
    name: "6.3 PRIORITY of 4 bytes: stream error FRAME_SIZE_ERROR",
    h2spec: "client/6.3/2",
    send: [head, frame(2, 0, 1, Uint8Array.of(0x80, 0, 0, 1))],
    expect: reset(1, FRAME_SIZE_ERROR),
    hears: "reset FRAME_SIZE_ERROR",
  },
  {
    name: "6.4 RST_STREAM on stream 0",
    h2spec: "client/6.4/1",
    send: [rst(0, CANCEL)],
    expect: goaway(PROTOCOL_ERROR),
  },
  {
    name: "6.4 RST_STREAM of 3 bytes: connection error FRAME_SIZE_ERROR",
    h2spec: "client/6.4/3",
    send: [head, frame(3, 0, 1, new Uint8Array(3))],
    expect: goaway(FRAME_SIZE_ERROR),
    hears: "reset FRAME_SIZE_ERROR",
  },
  {
    name: "6.4 RST_STREAM NO_ERROR behind a whole response is no error",
    send: [whole, rst(1, 0)],
    expect: alive,
    hears: "headers end",
  },
  {
    name: "6.4 RST_STREAM of an unknown code ends the stream only",
    send: [rst(1, 0xff)],
    expect: alive,
    hears: "reset 0xff",
  },
  {
    name: "6.6 PUSH_PROMISE, which SETTINGS_ENABLE_PUSH of 0 forbids",
    send: [pushPromise(1, 2, [":method", "GET", ":scheme", "http", ":path", "/", ":authority", "x"])],
    expect: goaway(PROTOCOL_ERROR),
    hears: "reset PROTOCOL_ERROR",
  },
];

const settingsFrames: readonly ClientCase[] = [
  {
    name: "6.5 an ack with a payload: FRAME_SIZE_ERROR",
    h2spec: "client/6.5/1",
    send: [frame(4, ACK, 0, Uint8Array.of(0))],
    expect: goaway(FRAME_SIZE_ERROR),
  },
  {
    name: "6.5 SETTINGS on a stream",
    h2spec: "client/6.5/2",
    send: [frame(4, 0, 1, bytesOf(0, MAX_CONCURRENT_STREAMS, uint32(100)))],
    expect: goaway(PROTOCOL_ERROR),
  },
  {
    name: "6.5 SETTINGS of a length that is no multiple of 6: FRAME_SIZE_ERROR",
    h2spec: "client/6.5/3",
    beforeSettings: true,
    send: [frame(4, 0, 0, Uint8Array.of(0, 3, 0))],
    expect: goaway(FRAME_SIZE_ERROR),
  },
  {
    name: "6.5.2 INITIAL_WINDOW_SIZE of 2^31: FLOW_CONTROL_ERROR",
    h2spec: "client/6.5.2/1",
    beforeSettings: true,
    send: [settings(INITIAL_WINDOW_SIZE, 0x8000_0000)],
    expect: goaway(FLOW_CONTROL_ERROR),
  },
  {
    name: "6.5.2 MAX_FRAME_SIZE of 2^14-1",
    h2spec: "client/6.5.2/2",
    beforeSettings: true,
    send: [settings(MAX_FRAME_SIZE, 16_383)],
    expect: goaway(PROTOCOL_ERROR),
  },
  {
    name: "6.5.2 MAX_FRAME_SIZE of 2^24",
    h2spec: "client/6.5.2/3",
    beforeSettings: true,
    send: [settings(MAX_FRAME_SIZE, 16_777_216)],
    expect: goaway(PROTOCOL_ERROR),
  },
  {
    name: "6.5.2 an unknown identifier is ignored",
    h2spec: "client/6.5.2/4",
    beforeSettings: true,
    send: [settings(0xff, 1)],
    expect: alive,
  },
  {
    name: "6.5.2 ENABLE_PUSH of 1 from a server",
    changed: "RFC 9113 section 6.5.2 forbids it to servers in as many words.",
    beforeSettings: true,
    send: [settings(ENABLE_PUSH, 1)],
    expect: goaway(PROTOCOL_ERROR),
  },
  {
    name: "6.5.2 ENABLE_PUSH of 0 from a server is taken",
    beforeSettings: true,
    send: [settings(ENABLE_PUSH, 0)],
    expect: alive,
  },
  {
    name: "6.5.3 SETTINGS are acknowledged at once",
    h2spec: "client/6.5.3/1",
    beforeSettings: true,
    send: [settings(MAX_CONCURRENT_STREAMS, 100)],
    expect: frames("SETTINGS ACK", isSettingsAck),
  },
];

const connectionFrames: readonly ClientCase[] = [
  {
    name: "6.7 PING is answered with its payload",
    h2spec: "client/6.7/1",
    send: [ping("h2spec\0\0")],
    expect: frames("PING ACK", isPong("h2spec\0\0")),
  },
  {
    name: "6.7 an ack is not answered",
    h2spec: "client/6.7/2",
    send: [ping("invalid\0", ACK), ping("h2spec\0\0")],
    expect: onlyPong("h2spec\0\0", "invalid\0"),
  },
  {
    name: "6.7 PING on a stream",
    h2spec: "client/6.7/3",
    send: [frame(6, 0, 1, new Uint8Array(8))],
    expect: goaway(PROTOCOL_ERROR),
  },
  {
    name: "6.7 PING of 6 bytes: FRAME_SIZE_ERROR",
    h2spec: "client/6.7/4",
    send: [frame(6, 0, 0, new Uint8Array(6))],
    expect: goaway(FRAME_SIZE_ERROR),
  },
  {
    name: "6.8 GOAWAY on a stream",
    h2spec: "client/6.8/1",
    send: [frame(7, 0, 1, new Uint8Array(8))],
    expect: goaway(PROTOCOL_ERROR),
  },
  {
    name: "6.8 a GOAWAY that spares the stream lets it end",
    send: [goawayFrame(1, 0), head, data(1, 4, END_STREAM)],
    expect: drained,
    hears: "data 4 end",
  },
  {
    name: "6.8 a GOAWAY below the stream: it was not processed",
    send: [goawayFrame(0, 0)],
    expect: drained,
    hears: "reset REFUSED_STREAM unprocessed",
  },
  {
    name: "6.8 a second GOAWAY with a higher last stream",
    send: [goawayFrame(1, 0), goawayFrame(3, 0)],
    expect: goaway(PROTOCOL_ERROR),
    hears: "reset PROTOCOL_ERROR",
  },
  {
    name: "6.9 an increment of 0 on stream 0",
    h2spec: "client/6.9/1",
    send: [windowUpdate(0, 0)],
    expect: goaway(PROTOCOL_ERROR),
  },
  {
    name: "6.9 an increment of 0 on a stream: stream error PROTOCOL_ERROR",
    h2spec: "client/6.9/2",
    send: [head, windowUpdate(1, 0)],
    expect: reset(1, PROTOCOL_ERROR),
    hears: "reset PROTOCOL_ERROR",
  },
  {
    name: "6.9 WINDOW_UPDATE of 3 bytes: FRAME_SIZE_ERROR",
    h2spec: "client/6.9/3",
    send: [frame(8, 0, 0, Uint8Array.of(0, 0, 1))],
    expect: goaway(FRAME_SIZE_ERROR),
  },
  {
    name: "6.9.1 a connection window over 2^31-1: FLOW_CONTROL_ERROR",
    h2spec: "client/6.9.1/1",
    send: [windowUpdate(0, windowMax), windowUpdate(0, windowMax)],
    expect: goaway(FLOW_CONTROL_ERROR),
  },
  {
    name: "6.9.1 a stream window over 2^31-1: stream error FLOW_CONTROL_ERROR",
    h2spec: "client/6.9.1/2",
    send: [head, windowUpdate(1, windowMax), windowUpdate(1, windowMax)],
    expect: reset(1, FLOW_CONTROL_ERROR),
    hears: "reset FLOW_CONTROL_ERROR",
  },
];

const continuationFrames: readonly ClientCase[] = [
  {
    name: "6.10 several CONTINUATION are taken",
    h2spec: "client/6.10/1",
    send: [openEnd, continuation(1, more, 0), continuation(1, more)],
    expect: alive,
    hears: "headers end",
  },
  {
    name: "6.10 DATA behind CONTINUATION without END_HEADERS",
    h2spec: "client/6.10/2",
    send: [open, continuation(1, more, 0), data(1, 4, END_STREAM)],
    expect: goaway(PROTOCOL_ERROR),
  },
  {
    name: "6.10 CONTINUATION on stream 0",
    h2spec: "client/6.10/3",
    send: [openEnd, continuation(0, more)],
    expect: goaway(PROTOCOL_ERROR),
  },
  {
    name: "6.10 CONTINUATION behind HEADERS with END_HEADERS",
    h2spec: "client/6.10/4",
    send: [whole, continuation(1, more)],
    expect: goaway(PROTOCOL_ERROR),
  },
  {
    name: "6.10 CONTINUATION behind CONTINUATION with END_HEADERS",
    h2spec: "client/6.10/5",
    send: [openEnd, continuation(1, more), continuation(1, more)],
    expect: goaway(PROTOCOL_ERROR),
  },
  {
    name: "6.10 CONTINUATION behind DATA",
    h2spec: "client/6.10/6",
    send: [open, data(1, 4, END_STREAM), continuation(1, more, 0), continuation(0, more)],
    expect: goaway(PROTOCOL_ERROR),
  },
];

/** RFC 9113 section 6. */
export const clientFrameCases: readonly ClientCase[] = [
  ...streamFrames,
  ...settingsFrames,
  ...connectionFrames,
  ...continuationFrames,
];
