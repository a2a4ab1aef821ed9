import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { amount } from "../base/amount.testing.js";
import type { StreamHandler, TransportStream } from "../base/transport.js";
import { prepareOptions } from "./options.js";
import {
  data,
  END_STREAM,
  headers,
  request,
  response,
  rst,
  type ServerScript,
  SimulatedClock,
  serverScript,
} from "./script.testing.js";

// Rules of docs/specification.md: wire:windows.

const mebibyte = 1_048_576;

/** Servers that share limits and clock, as the connections of one server do. */
function serversOf(count: number, limits: object): ServerScript[] {
  const prepared = prepareOptions({ clock: new SimulatedClock(), random: () => 0.5, limits }, "server");
  return Array.from({ length: count }, () =>
    serverScript(prepared as object, ({ recorder }) => {
      recorder.consumes = false;
    }),
  );
}

function totalsOf(server: ServerScript): { heldBytes: number; sendBytes: number; calls: number } {
  return server.connection["core"].options.totals;
}

/** Sends as much of a message of `length` as the windows let, and says what is waited for as the layer above does. */
function sendPart(server: ServerScript, id: number, byteCount: number, length: number): void {
  const core = server.connection["core"];
  const stream = core.streams.get(id);
  if (stream === undefined) return;
  const free = Math.min(byteCount, stream.receivable, core.receiveWindow.receivable, 16_384);
  if (free <= 0) return;
  server.send(data(id, free));
  const rest = length - stream.unused;
  if (rest > 0) stream.expect(rest);
}

/** Sends on all streams in turn, as clients do, until nothing more may be sent. */
function sendAll(server: ServerScript, ids: readonly number[], length: number): void {
  const core = server.connection["core"];
  for (let before = -1; before !== core.receiveWindow.unused; ) {
    before = core.receiveWindow.unused;
    for (const id of ids) {
      const stream = core.streams.get(id);
      if (stream !== undefined) sendPart(server, id, length - stream.unused, length);
    }
    server.takeAll();
  }
}

function ids(count: number): number[] {
  return Array.from({ length: count }, (_, i) => 2 * i + 1);
}

describe("messages that are not whole", () => {
  it("are let in one after the other where they do not fit together, and all arrive", () => {
    const [server] = serversOf(1, { maxHeldMessageBytes: 8 * mebibyte }) as [ServerScript];
    const length = mebibyte / 2;
    const open = new Set(ids(40));
    for (const id of open) server.send(headers(id, request));
    let most = 0;
    while (open.size > 0) {
      sendAll(server, [...open], length);
      const core = server.connection["core"];
      most = Math.max(most, core.receiveWindow.unused);
      const whole = [...open].filter((id) => core.streams.get(id)?.unused === length);
      assert.ok(whole.length > 0, "at least one message comes in");
      for (const id of whole) {
        core.streams.get(id)?.consume(length);
        open.delete(id);
      }
    }
    assert.ok(most <= 8 * mebibyte, `${most}`);
    assert.equal(totalsOf(server).heldBytes, 0);
  });

  it("are held up to the limit of a connection, and the newest call ends beyond it", () => {
    const limits = { maxHeldMessageBytes: mebibyte };
    const [server] = serversOf(1, limits) as [ServerScript];
    for (const id of ids(100)) server.send(headers(id, request));
    sendAll(server, ids(100), 65_536);
    const { recorder } = server.accepted.at(-1) as (typeof server.accepted)[number];
    assert.deepEqual(recorder.log.at(-1), "reset ENHANCE_YOUR_CALM");
    assert.match(recorder.failures[0]?.message ?? "", /limits\.maxHeldMessageBytes = 1048576/);
    assert.ok(totalsOf(server).heldBytes <= mebibyte);
    assert.ok(!server.accepted[0]?.recorder.log.some((line) => line.startsWith("reset")), "the oldest goes on");
    assert.ok(!server.connection.closed);
  });

  it("end with the status that the handler gives, where it gives one", () => {
    const [server] = serversOf(1, { maxHeldMessageBytes: 1_000 }) as [ServerScript];
    server.send(headers(1, request));
    const { stream, recorder } = server.last;
    const handler: StreamHandler = recorder;
    handler.onOverload = (reason) => {
      assert.match(reason, /maxHeldMessageBytes/);
      stream.sendHeaders([...response, "grpc-status", "8"], true);
    };
    server.send(data(1, 2_000));
    server.expect("HEADERS 1 END_STREAM", "RST_STREAM 1 NO_ERROR");
    assert.equal(totalsOf(server).heldBytes, 0);
  });

  it("of all connections have a limit: those that hold most have to let go", () => {
    const servers = serversOf(50, { maxTotalHeldMessageBytes: 2 * mebibyte });
    const honest = servers[0] as ServerScript;
    honest.send(headers(1, request), data(1, 1_000));
    for (const server of servers.slice(1)) {
      for (const id of ids(10)) server.send(headers(id, request));
      sendAll(server, ids(10), 65_536);
    }
    const { heldBytes } = totalsOf(honest);
    assert.ok(heldBytes <= 2 * mebibyte && heldBytes > mebibyte, `${heldBytes}`);
    assert.deepEqual(honest.last.recorder.log, ["data 1000"]);
    const reset = servers.flatMap(({ accepted }) => accepted).find(({ recorder }) => recorder.failures.length > 0);
    assert.match(reset?.recorder.failures[0]?.message ?? "", /limits\.maxTotalHeldMessageBytes = 2097152/);
    for (const server of servers) server.connection.receiveEnd();
    for (const { stream } of servers.flatMap(({ accepted }) => accepted)) stream.release();
    assert.deepEqual([totalsOf(honest).heldBytes, totalsOf(honest).calls], [0, 0]);
  });

  it("do not stop connections once others let go", () => {
    const [greedy, other] = serversOf(2, { maxTotalHeldMessageBytes: 4 * mebibyte }) as [ServerScript, ServerScript];
    for (const id of ids(50)) greedy.send(headers(id, request));
    sendAll(greedy, ids(50), 65_535);
    other.send(headers(1, request));
    sendAll(other, [1], 60_000);
    greedy.connection.receiveEnd();
    other.last.stream.consume(60_000);
    sendAll(other, [1], 60_000);
    assert.equal(other.last.recorder.bytes, 120_000);
  });
});

