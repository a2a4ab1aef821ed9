import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { resolveLimits, serverLimits } from "./limits.js";
import {
  ACK,
  block,
  bytesOf,
  clientScript,
  data,
  END_HEADERS,
  END_STREAM,
  frame,
  goaway,
  headers,
  ping,
  request,
  response,
  rst,
  ServerScript,
  serverScript,
  settings,
  settingsAck,
  trailers,
  uint32,
  windowUpdate,
} from "./script.testing.js";

function times(count: number, make: (i: number) => Uint8Array): Uint8Array {
  return bytesOf(...Array.from({ length: count }, (_, i) => make(i)));
}

describe("limits on streams", () => {
  it("streams over the limit are refused, and may be tried again", () => {
    const server = serverScript({ limits: { concurrentStreamsMax: 2 } });
    server.send(headers(1, request), headers(3, request), headers(5, request), headers(7, request));
    server.expect("RST_STREAM 5 REFUSED_STREAM", "RST_STREAM 7 REFUSED_STREAM");
    server.accepted[0]?.stream.reset(8);
    server.send(headers(9, request));
    assert.equal(server.accepted.length, 3);
  });

  it("rapid reset: reset streams whose handlers still work are bounded", () => {
    const server = serverScript({ limits: { concurrentStreamsMax: 2 } });
    server.send(headers(1, request), rst(1, 8), headers(3, request), rst(3, 8), headers(5, request));
    server.expect("RST_STREAM 5 REFUSED_STREAM");
    assert.equal(server.connection.activeStreams, 0);
    server.accepted[0]?.stream.release();
    server.accepted[0]?.stream.release();
    // Open streams and reset ones whose handlers work have a bound each.
    server.send(headers(7, request), headers(9, request), headers(11, request));
    server.expect("RST_STREAM 11 REFUSED_STREAM");
    assert.equal(server.accepted.length, 4);
  });

  it("rapid reset: more than 200 at once and 33 a second end the connection", () => {
    const server = serverScript({}, ({ stream }) => stream.release());
    server.send(times(200, (i) => bytesOf(headers(2 * i + 1, request), rst(2 * i + 1, 8))));
    server.clock.advance(1_000);
    server.send(times(33, (i) => bytesOf(headers(2 * i + 401, request), rst(2 * i + 401, 8))));
    assert.ok(!server.connection.closed);
    server.send(headers(501, request), rst(501, 8), headers(503, request), rst(503, 8));
    server.expectConnectionError("ENHANCE_YOUR_CALM", /too many streams were reset/);
  });

  it("resets that the peer makes us send count as well", () => {
    const makers: ((id: number) => Uint8Array)[] = [
      (id) => bytesOf(headers(id, request), windowUpdate(id, 0)),
      (id) => bytesOf(headers(id, request), windowUpdate(id, 0x7fff_ffff)),
      (id) => bytesOf(headers(id, request), frame(2, 0, id, bytesOf(uint32(id), 1))),
      (id) => bytesOf(headers(id, request, END_STREAM), data(id, 1)),
    ];
    for (const make of makers) {
      const server = serverScript({}, ({ stream }) => stream.release());
      server.send(times(200, (i) => make(2 * i + 1)));
      assert.ok(!server.connection.closed);
      server.send(make(401));
      server.expectConnectionError("ENHANCE_YOUR_CALM", /too many streams had to be reset/);
    }
  });

  it("a client is not ended by a server that resets many of its streams", () => {
    const client = clientScript();
    for (let i = 0; i < 500; i++) {
      client.open();
      client.send(rst(2 * i + 1, 7));
    }
    assert.ok(!client.connection.closed);
  });
});

