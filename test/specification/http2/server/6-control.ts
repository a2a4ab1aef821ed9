import { ErrorCode } from "../../../../src/base/transport.js";
import {
  ACK,
  bytesOf,
  data,
  END_STREAM,
  frame,
  goaway as goawayFrame,
  ping,
  rst,
  settings,
  uint32,
  windowUpdate,
} from "../../../../src/http2/frames.testing.js";
import {
  alive,
  answer,
  type Case,
  frames,
  goaway,
  isData,
  isPong,
  isResponse,
  isSettingsAck,
  onlyPong,
  reset,
  wait,
} from "../case.testing.js";
import { getOn, postOn } from "./requests.testing.js";

const { PROTOCOL_ERROR, FRAME_SIZE_ERROR, FLOW_CONTROL_ERROR } = ErrorCode;
const HEADER_TABLE_SIZE = 1;
const ENABLE_PUSH = 2;
const MAX_CONCURRENT_STREAMS = 3;
const INITIAL_WINDOW_SIZE = 4;
const MAX_FRAME_SIZE = 5;
const MAX_HEADER_LIST_SIZE = 6;
const windowMax = 0x7fff_ffff;
const settled = wait("the ack of SETTINGS", isSettingsAck);

const priorityCases: readonly Case[] = [
  {
    name: "6.3 PRIORITY of 4 bytes: stream error FRAME_SIZE_ERROR",
    h2spec: "http2/6.3/2",
    send: [postOn(1), frame(2, 0, 1, Uint8Array.of(0x80, 0, 0, 1))],
    expect: reset(1, FRAME_SIZE_ERROR),
  },
];

const settingsCases: readonly Case[] = [
  {
    name: "6.5 all settings are taken, and answered",
    h2spec: "generic/3.5/1",
    send: [
      settings(
        ...[HEADER_TABLE_SIZE, 4_096, ENABLE_PUSH, 1, MAX_CONCURRENT_STREAMS, 100, INITIAL_WINDOW_SIZE, 65_535],
        ...[MAX_FRAME_SIZE, 16_384, MAX_HEADER_LIST_SIZE, 100],
      ),
    ],
    expect: frames("SETTINGS ACK", isSettingsAck),
  },
  {
    name: "6.5 an ack with a payload: FRAME_SIZE_ERROR",
    h2spec: "http2/6.5/1",
    send: [frame(4, ACK, 0, Uint8Array.of(0))],
    expect: goaway(FRAME_SIZE_ERROR),
  },
  {
    name: "6.5 SETTINGS on a stream",
    h2spec: "http2/6.5/2",
    send: [frame(4, 0, 1, bytesOf(0, MAX_CONCURRENT_STREAMS, uint32(100)))],
    expect: goaway(PROTOCOL_ERROR),
  },
  {
    name: "6.5 SETTINGS of a length that is no multiple of 6: FRAME_SIZE_ERROR",
    h2spec: "http2/6.5/3",
    send: [frame(4, 0, 0, Uint8Array.of(0, 3, 0))],
    expect: goaway(FRAME_SIZE_ERROR),
  },
  {
    name: "6.5.2 ENABLE_PUSH of 2",
    h2spec: "http2/6.5.2/1",
    send: [settings(ENABLE_PUSH, 2)],
    expect: goaway(PROTOCOL_ERROR),
  },
  {
    name: "6.5.2 INITIAL_WINDOW_SIZE of 2^31: FLOW_CONTROL_ERROR",
    h2spec: ["http2/6.5.2/2", "http2/6.9.2/3"],
    send: [settings(INITIAL_WINDOW_SIZE, 0x8000_0000)],
    expect: goaway(FLOW_CONTROL_ERROR),
  },
  {
    name: "6.5.2 MAX_FRAME_SIZE of 2^14-1",
    h2spec: "http2/6.5.2/3",
    send: [settings(MAX_FRAME_SIZE, 16_383)],
    expect: goaway(PROTOCOL_ERROR),
  },
  {
    name: "6.5.2 MAX_FRAME_SIZE of 2^24",
    h2spec: "http2/6.5.2/4",
    send: [settings(MAX_FRAME_SIZE, 16_777_216)],
    expect: goaway(PROTOCOL_ERROR),
  },
  {
    name: "6.5.2 MAX_FRAME_SIZE of 2^24-1 is taken",
    send: [settings(MAX_FRAME_SIZE, 16_777_215), getOn(1)],
    expect: answer(1),
  },
  { name: "6.5.2 an unknown identifier is ignored", h2spec: "http2/6.5.2/5", send: [settings(0xff, 1)], expect: alive },
  {
    name: "6.5.3 values are taken in order: the last one counts",
    h2spec: "http2/6.5.3/1",
    send: [settings(INITIAL_WINDOW_SIZE, 100, INITIAL_WINDOW_SIZE, 1), settled, getOn(1)],
    expect: frames("DATA of 1 byte", isResponse(1), isData(1, 1)),
  },
  {
    name: "6.5.3 SETTINGS are acknowledged at once",
    h2spec: "http2/6.5.3/2",
    send: [settings(ENABLE_PUSH, 0)],
    expect: frames("SETTINGS ACK", isSettingsAck),
  },
  { name: "6.5.3 an ack that nobody waits for is ignored", send: [frame(4, ACK, 0)], expect: alive },
];

