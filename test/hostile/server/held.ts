import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { ErrorCode } from "../../../src/base/transport.js";
import {
  ACK,
  bytesOf,
  data,
  END_STREAM,
  frame,
  headers,
  preface,
  rst,
  settings,
  settingsAck,
  windowUpdate,
} from "../../../src/http2/frames.testing.js";
import { echoRequest } from "../../specification/grpc/messages.testing.js";
import { requestHeaders } from "../../specification/grpc/raw-client.testing.js";
import { mebibyte, type ServerAttack } from "../attack.js";
import type { Attacker } from "../attacker.js";
import type { ServerStage } from "../stage.js";
import { WindowFollower } from "../window-follower.js";

const calm = ErrorCode.ENHANCE_YOUR_CALM;
const unlimited = 1e12;
const unary = requestHeaders();
const ignore = requestHeaders({ ":path": "/peregrine.hostile.Hostile/Ignore" });
const download = requestHeaders({ ":path": "/peregrine.test.Echo/ServerStream" });
const muchWanted = echoRequest({ count: 500, responseBytes: 65_536 });

/** The prefix of a message of 4 MiB, the largest that is taken. */
const largest = Uint8Array.of(0, 0, 0x40, 0, 0);
/** The prefix of one of 65 000 bytes. */
const middle = Uint8Array.of(0, 0, 0, 0xfd, 0xe8);

/** A message of 16 000 bytes with its prefix. */
const whole = new Uint8Array(16_000);
whole.set(Uint8Array.of(0, 0, 0, 0x3e, 0x7b));
const streams = 20;

function ids(count: number): number[] {
  return Array.from({ length: count }, (_, i) => 2 * i + 1);
}

/** An ack behind all that was sent. */
async function taken(attacker: Attacker): Promise<void> {
  attacker.send(settings());
  await attacker.frame("an ack behind it", ({ type, flags }) => type === 4 && flags === 1);
}

async function expectHeld(stage: ServerStage, bytesMax: number): Promise<string> {
  const held = await stage.hold();
  if (held > bytesMax) throw new Error(`${Math.round(held / 1024)} KiB were held`);
  return "bounded bytes held";
}

const unfinished: readonly ServerAttack[] = [
  {
    name: "messages of 4 MiB but for a byte on 99 streams",
    vector: "unfinished",
    role: "server",
    guard: "maxHeldMessageBytes, here 16 MiB: large messages come in one after the other",
    victim: { limits: { maxHeldMessageBytes: 16 * mebibyte } },
    unguarded: { limits: { maxHeldMessageBytes: unlimited, maxTotalHeldMessageBytes: unlimited } },
    bounds: { heldBytes: 22 * mebibyte, rssPeakBytes: 160 * mebibyte },
    async run(stage) {
      const attacker = await stage.connect();
      const follower = new WindowFollower(attacker);
      attacker.send(...ids(99).map((id) => headers(id, unary)));
      await follower.send(ids(99), 4 * mebibyte - 1, largest);
      return expectHeld(stage, 22 * mebibyte);
    },
  },
  {
    name: "acks of PINGs that come late, to have the windows grow",
    vector: "unfinished",
    role: "server",
    guard: "receiveBufferBytesMax bounds windows",
    unguarded: { limits: { receiveBufferBytesMax: unlimited, maxHeldMessageBytes: unlimited } },
    bounds: { heldBytes: 12 * mebibyte, rssPeakBytes: 120 * mebibyte },
    async run(stage) {
      const attacker = await stage.connect();
      const follower = await lateAcks(attacker);
      attacker.send(rst(1, ErrorCode.CANCEL));
      await follower.send(ids(40).slice(1), 16 * mebibyte, largest);
      return expectHeld(stage, 12 * mebibyte);
    },
  },
  {
    name: "late acks, and a message that is waited for to keep the connection's window open",
    vector: "unfinished",
    role: "server",
    guard: "maxHeldMessageBytes, here 16 MiB",
    victim: { limits: { maxHeldMessageBytes: 16 * mebibyte } },
    unguarded: { limits: { maxHeldMessageBytes: unlimited } },
    bounds: { heldBytes: 22 * mebibyte, rssPeakBytes: 160 * mebibyte },
    async run(stage) {
      const attacker = await stage.connect();
      const follower = await lateAcks(attacker);
      await follower.send(ids(40).slice(1), 16 * mebibyte, largest);
      return expectHeld(stage, 22 * mebibyte);
    },
  },
];