describe("limits on headers", () => {
  it("a list of too many bytes or fields refuses its stream only", () => {
    const server = serverScript();
    const large = [...request];
    for (let i = 0; i < 120; i++) large.push("n", "v".repeat(120));
    const many = [...request];
    for (let i = 0; i < 128; i++) many.push("n", "");
    server.send(headers(1, large), headers(3, many), headers(5, request));
    server.expect("RST_STREAM 1 ENHANCE_YOUR_CALM", "RST_STREAM 3 ENHANCE_YOUR_CALM");
    assert.equal(server.accepted.length, 1);
    const client = clientScript();
    const recorder = client.open();
    client.send(headers(1, [...response, ...large.slice(8)]));
    assert.deepEqual(recorder.log, ["reset ENHANCE_YOUR_CALM"]);
    assert.match(recorder.failures[0]?.message ?? "", /header list of \d+ bytes, but 16384 is the limit/);
  });

  it("an HPACK bomb of one-byte fields is refused, and the tables stay right", () => {
    const server = serverScript();
    const entry = bytesOf(0x40, 1, 0x6e, 100, new Uint8Array(100).fill(0x76));
    server.send(frame(1, END_HEADERS, 1, bytesOf(entry, new Uint8Array(15_000).fill(0x80 | 62))));
    server.expect("RST_STREAM 1 ENHANCE_YOUR_CALM");
    server.send(frame(1, END_HEADERS, 3, bytesOf(block(request), 0x80 | 62)));
    assert.deepEqual(server.last.headers.slice(8), ["n", "v".repeat(100)]);
  });

  it("CONTINUATION frames are counted, empty ones too", () => {
    const server = serverScript();
    server.send(
      frame(1, 0, 1),
      times(7, () => frame(9, 0, 1)),
      frame(9, END_HEADERS, 1, block(request)),
    );
    assert.equal(server.accepted.length, 1);
    server.send(
      frame(1, 0, 3),
      times(9, () => frame(9, 0, 3)),
    );
    server.expectConnectionError("ENHANCE_YOUR_CALM", /CONTINUATION/);
  });

  it("the bytes of a block are bounded", () => {
    const server = serverScript();
    server.send(
      frame(1, 0, 1, new Uint8Array(16_384)),
      times(4, () => frame(9, 0, 1, new Uint8Array(16_384))),
    );
    server.expectConnectionError("ENHANCE_YOUR_CALM", /header block/);
  });
});

