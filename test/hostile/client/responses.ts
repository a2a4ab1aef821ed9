import { ErrorCode } from "../../../src/base/transport.js";
import {
  block,
  bytesOf,
  data,
  END_HEADERS,
  END_STREAM,
  frame,
  headers,
  hpackString,
  pushPromise,
  rst,
  windowUpdate,
} from "../../../src/http2/frames.testing.js";
import { prefixed } from "../../specification/grpc/messages.testing.js";
import { okHead } from "../../specification/grpc/raw-server.testing.js";
import { type ClientAttack, mebibyte } from "../attack.js";
import { bombs } from "../bombs.js";
import { field, type Payload, payloads } from "../payloads.js";
import type { VictimOptions } from "../protocol.js";
import { type ClientStage, expectEnds } from "../stage.js";

const unlimited = 1e12;
const timeoutMs = 15_000;
const listUnlimited: VictimOptions = { limits: { headerListBytesMax: unlimited, headerFieldsMax: unlimited } };
const zero = ["grpc-status", "0"];

type Method = "unary" | "serverStream" | "take";

/** One call, answered with these frames; then its connection is of no use any more. */
async function answered(
  stage: ClientStage,
  make: (id: number) => Uint8Array,
  statuses: readonly string[],
  method: Method = "unary",
): Promise<string> {
  const ends = stage.call({ method, count: 1, timeoutMs });
  const { attacker, id } = await stage.acceptCall();
  attacker.send(make(id));
  const outcome = await expectEnds(ends, ...statuses);
  attacker.socket.destroy();
  return outcome;
}

const entry = bytesOf(0x40, hpackString("n"), hpackString("v".repeat(4_000)));

const lists: Readonly<Record<string, () => Uint8Array>> = {
  "header lists of too many bytes": () =>
    bytesOf(
      block(okHead),
      ...Array.from({ length: 100 }, () => bytesOf(0x40, hpackString("n"), hpackString("v".repeat(100)))),
      new Uint8Array(80).fill(0x80 | 62),
    ),
  "header lists of too many fields": () => block([...okHead, ...Array.from({ length: 400 }, () => "a")]),
  "HPACK bomb": () => bytesOf(block(okHead), entry, new Uint8Array(10_000).fill(0x80 | 62)),
};

const listAttacks: readonly ClientAttack[] = Object.entries(lists).map(
  ([name, make]): ClientAttack => ({
    name,
    vector: "header-list",
    role: "client",
    guard: "headerListBytesMax, headerFieldsMax",
    unguarded: listUnlimited,
    quick: name === "HPACK bomb",
    run: (stage) =>
      answered(stage, (id) => bytesOf(frame(1, END_HEADERS, id, make()), headers(id, zero, END_STREAM)), [
        "RESOURCE_EXHAUSTED",
      ]),
  }),
);

/** Responses that break a rule; each call gets a status, and no process ends. */
const malformed: Readonly<Record<string, (id: number) => Uint8Array>> = {
  "no status": (id) => headers(id, ["content-type", "application/grpc"], END_STREAM),
  "a status of letters": (id) => headers(id, [":status", "abc"], END_STREAM),
  "grpc-status of letters": (id) => headers(id, [...okHead, "grpc-status", "x"], END_STREAM),
  "grpc-status of 2^40": (id) => headers(id, [...okHead, "grpc-status", "1099511627776"], END_STREAM),
  "no grpc-status": (id) => headers(id, okHead, END_STREAM),
  HTML: (id) => bytesOf(headers(id, [":status", "200", "content-type", "text/html"]), data(id, 5, END_STREAM)),
  "details that are no base64": (id) =>
    headers(id, [...okHead, "grpc-status", "3", "grpc-status-details-bin", "%%%"], END_STREAM),
  "details that are no message": (id) =>
    headers(id, [...okHead, "grpc-status", "3", "grpc-status-details-bin", "//////8"], END_STREAM),
  "an unknown encoding": (id) =>
    bytesOf(
      headers(id, [...okHead, "grpc-encoding", "__proto__"]),
      data(id, prefixed(Uint8Array.of(1), 1)),
      headers(id, zero, END_STREAM),
    ),
  "garbage for gzip": (id) =>
    bytesOf(
      headers(id, [...okHead, "grpc-encoding", "gzip"]),
      data(id, prefixed(Uint8Array.of(1, 2), 1)),
      headers(id, zero, END_STREAM),
    ),
  "a flag byte of 9": (id) =>
    bytesOf(headers(id, okHead), data(id, prefixed(Uint8Array.of(1), 9)), headers(id, zero, END_STREAM)),
  "two messages": (id) =>
    bytesOf(
      headers(id, okHead),
      data(id, bytesOf(prefixed(new Uint8Array(0)), prefixed(new Uint8Array(0)))),
      headers(id, zero, END_STREAM),
    ),
  "half a message": (id) =>
    bytesOf(headers(id, okHead), data(id, prefixed(Uint8Array.of(1), 0, 9)), headers(id, zero, END_STREAM)),
  "no message": (id) => bytesOf(headers(id, okHead), headers(id, zero, END_STREAM)),
  "DATA before headers": (id) => data(id, 5),
  "empty header names": (id) => headers(id, [...okHead, "", "v"], END_STREAM),
  "upper case": (id) => headers(id, [...okHead, "X-Upper", "v"], END_STREAM),
  "a reset": (id) => rst(id, ErrorCode.INTERNAL_ERROR),
  "a window of 0": (id) => windowUpdate(id, 0),
  "a window past 2^31-1": (id) => windowUpdate(id, 0x7fff_ffff),
};

