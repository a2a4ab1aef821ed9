import { type Status, statusName } from "peregrine";
import { bytesOf, data, END_STREAM, headers, settings } from "../../../src/http2/frames.testing.js";
import { prefixed } from "../../specification/grpc/messages.testing.js";
import { type RawAnswer, RawClient, requestHeaders, statusOf } from "../../specification/grpc/raw-client.testing.js";
import { fieldOf } from "../../specification/raw-peer.testing.js";
import { mebibyte, type ServerAttack } from "../attack.js";
import { bombs } from "../bombs.js";
import { type Payload, payloads } from "../payloads.js";
import type { ServerStage } from "../stage.js";

const take = requestHeaders({ ":path": "/peregrine.hostile.Hostile/Take" });
const ignore = requestHeaders({ ":path": "/peregrine.hostile.Hostile/Ignore" });

/** Windows of a server at the start let no more through at once. */
const partBytes = 16_000;

function describeAnswer(answer: RawAnswer): string {
  if (answer.reset !== undefined && statusOf(answer) === undefined) return `RST_STREAM ${answer.reset}`;
  const status = statusOf(answer);
  return status === undefined ? `:status ${fieldOf(answer.head, ":status")}` : statusName(status as Status);
}

/** Sends a body as the windows allow, and gives the answer. */
async function call(stage: ServerStage, list: readonly string[], body: Uint8Array): Promise<RawAnswer> {
  const attacker = await stage.connect();
  const client = new RawClient(attacker.peer);
  const id = client.open(list);
  attacker.frames++;
  let windowBytes = 65_535;
  for (let at = 0; at < body.length; at += partBytes) {
    const part = body.subarray(at, at + partBytes);
    while (windowBytes < part.length) {
      const update = await attacker.frame("window", ({ type, streamId }) => type === 8 && streamId === id);
      windowBytes += new DataView(update.payload.buffer, update.payload.byteOffset).getUint32(0);
    }
    attacker.send(data(id, part, at + part.length === body.length ? END_STREAM : 0));
    windowBytes -= part.length;
  }
  const answer = await attacker.within("an answer", client.answer(id));
  attacker.socket.destroy();
  return answer;
}

async function expectStatus(
  stage: ServerStage,
  list: readonly string[],
  body: Uint8Array,
  wanted: string,
): Promise<string> {
  const found = describeAnswer(await call(stage, list, body));
  if (found === wanted) return found;
  throw new Error(`the call ended with ${found} instead of ${wanted}`);
}

const sizes: readonly ServerAttack[] = [
  {
    name: "a length prefix of 4 GiB",
    vector: "message-size",
    role: "server",
    guard: "receiveMessageBytesMax, at the prefix",
    unguarded: { receiveMessageBytesMax: 0xffff_ffff },
    quick: true,
    async run(stage) {
      const attacker = await stage.connect();
      const client = new RawClient(attacker.peer);
      const id = client.open(take);
      attacker.send(data(id, bytesOf(0, 0xff, 0xff, 0xff, 0xff, 1, 2, 3)));
      const found = describeAnswer(await attacker.within("an answer", client.answer(id)));
      if (found !== "RESOURCE_EXHAUSTED") throw new Error(`the call ended with ${found}`);
      return found;
    },
  },
  {
    name: "length prefixes of 4 MiB and no more on all streams",
    vector: "message-size",
    role: "server",
    guard: "memory is taken as bytes come",
    bounds: { heldBytes: 2 * mebibyte, rssPeakBytes: 16 * mebibyte },
    async run(stage) {
      const attacker = await stage.connect();
      await attacker.flood(
        100,
        (i) => bytesOf(headers(2 * i + 1, take), data(2 * i + 1, bytesOf(0, 0, 0x40, 0, 0, 1))),
        2,
      );
      attacker.send(settings());
      await attacker.frame("an ack behind the calls", ({ type, flags }) => type === 4 && flags === 1);
      await stage.hold();
      return "nothing held";
    },
  },
];

const bombAttacks: readonly ServerAttack[] = bombs.map(
  ({ title, encoding, make }): ServerAttack => ({
    name: `${title}, ten times`,
    vector: "message-size",
    role: "server",
    guard: "receiveMessageBytesMax, while it is decompressed",
    unguarded: { receiveMessageBytesMax: 0xffff_ffff },
    // Ten times the limit of 4 MiB, and what zlib and the allocators of its threads keep.
    bounds: { rssPeakBytes: 112 * mebibyte },
    async run(stage) {
      const list = [...take, "grpc-encoding", encoding];
      const body = prefixed(make(), 1);
      const ends = await Promise.all(
        Array.from({ length: 10 }, () => expectStatus(stage, list, body, "RESOURCE_EXHAUSTED")),
      );
      return ends[0] ?? "";
    },
  }),
);

