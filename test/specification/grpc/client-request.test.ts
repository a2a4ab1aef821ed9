import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { gunzipSync } from "node:zlib";
import { type CallOptions, type ChannelOptions, Metadata } from "peregrine";
import { SimulatedClock } from "peregrine/testing";
import type { HeaderList } from "../../../src/base/transport.js";
import { END_STREAM } from "../../../src/http2/frames.testing.js";
import { fieldOf, Type } from "../raw-peer.testing.js";
import { readRequest, splitBody } from "./messages.testing.js";
import { withRawServer } from "./raw-server.testing.js";

// What a client of ours sends, read frame by frame.

/** The headers of one unary request. */
async function headersOf(call: CallOptions, channel: ChannelOptions = {}): Promise<HeaderList> {
  let list: HeaderList = [];
  await withRawServer(channel, async (server) => {
    const reply = server.echo.unary({}, call);
    const connection = await server.accept();
    ({ list } = await connection.request());
    connection.peer.destroy();
    await assert.rejects(reply);
  });
  return list;
}

function valuesOf(list: HeaderList, name: string): (string | undefined)[] {
  return list.flatMap((text, index) => (text === name && index % 2 === 0 ? [list[index + 1]] : []));
}

describe("wire:request-headers", () => {
  it("pseudo-headers first, te, content-type, user-agent and what responses may be compressed with", async () => {
    const list = await headersOf({});
    assert.deepEqual(list.slice(0, 6), [":method", "POST", ":scheme", "http", ":path", "/peregrine.test.Echo/Unary"]);
    assert.match(fieldOf(list, ":authority") ?? "", /^127\.0\.0\.1:\d+$/);
    assert.equal(fieldOf(list, "te"), "trailers");
    assert.equal(fieldOf(list, "content-type"), "application/grpc");
    assert.match(fieldOf(list, "user-agent") ?? "", /^peregrine\/\d+\.\d+\.\d+/);
    assert.match(fieldOf(list, "grpc-accept-encoding") ?? "", /\bgzip\b/);
    assert.equal(fieldOf(list, "grpc-timeout"), undefined);
    assert.equal(fieldOf(list, "grpc-encoding"), undefined);
    const names = list.filter((_, index) => index % 2 === 0);
    assert.deepEqual(
      names.filter((name) => !/^:?[0-9a-z_.-]+$/.test(name)),
      [],
    );
    assert.ok(names.lastIndexOf(":authority") < names.indexOf("te"));
  });

  it("authority and user-agent as the channel was told", async () => {
    const list = await headersOf({}, { authority: "shop.example", userAgent: "shop/1.2" });
    assert.equal(fieldOf(list, ":authority"), "shop.example");
    assert.match(fieldOf(list, "user-agent") ?? "", /^shop\/1\.2 peregrine\//);
  });
});

describe("wire:request-timeout", () => {
  const cases: readonly [number, string][] = [
    [0.25, "250u"],
    [1, "1m"],
    [1_500, "1500m"],
    [99_999_999, "99999999m"],
    [100_000_000, "100000S"],
    [1e14, "27777778H"],
    [1e18, "99999999H"],
  ];
  for (const [timeoutMs, text] of cases) {
    it(`${timeoutMs} ms is ${text}`, async () => {
      assert.equal(fieldOf(await headersOf({ timeoutMs }, { clock: new SimulatedClock() }), "grpc-timeout"), text);
    });
  }

  it("is what is left of the deadline when the call is sent", async () => {
    const clock = new SimulatedClock();
    await withRawServer({ clock }, async (server) => {
      const reply = server.echo.unary({}, { timeoutMs: 10_000 });
      const connection = await server.acceptSilent();
      clock.advance(4_000);
      await connection.handshake();
      assert.equal(fieldOf((await connection.request()).list, "grpc-timeout"), "6000m");
      connection.peer.destroy();
      await assert.rejects(reply);
    });
  });
});

describe("wire:metadata-bin", () => {
  it("is sent as base64 without padding", async () => {
    const metadata = new Metadata();
    for (const bytes of [[], [0xab], [0xab, 0xab], [0xab, 0xab, 0xab], [0xff, 0xfe]]) {
      metadata.append("x-bin", Uint8Array.from(bytes));
    }
    assert.deepEqual(valuesOf(await headersOf({ metadata }), "x-bin"), ["", "qw", "q6s", "q6ur", "//4"]);
  });
});

describe("wire:metadata-keys", () => {
  it("are lower case on the wire, and in order", async () => {
    const metadata = new Metadata([
      ["X-One", "1"],
      ["x-two", "2"],
      ["x-one", "3"],
    ]);
    const list = await headersOf({ metadata });
    assert.deepEqual(valuesOf(list, "x-one"), ["1", "3"]);
    assert.equal(list.includes("X-One"), false);
  });

  it("that are none are refused", () => {
    for (const key of ["", "a b", "ä", "a:b", ":path", "a\n", "a/b"]) {
      assert.throws(() => new Metadata().append(key, "x"), TypeError, JSON.stringify(key));
    }
  });
});

describe("wire:metadata-reserved", () => {
  it("names of the protocol are refused", () => {
    for (const key of [
      "grpc-timeout",
      "grpc-anything",
      "Grpc-Status",
      "te",
      "content-type",
      "user-agent",
      "connection",
    ]) {
      assert.throws(() => new Metadata().append(key, "x"), /reserved/, key);
    }
  });
});

describe("wire:metadata-ascii", () => {
  it("values that are not printable are refused", () => {
    for (const value of ["a\nb", "a\r", "\0", "ä", "\x7f", " a", "a "]) {
      assert.throws(() => new Metadata().append("x-text", value), TypeError, JSON.stringify(value));
    }
  });
});

describe("wire:message-prefix", () => {
  it("one byte of flag and four of length, and END_STREAM with or behind the last message", () =>
    withRawServer({}, async (server) => {
      const reply = server.echo.clientStream([{ text: "a" }, { text: "" }, { text: "x".repeat(70_000) }]);
      const connection = await server.accept(4, 1_000_000);
      connection.peer.send(Uint8Array.of(0, 0, 4, 8, 0, 0, 0, 0, 0, 0, 0x10, 0, 0));
      const { id } = await connection.request();
      const messages = splitBody(await connection.body(id));
      assert.deepEqual(
        messages.map(({ flag, payload }) => [flag, readRequest(payload).text.length]),
        [
          [0, 1],
          [0, 0],
          [0, 70_000],
        ],
      );
      connection.peer.destroy();
      await assert.rejects(reply);
    }));
});

describe("wire:compression-context", () => {
  it("each message of a request decompresses by itself, and the encoding is named", () =>
    withRawServer({ compression: "gzip" }, async (server) => {
      const text = "x".repeat(500);
      const reply = server.echo.clientStream([{ text }, { text: "" }, { text }]);
      const connection = await server.accept();
      const { id, list } = await connection.request();
      assert.equal(fieldOf(list, "grpc-encoding"), "gzip");
      const messages = splitBody(await connection.body(id));
      assert.deepEqual(
        messages.map(({ flag }) => flag),
        [1, 0, 1],
      );
      for (const index of [0, 2]) {
        const payload = messages[index]?.payload ?? new Uint8Array(0);
        assert.equal(readRequest(gunzipSync(payload)).text, text);
      }
      connection.peer.destroy();
      await assert.rejects(reply);
    }));
});

describe("wire:windows", () => {
  it("a request waits for the server's windows", () =>
    withRawServer({}, async (server) => {
      const reply = server.echo.unary({ text: "x".repeat(100) });
      const connection = await server.accept(4, 10);
      const { id } = await connection.request();
      const first = await connection.frame(Type.DATA);
      assert.deepEqual([first.payload.length, first.flags & END_STREAM], [10, 0]);
      connection.peer.send(Uint8Array.of(0, 0, 4, 8, 0, 0, 0, 0, id, 0, 0, 1, 0));
      const second = await connection.frame(Type.DATA);
      assert.deepEqual([second.payload.length, second.flags & END_STREAM], [97, END_STREAM]);
      connection.peer.destroy();
      await assert.rejects(reply);
    }));
});
