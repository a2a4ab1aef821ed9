import { bytesOf, data, END_STREAM, headers } from "../../../src/http2/frames.testing.js";
import { RawClient, requestHeaders, statusOf } from "../../specification/grpc/raw-client.testing.js";
import { type Bounds, mebibyte, type ServerAttack } from "../attack.js";
import { dearMessage, dearMessages } from "../dear-messages.js";
import type { ServerStage } from "../stage.js";

const gzip = ["grpc-encoding", "gzip"];
const drain = [...requestHeaders({ ":path": "/peregrine.hostile.Hostile/Drain" }), ...gzip];
const drop = [...requestHeaders({ ":path": "/peregrine.hostile.Hostile/Drop" }), ...gzip];

/**
 * The turn's budget, one message that was begun within it, and a collection of what it made; on a machine that others use, which
 * takes longer for all of them.
 */
const bounds: Partial<Bounds> = { loopDelayMs: 200, cpuMs: 10_000, rssPeakBytes: 320 * mebibyte };
const guard = "TurnBudget";
const unguarded = { coarseClock: true };

function expectOk(status: number | undefined): void {
  if (status !== 0) throw new Error(`a call ended with ${status} instead of OK`);
}

function streamOf(what: "submessages" | "unknown fields"): ServerAttack {
  return {
    name: `80 small compressed messages of ${what} on one stream`,
    vector: "loop-time",
    role: "server",
    guard,
    bounds,
    // Unknown fields stay bytes, which takes so little time that 80 messages of them need no budget.
    ...(what === "submessages" ? { unguarded } : {}),
    async run(stage) {
      const attacker = await stage.connect();
      const client = new RawClient(attacker.peer);
      const id = client.open(drain);
      const bytes = dearMessages(dearMessage(what));
      attacker.send(bytesOf(...pieces(bytes).map((piece) => data(id, piece))), data(id, new Uint8Array(0), END_STREAM));
      expectOk(statusOf(await attacker.within("an answer", client.answer(id))));
      return "OK";
    },
  };
}

function pieces(bytes: Uint8Array): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += 16_000) found.push(bytes.subarray(at, at + 16_000));
  return found;
}

/** Complete calls on all streams of connections, each with one message. */
async function burst(stage: ServerStage, connections: number, calls: number): Promise<string> {
  const message = dearMessage("submessages");
  await Promise.all(
    Array.from({ length: connections }, async () => {
      const attacker = await stage.connect();
      const client = new RawClient(attacker.peer);
      const ids = Array.from({ length: calls }, (_, i) => 2 * i + 1);
      attacker.send(bytesOf(...ids.map((id) => bytesOf(headers(id, drop), data(id, message, END_STREAM)))));
      for (const id of ids) expectOk(statusOf(await attacker.within("an answer", client.answer(id))));
    }),
  );
  return "OK";
}

export const serverLoopAttacks: readonly ServerAttack[] = [
  streamOf("submessages"),
  streamOf("unknown fields"),
  {
    name: "a small compressed message in each of 100 calls of one read",
    vector: "loop-time",
    role: "server",
    guard,
    bounds,
    unguarded,
    run: (stage) => burst(stage, 1, 100),
  },
  {
    name: "a small compressed message in each of 20 calls of 5 connections",
    vector: "loop-time",
    role: "server",
    guard,
    bounds,
    unguarded,
    run: (stage) => burst(stage, 5, 20),
  },
  {
    name: "calls without an end, with messages that decode to much",
    vector: "message-size",
    role: "server",
    guard: "a request is opened when it is whole",
    bounds: { heldBytes: 2 * mebibyte, rssPeakBytes: 24 * mebibyte, cpuMs: 1_000 },
    quick: true,
    async run(stage) {
      const attacker = await stage.connect();
      const message = dearMessage("unknown fields");
      const { handlersBegun } = await stage.state();
      for (let i = 0; i < 90; i++) attacker.send(headers(2 * i + 1, drop), data(2 * i + 1, message));
      // Interceptors are asked at the headers: they could have refused.
      for (let asked = 0, looks = 0; asked < 90; looks++) {
        if (looks > 5_000) throw new Error(`interceptors were asked ${asked} times`);
        asked = (await stage.state()).handlersBegun - handlersBegun;
      }
      await stage.hold();
      return "nothing held";
    },
  },
];
