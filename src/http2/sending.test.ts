import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  ClientScript,
  clientScript,
  data,
  END_STREAM,
  goaway,
  headers,
  Recorder,
  request,
  response,
  rst,
  type Script,
  ServerScript,
  serverScript,
  settings,
  trailers,
  windowUpdate,
} from "./script.testing.js";

/** The bytes of DATA that a peer got in these frames. */
function dataBytes(frames: string[]): number {
  return frames.reduce((sum, one) => sum + (one.startsWith("DATA") ? Number(one.split(" ")[2]) : 0), 0);
}

describe("sending with flow control", () => {
  it("stops at the stream's window and goes on with it", () => {
    const client = new ClientScript().handshake(4, 10);
    const { stream } = client.open();
    assert.equal(stream?.sendData(new Uint8Array(25), true), true);
    client.expect("HEADERS 1", "DATA 1 10");
    client.send(windowUpdate(1, 4));
    client.expect("DATA 1 4");
    client.send(windowUpdate(0, 1));
    client.expect();
    client.send(windowUpdate(1, 100));
    client.expect("DATA 1 11 END_STREAM");
  });

  it("stops at the connection's window and goes on with it, one turn a stream", () => {
    const client = new ClientScript().handshake(4, 1_000_000);
    const streams = [client.open(), client.open(), client.open()].map((recorder) => recorder.stream);
    client.takeAll();
    for (const stream of streams) stream?.sendData(new Uint8Array(40_000), true);
    assert.equal(dataBytes(client.takeAll()), 65_535);
    client.send(windowUpdate(0, 49_152));
    assert.equal(dataBytes(client.takeAll()), 49_152);
    client.send(windowUpdate(0, 49_152));
    assert.equal(dataBytes(client.takeAll()), 120_000 - 65_535 - 49_152);
    assert.deepEqual([...client.received.values()], [40_000, 40_000, 40_000]);
  });

  it("large messages become complete one after the other, and a small one does not wait for them", () => {
    const client = new ClientScript().handshake(4, 1_000_000);
    client.send(windowUpdate(0, 1_000_000));
    client.connection.setWritable(false);
    for (const byteCount of [30_000, 30_000, 300]) {
      client.open().stream?.sendData(new Uint8Array(byteCount), true);
    }
    client.expect("HEADERS 1", "HEADERS 3", "HEADERS 5");
    client.connection.setWritable(true);
    client.expect(
      "DATA 5 300 END_STREAM",
      "DATA 1 16375",
      "DATA 1 13625 END_STREAM",
      "DATA 3 16375",
      "DATA 3 13625 END_STREAM",
    );
  });

  it("a new stream does not overtake those that wait for the connection's window", () => {
    const client = new ClientScript().handshake(4, 1_000_000);
    client.open().stream?.sendData(new Uint8Array(65_540), false);
    client.takeAll();
    client.open().stream?.sendData(new Uint8Array(3), false);
    client.expect("HEADERS 3");
    client.send(windowUpdate(0, 100));
    client.expect("DATA 1 5", "DATA 3 3");
  });

  it("an end without data needs no window; trailers wait behind the data", () => {
    const server = new ServerScript().handshake(4, 0);
    server.send(headers(1, request, END_STREAM), headers(3, request, END_STREAM));
    const [first, second] = server.accepted;
    first?.stream.sendHeaders(response, false);
    first?.stream.sendData(new Uint8Array(5), false);
    first?.stream.sendHeaders(trailers, true);
    second?.stream.sendHeaders(response, false);
    second?.stream.sendData(new Uint8Array(0), false);
    second?.stream.sendData(new Uint8Array(0), true);
    server.expect("HEADERS 1", "HEADERS 3", "DATA 3 0 END_STREAM");
    server.send(windowUpdate(1, 4));
    server.expect("DATA 1 4");
    server.send(windowUpdate(1, 4));
    server.expect("DATA 1 1", "HEADERS 1 END_STREAM");
    assert.equal(server.connection.activeStreams, 0);
  });

  it("small pieces that wait leave in one frame", () => {
    const client = clientScript();
    client.connection.setWritable(false);
    const { stream } = client.open();
    for (let i = 0; i < 500; i++) stream?.sendData(Uint8Array.of(i), false);
    stream?.sendData(new Uint8Array(0), true);
    client.takeAll();
    client.connection.setWritable(true);
    client.expect("DATA 1 500 END_STREAM");
  });

  it("INITIAL_WINDOW_SIZE changes the windows of open streams, also below 0", () => {
    const client = new ClientScript().handshake(4, 100);
    const { stream } = client.open();
    stream?.sendData(new Uint8Array(300), true);
    client.expect("HEADERS 1", "DATA 1 100");
    client.send(settings(4, 10));
    client.expect("SETTINGS ACK");
    client.send(windowUpdate(1, 90));
    client.expect();
    client.send(windowUpdate(1, 1));
    client.expect("DATA 1 1");
    client.send(settings(4, 1_000));
    client.expect("SETTINGS ACK", "DATA 1 199 END_STREAM");
  });

  it("a window that shrinks while its stream waits for its turn", () => {
    const client = clientScript();
    client.connection.setWritable(false);
    client.open().stream?.sendData(new Uint8Array(50), true);
    client.send(settings(4, 0));
    client.connection.setWritable(true);
    client.expect("HEADERS 1", "SETTINGS ACK");
    client.send(settings(4, 20));
    client.expect("SETTINGS ACK", "DATA 1 20");
  });

  it("frames with their headers are as large as the peer takes them without", () => {
    const client = new ClientScript().handshake(5, 20_000);
    client.open().stream?.sendData(new Uint8Array(50_000), true);
    client.expect("HEADERS 1", "DATA 1 19991", "DATA 1 19991", "DATA 1 10018 END_STREAM");
  });

  it("a full output of bulk data is a whole number of TLS records", () => {
    const client = new ClientScript().handshake(4, 0x7fff_ffff);
    client.send(windowUpdate(0, 100_000_000));
    client.connection.setWritable(false);
    client.open().stream?.sendData(new Uint8Array(1_000_000), true);
    client.takeAll();
    client.connection.setWritable(true);
    assert.deepEqual(client.take(), new Array<string>(16).fill("DATA 1 16375"));
  });

  it("a header block larger than a frame goes on in CONTINUATION frames", () => {
    const client = clientScript();
    const list = [...request];
    for (let i = 0; i < 400; i++) list.push(`name-${i}`, `!"#$%&'()*+,-./:;<=>?@[]^_\`{|}~`.repeat(3) + i);
    client.open(true, list);
    client.expect("HEADERS 1 END_STREAM", "CONTINUATION 1", "CONTINUATION 1");
    assert.deepEqual(client.lists, [list]);
    client.open(true, list);
    client.takeAll();
    assert.deepEqual(client.lists[1], list);
  });

  it("a reset takes back what waits", () => {
    const client = new ClientScript().handshake(4, 0);
    const recorder = client.open();
    recorder.stream?.sendData(new Uint8Array(2_000_000), false);
    client.send(rst(1, 8));
    assert.deepEqual(recorder.log, ["reset CANCEL"]);
    const next = client.open();
    assert.equal(next.stream?.sendData(new Uint8Array(10), false), true);
    client.send(windowUpdate(3, 100));
    client.expect("HEADERS 1", "HEADERS 3", "DATA 3 10");
  });
});

