import { HpackEncoder } from "../../src/hpack/encoder.js";
import { writeData } from "../../src/http2/frame/data.js";
import { FrameType } from "../../src/http2/frame/frame-header.js";
import { writeGoaway } from "../../src/http2/frame/goaway.js";
import { writeHeaders } from "../../src/http2/frame/headers.js";
import { writePing, writePingAck } from "../../src/http2/frame/ping.js";
import { writeRstStream } from "../../src/http2/frame/rst-stream.js";
import { writeSettings, writeSettingsAck } from "../../src/http2/frame/settings.js";
import { writeWindowUpdate } from "../../src/http2/frame/window-update.js";
import { FrameReader } from "../../src/http2/frame-reader.js";
import { bytesOf, frame, uint32 } from "../../src/http2/frames.testing.js";
import { OutputBuffer } from "../../src/http2/output-buffer.js";
import { ReferenceDecoder } from "../simulation/reference-hpack.js";
import type { SeededRandom } from "../simulation/seeded-random.js";
import { must } from "./finding.js";
import { interestingNumber, randomBytes } from "./mutate-frames.js";
import { type FuzzTarget, target } from "./target.js";

const rule = "frames";
const frameBytesMax = 16_384;

/** A frame to be written, with what it should look like by the pictures of RFC 9113 section 6. */
type FrameStep =
  | { readonly kind: "data"; readonly id: number; readonly bytes: Uint8Array; readonly ends: boolean }
  | {
      readonly kind: "headers";
      readonly id: number;
      readonly list: readonly string[];
      readonly ends: boolean;
      readonly max: number;
    }
  | {
      readonly kind: "rst" | "update" | "settings" | "goaway";
      readonly id: number;
      readonly value: number;
      readonly text: string;
    }
  | { readonly kind: "ping"; readonly high: number; readonly low: number; readonly ack: boolean }
  | { readonly kind: "ack" };

/** What we write, put together by hand, and read back by our reader at any cut: always the same frames. */
export const framesModel: FuzzTarget = target<FrameStep>({
  name: "frames",
  about: "each frame type written, and read back at any cut",
  share: 0.5,

  make(random: SeededRandom): readonly FrameStep[] {
    return Array.from({ length: random.int(1, 12) }, () => step(random));
  },

  run(steps: readonly FrameStep[], random: SeededRandom): void {
    const out = new OutputBuffer();
    const encoder = new HpackEncoder();
    const reference = new ReferenceDecoder(4_096);
    const expected: Uint8Array[] = [];
    for (const one of steps) {
      const before = out.pending;
      write(one, out, encoder);
      const written = out.buffer.slice(out.start + before, out.length);
      if (one.kind === "headers") checkHeaders(one, written, reference);
      else
        must(
          Buffer.compare(written, picture(one)) === 0,
          rule,
          () => `${one.kind} is written as ${Buffer.from(written).toString("hex")}`,
        );
      expected.push(written);
    }
    const all = out.take() ?? new Uint8Array(0);
    const whole = bytesOf(...expected);
    must(Buffer.compare(all, whole) === 0, rule, () => "frames that were written change afterwards");
    const read = joinData(readBack(whole, random));
    const frames = joinData(readWhole(whole));
    must(Buffer.compare(bytesOf(...read), bytesOf(...frames)) === 0, rule, () => "frames are read back differently");
  },
});

function step(random: SeededRandom): FrameStep {
  const id = random.pick([1, 3, 5, 0x7fff_ffff, random.int(1, 0x7fff_fffe)]);
  switch (random.int(0, 5)) {
    case 0:
      return { kind: "data", id, bytes: randomBytes(random, random.scale(1, 12_000) - 1), ends: random.chance(0.5) };
    case 1: {
      const count = random.int(0, 8);
      const list = Array.from({ length: count * 2 }, (_, i) =>
        i % 2 === 0 ? `x-${i}` : "v".repeat(random.scale(1, 200)),
      );
      return { kind: "headers", id, list, ends: random.chance(0.5), max: random.pick([1, 7, 100, frameBytesMax]) };
    }
    case 2:
      return { kind: "ping", high: interestingNumber(random), low: interestingNumber(random), ack: random.chance(0.5) };
    case 3:
      return { kind: "ack" };
    default: {
      const kind = random.pick(["rst", "update", "settings", "goaway"] as const);
      return { kind, id, value: interestingNumber(random), text: "x".repeat(random.int(0, 9)) };
    }
  }
}

function write(one: FrameStep, out: OutputBuffer, encoder: HpackEncoder): void {
  switch (one.kind) {
    case "data":
      writeData(out, one.id, bytesOf(9, one.bytes, 9), 1, 1 + one.bytes.length, one.ends);
      break;
    case "headers":
      writeHeaders(out, encoder, one.id, one.list, undefined, one.ends, one.max);
      break;
    case "ping":
      if (one.ack) writePingAck(out, bytesOf(9, uint32(one.high), uint32(one.low)), 1);
      else writePing(out, one.high, one.low);
      break;
    case "ack":
      writeSettingsAck(out);
      break;
    case "rst":
      writeRstStream(out, one.id, one.value);
      break;
    case "update":
      writeWindowUpdate(out, one.id, one.value);
      break;
    case "settings":
      writeSettings(out, [one.id & 0xffff, one.value, 4, 70_000]);
      break;
    case "goaway":
      writeGoaway(out, one.id, one.value, one.text);
      break;
  }
}

