import zlib from "node:zlib";
import { bytesOf, data, END_STREAM, headers } from "../../../src/http2/frames.testing.js";
import { prefixed } from "../../specification/grpc/messages.testing.js";
import { okHead } from "../../specification/grpc/raw-server.testing.js";
import { type ClientAttack, mebibyte } from "../attack.js";
import { dearMessage, dearMessages } from "../dear-messages.js";
import { field } from "../payloads.js";
import { expectEnds } from "../stage.js";

const head = [...okHead, "grpc-encoding", "gzip"];
const zero = ["grpc-status", "0"];

/** Taken { nested } with fifty thousand messages within, compressed. */
function taken(): Uint8Array {
  const nested = new Uint8Array(100_000);
  for (let i = 0; i < nested.length; i += 2) nested[i] = 0x3a;
  return prefixed(zlib.gzipSync(field(3, nested)), 1);
}

export const clientLoopAttacks: readonly ClientAttack[] = [
  {
    name: "80 small compressed messages in one response",
    vector: "loop-time",
    role: "client",
    guard: "TurnBudget",
    bounds: { loopDelayMs: 200, cpuMs: 10_000, rssPeakBytes: 320 * mebibyte },
    unguarded: { coarseClock: true },
    async run(stage) {
      const ends = stage.call({ method: "pour", count: 1, timeoutMs: 20_000 });
      const { attacker, id } = await stage.acceptCall();
      const bytes = dearMessages(taken());
      const frames: Uint8Array[] = [];
      for (let at = 0; at < bytes.length; at += 16_000) frames.push(data(id, bytes.subarray(at, at + 16_000)));
      attacker.send(headers(id, head), bytesOf(...frames), headers(id, zero, END_STREAM));
      return expectEnds(ends, "OK");
    },
  },
  {
    name: "responses without an end, with messages that decode to much",
    vector: "message-size",
    role: "client",
    guard: "a response is opened when the status is OK",
    bounds: { heldBytes: 2 * mebibyte, rssPeakBytes: 24 * mebibyte, cpuMs: 1_500 },
    async run(stage) {
      const calls = 50;
      const ends = stage.call({ method: "unary", count: calls, timeoutMs: 2_000 });
      const { attacker, id } = await stage.acceptCall();
      const message = dearMessage("unknown fields");
      for (let i = 0; i < calls; i++) {
        attacker.send(headers(id + 2 * i, head), data(id + 2 * i, message));
        if (i < calls - 1) await attacker.frame("a request", ({ type }) => type === 1);
      }
      await stage.hold();
      return expectEnds(ends, "DEADLINE_EXCEEDED");
    },
  },
];