describe("limits on frames", () => {
  it("empty DATA frames", () => {
    const server = serverScript();
    server.send(
      headers(1, request),
      times(100, () => data(1, 0)),
    );
    assert.ok(!server.connection.closed);
    server.send(
      data(1, 1),
      times(100, () => data(1, 0)),
    );
    assert.ok(!server.connection.closed);
    server.send(data(1, 0));
    server.expectConnectionError("ENHANCE_YOUR_CALM", /empty DATA/);
  });

  it("tiny DATA frames", () => {
    const server = serverScript();
    server.send(
      headers(1, request),
      times(3_571, () => data(1, 1)),
    );
    assert.ok(!server.connection.closed);
    server.send(data(1, 1));
    server.expectConnectionError("ENHANCE_YOUR_CALM", /overhead/);
  });

  it("padding that carries nothing", () => {
    const server = serverScript();
    const padded = frame(0, 0x8, 1, bytesOf(255, new Uint8Array(255)));
    server.send(
      headers(1, request),
      times(101, () => padded),
    );
    server.expectConnectionError("ENHANCE_YOUR_CALM", /empty DATA/);
  });

  it("padding that carries next to nothing is as dear as the frames without it", () => {
    const server = serverScript();
    const padded = frame(0, 0x8, 1, bytesOf(255, 0x61, new Uint8Array(255)));
    server.send(headers(1, request));
    // 9 bytes of frame header, less twice the byte of payload: 7 of 25 000 each.
    for (let i = 0; i < 35; i++) {
      server.send(times(102, () => padded));
      assert.equal(server.connection.closed, false);
      server.takeAll();
    }
    server.send(times(102, () => padded));
    server.expectConnectionError("ENHANCE_YOUR_CALM", /overhead/);
  });

  it("the smallest messages of gRPC are no attack, however many", () => {
    const server = serverScript();
    server.send(headers(1, request));
    const messages = times(100, () => data(1, 5));
    for (let i = 0; i < 200; i++) {
      server.send(messages);
      server.takeAll();
    }
    assert.equal(server.last.recorder.bytes, 100_000);
    assert.ok(!server.connection.closed);
  });

  it("entries of SETTINGS", () => {
    const server = serverScript();
    server.send(settings(...Array.from({ length: 64 }, (_, i) => (i % 2 === 0 ? 0x99 : i))));
    assert.ok(!server.connection.closed);
    server.send(settings(...Array.from({ length: 66 }, (_, i) => (i % 2 === 0 ? 0x99 : i))));
    server.expectConnectionError("ENHANCE_YOUR_CALM", /SETTINGS/);
  });

  it("PRIORITY, unknown frames, GOAWAY, acks that nobody waits for", () => {
    const makers = [
      () => goaway(0, 0),
      () => frame(2, 0, 9, bytesOf(uint32(0), 1)),
      () => frame(0xaa, 0, 0),
      () => ping("nobodys!", ACK),
      () => settingsAck,
    ];
    for (const make of makers) {
      const server = serverScript();
      server.send(times(1_000, make));
      assert.ok(!server.connection.closed);
      server.send(make());
      server.expectConnectionError("ENHANCE_YOUR_CALM", /without effect/);
    }
  });

  it("GOAWAY and informational responses of a server", () => {
    const makers = [() => goaway(0x7fff_ffff, 0), () => headers(1, [":status", "103"])];
    for (const make of makers) {
      const client = clientScript();
      client.open();
      client.send(times(1_000, make));
      assert.ok(!client.connection.closed);
      client.send(make());
      client.expectConnectionError("ENHANCE_YOUR_CALM", /without effect/);
    }
  });

  it("SETTINGS floods: reading stops at half of the answers, more end the connection", () => {
    const server = serverScript();
    server.send(times(500, () => settings()));
    assert.deepEqual(server.io, []);
    server.send(settings());
    assert.deepEqual(server.io, ["pause"]);
    assert.equal(server.takeAll().length, 501);
    assert.deepEqual(server.io, ["pause", "resume"]);
    server.send(times(1_001, () => settings()));
    server.expectConnectionError("ENHANCE_YOUR_CALM", /answers/);
  });

  it("answers to a peer that does not read", () => {
    const server = serverScript();
    server.connection.setWritable(false);
    for (let i = 0; i < 501; i++) {
      server.send(settings());
      server.takeAll();
    }
    assert.deepEqual(server.io, ["pause"]);
    server.connection.setWritable(true);
    assert.deepEqual(server.io, ["pause", "resume"]);
    server.connection.setWritable(false);
    for (let i = 0; i < 1_001; i++) server.send(settings());
    server.expectConnectionError("ENHANCE_YOUR_CALM", /answers/);
  });

  it("responses to a peer that does not read", () => {
    for (const taken of [true, false]) {
      const server = serverScript({}, ({ stream }) => stream.sendHeaders([...response, "n", "v".repeat(3_000)], true));
      server.connection.setWritable(false);
      let id = 1;
      for (; server.io.length === 0 && id < 10_000; id += 2) {
        server.send(headers(id, request, END_STREAM));
        if (taken) server.takeAll();
      }
      assert.deepEqual(server.io, ["pause"]);
      assert.ok(id < 400, `${id}`);
    }
  });
});

/** A server with two large responses, of which the connection's window lets a part of the first one leave. */
function withTwoLarge(): ServerScript {
  const server = new ServerScript().handshake(4, 2_000_000);
  server.send(headers(1, request, END_STREAM), headers(3, request, END_STREAM));
  for (const { stream } of server.accepted) {
    stream.sendHeaders(response, false);
    stream.sendData(new Uint8Array(900_000), true);
  }
  server.takeAll();
  return server;
}

