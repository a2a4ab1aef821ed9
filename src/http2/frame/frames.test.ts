import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { HpackDecoder } from "../../hpack/decoder.js";
import { HpackEncoder } from "../../hpack/encoder.js";
import { OutputBuffer } from "../output-buffer.js";
import { copyBytes, writeData } from "./data.js";
import {
  Flag,
  FrameType,
  frameHeaderBytes,
  frameTypeName,
  openFrame,
  readUint24,
  readUint31,
  readUint32,
} from "./frame-header.js";
import { printable, readGoaway, writeGoaway } from "./goaway.js";
import { headersDependency, readHeaders, writeHeaders } from "./headers.js";
import { stripPadding } from "./payload.js";
import { checkPing, writePing, writePingAck } from "./ping.js";
import { checkPriority } from "./priority.js";
import { checkRstStream, writeRstStream } from "./rst-stream.js";
import { checkSettings, writeSettings, writeSettingsAck } from "./settings.js";
import { checkWindowUpdate, writeWindowUpdate } from "./window-update.js";

interface Parsed {
  type: number;
  flags: number;
  streamId: number;
  payload: Uint8Array;
}

/** The frames of an output: headers must announce exactly the bytes that were written. */
function framesOf(out: OutputBuffer): Parsed[] {
  const bytes = out.take() ?? new Uint8Array(0);
  const frames: Parsed[] = [];
  let at = 0;
  while (at < bytes.length) {
    const end = at + frameHeaderBytes + readUint24(bytes, at);
    assert.ok(end <= bytes.length, "a frame announces more than was written");
    const [type, flags] = [bytes[at + 3] as number, bytes[at + 4] as number];
    frames.push({
      type,
      flags,
      streamId: readUint31(bytes, at + 5),
      payload: Uint8Array.from(bytes.subarray(at + frameHeaderBytes, end)),
    });
    at = end;
  }
  return frames;
}

function written(write: (out: OutputBuffer) => void): Parsed {
  const out = new OutputBuffer();
  write(out);
  const [only, ...more] = framesOf(out);
  assert.ok(only !== undefined && more.length === 0);
  return only;
}

describe("frame header", () => {
  it("holds length, type, flags and stream", () => {
    const out = new OutputBuffer();
    const at = openFrame(out, 0x1_02_03, 0xfe, 0xa5, 0x7fff_fffe);
    assert.equal(at, 9);
    assert.deepEqual([...out.buffer.subarray(0, 9)], [1, 2, 3, 0xfe, 0xa5, 0x7f, 0xff, 0xff, 0xfe]);
    assert.equal(out.length, 9 + 0x1_02_03);
  });

  it("numbers are big-endian, and the reserved bit is ignored", () => {
    const bytes = Uint8Array.of(0xff, 0xff, 0xff, 0xfe);
    assert.equal(readUint24(bytes, 0), 0xffffff);
    assert.equal(readUint32(bytes, 0), 0xffff_fffe);
    assert.equal(readUint31(bytes, 0), 0x7fff_fffe);
  });

  it("types have names", () => {
    assert.equal(frameTypeName(FrameType.GOAWAY), "GOAWAY");
    assert.equal(frameTypeName(0xaa), "frame type 0xaa");
  });
});