describe("memory that is written over", () => {
  it("headers that repeat stay right", () => {
    const client = clientScript();
    const list = Object.freeze([...request, "authorization", "x".repeat(40)]);
    for (let i = 0; i < 20; i++) {
      client.open(true, list);
      client.takeAll();
      client.connection.outputWritten();
      client.open().stream?.sendData(new Uint8Array(1_000).fill(0xff), true);
      client.takeAll();
      client.connection.outputWritten();
    }
    for (const sent of client.lists) assert.deepEqual(sent.slice(0, 8), request);
    assert.equal(client.lists.filter((sent) => sent[9] === "x".repeat(40)).length, 20);
  });
});

describe("backpressure", () => {
  it("sendData answers false at the stream's limit, onWritable comes below half of it", () => {
    const client = new ClientScript({ limits: { sendBufferBytesMax: 1_000 } }).handshake(4, 0);
    const recorder = client.open();
    assert.equal(recorder.stream?.sendData(new Uint8Array(999), false), true);
    assert.equal(recorder.stream?.sendData(new Uint8Array(1), false), false);
    client.send(windowUpdate(1, 400));
    client.takeAll();
    assert.deepEqual(recorder.log, []);
    client.send(windowUpdate(1, 100));
    client.takeAll();
    assert.deepEqual(recorder.log, ["writable"]);
    client.send(windowUpdate(1, 500));
    client.takeAll();
    assert.deepEqual(recorder.log, ["writable"]);
  });

  it("all streams together have a limit as well", () => {
    const limits = { connectionSendBufferBytesMax: 1_000 };
    const client = new ClientScript({ limits }).handshake(4, 0);
    const first = client.open();
    const second = client.open();
    assert.equal(first.stream?.sendData(new Uint8Array(900), false), true);
    assert.equal(second.stream?.sendData(new Uint8Array(100), false), false);
    client.send(windowUpdate(1, 400));
    client.takeAll();
    assert.deepEqual(second.log, []);
    client.send(windowUpdate(1, 500));
    client.takeAll();
    assert.deepEqual(second.log, ["writable"]);
  });

  it("a socket that takes nothing gets no DATA, but headers and answers", () => {
    const server = serverScript();
    server.send(headers(1, request, END_STREAM));
    server.connection.setWritable(false);
    server.last.stream.sendHeaders(response, false);
    server.last.stream.sendData(new Uint8Array(10), true);
    server.send(settings());
    server.expect("HEADERS 1", "SETTINGS ACK");
    server.connection.setWritable(true);
    server.expect("DATA 1 10 END_STREAM");
  });

  it("one output is bounded, and the rest wakes the driver again", () => {
    const client = new ClientScript().handshake(4, 0x7fff_ffff);
    client.send(windowUpdate(0, 100_000_000));
    const { stream } = client.open();
    stream?.sendData(new Uint8Array(1_000_000), false);
    const first = dataBytes(client.take());
    assert.ok(first >= 262_000 && first < 262_144 + 65_536, `${first}`);
    assert.ok(client.woken);
    assert.equal(first + dataBytes(client.takeAll()), 1_000_000);
  });

  it("many small writes in one turn are bounded as well", () => {
    const client = new ClientScript().handshake(4, 0x7fff_ffff);
    client.send(windowUpdate(0, 100_000_000));
    const { stream } = client.open();
    for (let i = 0; i < 1_000; i++) stream?.sendData(new Uint8Array(1_000), false);
    const first = dataBytes(client.take());
    assert.ok(first <= 262_144 + 65_536, `${first}`);
    assert.equal(first + dataBytes(client.takeAll()), 1_000_000);
  });

  it("onWritable may send at once, without end", () => {
    const client = new ClientScript({ limits: { sendBufferBytesMax: 1_000 } }).handshake(4, 0x7fff_ffff);
    client.send(windowUpdate(0, 100_000_000));
    const recorder = client.open();
    let sent = 0;
    recorder.react = () => {
      while (sent < 5_000_000) {
        sent += 5_000;
        if (recorder.stream?.sendData(new Uint8Array(5_000), false) === false) return;
      }
    };
    recorder.react("begin");
    assert.equal(dataBytes(client.takeAll()), 5_000_000);
  });
});