const pingCases: readonly Case[] = [
  {
    name: "6.7 PING is answered with its payload",
    h2spec: ["http2/6.7/1", "generic/3.7/1"],
    send: [ping("h2spec\0\0")],
    expect: frames("PING ACK", isPong("h2spec\0\0")),
  },
  {
    name: "6.7 an ack is not answered",
    h2spec: "http2/6.7/2",
    send: [ping("invalid\0", ACK), ping("h2spec\0\0")],
    expect: onlyPong("h2spec\0\0", "invalid\0"),
  },
  {
    name: "6.7 PING on a stream",
    h2spec: "http2/6.7/3",
    send: [frame(6, 0, 1, new Uint8Array(8))],
    expect: goaway(PROTOCOL_ERROR),
  },
  {
    name: "6.7 PING of 6 bytes: FRAME_SIZE_ERROR",
    h2spec: "http2/6.7/4",
    send: [frame(6, 0, 0, new Uint8Array(6))],
    expect: goaway(FRAME_SIZE_ERROR),
  },
];

const goawayCases: readonly Case[] = [
  { name: "6.8 GOAWAY is taken", h2spec: "generic/3.8/1", send: [goawayFrame(0, 0, "h2spec")], expect: alive },
  {
    name: "6.8 streams that were opened before a GOAWAY are answered behind it",
    send: [postOn(1), goawayFrame(0, 0), data(1, 4, END_STREAM)],
    expect: answer(1),
  },
  {
    name: "6.8 GOAWAY on a stream",
    h2spec: "http2/6.8/1",
    send: [frame(7, 0, 1, new Uint8Array(8))],
    expect: goaway(PROTOCOL_ERROR),
  },
  {
    name: "6.8 GOAWAY of 7 bytes: FRAME_SIZE_ERROR",
    send: [frame(7, 0, 0, new Uint8Array(7))],
    expect: goaway(FRAME_SIZE_ERROR),
  },
  { name: "7 GOAWAY with an unknown code is taken", h2spec: "http2/7/1", send: [goawayFrame(0, 0xff)], expect: alive },
  {
    name: "7 RST_STREAM with an unknown code is taken",
    h2spec: "http2/7/2",
    send: [postOn(1), rst(1, 0xff)],
    expect: alive,
  },
];