const responses: ClientAttack = {
  name: "malformed responses",
  vector: "malformed",
  role: "client",
  guard: "no byte of a peer throws out of its connection",
  quick: true,
  async run(stage) {
    const outcomes = new Set<string>();
    for (const [name, make] of Object.entries(malformed)) {
      // A connection that was lost without any answer is followed by a backoff.
      const ends = stage.call({ method: "unary", count: 1, timeoutMs, waitForReady: true });
      const { attacker, id } = await stage.acceptCall();
      attacker.send(make(id));
      const [end] = await ends;
      attacker.socket.destroy();
      if (end === undefined || end.status === "OK" || end.status === "DEADLINE_EXCEEDED") {
        throw new Error(`${name}: the call ended with ${end?.status}`);
      }
      outcomes.add(end.status);
    }
    return [...outcomes].sort().join(", ");
  },
};

/** A stream that the server makes us reset, again and again: we open streams ourselves, and go on. */
const madeReset: ClientAttack = {
  name: "make it reset: all its calls",
  vector: "made-you-reset",
  role: "client",
  guard: "a client resets no more streams than it opened",
  async run(stage) {
    const ends = stage.call({ method: "serverStream", count: 300, timeoutMs, inTurn: true });
    const attacker = await stage.accept();
    for (let i = 0; i < 300; i++) {
      const { streamId } = await attacker.frame("a request", ({ type }) => type === 1);
      attacker.send(windowUpdate(streamId, 0));
    }
    return expectEnds(ends, "INTERNAL", "UNAVAILABLE");
  },
};

const rapidReset: ClientAttack = {
  name: "every call reset at once",
  vector: "rapid-reset",
  role: "client",
  guard: "refused calls are begun again once",
  async run(stage) {
    const calls = 500;
    const ends = stage.call({ method: "serverStream", count: calls, timeoutMs });
    const attacker = await stage.accept();
    let requests = 0;
    let isDone = false;
    const done = ends.then(() => {
      isDone = true;
    });
    while (!isDone) {
      const next = attacker.peer.untilFrame("a request", ({ type }) => type === 1);
      next.catch(() => undefined);
      const event = await Promise.race([next, done]);
      if (event === undefined) break;
      requests++;
      attacker.send(rst(event.streamId, ErrorCode.REFUSED_STREAM));
    }
    if (requests > 2 * calls) throw new Error(`${requests} requests came of ${calls} calls`);
    return `${await expectEnds(ends, "UNAVAILABLE")}, ${requests} requests of ${calls} calls`;
  },
};

