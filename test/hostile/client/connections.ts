import { ErrorCode } from "../../../src/base/transport.js";
import { ascii, bytesOf, data, goaway, headers, settings } from "../../../src/http2/frames.testing.js";
import { prefixed } from "../../specification/grpc/messages.testing.js";
import { okHead } from "../../specification/grpc/raw-server.testing.js";
import { type ClientAttack, mebibyte } from "../attack.js";
import { type ClientStage, expectEnds } from "../stage.js";

/** A peer that takes no request: the call's own deadline is what ends it. */
const deadlineMs = 800;

/** Every connection is met the same way, for as long as the call lasts; gives how many there were. */
async function meetAll(
  stage: ClientStage,
  ends: Promise<unknown>,
  meet: (stage: ClientStage) => Promise<void>,
): Promise<number> {
  let count = 0;
  let isDone = false;
  void ends.finally(() => {
    isDone = true;
  });
  while (!isDone) {
    const met = meet(stage);
    met.catch(() => undefined);
    await Promise.race([met, ends]);
    count++;
  }
  return count;
}

const silent: readonly ClientAttack[] = [
  {
    name: "a server that accepts and says nothing",
    vector: "sockets",
    role: "client",
    guard: "connectTimeoutMs",
    victim: { connectTimeoutMs: 1_000 },
    unguarded: { connectTimeoutMs: 60_000 },
    async run(stage) {
      const ends = stage.call({ method: "unary", count: 20, timeoutMs: 5_000 });
      return expectEnds(ends, "UNAVAILABLE");
    },
  },
  {
    name: "a server that stops in the TLS handshake",
    vector: "sockets",
    role: "client",
    guard: "connectTimeoutMs",
    victim: { tls: true, connectTimeoutMs: 1_000 },
    unguarded: { tls: true, connectTimeoutMs: 60_000 },
    async run(stage) {
      const ends = stage.call({ method: "unary", count: 20, timeoutMs: 5_000 });
      const attacker = await stage.acceptSilent();
      attacker.sendBytes(Uint8Array.of(0x16, 3, 3, 0x40));
      return expectEnds(ends, "UNAVAILABLE");
    },
  },
  {
    name: "a server of another protocol",
    vector: "sockets",
    role: "client",
    guard: "the first frame must be SETTINGS",
    async run(stage) {
      const ends = stage.call({ method: "unary", count: 20, timeoutMs: 5_000 });
      const attacker = await stage.acceptSilent();
      attacker.sendBytes(ascii("HTTP/1.1 400 Bad Request\r\n\r\n"));
      return expectEnds(ends, "UNAVAILABLE");
    },
  },
  {
    name: "a server that hangs up on each connection",
    vector: "sockets",
    role: "client",
    guard: "backoff, and a bound on calls that begin again",
    async run(stage) {
      const ends = stage.call({ method: "unary", count: 50, timeoutMs: 1_500, waitForReady: true });
      const count = await meetAll(stage, ends, async () => {
        const attacker = await stage.acceptSilent();
        attacker.socket.destroy();
      });
      if (count > 30) throw new Error(`${count} connections in 1.5 s`);
      return `${await expectEnds(ends, "DEADLINE_EXCEEDED", "UNAVAILABLE")}, ${count} connections`;
    },
  },
  {
    name: "GOAWAY on each connection, before any call",
    vector: "control-flood",
    role: "client",
    guard: "a bound on calls that begin again, backoff",
    async run(stage) {
      const ends = stage.call({ method: "unary", count: 1, timeoutMs: 1_500, waitForReady: true });
      const count = await meetAll(stage, ends, async () => {
        const attacker = await stage.accept();
        attacker.send(goaway(0, ErrorCode.NO_ERROR));
      });
      if (count > 30) throw new Error(`${count} connections in 1.5 s`);
      return `${await expectEnds(ends, "DEADLINE_EXCEEDED", "UNAVAILABLE")}, ${count} connections`;
    },
  },
  {
    name: "SETTINGS and GOAWAY at once, for each of many calls",
    vector: "control-flood",
    role: "client",
    guard: "a connection that was of no use counts as a failure: backoff",
    quick: true,
    async run(stage) {
      const ends = stage.call({ method: "unary", count: 200, timeoutMs: 1_500, inTurn: true });
      const count = await meetAll(stage, ends, async () => {
        const attacker = await stage.acceptSilent();
        attacker.send(settings(), goaway(0, ErrorCode.NO_ERROR));
      });
      if (count > 20) throw new Error(`${count} connections for 200 calls`);
      return `${await expectEnds(ends, "DEADLINE_EXCEEDED", "UNAVAILABLE")}, ${count} connections`;
    },
  },
];

