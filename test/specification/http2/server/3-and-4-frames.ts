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
} from "../../../../src/http2/frames.testing.js";
import { alive, answer, type Case, frames, goaway, isPong, reset } from "../case.testing.js";
import { get, getOn, post, postOn } from "./requests.testing.js";

/** RFC 9113 sections 3.4 (the preface has a test of its own in `server.test.ts`) and 4. */

/** A block, cut: the first part in HEADERS without END_HEADERS. */
const open = frame(1, END_STREAM, 1, block(get));
/** 5 fields of 4000 bytes: more than a frame may hold. */
const large = Array.from({ length: 5 }, (_, index) => [`x-dummy${index}`, "x".repeat(4_000)]).flat();

export const frameCases: readonly Case[] = [
  {
    name: "4.1 a frame of an unknown type is ignored",
    h2spec: "http2/4.1/1",
    send: [frame(0x16, 0, 0, new Uint8Array(8))],
    expect: alive,
  },
  {
    name: "4.1 a frame of an unknown type on a stream is ignored, and the stream stays idle",
    send: [frame(0xff, 0xff, 1, ascii("anything")), getOn(1)],
    expect: answer(1),
  },
  {
    name: "4.1 flags without meaning are ignored",
    h2spec: "http2/4.1/2",
    send: [ping("flagged!", 0x16)],
    expect: frames("PING ACK", isPong("flagged!")),
  },
  {
    name: "4.1 the reserved bit of the stream identifier is ignored",
    h2spec: "http2/4.1/3",
    send: [bytesOf(0, 0, 8, 6, 0x16, 0x80, 0, 0, 0, ascii("reserved"))],
    expect: frames("PING ACK", isPong("reserved")),
  },
  {
    name: "4.2 DATA of 2^14 bytes is taken",
    h2spec: "http2/4.2/1",
    send: [postOn(1), data(1, 16_384, END_STREAM)],
    expect: answer(1),
  },
  {
    // A stream error would do (RFC 9113 section 4.2), but a connection error is allowed for each (section 5.4.1).
    name: "4.2 DATA over SETTINGS_MAX_FRAME_SIZE: FRAME_SIZE_ERROR",
    h2spec: "http2/4.2/2",
    send: [postOn(1), data(1, 16_385, END_STREAM)],
    expect: goaway(ErrorCode.FRAME_SIZE_ERROR),
  },
  {
    name: "4.2 HEADERS over SETTINGS_MAX_FRAME_SIZE: connection error FRAME_SIZE_ERROR",
    h2spec: "http2/4.2/3",
    send: [headers(1, [...get, ...large], END_STREAM)],
    expect: goaway(ErrorCode.FRAME_SIZE_ERROR),
  },
  {
    name: "4.2 a frame of 2^24-1 bytes is refused before any of it came",
    send: [bytesOf(0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 1)],
    expect: goaway(ErrorCode.FRAME_SIZE_ERROR),
  },
  {
    name: "4.3 a header block that does not decode: COMPRESSION_ERROR",
    h2spec: "http2/4.3/1",
    send: [frame(1, END_HEADERS | END_STREAM, 1, Uint8Array.of(0x40))],
    expect: goaway(ErrorCode.COMPRESSION_ERROR),
  },
  {
    name: "4.3 a header block that does not decode, on a stream that is over: COMPRESSION_ERROR",
    send: [
      postOn(1),
      frame(3, 0, 1, Uint8Array.of(0, 0, 0, 8)),
      frame(1, END_HEADERS | END_STREAM, 1, Uint8Array.of(0x40)),
    ],
    expect: goaway(ErrorCode.COMPRESSION_ERROR),
  },
  {
    name: "4.3 PRIORITY inside of a header block: PROTOCOL_ERROR",
    h2spec: ["http2/4.3/2", "http2/6.2/1"],
    send: [open, priority(1, 0), continuation(1, block(["x-dummy", "x"]))],
    expect: goaway(ErrorCode.PROTOCOL_ERROR),
  },
  {
    name: "4.3 HEADERS of another stream inside of a header block: PROTOCOL_ERROR",
    h2spec: ["http2/4.3/3", "http2/6.2/2"],
    send: [open, getOn(3), continuation(1, block(["x-dummy", "x"]))],
    expect: goaway(ErrorCode.PROTOCOL_ERROR),
  },
  {
    name: "4.3 PING inside of a header block: PROTOCOL_ERROR",
    send: [open, ping()],
    expect: goaway(ErrorCode.PROTOCOL_ERROR),
  },
  {
    name: "4.3 the table is kept also for a block whose stream was refused",
    send: [
      // Uppercase, so that the stream ends; the field enters the table all the same and is used by the next block.
      frame(
        1,
        END_HEADERS | END_STREAM,
        1,
        bytesOf(block([...get, "X-BAD", "1"]), 0x40, 3, ascii("x-a"), 1, ascii("1")),
      ),
      frame(1, END_HEADERS | END_STREAM, 3, bytesOf(block(get), 0xbe)),
    ],
    expect: answerBehindReset(),
  },
  {
    name: "4 a GET request is answered",
    h2spec: ["generic/4/1", "generic/3.2/1"],
    send: [getOn(1)],
    expect: answer(1),
  },
  {
    name: "4 a HEAD request is answered",
    h2spec: "generic/4/2",
    send: [headers(1, [":method", "HEAD", ...get.slice(2)], END_STREAM)],
    expect: answer(1),
  },
  {
    name: "4 a POST request is answered",
    h2spec: ["generic/4/3", "generic/3.1/1"],
    send: [headers(1, post), data(1, 4, END_STREAM)],
    expect: answer(1),
  },
  {
    name: "4 a POST request with trailers is answered",
    h2spec: "generic/4/4",
    send: [postOn(1, "trailer", "x-test"), data(1, 4), headers(1, ["x-test", "ok"], END_STREAM)],
    expect: answer(1),
  },
];

function answerBehindReset(): Case["expect"] {
  const refused = reset(1, ErrorCode.PROTOCOL_ERROR);
  const name = `${refused.name}, and a response on stream 3`;
  return {
    name,
    judge: () => {
      const [first, second] = [refused.judge(), answer(3).judge()];
      let answered = false;
      return (event) => {
        const onThird = event.kind !== "frame" || event.type !== 3 ? second(event) : undefined;
        answered ||= onThird === "met";
        const verdict = first(event);
        return verdict === "met" && !answered ? "no answer came on stream 3" : verdict;
      };
    },
  };
}
