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
  PRIORITY_FIELDS,
  priority,
  rst,
  settings,
  uint32,
  windowUpdate,
} from "../../../../src/http2/frames.testing.js";
import {
  alive,
  answer,
  type Case,
  endsStream,
  frames,
  goaway,
  goawayAfter,
  isData,
  reset,
  wait,
  waitForEnd,
} from "../case.testing.js";
import { get, getOn, postOn } from "./requests.testing.js";

const INITIAL_WINDOW_SIZE = 4;
/** No window, so that the server cannot end its side: the stream stays half-closed (remote). */
const noWindow = settings(INITIAL_WINDOW_SIZE, 0);
const fragment = block(["x-dummy", "x"]);
const { PROTOCOL_ERROR, STREAM_CLOSED, CANCEL, REFUSED_STREAM } = ErrorCode;

/** RFC 9113 section 5.1: what each state of a stream takes. */
export const stateCases: readonly Case[] = [
  { name: "5.1 idle: PRIORITY is taken", h2spec: "generic/2/1", send: [priority(1, 0)], expect: alive },
  {
    name: "5.1 idle: DATA: connection error PROTOCOL_ERROR",
    h2spec: "http2/5.1/1",
    changed: "RFC 7540 section 6.1 could be read as a stream error STREAM_CLOSED; RFC 9113 section 5.1 is plain.",
    send: [data(1, 4, END_STREAM)],
    expect: goaway(PROTOCOL_ERROR),
  },
  {
    name: "5.1 idle: RST_STREAM",
    h2spec: ["http2/5.1/2", "http2/6.4/2"],
    send: [rst(1, CANCEL)],
    expect: goaway(PROTOCOL_ERROR),
  },
  {
    name: "5.1 idle: WINDOW_UPDATE",
    h2spec: "http2/5.1/3",
    send: [windowUpdate(1, 100)],
    expect: goaway(PROTOCOL_ERROR),
  },
  {
    name: "5.1 idle: CONTINUATION",
    h2spec: "http2/5.1/4",
    send: [continuation(1, block(get))],
    expect: goaway(PROTOCOL_ERROR),
  },
  {
    name: "5.1 half-closed (remote): WINDOW_UPDATE is taken",
    h2spec: "generic/2/2",
    send: [noWindow, getOn(1), windowUpdate(1, 1)],
    expect: frames("DATA of 1 byte", isData(1, 1)),
  },
  {
    name: "5.1 half-closed (remote): PRIORITY is taken",
    h2spec: "generic/2/3",
    send: [noWindow, getOn(1), priority(1, 0), windowUpdate(1, 1)],
    expect: frames("DATA of 1 byte", isData(1, 1)),
  },
  {
    name: "5.1 half-closed (remote): RST_STREAM is taken",
    h2spec: "generic/2/4",
    send: [noWindow, getOn(1), rst(1, CANCEL)],
    expect: alive,
  },
  {
    name: "5.1 half-closed (remote): DATA: stream error STREAM_CLOSED",
    h2spec: ["http2/5.1/5", "http2/6.1/2"],
    send: [noWindow, getOn(1), data(1, 4, END_STREAM)],
    expect: reset(1, STREAM_CLOSED),
  },
  {
    name: "5.1 half-closed (remote): HEADERS: stream error STREAM_CLOSED",
    h2spec: "http2/5.1/6",
    send: [noWindow, getOn(1), getOn(1)],
    expect: reset(1, STREAM_CLOSED),
  },
  {
    // Section 6.10 is stricter than 5.1: no CONTINUATION without an open block.
    name: "5.1 half-closed (remote): CONTINUATION: connection error PROTOCOL_ERROR",
    h2spec: "http2/5.1/7",
    send: [noWindow, getOn(1), continuation(1, block(get))],
    expect: goaway(PROTOCOL_ERROR),
  },
  {
    name: "5.1 closed by RST_STREAM: DATA: STREAM_CLOSED",
    h2spec: "http2/5.1/8",
    send: [postOn(1), rst(1, CANCEL), data(1, 4, END_STREAM)],
    expect: reset(1, STREAM_CLOSED),
  },
  {
    name: "5.1 closed by RST_STREAM: HEADERS: STREAM_CLOSED",
    h2spec: "http2/5.1/9",
    send: [postOn(1), rst(1, CANCEL), getOn(1)],
    expect: reset(1, STREAM_CLOSED),
  },
  {
    name: "5.1 closed by RST_STREAM: CONTINUATION: connection error PROTOCOL_ERROR",
    h2spec: "http2/5.1/10",
    send: [postOn(1), rst(1, CANCEL), continuation(1, fragment)],
    expect: goaway(PROTOCOL_ERROR),
  },
  {
    name: "5.1 closed on both sides: DATA: connection error STREAM_CLOSED",
    h2spec: "http2/5.1/11",
    changed: "RFC 7540 section 5.1 asked for it; RFC 9113 allows it in place of a stream error (sections 5.1 and 6.1).",
    send: [getOn(1), waitForEnd(1), data(1, 4, END_STREAM)],
    expect: goaway(STREAM_CLOSED),
  },
  {
    name: "5.1 closed on both sides: HEADERS: connection error STREAM_CLOSED",
    h2spec: "http2/5.1/12",
    changed: "RFC 7540 asked for it; RFC 9113 allows it.",
    send: [getOn(1), waitForEnd(1), getOn(1)],
    expect: goaway(STREAM_CLOSED),
  },
  {
    name: "5.1 closed on both sides: CONTINUATION: connection error PROTOCOL_ERROR",
    h2spec: "http2/5.1/13",
    send: [getOn(1), waitForEnd(1), continuation(1, fragment)],
    expect: goaway(PROTOCOL_ERROR),
  },
  {
    name: "5.1 closed on both sides: PRIORITY is taken",
    h2spec: "generic/2/5",
    send: [getOn(1), waitForEnd(1), priority(1, 0)],
    expect: alive,
  },
  {
    name: "5.1 closed on both sides: WINDOW_UPDATE and RST_STREAM are taken",
    send: [getOn(1), waitForEnd(1), windowUpdate(1, 10), rst(1, CANCEL)],
    expect: alive,
  },
  {
    name: "5.1 reset by the server: what the client had on its way is ignored",
    send: [
      postOn(1, "X-BAD", "1"),
      wait("RST_STREAM", (frame) => frame.type === 3),
      data(1, 9),
      headers(1, ["x", "y"], END_STREAM),
    ],
    expect: alive,
  },
];