const slow: readonly ClientAttack[] = [
  {
    name: "a server that gives no window for large requests",
    vector: "slow-reader",
    role: "client",
    guard: "sendBufferBytesMax, and the deadline of the call",
    bounds: { heldBytes: 16 * mebibyte },
    async run(stage) {
      const ends = stage.call({ method: "bidi", count: 10, timeoutMs: deadlineMs, requestBytes: 65_536 });
      await stage.acceptCall(4, 0);
      await stage.hold();
      return expectEnds(ends, "DEADLINE_EXCEEDED");
    },
  },
  {
    name: "a server that does not read its socket",
    vector: "slow-reader",
    role: "client",
    guard: "sendBufferBytesMax, and the deadline of the call",
    bounds: { heldBytes: 16 * mebibyte },
    async run(stage) {
      const ends = stage.call({ method: "bidi", count: 10, timeoutMs: deadlineMs, requestBytes: 65_536 });
      const { attacker } = await stage.acceptCall(4, 0x7fff_ffff);
      attacker.stopReading();
      await stage.hold();
      return expectEnds(ends, "DEADLINE_EXCEEDED");
    },
  },
  {
    name: "no stream allowed",
    vector: "settings",
    role: "client",
    guard: "waitingCallsMax, and the deadline of the call",
    async run(stage) {
      const ends = stage.call({ method: "unary", count: 1_000, timeoutMs: deadlineMs });
      await stage.accept(3, 0);
      await stage.hold();
      return expectEnds(ends, "DEADLINE_EXCEEDED");
    },
  },
  {
    name: "DATA on a stream that is over",
    vector: "after-termination",
    role: "client",
    guard: "it is dropped, and its window given back",
    async run(stage) {
      const ends = stage.call({ method: "unary", count: 1, timeoutMs: 5_000 });
      const { attacker, id } = await stage.acceptCall();
      // Two messages where one is due: the client resets the stream.
      attacker.send(headers(id, okHead), data(id, bytesOf(prefixed(new Uint8Array(0)), prefixed(new Uint8Array(0)))));
      const outcome = await expectEnds(ends, "UNIMPLEMENTED", "INTERNAL");
      await attacker.flood(2_000, () => data(id, new Uint8Array(16_384)));
      attacker.send(settings());
      await attacker.frame("an ack behind the flood", ({ type, flags }) => type === 4 && flags === 1);
      await stage.hold();
      return `${outcome}, nothing held`;
    },
  },
  {
    name: "messages without content, without end",
    vector: "tiny-data",
    role: "client",
    guard: "receive windows; the deadline of the call",
    async run(stage) {
      const ends = stage.call({ method: "serverStream", count: 1, timeoutMs: deadlineMs });
      const { attacker, id } = await stage.acceptCall();
      attacker.send(headers(id, okHead));
      const messages = bytesOf(...Array.from({ length: 1_000 }, () => prefixed(new Uint8Array(0))));
      await attacker.flood(12, () => data(id, messages));
      await stage.hold();
      return expectEnds(ends, "DEADLINE_EXCEEDED");
    },
  },
  {
    name: "a table size that changes with each SETTINGS",
    vector: "hpack",
    role: "client",
    guard: "an update of the table is written once, before the next block",
    async run(stage) {
      const ends = stage.call({ method: "unary", count: 50, timeoutMs: deadlineMs, inTurn: true });
      const attacker = await stage.accept();
      for (let i = 0; i < 50; i++) {
        const { streamId } = await attacker.frame("a request", ({ type }) => type === 1);
        attacker.send(
          settings(1, i % 2 === 0 ? 0 : 65_536, 1, 4_096),
          headers(streamId, [...okHead, "grpc-status", "5"], 1),
        );
      }
      return expectEnds(ends, "NOT_FOUND");
    },
  },
];

export const connectionAttacks: readonly ClientAttack[] = [...silent, ...slow];