describe("opening streams", () => {
  it("stops at the peer's limit and tells when there is place again", () => {
    const client = new ClientScript().handshake(3, 1);
    const first = client.open(true);
    const refused = new Recorder();
    assert.equal(client.connection.openStream(request, true, refused), undefined);
    assert.ok(!client.notices.includes("capacity"));
    client.send(headers(1, response, END_STREAM));
    assert.deepEqual(first.log, ["headers end"]);
    assert.deepEqual(client.notices, ["ready", "active", "idle", "capacity"]);
    client.open(true);
    assert.deepEqual(refused.log, []);
  });

  it("a raised limit is place as well", () => {
    const client = new ClientScript().handshake(3, 0);
    assert.equal(client.connection.openStream(request, true, new Recorder()), undefined);
    client.send(settings(3, 5));
    assert.deepEqual(client.notices, ["ready", "capacity"]);
  });

  it("headers larger than the peer takes fail by themselves and cost no number", () => {
    const client = new ClientScript().handshake(6, 300);
    const recorder = client.open(true, [...request, "name", "x".repeat(200)]);
    recorder.stream?.sendData(new Uint8Array(5), true);
    assert.deepEqual(recorder.log, []);
    client.clock.advance(0);
    assert.deepEqual(recorder.log, ["reset INTERNAL_ERROR"]);
    assert.match(recorder.failures[0]?.message ?? "", /header list of \d+ bytes, but the peer takes at most 300/);
    client.open(true);
    client.expect("HEADERS 1 END_STREAM");
  });

  it("trailers larger than the peer takes reset the stream", () => {
    const server = new ServerScript().handshake(6, 300);
    server.send(headers(1, request));
    server.last.stream.sendHeaders(response, false);
    server.last.stream.sendHeaders([...trailers, "grpc-message", "x".repeat(300)], true);
    server.clock.advance(0);
    server.expect("HEADERS 1", "RST_STREAM 1 INTERNAL_ERROR");
    assert.deepEqual(server.last.recorder.log, ["reset INTERNAL_ERROR"]);
  });
});

