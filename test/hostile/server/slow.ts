import { ErrorCode } from "../../../src/base/transport.js";
import { bytesOf, data, END_STREAM, headers, settings, windowUpdate } from "../../../src/http2/frames.testing.js";
import { echoRequest, prefixed } from "../../specification/grpc/messages.testing.js";
import { requestHeaders } from "../../specification/grpc/raw-client.testing.js";
import { mebibyte, type ServerAttack } from "../attack.js";
import type { Attacker } from "../attacker.js";
import type { ServerStage } from "../stage.js";

const calm = ErrorCode.ENHANCE_YOUR_CALM;
const streams = 100;
const stallTimeoutMs = 400;
const pollMs = 20;

const download = requestHeaders({ ":path": "/peregrine.test.Echo/ServerStream" });
const bidi = requestHeaders({ ":path": "/peregrine.test.Echo/Bidi" });
const ignore = requestHeaders({ ":path": "/peregrine.hostile.Hostile/Ignore" });
/** A hundred of them ask for 3 GB. */
const muchWanted = echoRequest({ count: 500, responseBytes: 65_536 });

/**
 * The most that all streams of a connection may queue, a message of 64 KiB that each may pass it by, another that each handler has
 * in its hand, and room for V8.
 */
const sendHeldBytes = 16 * mebibyte + 2 * streams * 65_536 + 8 * mebibyte;

async function wantMuch(attacker: Attacker): Promise<void> {
  await attacker.flood(
    streams,
    (i) => bytesOf(headers(2 * i + 1, download), data(2 * i + 1, muchWanted, END_STREAM)),
    2,
  );
  attacker.send(settings());
  if (attacker.socket.isPaused()) return;
  await attacker.frame("an ack behind the requests", ({ type, flags }) => type === 4 && flags === 1);
}