describe("late acks of PINGs", () => {
  it("do not lift what a connection holds over the receive buffer", () => {
    const server = serverScript({}, ({ recorder }) => {
      recorder.consumes = false;
    });
    const core = server.connection["core"];
    for (const id of ids(100)) server.send(headers(id, request));
    for (let round = 0; round < 20; round++) {
      for (const id of ids(100)) {
        const stream = core.streams.get(id);
        const free = Math.min(16_384, stream?.receivable ?? 0, core.receiveWindow.receivable);
        if (free > 0) server.send(data(id, free));
        // A reader that reads, so that the windows seem too small.
        if (round < 10) stream?.consume(free);
      }
      const pings = server.takeAll().filter((frame) => frame === "PING");
      server.clock.advance(1);
      if (pings.length > 0) core.flow.grow(64 * mebibyte);
    }
    sendAll(server, ids(100), 16 * mebibyte);
    assert.ok(core.receiveWindow.unused <= 8 * mebibyte, `${core.receiveWindow.unused}`);
  });
});

describe("calls of all connections", () => {
  it("are refused beyond their limit, also those whose handlers still work, and counted until these let go", () => {
    const servers = serversOf(2, { maxTotalCalls: 3 });
    const [one, two] = servers as [ServerScript, ServerScript];
    one.send(headers(1, request), headers(3, request));
    two.send(headers(1, request), headers(3, request));
    two.expect("RST_STREAM 3 REFUSED_STREAM");
    one.send(rst(1, 8));
    two.send(headers(5, request));
    two.expect("RST_STREAM 5 REFUSED_STREAM");
    one.accepted[0]?.stream.release();
    two.send(headers(7, request));
    two.expect();
    for (const server of servers) server.connection.receiveEnd();
    for (const { stream } of servers.flatMap(({ accepted }) => accepted)) stream.release();
    assert.equal(totalsOf(one).calls, 0);
  });
});

describe("calls that end with their connection", () => {
  it("are counted where they began within the last second", () => {
    const server = serverScript();
    for (const id of ids(5)) server.send(headers(id, request));
    server.clock.advance(2_000);
    for (const id of [11, 13, 15]) server.send(headers(id, request));
    server.last.stream.sendHeaders([...response, "grpc-status", "0"], true);
    server.clock.advance(900);
    server.connection.receiveEnd();
    assert.equal(server.connection.youngCalls, 2);
  });
});

describe("header lists of all connections", () => {
  it("are counted while they are kept, where each is another, and more calls are refused beyond their limit", () => {
    const [server] = serversOf(1, { maxTotalHeaderBytes: 3_000 }) as [ServerScript];
    for (const id of [1, 3, 5]) server.send(headers(id, [...request, "x-once", `${id}`.repeat(1_000)]));
    server.send(headers(7, request));
    assert.deepEqual(server.takeAll().slice(-1), ["RST_STREAM 7 REFUSED_STREAM"]);
    for (const { stream } of server.accepted) {
      stream.reset(8);
      stream.release();
    }
    assert.equal(server.connection["core"].options.totals.headerBytes, 0);
    server.send(headers(9, request));
    assert.equal(server.last.stream.id, 9);
  });
});