function picture(one: Exclude<FrameStep, { readonly kind: "headers" }>): Uint8Array {
  switch (one.kind) {
    case "data":
      return frame(FrameType.DATA, one.ends ? 1 : 0, one.id, one.bytes);
    case "ping":
      return frame(FrameType.PING, one.ack ? 1 : 0, 0, bytesOf(uint32(one.high), uint32(one.low)));
    case "ack":
      return frame(FrameType.SETTINGS, 1, 0);
    case "rst":
      return frame(FrameType.RST_STREAM, 0, one.id, uint32(one.value));
    case "update":
      return frame(FrameType.WINDOW_UPDATE, 0, one.id, uint32(one.value));
    case "settings":
      return frame(
        FrameType.SETTINGS,
        0,
        0,
        bytesOf((one.id >> 8) & 0xff, one.id & 0xff, uint32(one.value), 0, 4, uint32(70_000)),
      );
    case "goaway":
      return frame(FrameType.GOAWAY, 0, 0, bytesOf(uint32(one.id), uint32(one.value), Buffer.from(one.text)));
  }
}

function checkHeaders(
  one: Extract<FrameStep, { readonly kind: "headers" }>,
  written: Uint8Array,
  reference: ReferenceDecoder,
): void {
  const fragments: Uint8Array[] = [];
  const view = new DataView(written.buffer, written.byteOffset, written.length);
  for (let at = 0; at < written.length; ) {
    const length = view.getUint16(at) * 256 + view.getUint8(at + 2);
    const last = at + 9 + length === written.length;
    const type = at === 0 ? FrameType.HEADERS : FrameType.CONTINUATION;
    const flags = (at === 0 && one.ends ? 1 : 0) | (last ? 4 : 0);
    const right =
      view.getUint8(at + 3) === type && view.getUint8(at + 4) === flags && view.getUint32(at + 5) === one.id;
    must(
      right && length <= one.max,
      rule,
      () => `a header block is written as ${Buffer.from(written).toString("hex")}`,
    );
    fragments.push(written.subarray(at + 9, at + 9 + length));
    at += 9 + length;
  }
  const list = reference.decode(bytesOf(...fragments)).flat();
  must(list.join("\n") === one.list.join("\n"), rule, () => `a header list is written as ${JSON.stringify(list)}`);
}

/** The frames of bytes that were just written. */
function readWhole(bytes: Uint8Array): Uint8Array[] {
  const frames: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = 9 + (((bytes[at] as number) << 16) | ((bytes[at + 1] as number) << 8) | (bytes[at + 2] as number));
    frames.push(bytes.slice(at, at + length));
    at += length;
  }
  return frames;
}

/** DATA frames of one stream behind each other mean the same as one: the reader may cut them where a chunk ends. */
function joinData(frames: readonly Uint8Array[]): Uint8Array[] {
  const joined: Uint8Array[] = [];
  for (const one of frames) {
    const before = joined.at(-1);
    // No END_STREAM in front, and the same stream.
    const goesOn =
      before?.[3] === FrameType.DATA &&
      one[3] === FrameType.DATA &&
      before[4] === 0 &&
      Buffer.compare(before.subarray(5, 9), one.subarray(5, 9)) === 0;
    if (!goesOn) joined.push(one);
    else joined[joined.length - 1] = withPayload(one, bytesOf(before.subarray(9), one.subarray(9)));
  }
  return joined;
}

/** The frame with another payload. */
function withPayload(one: Uint8Array, payload: Uint8Array): Uint8Array {
  const { length } = payload;
  return bytesOf(length >> 16, (length >> 8) & 0xff, length & 0xff, one.subarray(3, 9), payload);
}

/** What our reader makes of the bytes, cut anywhere, each frame put together again. */
function readBack(bytes: Uint8Array, random: SeededRandom): Uint8Array[] {
  const frames: Uint8Array[] = [];
  const reader = new FrameReader(frameBytesMax, {
    onFrame: (type, flags, id, chunk, start, end) => {
      frames.push(frame(type, flags, id, chunk.slice(start, end)));
      return true;
    },
    onFrameTooLong: () => {
      must(false, rule, () => "a frame within the limit is refused as too long");
      return false;
    },
  });
  const most = random.pick([1, 4, 50, 4_000, 100_000]);
  for (let at = 0; at < bytes.length; ) {
    const end = Math.min(bytes.length, at + random.int(1, most));
    // Foreign bytes around the chunk, which must not be read.
    reader.read(bytesOf(0xff, bytes.subarray(at, end), 0xff).subarray(1, 1 + end - at));
    at = end;
  }
  return frames;
}
