import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  ACK,
  ascii,
  block,
  bytesOf,
  type ClientScript,
  clientScript,
  data,
  END_HEADERS,
  END_STREAM,
  frame,
  goaway,
  headers,
  PADDED,
  PRIORITY_FIELDS,
  ping,
  request,
  response,
  rst,
  type ServerScript,
  serverScript,
  settings,
  trailers,
  uint32,
  windowUpdate,
} from "./script.testing.js";

const small = new Uint8Array(3);

/** What breaks a rule of the whole connection: name, frames, code. Stream 1 is open, 3 has ended, 9 is idle. */
const connectionErrors: [string, Uint8Array[], string][] = [
  ["DATA on stream 0", [data(0, 1)], "PROTOCOL_ERROR"],
  ["DATA on an idle stream", [data(9, 1)], "PROTOCOL_ERROR"],
  ["DATA on a stream of the other side", [data(2, 1)], "PROTOCOL_ERROR"],
  ["DATA with more padding than bytes", [frame(0, PADDED, 1, bytesOf(3, small.subarray(1)))], "PROTOCOL_ERROR"],
  ["padded DATA without a pad length", [frame(0, PADDED, 1)], "FRAME_SIZE_ERROR"],
  ["HEADERS on stream 0", [headers(0, request)], "PROTOCOL_ERROR"],
  ["HEADERS with more padding than bytes", [frame(1, PADDED | END_HEADERS, 11, bytesOf(9, small))], "PROTOCOL_ERROR"],
  ["HEADERS too short for priority", [frame(1, PRIORITY_FIELDS | END_HEADERS, 11, small)], "FRAME_SIZE_ERROR"],
  ["a header block that does not decode", [frame(1, END_HEADERS, 11, Uint8Array.of(0x80))], "COMPRESSION_ERROR"],
  ["a frame inside of a header block", [frame(1, 0, 11, block(request)), ping()], "PROTOCOL_ERROR"],
  ["an unknown frame inside of a header block", [frame(1, 0, 11), frame(0x55, 0, 11)], "PROTOCOL_ERROR"],
  ["CONTINUATION of another stream", [frame(1, 0, 11), frame(9, END_HEADERS, 13)], "PROTOCOL_ERROR"],
  ["CONTINUATION without HEADERS", [frame(9, END_HEADERS, 1)], "PROTOCOL_ERROR"],
  ["CONTINUATION behind the end of a block", [headers(11, request), frame(9, END_HEADERS, 11)], "PROTOCOL_ERROR"],
  ["PRIORITY on stream 0", [frame(2, 0, 0, new Uint8Array(5))], "PROTOCOL_ERROR"],
  ["PRIORITY of a wrong length on an idle stream", [frame(2, 0, 9, new Uint8Array(4))], "FRAME_SIZE_ERROR"],
  ["an idle stream that depends on itself", [frame(2, 0, 9, bytesOf(uint32(9), 1))], "PROTOCOL_ERROR"],
  ["RST_STREAM on stream 0", [rst(0, 8)], "PROTOCOL_ERROR"],
  ["RST_STREAM on an idle stream", [rst(9, 8)], "PROTOCOL_ERROR"],
  ["RST_STREAM of a wrong length", [frame(3, 0, 1, small)], "FRAME_SIZE_ERROR"],
  ["SETTINGS on a stream", [frame(4, 0, 1)], "PROTOCOL_ERROR"],
  ["SETTINGS of a wrong length", [frame(4, 0, 0, small)], "FRAME_SIZE_ERROR"],
  ["an ack of SETTINGS with a payload", [frame(4, ACK, 0, new Uint8Array(6))], "FRAME_SIZE_ERROR"],
  ["ENABLE_PUSH of 2", [settings(2, 2)], "PROTOCOL_ERROR"],
  ["INITIAL_WINDOW_SIZE of 2^31", [settings(4, 0x8000_0000)], "FLOW_CONTROL_ERROR"],
  ["MAX_FRAME_SIZE of 16383", [settings(5, 16_383)], "PROTOCOL_ERROR"],
  ["MAX_FRAME_SIZE of 2^24", [settings(5, 0x100_0000)], "PROTOCOL_ERROR"],
  ["PUSH_PROMISE", [frame(5, END_HEADERS, 1, bytesOf(uint32(2), block(request)))], "PROTOCOL_ERROR"],
  ["PING on a stream", [frame(6, 0, 1, ascii("pingping"))], "PROTOCOL_ERROR"],
  ["PING of a wrong length", [frame(6, 0, 0, small)], "FRAME_SIZE_ERROR"],
  ["GOAWAY on a stream", [frame(7, 0, 1, new Uint8Array(8))], "PROTOCOL_ERROR"],
  ["GOAWAY of a wrong length", [frame(7, 0, 0, small)], "FRAME_SIZE_ERROR"],
  ["WINDOW_UPDATE of a wrong length", [frame(8, 0, 0, small)], "FRAME_SIZE_ERROR"],
  ["WINDOW_UPDATE by 0 on the connection", [windowUpdate(0, 0)], "PROTOCOL_ERROR"],
  ["WINDOW_UPDATE beyond 2^31-1 on the connection", [windowUpdate(0, 0x7fff_ffff)], "FLOW_CONTROL_ERROR"],
  ["WINDOW_UPDATE on an idle stream", [windowUpdate(9, 1)], "PROTOCOL_ERROR"],
  [
    "INITIAL_WINDOW_SIZE beyond what a stream has",
    [windowUpdate(1, 0x7fff_0000), settings(4, 0x1_0000)],
    "FLOW_CONTROL_ERROR",
  ],
];