/** The victim has as many sockets open as before the attack. */
async function untilSockets(stage: ServerStage, count: number): Promise<void> {
  for (let waitedMs = 0; waitedMs < stage.patienceMs; waitedMs += pollMs) {
    const { resources } = await stage.state();
    if ((resources["TCPSocketWrap"] ?? 0) <= count) return;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  throw new Error(`the connection was still open after ${stage.patienceMs} ms`);
}

const readers: readonly ServerAttack[] = [
  {
    name: "a window of 0 for large answers",
    vector: "slow-reader",
    role: "server",
    guard: "stallTimeoutMs, sendBufferBytesMax",
    victim: { limits: { stallTimeoutMs } },
    unguarded: { limits: { stallTimeoutMs: 0 } },
    bounds: { heldBytes: sendHeldBytes },
    async run(stage) {
      const attacker = await stage.connect();
      attacker.send(settings(4, 0));
      await wantMuch(attacker);
      await stage.hold();
      return attacker.expectReset(calm, 2 * streams - 1);
    },
  },
  {
    name: "a window of 0, and what is queued",
    vector: "slow-reader",
    role: "server",
    guard: "connectionSendBufferBytesMax, sendBufferBytesMax",
    unguarded: { limits: { connectionSendBufferBytesMax: 1e12, sendBufferBytesMax: 2 * mebibyte } },
    // Handlers make 100 MiB of answers, of which a third is queued; how much of the rest is collected late, chance says.
    bounds: { heldBytes: sendHeldBytes, rssPeakBytes: 112 * mebibyte },
    async run(stage) {
      const attacker = await stage.connect();
      attacker.send(settings(4, 0));
      await wantMuch(attacker);
      return `${(await stage.hold()) > 0 ? "bounded" : "nothing"} bytes held`;
    },
  },
  {
    name: "a socket that is not read",
    vector: "slow-reader",
    role: "server",
    guard: "stallTimeoutMs",
    victim: { limits: { stallTimeoutMs } },
    unguarded: { limits: { stallTimeoutMs: 0 } },
    bounds: { heldBytes: sendHeldBytes },
    async run(stage) {
      const before = await stage.state();
      const attacker = await stage.connect();
      attacker.send(settings(4, 0x7fff_ffff), windowUpdate(0, 0x7fff_0000 - 65_535));
      attacker.stopReading();
      await wantMuch(attacker);
      await stage.hold();
      await untilSockets(stage, before.resources["TCPSocketWrap"] ?? 0);
      return "closed";
    },
  },
  {
    name: "messages without content to a call whose answers are not read",
    vector: "slow-reader",
    role: "server",
    guard: "sendBufferBytesMax: a handler waits, and then its peer",
    async run(stage) {
      const attacker = await stage.connect();
      attacker.send(settings(4, 0), headers(1, bidi));
      const messages = bytesOf(...Array.from({ length: 1_000 }, () => prefixed(new Uint8Array(0))));
      // As much as the window takes.
      await attacker.flood(13, () => data(1, messages));
      attacker.send(settings());
      await attacker.frame("an ack behind the messages", ({ type, flags }) => type === 4 && flags === 1);
      await stage.hold();
      return "bounded bytes held";
    },
  },
  {
    name: "uploads that no handler reads",
    vector: "slow-reader",
    role: "server",
    guard: "receive windows, receiveBufferBytesMax",
    bounds: { heldBytes: 12 * mebibyte },
    async run(stage) {
      const attacker = await stage.connect();
      const part = data(1, new Uint8Array(16_000));
      await attacker.flood(
        streams,
        (i) => {
          const id = 2 * i + 1;
          part.set([0, 0, id >> 8, id & 0xff], 5);
          return bytesOf(headers(id, ignore), part, part, part, part);
        },
        5,
      );
      attacker.send(settings());
      await attacker.frame("an ack behind the uploads", ({ type, flags }) => type === 4 && flags === 1);
      await stage.hold();
      return "bounded bytes held";
    },
  },
  {
    name: "uploads beyond the connection's window",
    vector: "window-leak",
    role: "server",
    guard: "receiveBufferBytesMax: windows are counted, not trusted",
    victim: { limits: { receiveBufferBytesMax: 65_535 } },
    unguarded: { limits: { receiveBufferBytesMax: 1e12 } },
    async run(stage) {
      const attacker = await stage.connect();
      const part = new Uint8Array(16_000);
      await attacker.flood(
        streams,
        (i) => bytesOf(headers(2 * i + 1, ignore), ...Array.from({ length: 4 }, () => data(2 * i + 1, part))),
        5,
      );
      return attacker.expectGoaway(ErrorCode.FLOW_CONTROL_ERROR);
    },
  },
  {
    name: "messages that dribble on all streams",
    vector: "tiny-data",
    role: "server",
    guard: "small chunks are copied together",
    bounds: { heldBytes: 6 * mebibyte },
    async run(stage) {
      const attacker = await stage.connect();
      const start = Uint8Array.of(0, 0, 0x3f, 0, 0);
      await attacker.flood(streams, (i) => bytesOf(headers(2 * i + 1, ignore), data(2 * i + 1, start)), 2);
      // A byte of payload pays for two of overhead: five to a frame are within the budget for ever.
      await attacker.flood(400_000, (i) => data(2 * (i % streams) + 1, 5));
      attacker.send(settings());
      await attacker.frame("an ack behind the dribble", ({ type, flags }) => type === 4 && flags === 1);
      await stage.hold();
      return "bounded bytes held";
    },
  },
  {
    name: "DATA on a stream that is over",
    vector: "after-termination",
    role: "server",
    guard: "it is dropped, and its window given back",
    async run(stage) {
      const attacker = await stage.connect();
      // Two messages where one is due: the server ends the call.
      attacker.send(headers(1, requestHeaders()), data(1, bytesOf(echoRequest({}), echoRequest({}))));
      await attacker.frame("the end of the call", ({ type, streamId }) => type === 3 && streamId === 1);
      await attacker.flood(2_000, () => data(1, new Uint8Array(16_384)));
      attacker.send(settings());
      await attacker.frame("an ack behind the flood", ({ type, flags }) => type === 4 && flags === 1);
      await stage.hold();
      return "nothing held";
    },
  },
  {
    name: "PINGs beside calls",
    vector: "control-flood",
    role: "server",
    guard: "pingPolicy",
    unguarded: { pingPolicy: { strikesMax: 1e9 } },
    async run(stage) {
      const attacker = await stage.connect();
      await attacker.flood(50, () => bytesOf(pingFrame));
      return attacker.expectGoaway(calm);
    },
  },
];

const pingFrame = bytesOf(0, 0, 8, 6, 0, new Uint8Array(12));

export const slowAttacks: readonly ServerAttack[] = readers;