const others: readonly ClientAttack[] = [
  {
    name: "% at the end of grpc-message",
    vector: "percent-sign",
    role: "client",
    guard: "what cannot be decoded stays as it is",
    quick: true,
    async run(stage) {
      for (const message of ["%", "100%", "%2", "%zz", "%ff%fe", "%e2%82", "%".repeat(4_000)]) {
        await answered(
          stage,
          (id) => headers(id, [...okHead, "grpc-status", "3", "grpc-message", message], END_STREAM),
          ["INVALID_ARGUMENT"],
        );
      }
      return "INVALID_ARGUMENT";
    },
  },
  {
    name: "a pushed stream",
    vector: "settings",
    role: "client",
    guard: "ENABLE_PUSH is 0",
    async run(stage) {
      const ends = stage.call({ method: "serverStream", count: 1, timeoutMs });
      const { attacker, id } = await stage.acceptCall();
      attacker.send(pushPromise(id, 2, okHead));
      const outcome = await attacker.expectGoaway(ErrorCode.PROTOCOL_ERROR);
      return `${outcome}, call ${await expectEnds(ends, "UNAVAILABLE", "INTERNAL")}`;
    },
  },
  {
    name: "informational responses without end",
    vector: "empty",
    role: "client",
    guard: "uselessFrameBurst",
    unguarded: { limits: { uselessFrameBurst: unlimited } },
    async run(stage) {
      const ends = stage.call({ method: "serverStream", count: 1, timeoutMs });
      const { attacker, id } = await stage.acceptCall();
      await attacker.flood(20_000, () => headers(id, [":status", "103"]));
      const outcome = await attacker.expectGoaway(ErrorCode.ENHANCE_YOUR_CALM);
      return `${outcome}, call ${await expectEnds(ends, "UNAVAILABLE", "RESOURCE_EXHAUSTED")}`;
    },
  },
  {
    name: "a length prefix of 4 GiB",
    vector: "message-size",
    role: "client",
    guard: "receiveMessageBytesMax, at the prefix",
    unguarded: { receiveMessageBytesMax: 0xffff_ffff },
    quick: true,
    async run(stage) {
      const ends = stage.call({ method: "unary", count: 1, timeoutMs: Math.min(stage.patienceMs, timeoutMs) });
      const { attacker, id } = await stage.acceptCall();
      attacker.send(headers(id, okHead), data(id, bytesOf(0, 0xff, 0xff, 0xff, 0xff, 1, 2, 3)));
      return expectEnds(ends, "RESOURCE_EXHAUSTED");
    },
  },
  {
    name: "length prefixes of 4 MiB and no more for all calls",
    vector: "message-size",
    role: "client",
    guard: "memory is taken as bytes come",
    bounds: { heldBytes: 4 * mebibyte, rssPeakBytes: 24 * mebibyte },
    async run(stage) {
      const calls = 200;
      const ends = stage.call({ method: "serverStream", count: calls, timeoutMs: 1_500 });
      const { attacker, id } = await stage.acceptCall();
      for (let i = 0; i < calls; i++) {
        attacker.send(headers(id + 2 * i, okHead), data(id + 2 * i, bytesOf(0, 0, 0x40, 0, 0, 1)));
        if (i < calls - 1) await attacker.frame("a request", ({ type }) => type === 1);
      }
      await stage.hold();
      return expectEnds(ends, "DEADLINE_EXCEEDED");
    },
  },
];

const bombAttacks: readonly ClientAttack[] = bombs.map(
  ({ title, encoding, make }): ClientAttack => ({
    name: title,
    vector: "message-size",
    role: "client",
    guard: "receiveMessageBytesMax, while it is decompressed",
    unguarded: { receiveMessageBytesMax: 0xffff_ffff },
    async run(stage) {
      // As much as the window of a stream lets through at the start; the rest is not needed to be over the limit.
      const body = prefixed(make(), 1);
      const ends = stage.call({ method: "unary", count: 1, timeoutMs });
      const { attacker, id } = await stage.acceptCall();
      attacker.send(headers(id, [...okHead, "grpc-encoding", encoding]));
      for (let at = 0, windowBytes = 65_535; at < body.length; at += 16_000) {
        const part = body.subarray(at, at + 16_000);
        while (windowBytes < part.length) {
          const { payload } = await attacker.frame("window", ({ type, streamId }) => type === 8 && streamId === id);
          windowBytes += new DataView(payload.buffer, payload.byteOffset).getUint32(0);
        }
        attacker.send(data(id, part));
        windowBytes -= part.length;
      }
      attacker.send(headers(id, zero, END_STREAM));
      return expectEnds(ends, "RESOURCE_EXHAUSTED");
    },
  }),
);

/** Taken { nested } in one response, written as JSON by its receiver. */
function payloadAttack({ name, vector, guard, bytes, fails, bounds, quick }: Payload): ClientAttack {
  const isOfServer = name.startsWith("JSON nested") || name.endsWith("a key of JSON");
  const taken = prefixed(field(3, bytes));
  return {
    name,
    vector,
    guard,
    role: "client",
    ...(bounds === undefined ? {} : { bounds }),
    ...(quick === undefined ? {} : { quick }),
    async run(stage) {
      const ends = stage.call({ method: "take", count: 1, timeoutMs });
      const { attacker, id } = await stage.acceptCall();
      attacker.send(headers(id, okHead));
      for (let at = 0, windowBytes = 65_535; at < taken.length; at += 16_000) {
        const part = taken.subarray(at, at + 16_000);
        while (windowBytes < part.length) {
          const { payload } = await attacker.frame("window", ({ type, streamId }) => type === 8 && streamId === id);
          windowBytes += new DataView(payload.buffer, payload.byteOffset).getUint32(0);
        }
        attacker.send(data(id, part));
        windowBytes -= part.length;
      }
      attacker.send(headers(id, zero, END_STREAM));
      const [end] = await ends;
      if ((end?.status !== "OK") !== (fails && !isOfServer)) throw new Error(`the call ended with ${end?.status}`);
      return end?.status === "OK" ? "OK" : end?.status || "an error of the code that asked for JSON";
    },
  };
}

/** JSON in a string is read by the service only. */
const fromServers = payloads.filter(({ name }) => !name.includes("JSON nested") && !name.includes("key of JSON"));

export const responseAttacks: readonly ClientAttack[] = [
  ...listAttacks,
  responses,
  madeReset,
  rapidReset,
  ...others,
  ...bombAttacks,
  ...fromServers.map(payloadAttack),
];
