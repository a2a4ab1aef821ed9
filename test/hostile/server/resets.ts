import { ErrorCode } from "../../../src/base/transport.js";
import {
  bytesOf,
  data,
  END_STREAM,
  frame,
  headers,
  priority,
  rst,
  settings,
  windowUpdate,
} from "../../../src/http2/frames.testing.js";
import { echoRequest, prefixed } from "../../specification/grpc/messages.testing.js";
import { requestHeaders } from "../../specification/grpc/raw-client.testing.js";
import type { ServerAttack } from "../attack.js";
import type { ServerStage } from "../stage.js";

const calm = ErrorCode.ENHANCE_YOUR_CALM;
const unlimited = 1e12;
const rounds = 3;
const streamsEach = 2_000;

const stay = requestHeaders({ ":path": "/peregrine.hostile.Hostile/Stay" });
const ignore = requestHeaders({ ":path": "/peregrine.hostile.Hostile/Ignore" });
const withoutField = (name: string): string[] => requestHeaders({ [name]: undefined });
const withLength = requestHeaders({ "content-length": "5" });

/** Ways to make a server reset a stream, each a mistake that costs the stream only (CVE-2025-8671). */
const provocations: Readonly<Record<string, (id: number) => Uint8Array>> = {
  "WINDOW_UPDATE of 0": (id) => bytesOf(headers(id, ignore), windowUpdate(id, 0)),
  "a window past 2^31-1": (id) => bytesOf(headers(id, ignore), windowUpdate(id, 0x7fff_ffff)),
  "PRIORITY on itself": (id) => bytesOf(headers(id, ignore), priority(id, id)),
  "PRIORITY of a wrong length": (id) => bytesOf(headers(id, ignore), frame(2, 0, id, new Uint8Array(4))),
  "DATA behind END_STREAM": (id) => bytesOf(headers(id, ignore, END_STREAM), data(id, 1)),
  "HEADERS behind END_STREAM": (id) => bytesOf(headers(id, ignore, END_STREAM), headers(id, ignore, END_STREAM)),
  "a body of another length": (id) => bytesOf(headers(id, withLength), data(id, 6)),
  "trailers without END_STREAM": (id) => bytesOf(headers(id, ignore), headers(id, ["x-trailer", "y"])),
  "DATA beyond the window": (id) => bytesOf(headers(id, ignore), ...Array.from({ length: 5 }, () => data(id, 16_384))),
};

async function floodStreams(stage: ServerStage, make: (id: number) => Uint8Array): Promise<string> {
  let outcome = "";
  for (let round = 0; round < rounds; round++) {
    const attacker = await stage.connect();
    await attacker.flood(streamsEach, (i) => make(2 * i + 1), 2);
    outcome = await attacker.expectGoaway(calm);
  }
  return outcome;
}

const madeYouReset: readonly ServerAttack[] = Object.entries(provocations).map(
  ([name, make]): ServerAttack => ({
    name: `make it reset: ${name}`,
    vector: "made-you-reset",
    role: "server",
    guard: "resetBurst, resetsPerSecond",
    unguarded: { limits: { resetBurst: unlimited, uselessFrameBurst: unlimited } },
    quick: name === "WINDOW_UPDATE of 0",
    run: (stage) => floodStreams(stage, make),
  }),
);

const rapidReset: ServerAttack = {
  name: "rapid reset",
  vector: "rapid-reset",
  role: "server",
  guard: "resetBurst, resetsPerSecond",
  unguarded: { limits: { resetBurst: unlimited } },
  quick: true,
  run: (stage) => floodStreams(stage, (id) => bytesOf(headers(id, requestHeaders()), rst(id, ErrorCode.CANCEL))),
};

/** Open streams, and as many that are over while their handlers still work; one for the honest client. */
const handlersMax = 2 * 100 + 1;
const stayMs = 300;

const lingering: ServerAttack = {
  name: "rapid reset of calls whose handlers do not let go",
  vector: "rapid-reset",
  role: "server",
  guard: "concurrentStreamsMax holds for handlers, not for streams",
  victim: { limits: { resetBurst: unlimited, concurrentStreamsMax: 100 } },
  unguarded: { limits: { resetBurst: unlimited, concurrentStreamsMax: 1e6 } },
  async run(stage) {
    const attacker = await stage.connect();
    // StayRequest { milliseconds: 300 }
    const request = prefixed(Uint8Array.of(0x08, 0x80 | (stayMs & 0x7f), stayMs >> 7));
    const call = (id: number): Uint8Array => bytesOf(headers(id, stay), data(id, request, END_STREAM));
    await attacker.flood(streamsEach, (i) => bytesOf(call(2 * i + 1), rst(2 * i + 1, ErrorCode.CANCEL)), 3);
    attacker.send(settings());
    await attacker.frame("an ack behind the flood", ({ type, flags }) => type === 4 && flags === 1);
    const { handlersMost } = await stage.state();
    if (handlersMost > handlersMax) throw new Error(`${handlersMost} handlers ran at once`);
    return `${handlersMost} handlers at once, RST_STREAM REFUSED_STREAM`;
  },
};

const malformed: ServerAttack = {
  name: "malformed requests",
  vector: "made-you-reset",
  role: "server",
  guard: "malformedRequestBurst, malformedRequestsPerSecond",
  unguarded: { limits: { malformedRequestBurst: unlimited } },
  async run(stage) {
    const attacker = await stage.connect();
    await attacker.flood(10_000, (i) => headers(2 * i + 1, withoutField(":path"), END_STREAM));
    return attacker.expectGoaway(calm);
  },
};

/** They are the mistakes of single calls: other calls on the connection go on. */
const fewMalformed: ServerAttack = {
  name: "malformed requests beside good ones",
  vector: "made-you-reset",
  role: "server",
  guard: "a budget of their own",
  unguarded: { limits: { malformedRequestBurst: 200, malformedRequestsPerSecond: 1 } },
  async run(stage) {
    const attacker = await stage.connect();
    await attacker.flood(1_000, (i) => headers(2 * i + 1, withoutField(":path"), END_STREAM));
    attacker.send(headers(2_001, requestHeaders()), data(2_001, echoRequest({}), END_STREAM));
    const end = await attacker.frame("an answer", ({ type, streamId }) => type === 7 || streamId === 2_001);
    if (end.type === 7) throw new Error("the connection was ended for the mistakes of single calls");
    return "RST_STREAM PROTOCOL_ERROR, the good one answered";
  },
};

export const resetAttacks: readonly ServerAttack[] = [rapidReset, lingering, ...madeYouReset, malformed, fewMalformed];