/** What breaks a rule of stream 1 only, which is open and has had its headers. */
const streamErrors: [string, Uint8Array[], string][] = [
  ["WINDOW_UPDATE by 0", [windowUpdate(1, 0)], "PROTOCOL_ERROR"],
  ["WINDOW_UPDATE beyond 2^31-1", [windowUpdate(1, 0x7fff_ffff)], "FLOW_CONTROL_ERROR"],
  ["PRIORITY of a wrong length", [frame(2, 0, 1, new Uint8Array(4))], "FRAME_SIZE_ERROR"],
  ["PRIORITY on itself", [frame(2, 0, 1, bytesOf(uint32(1), 1))], "PROTOCOL_ERROR"],
  ["trailers without END_STREAM", [headers(1, trailers)], "PROTOCOL_ERROR"],
  ["trailers with a pseudo-header", [headers(1, [":status", "200"], END_STREAM)], "PROTOCOL_ERROR"],
  ["trailers in upper case", [headers(1, ["Grpc-Status", "0"], END_STREAM)], "PROTOCOL_ERROR"],
  [
    "a header block that depends on itself",
    [frame(1, PRIORITY_FIELDS | END_HEADERS | END_STREAM, 1, bytesOf(uint32(1), 1, block(trailers)))],
    "PROTOCOL_ERROR",
  ],
];

function openServer(): ServerScript {
  const script = serverScript();
  script.send(headers(1, request), headers(3, request, END_STREAM));
  script.last.stream.sendHeaders(trailers, true);
  script.takeAll();
  return script;
}

function openClient(): ClientScript {
  const script = clientScript();
  const first = script.open();
  const second = script.open(true);
  script.send(headers(1, response), headers(3, response, END_STREAM));
  script.takeAll();
  assert.deepEqual([first.log, second.log], [["headers"], ["headers end"]]);
  return script;
}

describe("rules of the connection (RFC 9113 sections 4 to 6)", () => {
  for (const [name, frames, code] of connectionErrors) {
    it(`${name}: ${code}`, () => {
      const server = openServer();
      server.send(...frames, ping());
      server.expectConnectionError(code);
      const client = openClient();
      client.send(...frames, ping());
      client.expectConnectionError(code);
    });
  }

  it("a client must not get ENABLE_PUSH of 1, a server may", () => {
    const client = openClient();
    client.send(settings(2, 1));
    client.expectConnectionError("PROTOCOL_ERROR");
    const server = openServer();
    server.send(settings(2, 1));
    server.expect("SETTINGS ACK");
  });
});

