import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  ACK,
  bytesOf,
  type ClientScript,
  clientScript,
  data,
  END_STREAM,
  frame,
  headers,
  request,
  response,
  rst,
  ServerScript,
  serverScript,
  settings,
  settingsAck,
  uint32,
} from "./script.testing.js";

// Rules of docs/specification.md: wire:windows.

const fixed = { windowBytesMax: 0 };

describe("receive windows", () => {
  it("the stream's follows what is consumed, in steps of half a window", () => {
    const server = serverScript(fixed);
    server.send(headers(1, request));
    const { stream, recorder } = server.last;
    recorder.consumes = false;
    server.send(data(1, 16_384), data(1, 16_384), data(1, 16_384), data(1, 16_383));
    server.expect("WINDOW_UPDATE 0 32768");
    stream.consume(32_767);
    server.expect();
    stream.consume(1);
    server.expect("WINDOW_UPDATE 1 32768");
    stream.consume(1_000_000);
    server.expect();
  });

  it("the stream's lets in at once what is waited for, with the connection's", () => {
    const server = serverScript();
    server.send(headers(1, request));
    const { stream, recorder } = server.last;
    recorder.consumes = false;
    server.send(data(1, 5_000));
    stream.expect(200_000);
    // With a window behind it.
    server.expect("WINDOW_UPDATE 0 134465", `WINDOW_UPDATE 1 ${139_465 + 65_535}`);
    stream.expect(200_000);
    stream.expect(150_000);
    stream.consume(5_000);
    server.expect();
    stream.expect(100_000_000);
    // Half of the receive buffer.
    const most = 4_194_304;
    server.expect(`WINDOW_UPDATE 0 ${most - 200_000}`, `WINDOW_UPDATE 1 ${most - 265_535}`);
  });

  it("windows that are to stay as they are do not grow for what is waited for, but come again as it comes", () => {
    const server = serverScript(fixed);
    server.send(headers(1, request));
    const { stream, recorder } = server.last;
    recorder.consumes = false;
    stream.expect(200_000);
    server.expect();
    for (let left = 200_000; left > 0; left -= 16_000) {
      stream.expect(left);
      server.takeAll();
      server.send(data(1, Math.min(left, 16_000)));
      assert.ok(stream["receivable" as never] <= 65_535);
    }
    assert.equal(recorder.bytes, 200_000);
    assert.ok(!server.connection.closed);
  });

  it("DATA beyond the stream's window ends the stream", () => {
    const server = new ServerScript({ ...fixed, streamWindowBytes: 10, connectionWindowBytes: 100_000 }).handshake();
    server.send(headers(1, request), data(1, 11));
    server.expect("RST_STREAM 1 FLOW_CONTROL_ERROR");
    server.send(headers(3, request), data(3, 10));
    server.last.stream.consume(10);
    assert.equal(server.last.recorder.bytes, 10);
  });

  it("DATA beyond the connection's window ends the connection", () => {
    const server = serverScript({ ...fixed, limits: { receiveBufferBytesMax: 0 } });
    // Four stream windows are always let in.
    for (let id = 1; id <= 11; id += 2) {
      assert.ok(id > 7 || !server.connection.closed);
      if (server.connection.closed) break;
      server.send(headers(id, request));
      server.last.recorder.consumes = false;
      server.send(data(id, 16_384), data(id, 16_384), data(id, 16_384), data(id, 16_383));
    }
    server.expectConnectionError("FLOW_CONTROL_ERROR");
  });

  it("a peer may use 65535 bytes until it knows our smaller window", () => {
    const server = new ServerScript({ ...fixed, streamWindowBytes: 100 });
    server.connection.start();
    const preface = Uint8Array.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", (char) => char.charCodeAt(0));
    server.send(preface, settings(), headers(1, request), data(1, 5_000), settingsAck, data(1, 101));
    server.expect("SETTINGS", "SETTINGS ACK", "WINDOW_UPDATE 1 5000", "RST_STREAM 1 FLOW_CONTROL_ERROR");
  });

  it("one stream that nobody reads holds up no other", () => {
    const server = serverScript(fixed);
    for (let id = 1; id < 100; id += 2) {
      server.send(headers(id, request));
      server.last.recorder.consumes = false;
      server.send(data(id, 16_384), data(id, 16_384), data(id, 16_384), data(id, 16_383));
      server.takeAll();
    }
    server.send(headers(101, request), data(101, 16_384, END_STREAM));
    assert.deepEqual(server.last.recorder.log, ["data 16384 end"]);
    assert.ok(!server.connection.closed);
  });

  it("past a bound of unread bytes the connection's window waits for the reader", () => {
    const limits = { receiveBufferBytesMax: 100_000 };
    const server = serverScript({ ...fixed, streamWindowBytes: 20_000, limits });
    const streams = [1, 3, 5, 7, 9].map((id) => {
      server.send(headers(id, request));
      server.last.recorder.consumes = false;
      server.send(data(id, 16_384));
      return server.last.stream;
    });
    server.expect("WINDOW_UPDATE 0 32768");
    server.send(headers(13, request));
    server.last.recorder.consumes = false;
    server.send(data(13, 16_383));
    server.expect();
    streams[0]?.consume(16_384);
    server.expect("WINDOW_UPDATE 0 18081", "WINDOW_UPDATE 1 16384");
    for (const stream of streams.slice(1)) stream.consume(16_384);
    assert.deepEqual(
      server.takeAll().filter((frame) => frame.startsWith("WINDOW_UPDATE 0")),
      ["WINDOW_UPDATE 0 32768"],
    );
  });

  it("unread bytes of a stream that ends are given back", () => {
    const limits = { receiveBufferBytesMax: 0 };
    for (const end of [
      (server: ServerScript) => server.last.stream.reset(8),
      (server: ServerScript) => server.send(rst(1, 8)),
    ]) {
      const server = serverScript({ ...fixed, streamWindowBytes: 15_000, connectionWindowBytes: 65_535, limits });
      server.send(headers(1, request));
      server.last.recorder.consumes = false;
      server.send(data(1, 15_000));
      const core = server.connection["core"];
      assert.equal(core.receiveWindow.unused, 15_000);
      end(server);
      assert.equal(core.receiveWindow.unused, 0);
      server.last.stream.consume(15_000);
      assert.equal(core.receiveWindow.unused, 0);
    }
  });

  it("DATA of closed streams is given back", () => {
    const server = serverScript(fixed);
    server.send(headers(1, request));
    server.last.stream.reset(8);
    server.takeAll();
    for (let i = 0; i < 100; i++) server.send(data(1, 16_384));
    assert.equal(server.takeAll().length, 50);
  });
});