describe("bytes that wait to be sent, of all connections", () => {
  it("make writers wait as soon as they have 64 KiB queued, and at the limit whatever they have", () => {
    const servers = serversOf(3, { maxTotalSendBufferBytes: 600_000 });
    for (const server of servers) {
      server.send(headers(1, request));
      server.last.stream.sendHeaders(response, false);
    }
    const write = (server: ServerScript | undefined, bytes: number): boolean =>
      server?.last.stream.sendData(new Uint8Array(bytes), false) ?? false;
    assert.equal(write(servers[0], 200_000), true);
    assert.equal(write(servers[1], 200_000), false);
    assert.equal(write(servers[2], 10_000), true);
    assert.equal(write(servers[2], 70_000), false);
    assert.equal(write(servers[0], 200_000), false);
    servers[0]?.connection.receiveEnd();
    servers[1]?.connection.receiveEnd();
    servers[2]?.connection.receiveEnd();
    assert.equal(totalsOf(servers[0] as ServerScript).sendBytes, 0);
  });

  it("count what a socket holds that takes no more", () => {
    const [server] = serversOf(1, {}) as [ServerScript];
    server.send(headers(1, request));
    server.last.stream.sendHeaders(response, false);
    server.last.stream.sendData(new Uint8Array(20_000), false);
    server.takeAll();
    server.connection.setWritable(false);
    assert.ok(totalsOf(server).sendBytes > 20_000);
    server.connection.outputWritten();
    server.connection.setWritable(true);
    assert.equal(totalsOf(server).sendBytes, 0);
    server.connection.setWritable(false);
    server.connection.receiveEnd();
    assert.equal(totalsOf(server).sendBytes, 0);
  });
});

describe("the counts", () => {
  it("are given back exactly, whatever happens", () => {
    const step = fc.record({
      act: fc.constantFrom(
        "open",
        "send",
        "end",
        "expect",
        "consume",
        "reset",
        "rst",
        "write",
        "release",
        "close",
        "take",
      ),
      at: fc.nat(2),
      id: fc.nat(5),
      bytes: fc.nat(70_000),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 150 }), (steps) => {
        const servers = serversOf(3, { maxHeldMessageBytes: 150_000, maxTotalHeldMessageBytes: 250_000 });
        for (const { act, at, id, bytes } of steps) runStep(servers[at] as ServerScript, act, id, bytes);
        checkSums(servers);
        for (const server of servers) server.connection.receiveEnd();
        for (const { stream } of servers.flatMap(({ accepted }) => accepted)) stream.release();
        const { heldBytes, sendBytes, calls } = totalsOf(servers[0] as ServerScript);
        assert.deepEqual([heldBytes, sendBytes, calls], [0, 0, 0]);
      }),
      { numRuns: amount(200, 3_000) },
    );
  });
});

function runStep(server: ServerScript, act: string, at: number, bytes: number): void {
  const core = server.connection["core"];
  if (core.closed) return;
  const stream: TransportStream | undefined = server.accepted[at]?.stream;
  const id = stream?.id ?? 0;
  if (act === "open") server.send(headers(core.streams.lastPeerId + 1 + (core.streams.lastPeerId & 1), request));
  else if (act === "take") server.takeAll();
  else if (act === "close" && bytes < 7_000) server.connection.receiveEnd();
  else if (stream === undefined) return;
  else if (act === "send") sendPart(server, id, bytes, bytes * 2);
  else if (act === "end" && core.streams.get(id) !== undefined && core.receiveWindow.receivable > 0) {
    if ((core.streams.get(id)?.receivable ?? 0) > 0) server.send(data(id, 1, END_STREAM));
  } else if (act === "expect") stream.expect(bytes);
  else if (act === "consume") stream.consume(bytes);
  else if (act === "reset") stream.reset(8);
  else if (act === "rst") server.send(rst(id, 8));
  else if (act === "release") stream.release();
  else if (act === "write" && core.streams.get(id) !== undefined) {
    if (core.streams.get(id)?.headersSent === false) stream.sendHeaders(response, false);
    stream.sendData(new Uint8Array(bytes), false);
  }
}

function checkSums(servers: readonly ServerScript[]): void {
  let [held, queued, calls] = [0, 0, 0];
  for (const server of servers) {
    const { receiveWindow, sender, streams } = server.connection["core"];
    held += receiveWindow.unused;
    queued += sender.queuedBytes;
    calls += streams.size + streams.lingering;
    let expected = 0;
    streams.each((stream) => {
      if (stream.isLetIn) expected += stream.expected;
    });
    assert.equal(receiveWindow.expected, expected);
  }
  const totals = totalsOf(servers[0] as ServerScript);
  assert.deepEqual([totals.heldBytes, totals.sendBytes, totals.calls], [held, queued, calls]);
}