describe("limits on time", () => {
  it("a stream that gets no window is reset after 30 s", () => {
    const server = new ServerScript().handshake(4, 0);
    server.send(headers(1, request, END_STREAM), headers(3, request, END_STREAM));
    for (const { stream } of server.accepted) {
      stream.sendHeaders(response, false);
      stream.sendData(new Uint8Array(5_000), true);
    }
    server.takeAll();
    for (let passed = 0; passed < 29_000; passed += 1_000) {
      server.clock.advance(1_000);
      if (passed === 20_000) server.send(windowUpdate(3, 2_000));
      server.takeAll();
    }
    assert.deepEqual(server.accepted[0]?.recorder.log, []);
    server.clock.advance(10_000);
    server.expect("RST_STREAM 1 ENHANCE_YOUR_CALM");
    assert.deepEqual(server.accepted[0]?.recorder.log, ["reset ENHANCE_YOUR_CALM"]);
    assert.equal(server.connection.activeStreams, 1);
  });

  it("a connection without window stalls all that wait for it", () => {
    const server = new ServerScript().handshake(4, 1_000_000);
    server.send(headers(1, request, END_STREAM));
    server.last.stream.sendHeaders(response, false);
    server.last.stream.sendData(new Uint8Array(100_000), true);
    server.takeAll();
    server.clock.advance(40_000);
    server.expect("RST_STREAM 1 ENHANCE_YOUR_CALM");
  });

  it("a stream that waits for its turn is not reset while another has its own", () => {
    const server = withTwoLarge();
    for (let passed = 0; passed < 60_000; passed += 1_000) {
      server.send(windowUpdate(0, 10_000));
      server.takeAll();
      server.clock.advance(1_000);
    }
    assert.deepEqual([...server.received], [[1, 65_535 + 600_000]]);
    server.expect();
    server.clock.advance(40_000);
    server.expect("RST_STREAM 1 ENHANCE_YOUR_CALM", "RST_STREAM 3 ENHANCE_YOUR_CALM");
  });

  it("a peer that grants a byte now and then does not hold the streams that wait for their turn", () => {
    const server = withTwoLarge();
    const frames: string[] = [];
    for (let passed = 0; passed < 60_000; passed += 1_000) {
      server.send(windowUpdate(0, 1));
      frames.push(...server.takeAll());
      server.clock.advance(1_000);
    }
    // Nor those that get the bytes: a byte is no progress.
    for (const id of [1, 3]) assert.ok(frames.includes(`RST_STREAM ${id} ENHANCE_YOUR_CALM`));
  });

  it("a socket that takes nothing is closed after 30 s", () => {
    const server = serverScript();
    server.connection.setWritable(false);
    server.clock.advance(29_999);
    assert.ok(!server.connection.closed);
    server.clock.advance(10_000);
    assert.equal(server.failure?.scope, "io");
    assert.match(server.failure?.message ?? "", /did not read for too long/);
    assert.equal(server.clock.pending, 0);
  });

  it("a client waits for its server as long as it likes", () => {
    const client = clientScript();
    client.open().stream?.sendData(new Uint8Array(100_000), true);
    client.takeAll();
    client.clock.advance(3_600_000);
    client.expect();
  });
});

describe("options", () => {
  it("that make no sense are refused with their name", () => {
    assert.throws(() => resolveLimits(serverLimits, { resetBurst: -1 }), /limits\.resetBurst/);
    assert.throws(() => resolveLimits(serverLimits, { resetBurst: Number.NaN }), /limits\.resetBurst/);
    assert.throws(
      () => resolveLimits(serverLimits, { maxConnections: 0 }),
      /limits\.maxConnections must be 1 or more: 0/,
    );
    assert.throws(() => new ServerScript({ frameBytesMax: 5 }), /frameBytesMax must be an integer from 16384/);
    assert.throws(() => new ServerScript({ streamWindowBytes: 2 ** 31 }), /streamWindowBytes/);
    assert.throws(() => new ServerScript({ streamWindowBytes: 0 }), /streamWindowBytes must be an integer from 1 to/);
  });

  it("do not change the defaults", () => {
    const limits = resolveLimits(serverLimits, { resetBurst: 7 });
    assert.equal(limits.resetBurst, 7);
    assert.equal(serverLimits.resetBurst, 200);
    assert.equal(resolveLimits(serverLimits, undefined), serverLimits);
  });

  it("with all flows off, nothing is left behind", () => {
    const server = serverScript();
    server.send(headers(1, request), headers(1, trailers, END_STREAM), goaway(0, 0));
    server.connection.receiveEnd();
    assert.equal(server.clock.pending, 0);
  });
});
