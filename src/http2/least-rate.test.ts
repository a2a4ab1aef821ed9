import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  bytesOf,
  clientScript,
  data,
  END_STREAM,
  headers,
  ping,
  request,
  response,
  type ServerScript,
  serverScript,
  settings,
  windowUpdate,
} from "./script.testing.js";

const hourMs = 3_600_000;

/** Sends a byte each ten seconds, until the connection is over or all are sent; gives how many seconds that took. */
function dribble(server: ServerScript, bytes: Uint8Array): number {
  const { clock, connection } = server;
  const startMs = clock.nowMs();
  for (let i = 0; i < bytes.length && !connection.closed; i++) {
    connection.receive(bytes.subarray(i, i + 1));
    clock.advance(10_000);
    server.takeAll();
  }
  return (clock.nowMs() - startMs) / 1_000;
}

/** A server whose handlers keep what comes, and say what of a message is missing, as the layer above does. */
function uploads(messageBytes: number, limits: object = {}): ServerScript {
  return serverScript({ limits }, ({ stream, recorder }) => {
    recorder.consumes = false;
    recorder.react = (event) => {
      if (!event.startsWith("data")) return;
      if (recorder.bytes < messageBytes) stream.expect(messageBytes - recorder.bytes);
      else stream.consume(recorder.bytes);
    };
  });
}

/** A server whose calls have one request each, which is taken at its end. */
function unary(limits: object = {}): ServerScript {
  return serverScript({ limits, windowBytesMax: 0 }, ({ stream, recorder }) => {
    recorder.consumes = false;
    stream.expectEnd();
  });
}

const isReset = (frame: string): boolean => frame.startsWith("RST_STREAM");