const unit = "9".repeat(2_000);

/** Starts of calls, and bodies, that break a rule of gRPC; each has its answer. */
const malformed: readonly (readonly [list: readonly string[], body: Uint8Array])[] = [
  [requestHeaders({ ":path": "/" }), prefixed(new Uint8Array(0))],
  [requestHeaders({ ":path": "*" }), prefixed(new Uint8Array(0))],
  [requestHeaders({ ":path": "/__proto__/constructor" }), prefixed(new Uint8Array(0))],
  [requestHeaders({ ":path": "/peregrine.hostile.Hostile/__proto__" }), prefixed(new Uint8Array(0))],
  [requestHeaders({ ":path": `/${"/".repeat(5_000)}` }), prefixed(new Uint8Array(0))],
  [requestHeaders({ ":method": "CONNECT" }), prefixed(new Uint8Array(0))],
  [requestHeaders({ "content-type": "application/grpc;;;" }), prefixed(new Uint8Array(0))],
  [[...take, "grpc-timeout", unit], prefixed(new Uint8Array(0))],
  [[...take, "grpc-timeout", "99999999H"], prefixed(new Uint8Array(0), 7)],
  [[...take, "grpc-timeout", "-1S"], prefixed(new Uint8Array(0))],
  [[...take, "grpc-encoding", "__proto__"], prefixed(new Uint8Array(0), 1)],
  [[...take, "grpc-encoding", "gzip"], prefixed(Uint8Array.of(1, 2, 3), 1)],
  [[...take, "grpc-encoding", "gzip"], prefixed(new Uint8Array(0), 1)],
  [[...take, "grpc-encoding", "deflate"], prefixed(Uint8Array.of(0x78, 0x9c, 1), 1)],
  [[...take, "grpc-accept-encoding", ",,,;q=1,".repeat(500)], prefixed(new Uint8Array(0))],
  [[...take, "x-bin", "not base64!", "y-bin", "%%%"], prefixed(new Uint8Array(0))],
  [[...take, "te", "trailers", "te", "deflate"], prefixed(new Uint8Array(0))],
  [take, prefixed(new Uint8Array(0), 1)],
  [take, prefixed(new Uint8Array(0), 255)],
  [take, Uint8Array.of(0, 0, 0)],
  [take, prefixed(Uint8Array.of(1), 0, 9)],
  [take, bytesOf(prefixed(new Uint8Array(0)), prefixed(new Uint8Array(0)))],
  [take, new Uint8Array(0)],
];

const starts: ServerAttack = {
  name: "malformed starts of calls and compressed messages",
  vector: "malformed",
  role: "server",
  guard: "no byte of a peer throws out of its connection",
  quick: true,
  async run(stage) {
    const outcomes = new Set<string>();
    for (const [list, body] of malformed) {
      const attacker = await stage.connect();
      const client = new RawClient(attacker.peer);
      const parts = body.length === 0 ? [] : [body];
      outcomes.add(describeAnswer(await attacker.within("an answer", client.call([...list], ...parts))));
      attacker.frames += 1 + parts.length;
      attacker.socket.destroy();
    }
    return [...outcomes].sort().join(", ");
  },
};

/** Many starts of calls that never get a message: what each holds is little. */
const idle: ServerAttack = {
  name: "calls without a message",
  vector: "malformed",
  role: "server",
  guard: "concurrentStreamsMax",
  victim: { limits: { concurrentStreamsMax: 100 } },
  bounds: { heldBytes: 2 * mebibyte },
  async run(stage) {
    const attacker = await stage.connect();
    // Fewer than are refused before the connection is.
    await attacker.flood(280, (i) => headers(2 * i + 1, ignore));
    await attacker.expectReset(7, 559);
    await stage.hold();
    return "RST_STREAM REFUSED_STREAM";
  },
};

function payloadAttack(payload: Payload): ServerAttack {
  const { name, vector, guard, bytes, fails, bounds, quick } = payload;
  return {
    name,
    vector,
    guard,
    role: "server",
    ...(bounds === undefined ? {} : { bounds }),
    ...(quick === undefined ? {} : { quick }),
    async run(stage) {
      const found = describeAnswer(await call(stage, take, prefixed(bytes)));
      if ((found !== "OK") !== fails) throw new Error(`the call ended with ${found}`);
      return found;
    },
  };
}

export const messageAttacks: readonly ServerAttack[] = [
  ...sizes,
  ...bombAttacks,
  starts,
  idle,
  ...payloads.map(payloadAttack),
];