describe("frames that are written", () => {
  it("DATA", () => {
    const source = Uint8Array.from({ length: 100 }, (_, i) => i);
    for (const [from, to] of [
      [0, 100],
      [3, 3],
      [10, 20],
      [0, 90],
    ] as const) {
      const frame = written((out) => writeData(out, 5, source, from, to, from === 10));
      assert.deepEqual(frame, { type: 0, flags: from === 10 ? 1 : 0, streamId: 5, payload: source.slice(from, to) });
    }
  });

  it("bytes are copied by loop or by set with the same result", () => {
    const source = Uint8Array.from({ length: 100 }, (_, i) => i);
    for (let length = 0; length < 100; length++) {
      const target = new Uint8Array(110);
      copyBytes(source, 100 - length, 100, target, 5);
      assert.deepEqual(target.slice(5, 5 + length), source.slice(100 - length));
      assert.equal(target[5 + length], 0);
    }
  });

  it("HEADERS and CONTINUATION, for every size of frame", () => {
    const list = Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? `name${i}` : `value ${i}`));
    for (let size = 20; size < 400; size += 7) {
      const out = new OutputBuffer();
      writeHeaders(out, new HpackEncoder(), 7, list, undefined, true, size);
      const frames = framesOf(out);
      frames.forEach((frame, i) => {
        assert.equal(frame.type, i === 0 ? FrameType.HEADERS : FrameType.CONTINUATION);
        const last = i === frames.length - 1;
        assert.equal(frame.flags, (i === 0 ? Flag.END_STREAM : 0) | (last ? Flag.END_HEADERS : 0));
        assert.ok(last ? frame.payload.length <= size : frame.payload.length === size);
      });
      const block = Buffer.concat(frames.map((frame) => frame.payload));
      assert.deepEqual(new HpackDecoder().decode(block, 0, block.length), list);
    }
  });

  it("RST_STREAM, WINDOW_UPDATE, PING, SETTINGS", () => {
    const number = Uint8Array.of(1, 2, 3, 4);
    assert.deepEqual(
      written((out) => writeRstStream(out, 3, 0x01020304)),
      { type: 3, flags: 0, streamId: 3, payload: number },
    );
    assert.deepEqual(
      written((out) => writeWindowUpdate(out, 3, 0x01020304)),
      { type: 8, flags: 0, streamId: 3, payload: number },
    );
    const ping = written((out) => writePing(out, 0x01020304, 0xffffffff));
    assert.deepEqual([...ping.payload], [1, 2, 3, 4, 255, 255, 255, 255]);
    const ack = written((out) =>
      writePingAck(
        out,
        Uint8Array.from("xx12345678yy", (char) => char.charCodeAt(0)),
        2,
      ),
    );
    assert.equal(Buffer.from(ack.payload).toString(), "12345678");
    assert.equal(ack.flags, Flag.ACK);
    const settings = written((out) => writeSettings(out, [0x0102, 0x03040506, 5, 0xffffffff]));
    assert.deepEqual([...settings.payload], [1, 2, 3, 4, 5, 6, 0, 5, 255, 255, 255, 255]);
    assert.deepEqual(written(writeSettingsAck), { type: 4, flags: 1, streamId: 0, payload: new Uint8Array(0) });
  });

  it("GOAWAY, with debug data that is text and bounded", () => {
    const frame = written((out) => writeGoaway(out, 9, 11, "caf\u00e9\n"));
    const read = readGoaway(frame.payload, 0, frame.payload.length);
    assert.deepEqual(read, { lastStreamId: 9, code: 11, debugData: "caf.." });
    assert.equal(written((out) => writeGoaway(out, 0, 0, "x".repeat(10_000))).payload.length, 8 + 512);
    assert.ok("message" in readGoaway(frame.payload, 0, 7));
    assert.equal(printable(Uint8Array.of(0x1f, 0x20, 0x7e, 0x7f), 0, 4), ". ~.");
  });
});

describe("frames that are read", () => {
  it("padding is taken off, and what is wrong with it told, for every length", () => {
    for (let length = 0; length < 6; length++) {
      for (let padding = 0; padding < 8; padding++) {
        const bytes = new Uint8Array(20).fill(padding);
        const range = { start: 4, end: 4 + length };
        const fault = stripPadding(Flag.PADDED, bytes, range);
        if (length === 0) assert.equal(fault?.code, 6);
        else if (padding > length - 1) assert.equal(fault?.code, 1);
        else assert.deepEqual([fault, range], [undefined, { start: 5, end: 4 + length - padding }]);
      }
    }
    const range = { start: 1, end: 2 };
    assert.equal(stripPadding(0, new Uint8Array(2), range), undefined);
    assert.deepEqual(range, { start: 1, end: 2 });
  });

  it("the fragment of HEADERS is found behind padding and priority", () => {
    const bytes = Uint8Array.of(2, 0x80, 0, 0, 9, 1, 0x61, 0x62, 0, 0);
    const range = { start: 0, end: bytes.length };
    assert.equal(readHeaders(Flag.PADDED | Flag.PRIORITY, bytes, range), undefined);
    assert.deepEqual(range, { start: 6, end: 8 });
    assert.equal(headersDependency(Flag.PADDED | Flag.PRIORITY, bytes, 0, bytes.length), 9);
    assert.equal(headersDependency(0, bytes, 0, bytes.length), 0);
    for (let end = 1; end < 8; end++) {
      const cut = readHeaders(Flag.PADDED | Flag.PRIORITY, bytes, { start: 0, end });
      assert.ok(cut !== undefined, `cut at ${end}`);
    }
  });

  it("lengths are checked", () => {
    for (let length = 0; length < 20; length++) {
      const bytes = new Uint8Array(20);
      assert.equal(checkPriority(3, bytes, 0, length) === undefined, length === 5);
      assert.equal(checkRstStream(0, length) === undefined, length === 4);
      assert.equal(checkPing(0, length) === undefined, length === 8);
      assert.equal(checkWindowUpdate(0, length) === undefined, length === 4);
      assert.equal(checkSettings(0, 0, length, 32) === undefined, length % 6 === 0);
      assert.equal(checkSettings(Flag.ACK, 0, length, 32) === undefined, length === 0);
    }
    assert.equal(checkSettings(0, 0, 33 * 6, 32)?.code, 0xb);
    assert.equal(checkPriority(3, Uint8Array.of(0x80, 0, 0, 3, 0), 0, 5)?.code, 1);
  });
});