describe("the least rate of what is received", () => {
  it("ends a connection whose frame, header block or CONTINUATION comes byte by byte", () => {
    const block = headers(1, [...request, "x", "y".repeat(100)]);
    const open = headers(1, request);
    open[4] = 0;
    const continuation = bytesOf(0, 0, 200, 9, 4, 0, 0, 0, 1, new Uint8Array(200));
    const cases = [ping(), block, bytesOf(open, continuation), data(1, 1_000)];
    for (const bytes of cases.slice(1)) {
      const server = serverScript();
      const seconds = dribble(server, bytes);
      assert.ok(server.connection.closed);
      assert.ok(seconds >= 30 && seconds <= 80, `${seconds}`);
      assert.match(server.failure?.message ?? "", /minReceiveRateBytesPerSecond/);
      assert.equal(server.clock.pending, 0);
    }
  });

  it("ends a connection that stops in the middle of a frame or of a header block", () => {
    const open = headers(1, request);
    open[4] = 0;
    for (const bytes of [headers(1, request).subarray(0, 5), open]) {
      const server = serverScript();
      server.connection.receive(bytes);
      server.clock.advance(29_000);
      assert.ok(!server.connection.closed);
      server.clock.advance(31_000);
      assert.ok(server.connection.closed);
    }
  });

  it("ends a call whose message comes too slowly, and no other", () => {
    const server = uploads(100_000);
    server.send(headers(1, request), data(1, 1_000), headers(3, request), data(3, 1_000));
    let frames: string[] = [];
    for (let i = 0; i < 9; i++) {
      server.send(data(1, 1), data(3, 3_000));
      server.clock.advance(10_000);
      frames = [...frames, ...server.takeAll()];
    }
    assert.ok(frames.includes("RST_STREAM 1 ENHANCE_YOUR_CALM"));
    assert.match(server.accepted[0]?.recorder.failures[0]?.message ?? "", /minReceiveRateBytesPerSecond = 240/);
    assert.equal(server.accepted[1]?.recorder.failures.length, 0);
    assert.ok(!server.connection.closed);
  });

  it("asks for nothing between messages, and nothing of idle connections", () => {
    const server = uploads(1_000);
    server.send(headers(1, request), data(1, 1_000));
    for (let passed = 0; passed < 10; passed++) server.clock.advance(hourMs / 10);
    assert.equal(server.accepted[0]?.recorder.failures.length, 0);
    assert.equal(server.connection["receiveRate"]?.timerPlace ?? -1, -1, "no timer runs for it");
  });

  it("ends a call with one message that does not come, or that is whole and has no end", () => {
    const server = unary();
    // It takes the whole window: END_STREAM needs none.
    const whole = bytesOf(data(3, 16_384), data(3, 16_384), data(3, 16_384), data(3, 16_383));
    server.send(headers(1, request), headers(3, request), whole, headers(5, request), data(5, 5, END_STREAM));
    server.clock.advance(30_000);
    assert.deepEqual(server.takeAll().filter(isReset), []);
    server.clock.advance(30_000);
    assert.deepEqual(
      server.takeAll().filter(isReset),
      [1, 3].map((id) => `RST_STREAM ${id} ENHANCE_YOUR_CALM`),
    );
    const reasons = server.accepted.map(({ recorder }) => recorder.failures[0]?.message.replace(/ \(.*/, ""));
    const late = ["the one message came too slowly", "END_STREAM behind the one message came too slowly", undefined];
    assert.deepEqual(reasons, late);
    assert.ok(!server.connection.closed);
    assert.equal(server.connection["receiveRate"]?.timerPlace, -1, "no timer runs for it");
  });

  it("gives the end of a call the whole grace after the message, and the message after the headers", () => {
    const server = unary();
    server.send(headers(1, request));
    server.clock.advance(59_000);
    server.send(data(1, 16_000));
    server.clock.advance(29_000);
    assert.deepEqual(server.takeAll().filter(isReset), []);
    server.send(data(1, 0, END_STREAM));
    server.clock.advance(hourMs);
    assert.deepEqual(server.last.recorder.failures, []);
    assert.equal(server.connection["receiveRate"]?.timerPlace, -1, "no timer runs for it");
  });

  it("asks for no first byte that has no window", () => {
    const server = unary();
    server.send(headers(1, request));
    server.connection["core"].receiveWindow.receivable = 0;
    for (let passed = 0; passed < 10; passed++) server.clock.advance(30_000);
    assert.deepEqual(server.takeAll().filter(isReset), []);
    server.connection["core"].receiveWindow.receivable = 1_000;
    for (let passed = 0; passed < 2; passed++) server.clock.advance(30_000);
    assert.deepEqual(server.takeAll().filter(isReset), ["RST_STREAM 1 ENHANCE_YOUR_CALM"]);
  });

  it("forgives a process that slept the end of a call too", () => {
    const server = unary();
    server.send(headers(1, request), headers(3, request), data(3, 1_000));
    server.clock["now"] += hourMs;
    server.clock.advance(0);
    assert.deepEqual(server.takeAll().filter(isReset), []);
  });

  it("asks for nothing that nobody waits for, or that has no window", () => {
    const server = serverScript({ windowBytesMax: 0 }, ({ recorder }) => {
      recorder.consumes = false;
    });
    server.send(headers(1, request), data(1, 16_384), data(1, 16_384), data(1, 16_384), data(1, 16_383));
    server.clock.advance(hourMs / 2);
    assert.ok(!server.connection.closed);
    const { stream, recorder } = server.last;
    // Another stream has all that the connection may hold.
    const core = server.connection["core"];
    core.receiveWindow.receivable = 0;
    stream.expect(1);
    core.receiveWindow.receivable = 0;
    server.clock.advance(hourMs / 2);
    assert.deepEqual(recorder.failures, []);
  });

  it("takes a slow peer that keeps it", () => {
    const server = uploads(1_000_000);
    server.send(headers(1, request), data(1, 300));
    for (let i = 0; i < 200; i++) {
      server.send(data(1, 1_300));
      server.clock.advance(5_000);
      server.takeAll();
    }
    assert.deepEqual(server.last.recorder.failures, []);
  });

  it("forgives a process that slept", () => {
    const server = uploads(1_000_000);
    server.send(headers(1, request), data(1, 300));
    server.clock["now"] += hourMs;
    server.clock.advance(0);
    assert.deepEqual(server.last.recorder.failures, []);
    server.connection.receive(headers(3, request).subarray(0, 5));
    server.clock["now"] += hourMs;
    server.clock.advance(0);
    assert.ok(!server.connection.closed);
  });

  it("does not count while we do not read", () => {
    const server = serverScript();
    server.connection.setWritable(false);
    for (let i = 0; i < 501; i++) server.send(settings());
    assert.deepEqual(server.io, ["pause"]);
    server.connection.receive(settings().subarray(0, 5));
    server.clock.advance(25_000);
    server.connection.setWritable(true);
    server.connection.setWritable(false);
    assert.ok(!server.connection.closed);
  });

  it("can be turned off, and is at clients", () => {
    const waits = unary({ minReceiveRateBytesPerSecond: 0 });
    waits.send(headers(1, request), data(1, 1_000));
    waits.clock.advance(hourMs / 2);
    assert.deepEqual(waits.last.recorder.failures, []);
    const server = uploads(1_000_000, { minReceiveRateBytesPerSecond: 0 });
    server.send(headers(1, request), data(1, 300));
    server.clock.advance(hourMs / 2);
    assert.deepEqual(server.last.recorder.failures, []);
    const client = clientScript();
    const recorder = client.open(true);
    client.send(headers(1, response), data(1, 300));
    recorder.stream?.expect(1_000);
    client.clock.advance(hourMs);
    assert.deepEqual(recorder.failures, []);
  });
});

describe("the least rate of what is sent", () => {
  it("is not kept by WINDOW_UPDATEs of a byte, on the stream or on the connection", () => {
    for (const id of [0, 1]) {
      const server = serverScript();
      server.send(headers(1, request), id === 0 ? windowUpdate(1, 1_000_000) : windowUpdate(0, 1_000_000));
      server.last.stream.sendHeaders(response, false);
      server.last.stream.sendData(new Uint8Array(900_000), true);
      server.takeAll();
      let seconds = 0;
      for (; server.last.recorder.failures.length === 0 && seconds < 600; seconds += 5) {
        server.clock.advance(5_000);
        server.send(windowUpdate(id, 1));
        server.takeAll();
      }
      assert.ok(seconds >= 30 && seconds <= 45, `${seconds}`);
    }
  });

  it("is kept by a slow reader that takes 240 bytes a second", () => {
    const server = serverScript();
    server.send(headers(1, request), windowUpdate(0, 1_000_000));
    server.last.stream.sendHeaders(response, false);
    server.last.stream.sendData(new Uint8Array(900_000), true);
    server.takeAll();
    for (let seconds = 0; seconds < 600; seconds += 5) {
      server.clock.advance(5_000);
      server.send(windowUpdate(1, 1_300));
      server.takeAll();
    }
    assert.deepEqual(server.last.recorder.failures, []);
  });
});
