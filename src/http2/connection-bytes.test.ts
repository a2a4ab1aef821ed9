import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  ACK,
  ascii,
  bytesOf,
  data,
  END_HEADERS,
  END_STREAM,
  frame,
  headers,
  ping,
  request,
  ServerScript,
  serverScript,
  settings,
  settingsAck,
  trailers,
  uint32,
  windowUpdate,
} from "./script.testing.js";

const preface = ascii("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

describe("the bytes of a connection", () => {
  const conversation = bytesOf(
    preface,
    settings(3, 50),
    settingsAck,
    headers(1, request),
    data(1, 300),
    frame(0, 0x8, 1, bytesOf(4, ascii("hello"), 0, 0, 0, 0)),
    frame(1, 0, 3, new Uint8Array(0)),
    frame(9, END_HEADERS, 3, blockOf(request)),
    frame(2, 0, 9, bytesOf(uint32(0), 5)),
    frame(0xfe, 0xff, 77, ascii("unknown")),
    ping(),
    windowUpdate(0, 5),
    headers(1, trailers, END_STREAM),
    data(3, 0, END_STREAM),
  );

  function blockOf(list: readonly string[]): Uint8Array {
    return headers(1, list).subarray(9);
  }

  function play(chunks: Uint8Array[]): string[] {
    const script = new ServerScript();
    script.connection.start();
    for (const chunk of chunks) script.connection.receive(chunk);
    const log = script.accepted.map(
      ({ headers: list, recorder }) => `${list[5]} ${recorder.bytes} ${recorder.log.at(-1)}`,
    );
    return [...log, ...script.takeAll(), `${script.failure?.message}`];
  }

  it("mean the same wherever they are cut", () => {
    const whole = play([conversation]);
    assert.deepEqual(whole, [
      "/a.B/C 305 headers end",
      "/a.B/C 0 data 0 end",
      "SETTINGS",
      "SETTINGS ACK",
      "PING ACK",
      "undefined",
    ]);
    for (let cut = 1; cut < conversation.length; cut++) {
      assert.deepEqual(play([conversation.slice(0, cut), conversation.slice(cut)]), whole, `cut at ${cut}`);
    }
    assert.deepEqual(play([...conversation].map((byte) => Uint8Array.of(byte))), whole);
  });

  it("data that was handed up stays as it is, unless it says that it is lent", () => {
    const script = serverScript();
    const seen: Uint8Array[] = [];
    const lent: unknown[] = [];
    script.send(headers(1, request));
    const { recorder } = script.last;
    recorder.onData = (bytes: Uint8Array, _endStream: boolean, isLent?: boolean): void => {
      seen.push(bytes);
      lent.push(isLent);
      recorder.gathers = bytes.length >= 8_192;
    };
    const one = data(1, ascii("first"));
    for (const byte of one) script.connection.receive(Uint8Array.of(byte));
    script.connection.receive(data(1, ascii("second")));
    // Lent bytes are copied at once, but lent on behind a piece of a large message.
    script.send(data(1, ascii("third")));
    script.send(data(1, 8_192));
    script.send(data(1, ascii("fifth")));
    script.send(data(1, ascii("sixth")));
    assert.deepEqual(
      seen.filter(({ length }) => length < 8_192).map((bytes) => Buffer.from(bytes).toString("latin1")),
      ["first", "second", "third", "\xee".repeat(5), "sixth"],
    );
    assert.deepEqual(lent, [false, false, false, false, true, false]);
  });

  it("of a long read that is lent, as little is copied as shows that a large message is under way", () => {
    const script = serverScript();
    script.send(headers(1, request));
    const { recorder } = script.last;
    const got: [number, boolean | undefined][] = [];
    recorder.onData = (bytes: Uint8Array, _endStream: boolean, isLent?: boolean): void => {
      got.push([bytes.length, isLent]);
      script.last.stream.consume(bytes.length);
      recorder.gathers = got.length >= 6;
    };
    const frames = Array.from({ length: 12 }, () => data(1, 12_000));
    script.connection.receive(Buffer.concat(frames), true);
    const copied = 65_536;
    // Five frames fit into the first piece, and a part of the sixth; what is lent begins with its rest.
    const part = copied - 5 * 12_009 - 9;
    assert.deepEqual(got.slice(0, 8), [
      ...Array.from({ length: 5 }, (): [number, boolean] => [12_000, false]),
      [part, false],
      [12_000 - part, true],
      [12_000, true],
    ]);
    assert.equal(got.length, 13);
  });

  it("a frame longer than allowed ends the connection before it is kept", () => {
    const script = serverScript();
    script.send(frame(0, 0, 1, new Uint8Array(16_385)).subarray(0, 9));
    script.expectConnectionError("FRAME_SIZE_ERROR", /DATA of 16385 bytes on stream 1, but 16384 is the limit/);
  });

  it("nothing is read behind a connection error", () => {
    const script = serverScript();
    script.send(ping("12345678", ACK), frame(6, 0, 0, ascii("short")), headers(1, request), ping());
    script.expectConnectionError("FRAME_SIZE_ERROR");
    assert.equal(script.accepted.length, 0);
    script.send(headers(1, request));
    assert.equal(script.accepted.length, 0);
  });
});
