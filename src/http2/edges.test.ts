/** Places where one more or one less, or a thing that is told once more, makes the difference. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { TimerQueue } from "../base/timer-queue.js";
import { BlockKind, checkHeaders } from "./header-validation.js";
import { serverLimits } from "./limits.js";
import { Notices } from "./notices.js";
import { PingGuard } from "./ping-guard.js";
import {
  ClientScript,
  clientScript,
  END_STREAM,
  headers,
  ping,
  Recorder,
  request,
  response,
  SimulatedClock,
  serverScript,
  settings,
} from "./script.testing.js";
import { StallWatch } from "./stall-watch.js";
import { ConnectionTotals } from "./totals.js";

describe("a client whose server does not read", () => {
  it("goes on reading, since the server may wait for that", () => {
    const client = clientScript({ limits: { unwritableBytesMax: 1_000 } });
    client.connection.setWritable(false);
    const recorder = client.open(true, [...request, "n", "v".repeat(3_000)]);
    client.send(ping());
    client.takeAll();
    client.send(headers(1, response, END_STREAM));
    assert.deepEqual(client.io, []);
    assert.deepEqual(recorder.log, ["headers end"]);
  });
});

describe("a peer that speaks something else", () => {
  it("has taken no call, and is told nothing in a language that it does not know", () => {
    const client = new ClientScript();
    client.connection.start();
    client.takeAll();
    client.open(true);
    client.send(new TextEncoder().encode("HTTP/1.1 400 Bad Request\r\n\r\n"));
    assert.match(client.failure?.message ?? "", /speaks HTTP\/1\.1/);
    assert.equal(client.failure?.unprocessed, true);
    assert.deepEqual(
      client.takeAll().filter((one) => one.startsWith("GOAWAY")),
      [],
    );
  });
});

describe("content-length", () => {
  it("of 0 is a length, and twice the same too", () => {
    const lengths = (...values: string[]): string | undefined =>
      checkHeaders([":status", "200", ...values.flatMap((value) => ["content-length", value])], BlockKind.RESPONSE)
        .problem;
    assert.equal(lengths("0"), undefined);
    assert.equal(lengths("0", "0"), undefined);
    assert.equal(lengths("7", "7"), undefined);
    assert.match(lengths("0", "7") ?? "", /content-length/);
    assert.match(lengths("-1") ?? "", /content-length/);
  });
});

describe("opening streams", () => {
  it("a lowered limit is no place: the first stream below it is told, and that alone", () => {
    const client = new ClientScript().handshake(3, 2);
    client.open(true);
    client.open(true);
    assert.equal(client.connection.openStream(request, true, new Recorder()), undefined);
    client.send(settings(3, 1));
    client.send(headers(1, response, END_STREAM));
    assert.deepEqual(client.notices, ["ready", "active"], "as many as the limit allows are open");
    client.send(headers(3, response, END_STREAM));
    assert.deepEqual(client.notices, ["ready", "active", "idle", "capacity"]);
  });
});

describe("a stall of the socket", () => {
  /** A watch whose socket takes nothing or something, as the test says. */
  function watched(): {
    watch: StallWatch;
    sender: { writable: boolean };
    clock: SimulatedClock;
    stalls: () => number;
  } {
    const clock = new SimulatedClock();
    const sender = { writable: false, queuedBytes: 1, sentSinceCheck: 0 };
    let stalls = 0;
    const stream = { queue: { sentBytes: 0, stallTicks: Number.NEGATIVE_INFINITY, ring: undefined } };
    const watch = new StallWatch(new TimerQueue(clock), 40_000, 0, {
      sender,
      streams: { all: () => [stream] as never },
      onStreamStalled: () => assert.fail("no stream stalls"),
      onSocketStalled: () => stalls++,
    });
    watch.watch();
    return { watch, sender, clock, stalls: () => stalls };
  }

  it("is told after its time, and not before", () => {
    const { clock, stalls } = watched();
    clock.advance(40_000);
    assert.equal(stalls(), 0);
    clock.advance(10_000);
    assert.equal(stalls(), 1);
  });

  it("begins anew when the socket took something", () => {
    const { watch, sender, clock, stalls } = watched();
    clock.advance(40_000);
    sender.writable = true;
    clock.advance(10_000);
    sender.writable = false;
    clock.advance(40_000);
    assert.equal(stalls(), 0);
    clock.advance(10_000);
    assert.equal(stalls(), 1);
    watch.stop();
  });
});