/** Has the windows grow by acks that come late, with a message that stays without its end. */
async function lateAcks(attacker: Attacker): Promise<WindowFollower> {
  const follower = new WindowFollower(attacker);
  attacker.send(...ids(40).map((id) => headers(id, id === 1 ? unary : ignore)));
  for (let round = 0; round < 8; round++) {
    await follower.send([1], 500_000, round === 0 ? largest : new Uint8Array(0));
    await sleep(50);
    for (const ping of follower.pings.splice(0)) attacker.send(frame(6, ACK, 0, ping));
    await taken(attacker);
  }
  return follower;
}

const sums: readonly ServerAttack[] = [
  {
    name: "messages of 65 KB but for their end, on 1 000 streams of 100 connections",
    vector: "sums",
    role: "server",
    guard: "maxTotalHeldMessageBytes, here 8 MiB",
    victim: { limits: { maxTotalHeldMessageBytes: 8 * mebibyte } },
    unguarded: { limits: { maxTotalHeldMessageBytes: unlimited } },
    bounds: { heldBytes: 24 * mebibyte, rssPeakBytes: 200 * mebibyte, sentBytes: 16 * mebibyte },
    async run(stage) {
      const attackers = await Promise.all(Array.from({ length: 100 }, () => stage.connect()));
      await Promise.all(
        attackers.map(async (attacker) => {
          attacker.send(...ids(10).map((id) => headers(id, unary)));
          await new WindowFollower(attacker).send(ids(10), 64_000, middle);
        }),
      );
      return expectHeld(stage, 24 * mebibyte);
    },
  },
  {
    name: "more connections than a server takes",
    vector: "sums",
    role: "server",
    guard: "maxConnections, here 50",
    victim: { limits: { maxConnections: 50 } },
    unguarded: { limits: { maxConnections: unlimited } },
    async run(stage) {
      const sockets = Array.from({ length: 200 }, () => stage.socket());
      let closed = 0;
      for (const socket of sockets) socket.resume().once("close", () => closed++);
      for (let waitedMs = 0; closed < 150; waitedMs += 20) {
        if (waitedMs > stage.patienceMs) throw new Error(`only ${closed} of 200 connections were closed`);
        await sleep(20);
      }
      const { errors } = await stage.state();
      if ((errors["listener"] ?? 0) === 0) throw new Error("onError heard nothing");
      return "closed, and told";
    },
  },
  {
    name: "calls begun and taken back with their connections",
    vector: "sums",
    role: "server",
    guard: "lostCallBurst, here 1 000",
    victim: { limits: { lostCallBurst: 1_000 } },
    unguarded: { limits: { lostCallBurst: unlimited } },
    async run(stage) {
      const { handlersBegun: before } = await stage.state();
      const calls = Buffer.concat([preface, settings(), settingsAck, ...ids(100).map((id) => headers(id, ignore))]);
      for (let round = 0; round < 60; round++) {
        // Of another address than the honest client, which is not to pay for it.
        const socket = stage.adopt(connect({ port: stage.port, host: "127.0.0.1", localAddress: "127.0.0.9" }));
        socket.write(calls);
        await new Promise((resolve) => socket.once("data", resolve).once("close", resolve));
        await sleep(5);
        socket.resetAndDestroy();
      }
      const { handlersBegun } = await stage.state();
      const begun = handlersBegun - before;
      // What comes free again within the time of the attack is 1 000 a second.
      if (begun > 4_500) throw new Error(`${begun} handlers were begun`);
      return "connections turned away";
    },
  },
];

/** Sends a byte now and then until the victim ends the connection. */
async function dribble(stage: ServerStage, attacker: Attacker, bytes: Uint8Array): Promise<void> {
  for (let i = 0, waitedMs = 0; i < bytes.length && !attacker.socket.destroyed; i++) {
    attacker.sendBytes(bytes.subarray(i, i + 1));
    await sleep(100);
    waitedMs += 100;
    if (waitedMs > stage.patienceMs) throw new Error(`the connection was still open after ${waitedMs} ms`);
    if (attacker.peer.log.at(-1)?.startsWith("GOAWAY") === true) return;
  }
}

const quick = { receiveRateGraceMs: 400 };
const off = { limits: { minReceiveRateBytesPerSecond: 0 } };
const openBlock = headers(1, unary);
openBlock[4] = 0;
const continuation = bytesOf(0, 0x20, 0, 9, 4, 0, 0, 0, 1, new Uint8Array(8_192));