describe("rules of a stream", () => {
  for (const [name, frames, code] of streamErrors) {
    it(`${name}: ${code}`, () => {
      const server = openServer();
      server.send(...frames, ping());
      server.expect(`RST_STREAM 1 ${code}`, "PING ACK");
      assert.deepEqual(server.accepted[0]?.recorder.log, [`reset ${code}`]);
      assert.equal(server.accepted[0]?.recorder.failures[0]?.origin, "local");
      const client = openClient();
      client.send(...frames, ping());
      client.expect(`RST_STREAM 1 ${code}`, "PING ACK");
    });
  }

  it("frames behind END_STREAM: STREAM_CLOSED", () => {
    for (const late of [data(1, 1), headers(1, trailers, END_STREAM)]) {
      const server = serverScript();
      server.send(headers(1, request, END_STREAM), late, ping());
      server.expect("RST_STREAM 1 STREAM_CLOSED", "PING ACK");
      const client = clientScript();
      client.open();
      client.takeAll();
      client.send(headers(1, response, END_STREAM), late, ping());
      client.expect("RST_STREAM 1 STREAM_CLOSED", "PING ACK");
    }
  });

  it("HEADERS and DATA on a stream that ended on both sides end the connection", () => {
    for (const late of [data, (id: number) => headers(id, trailers, END_STREAM)]) {
      const server = openServer();
      server.send(late(3, 1));
      server.expectConnectionError("STREAM_CLOSED", /stream 3/);
      const client = clientScript();
      client.open(true);
      client.takeAll();
      client.send(headers(1, response, END_STREAM), late(1, 1));
      client.expectConnectionError("STREAM_CLOSED", /stream 1/);
    }
  });

  it("frames on a stream that both have reset: none is answered twice", () => {
    const server = serverScript();
    const client = clientScript();
    server.send(headers(1, request), rst(1, 8));
    client.open();
    client.takeAll();
    client.send(headers(1, response), rst(1, 8));
    for (const script of [server, client]) {
      script.send(data(1, 5), data(1, 5), headers(1, trailers, END_STREAM), ping());
      script.expect("RST_STREAM 1 STREAM_CLOSED", "PING ACK");
    }
  });

  it("frames on a stream that the peer reset: STREAM_CLOSED", () => {
    for (const late of [data(1, 1), headers(1, trailers, END_STREAM)]) {
      const server = openServer();
      server.send(rst(1, 8), late, ping());
      server.expect("RST_STREAM 1 STREAM_CLOSED", "PING ACK");
    }
  });

  it("WINDOW_UPDATE, PRIORITY and RST_STREAM on a closed stream are nothing", () => {
    const server = openServer();
    server.send(windowUpdate(3, 5), windowUpdate(3, 0), rst(3, 8), frame(2, 0, 3, new Uint8Array(5)), ping());
    server.expect("PING ACK");
  });

  it("what was on its way when we reset the stream is nothing", () => {
    const server = openServer();
    server.accepted[0]?.stream.reset(8);
    server.send(data(1, 10), headers(1, trailers, END_STREAM), ping());
    server.expect("RST_STREAM 1 CANCEL", "PING ACK");
  });

  it("client: DATA before the response's headers: PROTOCOL_ERROR", () => {
    const client = clientScript();
    client.open();
    client.takeAll();
    client.send(data(1, 1));
    client.expect("RST_STREAM 1 PROTOCOL_ERROR");
  });

  it("client: HEADERS on an idle stream: PROTOCOL_ERROR", () => {
    const client = openClient();
    client.send(headers(9, response));
    client.expectConnectionError("PROTOCOL_ERROR");
  });

  it("client: malformed responses end their stream", () => {
    const malformed: [string, Uint8Array][] = [
      ["no status", headers(1, ["content-type", "x"])],
      ["101", headers(1, [":status", "101"])],
      ["1xx at the end", headers(1, [":status", "100"], END_STREAM)],
      ["letters", headers(1, [":status", "abc"])],
      ["a request", headers(1, request)],
      ["twice", headers(1, [":status", "200", ":status", "200"])],
    ];
    for (const [name, one] of malformed) {
      const client = clientScript();
      const recorder = client.open();
      client.takeAll();
      client.send(one);
      client.expect("RST_STREAM 1 PROTOCOL_ERROR");
      assert.match(recorder.failures[0]?.message ?? "", /malformed response/, name);
    }
  });

  it("server: malformed requests are refused and no handler is made", () => {
    const malformed: string[][] = [
      [...request, "Upper", "x"],
      [...request, "connection", "close"],
      [...request, "te", "gzip"],
      [...request, ":path", "/y"],
      [...request, "a", "b\nc"],
      [...request, "", "b"],
      ["a", "b", ...request],
      [...request, ":status", "200"],
      request.slice(2),
      [":method", "POST", ":scheme", "http", ":path", ""],
    ];
    const server = serverScript();
    malformed.forEach((list, i) => {
      server.send(headers(2 * i + 1, list));
      server.expect(`RST_STREAM ${2 * i + 1} PROTOCOL_ERROR`);
    });
    assert.equal(server.accepted.length, 0);
  });

  it("content-length has to be the body's", () => {
    const ten = [...request, "content-length", "10"];
    const cases: [Uint8Array[], string[]][] = [
      [[headers(1, ten), data(1, 10, END_STREAM)], []],
      [[headers(1, ten), data(1, 4), data(1, 6), headers(1, trailers, END_STREAM)], []],
      [[headers(1, ten), data(1, 9, END_STREAM)], ["RST_STREAM 1 PROTOCOL_ERROR"]],
      [[headers(1, ten), data(1, 11)], ["RST_STREAM 1 PROTOCOL_ERROR"]],
      [[headers(1, ten), data(1, 4), headers(1, trailers, END_STREAM)], ["RST_STREAM 1 PROTOCOL_ERROR"]],
      [[headers(1, ten, END_STREAM)], ["RST_STREAM 1 PROTOCOL_ERROR"]],
      [[headers(1, [...request, "content-length", "-1"])], ["RST_STREAM 1 PROTOCOL_ERROR"]],
    ];
    for (const [frames, expected] of cases) {
      const server = serverScript();
      server.send(...frames);
      server.expect(...expected);
    }
  });
});