describe("draining", () => {
  it("client: no new streams, and the end with the last one", () => {
    const client = clientScript();
    client.open(true);
    client.connection.drain();
    assert.equal(client.connection.openStream(request, true, new Recorder()), undefined);
    client.expect("HEADERS 1 END_STREAM");
    client.send(headers(1, response, END_STREAM));
    client.expect("GOAWAY 0 NO_ERROR");
    assert.deepEqual(client.io, ["close"]);
    assert.equal(client.failure?.code, 0);
    assert.equal(client.clock.pending, 0);
  });

  it("client: an idle connection ends at once", () => {
    const client = clientScript();
    client.connection.drain();
    assert.deepEqual(client.notices, ["ready", "closed"]);
  });

  function pingAck(script: Script): Uint8Array {
    // The payload of our PING: the salt of the script's random, then 1.
    assert.ok(script.takeAll().includes("PING"));
    return new Uint8Array([0, 0, 8, 6, 1, 0, 0, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 1]);
  }

  it("server: warns first, then says the last stream, then ends", () => {
    const server = serverScript();
    server.send(headers(1, request, END_STREAM));
    server.connection.drain();
    server.connection.drain();
    const ack = pingAck(server);
    // It was on its way when we warned: it is served.
    server.send(headers(3, request, END_STREAM));
    assert.equal(server.accepted.length, 2);
    server.send(ack);
    server.expect("GOAWAY 3 NO_ERROR");
    // It comes too late: it is ignored, with all that belongs to it.
    server.send(headers(5, request), data(5, 10, END_STREAM));
    assert.equal(server.accepted.length, 2);
    server.expect();
    for (const { stream } of server.accepted) stream.sendHeaders(trailers, true);
    // The close says it once more: a peer may have sent streams since.
    server.expect("HEADERS 1 END_STREAM", "HEADERS 3 END_STREAM", "GOAWAY 3 NO_ERROR");
    assert.deepEqual(server.io, ["close drained"]);
    assert.deepEqual(server.notices.slice(-2), ["idle", "closed"]);
    assert.equal(server.clock.pending, 0);
  });

  it("server: with no stream left the second GOAWAY is the last frame", () => {
    const server = serverScript();
    server.connection.drain();
    server.send(pingAck(server));
    server.expect("GOAWAY 0 NO_ERROR");
    assert.deepEqual(server.io, ["close drained"]);
  });

  it("server: a peer that does not ack the PING is not waited for", () => {
    const server = serverScript();
    server.connection.drain();
    server.takeAll();
    server.clock.advance(10_000);
    server.expect("GOAWAY 0 NO_ERROR");
  });

  it("server: a client's GOAWAY changes nothing for its streams", () => {
    const server = serverScript();
    server.send(headers(1, request, END_STREAM), goaway(0, 0, "bye"));
    server.last.stream.sendHeaders(trailers, true);
    server.expect("HEADERS 1 END_STREAM");
    assert.ok(server.notices.includes("goaway NO_ERROR 0 bye"));
  });
});