const dribbles: Readonly<Record<string, Uint8Array>> = {
  "a header block": headers(1, [...unary, "x", "y".repeat(2_000)]),
  CONTINUATION: bytesOf(openBlock, continuation),
  "a frame of DATA": bytesOf(headers(1, ignore), data(1, 5_000)),
};

/** Waits until the server ends a call for what it holds; does `poke` now and then. */
async function exhausted(stage: ServerStage, attacker: Attacker, id: number, poke: () => void): Promise<string> {
  const isHead = (event: string): boolean => event.startsWith(`HEADERS(stream ${id},`);
  for (let waitedMs = 0; !attacker.peer.log.some(isHead); waitedMs += 50) {
    if (waitedMs > stage.patienceMs) throw new Error(`the call ${id} was still open`);
    poke();
    await sleep(50);
  }
  const { list } = await attacker.frame("the status", ({ type, streamId }) => type === 1 && streamId === id);
  const status = list?.[(list?.indexOf("grpc-status") ?? -1) + 1];
  if (status !== "8") throw new Error(`the call ended with ${status}`);
  return "RESOURCE_EXHAUSTED";
}

const rates: readonly ServerAttack[] = [
  ...Object.entries(dribbles).map(
    ([name, bytes]): ServerAttack => ({
      name: `${name}, a byte now and then`,
      vector: "least-rate",
      role: "server",
      guard: "minReceiveRateBytesPerSecond, receiveRateGraceMs",
      victim: { limits: quick },
      unguarded: off,
      async run(stage) {
        const attacker = await stage.connect();
        const whole = bytes.length - (name === "a header block" ? 2_000 : name === "CONTINUATION" ? 8_192 : 5_000);
        attacker.sendBytes(bytes.subarray(0, Math.max(whole - 20, 5)));
        await dribble(stage, attacker, bytes.subarray(Math.max(whole - 20, 5)));
        return attacker.expectGoaway(calm);
      },
    }),
  ),
  {
    name: "a message, a byte now and then",
    vector: "least-rate",
    role: "server",
    guard: "minReceiveRateBytesPerSecond, receiveRateGraceMs",
    victim: { limits: quick },
    unguarded: off,
    async run(stage) {
      const attacker = await stage.connect();
      attacker.send(headers(1, unary), data(1, middle));
      return exhausted(stage, attacker, 1, () => attacker.send(data(1, 1)));
    },
  },
  {
    name: "unary calls of which the headers come, or all but END_STREAM",
    vector: "least-rate",
    role: "server",
    guard: "minReceiveRateBytesPerSecond, receiveRateGraceMs",
    victim: { limits: quick },
    unguarded: off,
    async run(stage) {
      const attacker = await stage.connect();
      // Behind the others: a stream of requests that is quiet, which is nobody's business.
      for (const id of ids(streams)) attacker.send(headers(id, unary), ...(id % 4 === 1 ? [data(id, whole)] : []));
      const quietId = 2 * streams + 1;
      attacker.send(headers(quietId, ignore));
      const nothing = (): void => undefined;
      for (const id of ids(streams)) await exhausted(stage, attacker, id, nothing);
      if (attacker.peer.log.some((event) => event.includes(`(stream ${quietId}`)))
        throw new Error("a quiet stream was ended");
      return "RESOURCE_EXHAUSTED";
    },
  },
  {
    name: "WINDOW_UPDATE of a byte now and then, against large answers",
    vector: "least-rate",
    role: "server",
    guard: "minSendRateBytesPerSecond, stallTimeoutMs",
    victim: { limits: { stallTimeoutMs: 400 } },
    unguarded: { limits: { minSendRateBytesPerSecond: 0 } },
    bounds: { heldBytes: 24 * mebibyte },
    async run(stage) {
      const attacker = await stage.connect();
      attacker.send(headers(1, download), data(1, muchWanted, END_STREAM), windowUpdate(0, 1 << 24));
      const over = attacker.expectReset(calm, 1);
      over.catch(() => undefined);
      for (let waitedMs = 0; waitedMs < stage.patienceMs; waitedMs += 50) {
        attacker.send(windowUpdate(1, 1));
        await sleep(50);
        if (attacker.peer.log.some((event) => event.startsWith("RST_STREAM"))) return over;
      }
      throw new Error("the answers were still held");
    },
  },
];

export const heldAttacks: readonly ServerAttack[] = [...unfinished, ...sums, ...rates];
