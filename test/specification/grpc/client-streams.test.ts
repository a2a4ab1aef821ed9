import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Clock, RpcError, Status, type Timer } from "peregrine";
import { SimulatedClock } from "peregrine/testing";
import { ErrorCode } from "../../../src/base/transport.js";
import { ACK, data, END_STREAM, frame, goaway, headers, ping, rst } from "../../../src/http2/frames.testing.js";
import { codeOf, Type } from "../raw-peer.testing.js";
import { echoResponse } from "./messages.testing.js";
import { okHead, type RawConnection, withRawServer } from "./raw-server.testing.js";

// How calls and connections end at a client of ours.

const hello = echoResponse({ text: "hello" });
const { REFUSED_STREAM, CANCEL, NO_ERROR, ENHANCE_YOUR_CALM } = ErrorCode;

async function failure(call: Promise<unknown>, code: Status, message: RegExp = /^/): Promise<void> {
  const error = await call.then(
    () => assert.fail("the call succeeded"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof RpcError, String(error));
  assert.equal(error.code, code, `${error.codeName}: ${error.message}`);
  assert.match(error.message, message);
}

function respond({ peer }: RawConnection, id: number): void {
  peer.send(headers(id, okHead), data(id, hello), headers(id, ["grpc-status", "0"], END_STREAM));
}

describe("wire:refused-stream", () => {
  it("begins again once, and the user does not know", () =>
    withRawServer({}, async (server) => {
      const reply = server.echo.unary({});
      const connection = await server.accept();
      connection.peer.send(rst((await connection.request()).id, REFUSED_STREAM));
      const { id } = await connection.request();
      assert.equal(id, 3);
      respond(connection, id);
      assert.equal((await reply).text, "hello");
    }));

  it("twice is UNAVAILABLE", () =>
    withRawServer({}, async (server) => {
      const reply = server.echo.unary({});
      const connection = await server.accept();
      for (let count = 0; count < 2; count++)
        connection.peer.send(rst((await connection.request()).id, REFUSED_STREAM));
      await failure(reply, Status.UNAVAILABLE, /REFUSED_STREAM/);
      connection.peer.send(ping("no third"));
      const next = await connection.peer.untilFrame(
        "PING ACK",
        ({ type }) => type === Type.PING || type === Type.HEADERS,
      );
      assert.equal(next.type, Type.PING);
    }));

  it("behind the response's headers is UNAVAILABLE at once: something was processed", () =>
    withRawServer({}, async (server) => {
      const reply = server.echo.unary({});
      const connection = await server.accept();
      const { id } = await connection.request();
      connection.peer.send(headers(id, okHead), rst(id, REFUSED_STREAM));
      await failure(reply, Status.UNAVAILABLE, /REFUSED_STREAM/);
    }));

  it("sends a stream of requests again from its first message", () =>
    withRawServer({}, async (server) => {
      const reply = server.echo.clientStream([{ text: "a" }, { text: "b" }]);
      const connection = await server.accept();
      const first = await connection.request();
      const body = await connection.body(first.id);
      connection.peer.send(rst(first.id, REFUSED_STREAM));
      const second = await connection.request();
      assert.deepEqual(await connection.body(second.id), body);
      connection.peer.send(headers(second.id, okHead), data(second.id, new Uint8Array(5)));
      connection.trailers(second.id, "grpc-status", "0");
      assert.equal((await reply).count, 0);
    }));
});

describe("wire:goaway-unprocessed", () => {
  it("streams above the last id begin again on another connection, those up to it end where they are", () =>
    withRawServer({}, async (server) => {
      const replies = [server.echo.unary({}), server.echo.unary({})];
      const first = await server.accept();
      const ids = [(await first.request()).id, (await first.request()).id];
      assert.deepEqual(ids, [1, 3]);
      first.peer.send(goaway(1, NO_ERROR));
      const second = await server.accept();
      respond(second, (await second.request()).id);
      respond(first, 1);
      for (const reply of replies) assert.equal((await reply).text, "hello");
      await first.peer.until("the end of the first", ({ kind }) => kind === "closed");
    }));

  it("a GOAWAY in two steps loses nothing", () =>
    withRawServer({}, async (server) => {
      const early = server.echo.unary({});
      const first = await server.accept();
      const { id } = await first.request();
      first.peer.send(goaway(0x7fff_ffff, NO_ERROR), ping("read it?"));
      await first.frame(Type.PING);
      const late = server.echo.unary({});
      const second = await server.accept();
      respond(second, (await second.request()).id);
      assert.equal((await late).text, "hello");
      first.peer.send(goaway(id, NO_ERROR));
      respond(first, id);
      assert.equal((await early).text, "hello");
    }));

  it("once: a second server that does the same makes it UNAVAILABLE", () =>
    withRawServer({}, async (server) => {
      const reply = server.echo.unary({});
      for (let count = 0; count < 2; count++) {
        const connection = await server.accept();
        await connection.request();
        connection.peer.send(goaway(0, NO_ERROR, "bye"));
      }
      await failure(reply, Status.UNAVAILABLE, /GOAWAY.*bye/);
    }));
});

describe("wire:trailers-before-end", () => {
  for (const status of [Status.OK, Status.ALREADY_EXISTS]) {
    it(`RST_STREAM NO_ERROR behind a status of ${status} leaves it`, () =>
      withRawServer({}, async (server) => {
        let stop = (): void => undefined;
        async function* endless(): AsyncGenerator<{ text: string }> {
          yield { text: "one" };
          await new Promise<void>((resolve) => {
            stop = resolve;
          });
        }
        const reply = server.echo.clientStream(endless());
        const connection = await server.accept();
        const { id } = await connection.request();
        connection.peer.send(headers(id, okHead), data(id, new Uint8Array(5)));
        connection.trailers(id, "grpc-status", String(status));
        connection.peer.send(rst(id, NO_ERROR));
        if (status === Status.OK) assert.equal((await reply).count, 0);
        else await failure(reply, status);
        stop();
      }));
  }
});

/** A clock that can be late: time has gone on, and the timers that are due have not run. */
class LateClock implements Clock {
  readonly #base: SimulatedClock = new SimulatedClock();
  lateMs: number = 0;

  nowMs(): number {
    return this.#base.nowMs() + this.lateMs;
  }

  setTimer(delayMs: number, callback: () => void): Timer {
    return this.#base.setTimer(delayMs, callback);
  }
}

describe("wire:deadline-client", () => {
  it("is told by the client itself, at its time, and the server is told to stop", async () => {
    const clock = new SimulatedClock();
    await withRawServer({ clock }, async (server) => {
      const reply = server.echo.unary({}, { timeoutMs: 5_000 });
      const connection = await server.accept();
      const { id } = await connection.request();
      clock.advance(4_999);
      connection.peer.send(ping("not yet!"));
      const next = await connection.peer.untilFrame(
        "PING ACK",
        ({ type }) => type === Type.PING || type === Type.RST_STREAM,
      );
      assert.equal(next.type, Type.PING);
      clock.advance(1);
      await failure(reply, Status.DEADLINE_EXCEEDED, /5000 ms/);
      const reset = await connection.frame(Type.RST_STREAM);
      assert.deepEqual([reset.streamId, codeOf(reset)], [id, CANCEL]);
    });
  });
});

describe("wire:cancelled-late", () => {
  const ends: readonly [string, (id: number) => Uint8Array][] = [
    ["RST_STREAM CANCEL", (id) => rst(id, CANCEL)],
    ["the status CANCELLED", (id) => headers(id, [...okHead, "grpc-status", "1"], END_STREAM)],
  ];
  for (const [name, end] of ends) {
    it(`${name} behind the deadline is DEADLINE_EXCEEDED, before it CANCELLED`, async () => {
      const clock = new LateClock();
      await withRawServer({ clock }, async (server) => {
        const early = server.echo.unary({}, { timeoutMs: 5_000 });
        const connection = await server.accept();
        clock.lateMs = 4_999;
        connection.peer.send(end((await connection.request()).id));
        await failure(early, Status.CANCELLED);
        const late = server.echo.unary({}, { timeoutMs: 5_000 });
        const { id } = await connection.request();
        clock.lateMs += 5_000;
        connection.peer.send(end(id));
        await failure(late, Status.DEADLINE_EXCEEDED);
      });
    });
  }
});

describe("wire:cancel-client", () => {
  it("an abort is RST_STREAM CANCEL and CANCELLED", () =>
    withRawServer({}, async (server) => {
      const controller = new AbortController();
      const reply = server.echo.unary({}, { signal: controller.signal });
      const connection = await server.accept();
      const { id } = await connection.request();
      controller.abort();
      await failure(reply, Status.CANCELLED);
      const reset = await connection.frame(Type.RST_STREAM);
      assert.deepEqual([reset.streamId, codeOf(reset)], [id, CANCEL]);
    }));
});

describe("wire:connection-lost", () => {
  it("is UNAVAILABLE, before the response, in it, and behind a message", () =>
    withRawServer({}, async (server) => {
      for (const sent of [[], [headers(1, okHead)], [headers(1, okHead), data(1, hello)]]) {
        const reply = server.echo.unary({});
        const connection = await server.accept();
        await connection.request();
        connection.peer.send(...sent);
        connection.peer.end();
        await failure(reply, Status.UNAVAILABLE);
      }
    }));

  it("by an error of the server's is UNAVAILABLE too, with its reason", () =>
    withRawServer({}, async (server) => {
      const reply = server.echo.unary({});
      const connection = await server.accept();
      const { id } = await connection.request();
      connection.peer.send(goaway(id, ErrorCode.INTERNAL_ERROR, "out of ink"));
      connection.peer.end();
      await failure(reply, Status.UNAVAILABLE, /out of ink/);
    }));
});

describe("wire:keepalive-client", () => {
  it("a silent server is pinged after the interval, and given up 20 s later", async () => {
    const clock = new SimulatedClock();
    await withRawServer({ clock, keepalive: { intervalMs: 10_000 } }, async (server) => {
      const reply = server.echo.unary({});
      const connection = await server.accept();
      await connection.request();
      clock.advance(10_000);
      const question = await connection.frame(Type.PING);
      connection.peer.send(frame(Type.PING, ACK, 0, question.payload), ping("here now"));
      await connection.frame(Type.PING, ({ flags }) => flags === ACK);
      clock.advance(10_000);
      await connection.frame(Type.PING, ({ flags }) => flags === 0);
      clock.advance(20_000);
      await failure(reply, Status.UNAVAILABLE, /keepalive/);
    });
  });

  it("too_many_pings doubles the interval", async () => {
    const clock = new SimulatedClock();
    await withRawServer({ clock, keepalive: { intervalMs: 10_000 } }, async (server) => {
      const first = server.echo.unary({});
      const strict = await server.accept();
      await strict.request();
      strict.peer.send(goaway(1, ENHANCE_YOUR_CALM, "too_many_pings"));
      strict.peer.end();
      await failure(first, Status.UNAVAILABLE, /too_many_pings/);
      const second = server.echo.unary({});
      const connection = await server.accept();
      await connection.request();
      clock.advance(10_000);
      connection.peer.send(ping("not yet!"));
      const next = await connection.frame(Type.PING);
      assert.equal(next.flags, ACK);
      clock.advance(20_000);
      assert.equal((await connection.frame(Type.PING)).flags, 0);
      connection.peer.end();
      await failure(second, Status.UNAVAILABLE);
    });
  });
});

describe("wire:connect-bound", () => {
  it("TCP and the server's SETTINGS together take 20 s at most; the error names the stage", async () => {
    const clock = new SimulatedClock();
    await withRawServer({ clock }, async (server) => {
      const reply = server.echo.unary({});
      const connection = await server.acceptSilent();
      await connection.peer.until("the preface", ({ kind }) => kind === "preface");
      clock.advance(19_999);
      assert.equal(server.channel.getState(), "CONNECTING");
      clock.advance(1);
      await failure(reply, Status.UNAVAILABLE, /20000 ms.*SETTINGS|SETTINGS.*20000 ms/);
    });
  });
});