describe("a server", () => {
  it("is idle with the trailers of its last call, before they leave", () => {
    const server = serverScript();
    server.send(headers(1, request, END_STREAM));
    server.last.stream.sendHeaders(response, false);
    server.last.stream.sendHeaders(["grpc-status", "0"], true);
    assert.deepEqual(server.notices, ["ready", "active", "idle"]);
    server.send(headers(3, request, END_STREAM));
    server.last.stream.sendHeaders(response, false);
    server.last.stream.sendData(new Uint8Array(5), true);
    assert.deepEqual(server.notices, ["ready", "active", "idle", "active", "idle"]);
    server.send(headers(5, request, END_STREAM));
    server.last.stream.reset(8);
    assert.equal(server.notices.at(-1), "idle");
  });

  it("ends a connection whose peer goes on over the limit that it knows", () => {
    const server = serverScript({ limits: { concurrentStreamsMax: 1, resetBurst: 10, resetsPerSecond: 1 } });
    server.send(headers(1, request));
    for (let i = 1; i <= 10; i++) server.send(headers(2 * i + 1, request));
    assert.equal(server.connection.closed, false);
    server.send(headers(23, request));
    server.expectConnectionError("ENHANCE_YOUR_CALM");
  });

  it("refuses a blank around a value where it is told to, and drops it else", () => {
    for (const rejectOuterBlanks of [true, false, undefined]) {
      const server = serverScript({ rejectOuterBlanks });
      server.send(headers(1, [...request, "name", " value"], END_STREAM));
      assert.equal(server.accepted.length, rejectOuterBlanks === true ? 0 : 1, `${rejectOuterBlanks}`);
    }
  });

  it("hears of a handler that throws when its stream costs too much, and ends the stream all the same", () => {
    const fault = new Error("a fault of the handler");
    const server = serverScript({}, ({ recorder }) => {
      Object.assign(recorder, {
        onOverload: () => {
          throw fault;
        },
      });
    });
    server.send(headers(1, request));
    const { core } = server.connection as unknown as {
      core: { giveUp(stream: unknown, message: string): void; streams: { get(id: number): unknown } };
    };
    core.giveUp(core.streams.get(1), "too much");
    assert.deepEqual(server.errors, [fault]);
    server.expect("RST_STREAM 1 ENHANCE_YOUR_CALM");
  });
});

describe("notices", () => {
  it("the first request that is refused is told, and that alone", () => {
    const told: string[] = [];
    const notices = new Notices({ onRefused: (message) => told.push(message) }, undefined as never);
    notices.refused("a");
    notices.refused("b");
    assert.deepEqual(told, ["a"]);
  });
});

describe("field names", () => {
  it("may hold each character of RFC 9113 section 8.2.1, and no other", () => {
    for (let char = 0; char < 256; char++) {
      const name = `a${String.fromCharCode(char)}`;
      const { problem } = checkHeaders([":status", "200", name, "v"], BlockKind.RESPONSE);
      const isGood = char > 0x20 && char < 0x7f && name === name.toLowerCase() && char !== 0x3a;
      assert.equal(problem === undefined, isGood, `0x${char.toString(16)}`);
    }
  });
});

describe("limits", () => {
  it("past what all connections may queue, one may queue nothing", () => {
    const totals = new ConnectionTotals({ ...serverLimits, maxTotalSendBufferBytes: 1_000_000 });
    totals.sendBytes = 499_999;
    assert.equal(totals.sendBuffer(100_000), 100_000);
    totals.sendBytes = 500_000;
    assert.equal(totals.sendBuffer(100_000), 65_536);
    totals.sendBytes = 999_999;
    assert.equal(totals.sendBuffer(100_000), 65_536);
    totals.sendBytes = 1_000_000;
    assert.equal(totals.sendBuffer(100_000), 0);
  });

  it("a least time between PINGs of 1 ms is one, also without calls", () => {
    const guard = new PingGuard(1, false, 0);
    assert.equal(guard.onPing(0, 0, false), true);
    assert.equal(guard.onPing(1_000_000, 0, false), false);
    const none = new PingGuard(0, false, 0);
    assert.equal(none.onPing(0, 0, false), true);
    assert.equal(none.onPing(1, 0, false), true);
  });
});