describe("stream numbers", () => {
  it("have to rise", () => {
    const server = openServer();
    server.send(headers(11, request), headers(7, request));
    server.expectConnectionError("PROTOCOL_ERROR", /HEADERS on stream 7, which is lower/);
  });

  it("are odd for clients", () => {
    const server = openServer();
    server.send(headers(12, request));
    server.expectConnectionError("PROTOCOL_ERROR");
    const older = openServer();
    older.send(headers(2, request));
    older.expectConnectionError("PROTOCOL_ERROR");
  });

  it("that are used up end the client's connection in good order", () => {
    const client = clientScript();
    Object.assign(client.connection, { nextStreamId: 0x7fff_ffff });
    const last = client.open(true);
    assert.equal(client.connection.openStream(request, true, last), undefined);
    assert.ok(client.connection.draining);
    client.send(headers(0x7fff_ffff, response, END_STREAM));
    assert.deepEqual(last.log, ["headers end"]);
    assert.deepEqual(client.notices.slice(-2), ["idle", "closed"]);
  });
});

describe("padding and continuations", () => {
  it("padded frames count whole for the windows and give only their payload", () => {
    const server = serverScript({ windowBytesMax: 0 });
    server.send(headers(1, request));
    const padded = frame(0, PADDED, 1, bytesOf(255, new Uint8Array(16_000), new Uint8Array(255)));
    server.send(padded, padded, padded);
    assert.equal(server.last.recorder.bytes, 48_000);
    server.expect("WINDOW_UPDATE 1 32768", "WINDOW_UPDATE 0 48768");
  });

  it("a header block may be padded, have priority fields, and be cut anywhere", () => {
    const list = [...request, "some-name", "some value"];
    const whole = block(list);
    for (let cut = 0; cut <= whole.length; cut++) {
      const server = serverScript();
      const first = bytesOf(7, uint32(5), 1, whole.subarray(0, cut), new Uint8Array(7));
      server.send(frame(1, PADDED | PRIORITY_FIELDS, 1, first), frame(9, END_HEADERS, 1, whole.subarray(cut)));
      assert.deepEqual(server.last.headers, list);
      assert.equal(server.last.endStream, false);
    }
  });

  it("a block of a refused stream still counts for the tables", () => {
    const server = serverScript();
    const indexed = bytesOf(block(request), 0x40, 4, ascii("name"), 5, ascii("value"));
    server.send(frame(1, END_HEADERS, 1, bytesOf(indexed, 0, 1, ascii("A"), 0)));
    server.expect("RST_STREAM 1 PROTOCOL_ERROR");
    server.send(frame(1, END_HEADERS, 3, bytesOf(block(request), 0x80 | 62)));
    assert.deepEqual(server.last.headers, [...request, "name", "value"]);
  });
});