const windowCases: readonly Case[] = [
  {
    name: "6.9 WINDOW_UPDATE on stream 0 is taken",
    h2spec: "generic/3.9/1",
    send: [windowUpdate(0, 1)],
    expect: alive,
  },
  {
    name: "6.9 WINDOW_UPDATE on a stream is taken",
    h2spec: "generic/3.9/2",
    send: [getOn(1), windowUpdate(1, 1)],
    expect: answer(1),
  },
  {
    name: "6.9 an increment of 0 on stream 0",
    h2spec: "http2/6.9/1",
    send: [windowUpdate(0, 0)],
    expect: goaway(PROTOCOL_ERROR),
  },
  {
    name: "6.9 an increment of 0 on a stream: stream error PROTOCOL_ERROR",
    h2spec: "http2/6.9/2",
    send: [postOn(1), windowUpdate(1, 0)],
    expect: reset(1, PROTOCOL_ERROR),
  },
  {
    name: "6.9 WINDOW_UPDATE of 3 bytes: FRAME_SIZE_ERROR",
    h2spec: "http2/6.9/3",
    send: [frame(8, 0, 0, Uint8Array.of(0, 0, 1))],
    expect: goaway(FRAME_SIZE_ERROR),
  },
  {
    name: "6.9 the reserved bit of the increment is ignored",
    send: [settings(INITIAL_WINDOW_SIZE, 0), getOn(1), frame(8, 0, 1, uint32(0x8000_0001))],
    expect: frames("DATA of 1 byte", isData(1, 1)),
  },
  {
    name: "6.9.1 no more DATA than the window has",
    h2spec: "http2/6.9.1/1",
    send: [settings(INITIAL_WINDOW_SIZE, 1), settled, getOn(1)],
    expect: frames("DATA of 1 byte", isResponse(1), isData(1, 1)),
  },
  {
    name: "6.9.1 a connection window over 2^31-1: FLOW_CONTROL_ERROR",
    h2spec: "http2/6.9.1/2",
    send: [windowUpdate(0, windowMax), windowUpdate(0, windowMax)],
    expect: goaway(FLOW_CONTROL_ERROR),
  },
  {
    name: "6.9.1 a stream window over 2^31-1: stream error FLOW_CONTROL_ERROR",
    h2spec: "http2/6.9.1/3",
    send: [postOn(1), windowUpdate(1, windowMax), windowUpdate(1, windowMax)],
    expect: reset(1, FLOW_CONTROL_ERROR),
  },
  {
    name: "6.9.2 INITIAL_WINDOW_SIZE changes the windows of open streams",
    h2spec: "http2/6.9.2/1",
    send: [settings(INITIAL_WINDOW_SIZE, 0), settled, getOn(1), settings(INITIAL_WINDOW_SIZE, 1)],
    expect: frames("DATA of 1 byte", isData(1, 1)),
  },
  {
    name: "6.9.2 a window may become negative",
    h2spec: "http2/6.9.2/2",
    send: [
      settings(INITIAL_WINDOW_SIZE, 3),
      settled,
      getOn(1),
      wait("DATA", isData(1, 3)),
      settings(INITIAL_WINDOW_SIZE, 2),
      settled,
      windowUpdate(1, 2),
    ],
    expect: frames("DATA of 1 byte", isData(1, 1)),
  },
  {
    name: "6.9.2 INITIAL_WINDOW_SIZE that takes an open stream's window over 2^31-1: FLOW_CONTROL_ERROR",
    send: [settings(INITIAL_WINDOW_SIZE, 0), postOn(1), windowUpdate(1, 1), settings(INITIAL_WINDOW_SIZE, windowMax)],
    expect: goaway(FLOW_CONTROL_ERROR),
  },
];

/** RFC 9113 sections 6.5 and 6.7 to 6.9, and 7: frames of the connection, and its windows. */
export const controlCases: readonly Case[] = [
  ...priorityCases,
  ...settingsCases,
  ...pingCases,
  ...goawayCases,
  ...windowCases,
];
