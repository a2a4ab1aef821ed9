import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ServerStreamAcceptor } from "../base/transport.js";
import { HpackEncoder } from "../hpack/encoder.js";
import { HeaderBlockWriter } from "../hpack/header-block-writer.js";
import { SimulatedClock } from "../testing/simulated-clock.js";
import { type PreparedOptions, prepareOptions } from "./options.js";
import {
  ascii,
  data,
  END_HEADERS,
  END_STREAM,
  frame,
  headers,
  ping,
  Recorder,
  request,
  response,
  rst,
  serverScript,
  settings,
  settingsAck,
  trailers,
} from "./script.testing.js";
import { Http2ServerConnection } from "./server-connection.js";

/** A connection of many that share their options, after its handshake; its driver writes all there is at once. */
function idleConnection(options: PreparedOptions): Http2ServerConnection {
  const io = { wake: () => {}, close: () => {}, setReading: () => {} };
  const acceptor: ServerStreamAcceptor = {
    onStream: (stream) => {
      stream.sendHeaders(response, false);
      return new Recorder();
    },
  };
  const connection = new Http2ServerConnection(options, io, acceptor, { address: "x", secure: false }, {});
  connection.start();
  connection.receive(ascii("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
  connection.receive(settings());
  connection.receive(settingsAck);
  write(connection);
  return connection;
}

function tableOf(connection: Http2ServerConnection): readonly string[] {
  return connection["frames"]["headerReceiver"]?.decoder.tableEntries() ?? [];
}

function write(connection: Http2ServerConnection): void {
  connection.takeOutput();
  connection.outputWritten();
}

describe("an idle connection", () => {
  it("holds nothing that it did not need yet", () => {
    const server = serverScript();
    const { connection } = server;
    const core = connection["core"];
    connection.outputWritten();
    assert.deepEqual([core["pings"], core["localSettings"], core["resets"], core["late"]], Array(4).fill(undefined));
    assert.equal(core.sender["madeEncoder"], undefined);
    assert.equal(core.sender.output.buffer.length, 0);
    assert.deepEqual([core.streams["heads"], core.streams["endings"]], [undefined, undefined]);
    assert.equal(connection["validator"], undefined);
    assert.equal(connection["stall"], undefined);
    assert.equal(connection["preface"], undefined);
    assert.equal(connection["handshakeTimer"], undefined);
    assert.equal(connection["frames"]["dataReceiver"], undefined);
    assert.equal(connection["frames"]["headerReceiver"], undefined);
    assert.equal(core.sender["waiting"], undefined);
    assert.equal(connection["frames"]["control"]["guard"], undefined);
  });

  it("makes what a call needs, and lets go of its streams and its output", () => {
    const server = serverScript();
    const { connection } = server;
    const core = connection["core"];
    server.send(headers(1, request), data(1, 10, END_STREAM), ping());
    server.last.stream.sendHeaders(response, false);
    server.last.stream.sendData(new Uint8Array(10), false);
    assert.ok(core.streams["heads"] !== undefined);
    server.last.stream.sendHeaders(trailers, true);
    server.takeAll();
    connection.outputWritten();
    assert.equal(core.streams["heads"], undefined);
    assert.equal(core.sender.output.buffer.length, 0);
    assert.equal(connection["frames"]["dataReceiver"]?.["bdp"], undefined, "ten bytes are not worth measuring");
    assert.notEqual(connection["validator"], undefined);
    assert.equal(connection["frames"]["headerReceiver"]?.["open"], undefined);
    const decoder = connection["frames"]["headerReceiver"]?.decoder;
    assert.equal(decoder?.["table"], core.options.scratch.emptyTable, "the script's blocks put nothing into tables");
    assert.equal(decoder?.["blocks"]?.["bytes"].length, 0, "and came once");
    assert.notEqual(connection["frames"]["control"]["guard"], undefined);
    assert.notEqual(core.sender["madeEncoder"], undefined);
    server.send(headers(3, request), rst(3, 8));
    assert.notEqual(core["resets"], undefined);
  });
});

describe("connections that share their options", () => {
  it("have one timer of the clock together, and none when they are gone", () => {
    const clock = new SimulatedClock();
    const options = prepareOptions({ clock, random: () => 0.5 }, "server");
    assert.equal(prepareOptions(options, "server"), options);
    const connections = Array.from({ length: 100 }, () => idleConnection(options));
    assert.equal(clock.pendingTimers, 1);
    assert.equal(options.timers.size, 100, "each has its keepalive");
    const failure = { scope: "connection", origin: "user", code: 0, message: "over", unprocessed: false } as const;
    for (const connection of connections) connection.destroy(failure);
    assert.deepEqual([clock.pendingTimers, options.timers.size], [0, 0]);
  });

  it("with open streams hold no output memory beside what the pool does", () => {
    const options = prepareOptions({ clock: new SimulatedClock(), random: () => 0.5 }, "server");
    const connections = Array.from({ length: 2_000 }, () => idleConnection(options));
    for (const connection of connections) connection.receive(headers(1, request));
    const held = (): number => connections.reduce((sum, one) => sum + one["core"].sender.output.buffer.length, 0);
    assert.ok(held() >= 2_000 * 1_024);
    for (const connection of connections) write(connection);
    assert.equal(held(), 0);
    assert.ok(options.outputPool.bytes > 0 && options.outputPool.bytes <= 1_048_576);
  });

  it("share no header table: what one peer sent means nothing to another", () => {
    const options = prepareOptions({ clock: new SimulatedClock(), random: () => 0.5 }, "server");
    const [one, other] = [idleConnection(options), idleConnection(options)];
    const block = new HeaderBlockWriter();
    new HpackEncoder().encode([...request, "user-agent", "secret/1"], undefined, block);
    one.receive(frame(1, END_HEADERS, 1, block.buffer.slice(0, block.length)));
    assert.ok(tableOf(one).includes("secret/1"));
    assert.deepEqual(tableOf(other), []);
    assert.equal(options.scratch.emptyTable.version, 0);
    // Index 62, the newest entry of the one, is none of the other.
    other.receive(frame(1, END_HEADERS, 1, Uint8Array.of(0xbe)));
    assert.deepEqual([one.closed, other.closed], [false, true]);
  });
});