describe("GOAWAY at a client", () => {
  it("streams above the last one were not processed; the others go on", () => {
    const client = clientScript();
    const kept = client.open(true);
    const lost = client.open(true);
    client.takeAll();
    assert.equal(client.connection.hasServed, false);
    client.send(goaway(1, 0, "bye"));
    assert.ok(client.connection.hasServed, "it lets a stream go on");
    assert.deepEqual(lost.log, ["reset REFUSED_STREAM unprocessed"]);
    assert.deepEqual(kept.log, []);
    assert.ok(client.connection.draining);
    assert.equal(client.connection.openStream(request, true, lost), undefined);
    client.send(headers(1, response, END_STREAM));
    assert.deepEqual(kept.log, ["headers end"]);
    assert.deepEqual(client.notices.slice(1), ["active", "goaway NO_ERROR 1 bye", "idle", "closed"]);
    assert.match(client.failure?.message ?? "", /GOAWAY NO_ERROR: bye/);
    client.expect("GOAWAY 0 NO_ERROR");
  });

  it("may come twice, the second time with the real last stream", () => {
    const client = clientScript();
    const first = client.open(true);
    const second = client.open(true);
    client.takeAll();
    client.send(goaway(0x7fff_ffff, 0));
    assert.deepEqual([first.log, second.log], [[], []]);
    client.send(goaway(1, 0));
    assert.deepEqual(second.log, ["reset REFUSED_STREAM unprocessed"]);
    client.send(goaway(3, 0));
    client.expectConnectionError("PROTOCOL_ERROR");
    assert.deepEqual(first.log, ["reset PROTOCOL_ERROR"]);
  });

  it("a server that refuses all streams has not served; one that answers has", () => {
    const refused = clientScript();
    refused.open(true);
    refused.takeAll();
    refused.send(goaway(0, 0));
    assert.equal(refused.connection.hasServed, false);
    const answered = clientScript();
    answered.open(true);
    answered.takeAll();
    answered.send(headers(1, response, END_STREAM));
    assert.ok(answered.connection.hasServed);
  });

  it("closes an idle connection at once", () => {
    const client = clientScript();
    client.send(goaway(0, 0xb, "too_many_pings"));
    assert.deepEqual(client.notices.slice(1), ["goaway ENHANCE_YOUR_CALM 0 too_many_pings", "closed"]);
    assert.equal(client.failure?.code, 0xb);
    assert.equal(client.failure?.origin, "peer");
  });
});