/** RFC 9113 sections 5.1.1 to 5.5. */
export const streamCases: readonly Case[] = [
  {
    name: "5.1.1 an even stream identifier",
    h2spec: "http2/5.1.1/1",
    send: [getOn(2)],
    expect: goaway(PROTOCOL_ERROR),
  },
  {
    name: "5.1.1 a stream identifier lower than the one before",
    h2spec: "http2/5.1.1/2",
    send: [getOn(5), waitForEnd(5), getOn(3)],
    expect: goawayAfter(5, PROTOCOL_ERROR),
  },
  { name: "5.1.1 stream identifiers may leave some out", send: [getOn(1), getOn(101)], expect: answer(101) },
  {
    name: "5.1.2 a stream over SETTINGS_MAX_CONCURRENT_STREAMS: REFUSED_STREAM",
    h2spec: "http2/5.1.2/1",
    send: [noWindow, ...Array.from({ length: 1_001 }, (_, index) => getOn(2 * index + 1))],
    expect: reset(2_001, REFUSED_STREAM),
  },
  {
    name: "5.3.1 HEADERS that depends on its own stream: stream error PROTOCOL_ERROR",
    h2spec: "http2/5.3.1/1",
    changed: "RFC 9113 section 5.3 took priorities out and no longer asks for it; it is kept.",
    send: [frame(1, END_HEADERS | END_STREAM | PRIORITY_FIELDS, 1, bytesOf(uint32(1), 255, block(get)))],
    expect: reset(1, PROTOCOL_ERROR),
  },
  {
    name: "5.3.1 PRIORITY that depends on its own stream, open: stream error PROTOCOL_ERROR",
    h2spec: "http2/5.3.1/2",
    changed: "as above; on an idle stream it is a connection error, since no idle stream can be reset (section 5.1).",
    send: [postOn(1), priority(1, 1)],
    expect: reset(1, PROTOCOL_ERROR),
  },
  {
    name: "5.3.1 PRIORITY that depends on its own stream, idle",
    send: [priority(1, 1)],
    expect: goaway(PROTOCOL_ERROR),
  },
  {
    name: "5.4.1 the connection is closed behind GOAWAY",
    h2spec: ["http2/5.4.1/1", "http2/5.4.1/2"],
    send: [frame(6, 0, 3, new Uint8Array(8))],
    expect: goawayAfter(0, PROTOCOL_ERROR),
  },
  {
    name: "5.4.1 GOAWAY tells the last stream that was handled",
    send: [getOn(1), getOn(7), waitForEnd(7), frame(6, 0, 3, new Uint8Array(8))],
    expect: goawayAfter(7, PROTOCOL_ERROR),
  },
  {
    name: "5.4.2 a stream error leaves other streams alone",
    send: [noWindow, getOn(1), getOn(3, "X-BAD", "1"), windowUpdate(1, 1_000)],
    expect: frames("RST_STREAM on 3, then the end of 1", (f) => f.type === 3 && f.streamId === 3, endsStream(1)),
  },
  {
    name: "5.5 an extension frame is ignored",
    h2spec: "http2/5.5/1",
    send: [frame(0x16, 0, 0, new Uint8Array(8))],
    expect: alive,
  },
  {
    name: "5.5 an extension frame inside of a header block: connection error PROTOCOL_ERROR",
    h2spec: "http2/5.5/2",
    send: [frame(1, END_STREAM, 1, block(get)), frame(0x16, 0, 0, new Uint8Array(8))],
    expect: goaway(PROTOCOL_ERROR),
  },
];
