import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  ascii,
  ClientScript,
  clientScript,
  data,
  END_STREAM,
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
} from "./script.testing.js";

const preface = ascii("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

describe("the beginning of a connection", () => {
  it("server: sends SETTINGS, answers the peer's", () => {
    const script = new ServerScript();
    script.connection.start();
    script.expect("SETTINGS");
    script.send(preface, settings());
    script.expect("SETTINGS ACK");
    assert.deepEqual(script.notices, ["ready"]);
  });

  it("client: sends the preface and SETTINGS", () => {
    const script = new ClientScript();
    script.connection.start();
    script.expect("PREFACE", "SETTINGS");
    assert.equal(script.connection.remoteStreamsMax, 100);
    script.send(settings(3, 7));
    script.expect("SETTINGS ACK");
    assert.equal(script.connection.remoteStreamsMax, 7);
  });

  it("client: opens streams before the server's SETTINGS", () => {
    const script = new ClientScript();
    script.connection.start();
    script.open(true);
    script.expect("PREFACE", "SETTINGS", "HEADERS 1 END_STREAM");
  });

  it("announces windows, frame size and tables that are not the default", () => {
    const script = new ServerScript({ connectionWindowBytes: 100_000, frameBytesMax: 20_000, headerTableBytes: 0 });
    script.connection.start();
    script.expect("SETTINGS", "WINDOW_UPDATE 0 34465");
  });

  const foreign: [string, string, RegExp][] = [
    ["server", "GET / HTTP/1.1\r\n\r\n", /the peer speaks HTTP\/1\.1/],
    ["server", "POST /x HTTP/1.1\r\n", /the peer speaks HTTP\/1\.1/],
    ["server", "\x16\x03\x01\x02\x00\x01\x00\x01", /started TLS on a plaintext port/],
    ["server", "hello, is anybody there?", /not the HTTP\/2 preface but "hello, i/],
    ["client", "HTTP/1.1 400 Bad Request\r\n", /the peer speaks HTTP\/1\.1/],
    ["client", "\x15\x03\x01\x00\x02\x02\x28\x00", /speaks TLS, but this connection is plaintext/],
    ["client", "SSH-2.0-OpenSSH", /not a SETTINGS frame but "SSH-2\.0-O"/],
  ];
  for (const [role, text, message] of foreign) {
    it(`${role}: tells what it got instead of HTTP/2: ${JSON.stringify(text.slice(0, 12))}`, () => {
      for (const cut of [text.length, 1, 5]) {
        const script = role === "server" ? new ServerScript() : new ClientScript();
        script.connection.start();
        const bytes = ascii(text);
        for (let at = 0; at < bytes.length; at += cut) script.connection.receive(bytes.subarray(at, at + cut));
        assert.match(script.failure?.message ?? "", message);
        assert.ok(script.connection.closed);
        assert.equal(script.clock.pending, 0);
      }
    });
  }

  it("tells of an alert that ends before 8 bytes have come", () => {
    const script = new ClientScript();
    script.connection.start();
    const recorder = script.open();
    script.connection.receive(ascii("\x15\x03\x01\x00\x02\x02\x28"));
    script.connection.receiveEnd();
    assert.match(script.failure?.message ?? "", /speaks TLS/);
    assert.equal(script.failure?.scope, "io");
    assert.deepEqual(recorder.log, ["reset NO_ERROR unprocessed"]);
  });

  it("client: the first frame has to be SETTINGS", () => {
    for (const first of [ping(), settingsAck, headers(1, response)]) {
      const script = new ClientScript();
      script.connection.start();
      script.send(first);
      script.expectConnectionError("PROTOCOL_ERROR");
    }
  });

  it("server: the first frame has to be SETTINGS", () => {
    const script = new ServerScript();
    script.connection.start();
    script.send(preface, headers(1, request));
    script.expectConnectionError("PROTOCOL_ERROR", /HEADERS before the first SETTINGS/);
  });

  it("gives a silent peer up after the handshake timeout", () => {
    const script = new ServerScript();
    script.connection.start();
    script.send(preface);
    script.clock.advance(9_999);
    assert.ok(!script.connection.closed);
    script.clock.advance(1);
    assert.match(script.failure?.message ?? "", /no HTTP\/2 SETTINGS in time/);
    assert.equal(script.clock.pending, 0);
  });

  it("gives a peer up that does not ack SETTINGS", () => {
    const script = new ServerScript();
    script.connection.start();
    script.send(preface, settings());
    script.clock.advance(30_000);
    script.expectConnectionError("SETTINGS_TIMEOUT");
  });
});

describe("a call", () => {
  it("server: answers headers, data and trailers in one output", () => {
    const script = serverScript();
    script.send(headers(1, request), data(1, 5, END_STREAM));
    assert.deepEqual(script.last.recorder.log, ["data 5 end"]);
    assert.deepEqual(script.last.headers, request);
    const { stream } = script.last;
    stream.sendHeaders(response, false);
    assert.equal(stream.sendData(new Uint8Array(7), false), true);
    stream.sendHeaders(trailers, true);
    assert.deepEqual(script.take(), ["HEADERS 1", "DATA 1 7", "HEADERS 1 END_STREAM"]);
    assert.deepEqual(script.lists, [response, trailers]);
    assert.equal(script.connection.activeStreams, 0);
    assert.deepEqual(script.notices, ["ready", "active", "idle"]);
  });

  it("server: an answer before the request's end is followed by RST_STREAM(NO_ERROR)", () => {
    const script = serverScript();
    script.send(headers(1, request));
    script.last.stream.sendHeaders([...response, ...trailers], true);
    script.expect("HEADERS 1 END_STREAM", "RST_STREAM 1 NO_ERROR");
    // What was on its way is dropped, and its window given back.
    script.send(data(1, 16_384), data(1, 16_384));
    script.expect("WINDOW_UPDATE 0 32768");
    assert.deepEqual(script.last.recorder.log, []);
    assert.equal(script.connection.activeStreams, 0);
  });

  it("client: hears headers, data, trailers; informational responses are dropped", () => {
    const script = clientScript();
    const recorder = script.open(true);
    script.expect("HEADERS 1 END_STREAM");
    script.send(headers(1, [":status", "103", "link", "x"]), headers(1, response));
    script.send(data(1, 3), headers(1, trailers, END_STREAM));
    assert.deepEqual(recorder.log, ["headers", "data 3", "headers end"]);
    assert.deepEqual(recorder.lists, [response, trailers]);
    assert.equal(script.connection.activeStreams, 0);
  });

  it("client: a response may end before the request does, and a reset may follow", () => {
    const script = clientScript();
    const recorder = script.open();
    script.send(headers(1, response, END_STREAM));
    assert.equal(script.connection.activeStreams, 1);
    script.send(rst(1, 0));
    assert.deepEqual(recorder.log, ["headers end", "reset NO_ERROR"]);
    assert.equal(script.connection.activeStreams, 0);
  });

  it("after its end a stream takes every call and does nothing", () => {
    const script = clientScript();
    const recorder = script.open(true);
    script.send(headers(1, response, END_STREAM));
    script.takeAll();
    const stream = recorder.stream;
    stream?.sendHeaders(trailers, true);
    assert.equal(stream?.sendData(new Uint8Array(3), true), false);
    stream?.consume(10);
    stream?.reset(8);
    stream?.release();
    script.expect();
  });

  it("refuses the order that only a mistake of ours can have", () => {
    const script = serverScript();
    script.send(headers(1, request));
    const { stream } = script.last;
    assert.throws(() => stream.sendData(new Uint8Array(1), false), /sendData before sendHeaders/);
    stream.sendHeaders(response, false);
    assert.throws(() => stream.sendHeaders(response, false), /must end the stream/);
  });

  it("a user's reset is silent for its handler", () => {
    const script = clientScript();
    const recorder = script.open();
    recorder.stream?.reset(8);
    script.expect("HEADERS 1", "RST_STREAM 1 CANCEL");
    script.send(headers(1, response), data(1, 9, END_STREAM));
    assert.deepEqual(recorder.log, []);
    script.expect();
  });

  it("the peer's reset ends the stream; REFUSED_STREAM was not processed", () => {
    const script = clientScript();
    const first = script.open();
    const second = script.open();
    script.send(rst(1, 7), rst(3, 0x99));
    assert.deepEqual(first.log, ["reset REFUSED_STREAM unprocessed"]);
    assert.deepEqual(second.log, ["reset 0x99"]);
    assert.equal(second.failures[0]?.origin, "peer");
  });
});

describe("the end of a connection", () => {
  it("all streams hear of a lost socket, then the observer", () => {
    const script = clientScript();
    const recorder = script.open();
    script.takeAll();
    recorder.react = () => assert.equal(script.failure, undefined);
    const unsent = script.open();
    script.connection.receiveError("connection reset by peer");
    assert.deepEqual(recorder.log, ["reset NO_ERROR"]);
    assert.deepEqual(unsent.log, ["reset NO_ERROR unprocessed"]);
    assert.equal(recorder.failures[0]?.scope, "io");
    assert.equal(script.failure?.message, "connection reset by peer");
    script.connection.receiveEnd();
    script.connection.destroy(script.failure as never);
    assert.deepEqual(script.io, ["close"]);
    assert.equal(script.connection.openStream(request, true, recorder), undefined);
    assert.equal(script.clock.pending, 0);
  });

  it("destroy tells the peer the code", () => {
    const script = serverScript();
    script.send(headers(1, request));
    script.connection.destroy({
      scope: "connection",
      origin: "user",
      code: 0xb,
      message: "enough",
      unprocessed: false,
    });
    script.expect("GOAWAY 1 ENHANCE_YOUR_CALM");
    assert.deepEqual(script.last.recorder.log, ["reset ENHANCE_YOUR_CALM"]);
  });

  it("a handler may do anything from inside of its callbacks", () => {
    const script = clientScript();
    const recorder = script.open();
    const other = script.open();
    const opened: string[] = [];
    recorder.react = () => {
      script.connection.destroy({ scope: "connection", origin: "user", code: 0, message: "gone", unprocessed: false });
      opened.push(String(script.connection.openStream(request, true, recorder)));
    };
    script.send(headers(1, response), headers(3, response));
    assert.deepEqual(recorder.log, ["headers", "reset NO_ERROR unprocessed"]);
    assert.deepEqual(other.log, ["reset NO_ERROR unprocessed"]);
    assert.deepEqual(opened, ["undefined", "undefined"]);
  });

  it("a handler that throws loses its own stream only", () => {
    const script = serverScript({}, ({ recorder }) => {
      recorder.react = () => {
        throw new Error("mine");
      };
    });
    script.send(headers(1, request), headers(3, request), data(1, 1));
    script.expect("RST_STREAM 1 INTERNAL_ERROR");
    assert.equal(script.connection.activeStreams, 1);
    assert.match(String(script.errors[0]), /mine/);
  });

  it("an acceptor that throws loses its own stream only", () => {
    const script = serverScript({}, () => {
      throw new Error("mine");
    });
    script.send(headers(1, request));
    script.expect("RST_STREAM 1 INTERNAL_ERROR");
    assert.equal(script.errors.length, 1);
    assert.equal(script.connection.closed, false);
  });

  it("a handler that is lost while it is made hears of it", () => {
    const script: ServerScript = serverScript({}, () => script.connection.receiveError("cut"));
    script.send(headers(1, request));
    assert.deepEqual(script.last.recorder.log, ["reset NO_ERROR"]);
  });
});