describe("windows that grow", () => {
  function feed(client: ClientScript, byteCount: number): string[] {
    for (let sent = 0; sent < byteCount; sent += 16_384) client.send(data(1, Math.min(16_384, byteCount - sent)));
    return client.takeAll();
  }

  /** The ack of PING number `n` of ours. */
  function ack(n: number): Uint8Array {
    return frame(6, ACK, 0, bytesOf(uint32(0x8000_0000), uint32(n)));
  }

  it("to twice what came in a round trip, with the connection's", () => {
    const client = clientScript();
    client.open(true);
    client.send(headers(1, response));
    client.takeAll();
    assert.ok(feed(client, 65_535).includes("PING"));
    client.clock.advance(10);
    client.send(ack(1));
    // The sample began with the frame that caused the PING.
    client.expect("SETTINGS", "WINDOW_UPDATE 0 65535");
  });

  it("not by small messages, which cost no PINGs", () => {
    const client = clientScript();
    client.open(true);
    client.send(headers(1, response));
    client.takeAll();
    for (let i = 0; i < 100; i++) client.send(data(1, 100));
    client.expect();
  });

  it("not past their maximum, and not at all when that is 0", () => {
    for (const windowBytesMax of [0, 100_000]) {
      const client = clientScript({ windowBytesMax });
      client.open(true);
      client.send(headers(1, response));
      client.takeAll();
      const frames = feed(client, 65_535);
      assert.equal(frames.includes("PING"), windowBytesMax > 0);
      if (windowBytesMax === 0) continue;
      client.clock.advance(10);
      client.send(ack(1), settingsAck);
      client.expect("SETTINGS", "WINDOW_UPDATE 0 34465");
      assert.ok(!feed(client, 60_000).includes("PING"));
    }
  });
});
