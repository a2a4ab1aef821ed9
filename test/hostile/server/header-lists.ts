import { ErrorCode } from "../../../src/base/transport.js";
import {
  block,
  bytesOf,
  data,
  END_HEADERS,
  END_STREAM,
  frame,
  headers,
  hpackInteger,
  hpackString,
  settings,
} from "../../../src/http2/frames.testing.js";
import { prefixed } from "../../specification/grpc/messages.testing.js";
import { requestHeaders } from "../../specification/grpc/raw-client.testing.js";
import type { ServerAttack } from "../attack.js";
import type { VictimOptions } from "../protocol.js";
import type { ServerStage } from "../stage.js";

const calm = ErrorCode.ENHANCE_YOUR_CALM;
const unlimited = 1e12;
/** Fewer than the resets that a server forgives. */
const streamsEach = 100;
const lastId = 2 * streamsEach - 1;

const listUnlimited: VictimOptions = { limits: { headerListBytesMax: unlimited, headerFieldsMax: unlimited } };

/** Streams that are refused one by one; what the last of them gets is what all get. */
async function refused(stage: ServerStage, make: (id: number) => Uint8Array, code: ErrorCode): Promise<string> {
  const attacker = await stage.connect();
  await attacker.flood(streamsEach, (i) => make(2 * i + 1));
  await stage.hold();
  return attacker.expectReset(code, lastId);
}

const literal = (name: string, value: string): string[] => [...requestHeaders(), name, value];
/** In the dynamic table as its only entry, and so under index 62. */
const tableEntry = bytesOf(0x40, hpackString("n"), hpackString("v".repeat(4_000)));

const lists: readonly ServerAttack[] = [
  {
    name: "header lists of too many bytes",
    vector: "header-list",
    role: "server",
    guard: "headerListBytesMax",
    unguarded: listUnlimited,
    run: (stage) =>
      refused(
        stage,
        (id) => bytesOf(frame(1, END_STREAM, id, block(literal("n", "v".repeat(15_000)))), more(id, "v".repeat(5_000))),
        calm,
      ),
  },
  {
    name: "header lists of too many fields",
    vector: "header-list",
    role: "server",
    guard: "headerFieldsMax",
    unguarded: listUnlimited,
    run: (stage) =>
      refused(
        stage,
        (id) => headers(id, [...requestHeaders(), ...Array.from({ length: 400 }, () => "a")], END_STREAM),
        calm,
      ),
  },
  {
    name: "HPACK bomb",
    vector: "header-list",
    role: "server",
    guard: "headerListBytesMax: decoded bytes are counted, and dropped beyond it",
    unguarded: listUnlimited,
    quick: true,
    run: (stage) =>
      refused(
        stage,
        (id) =>
          frame(
            1,
            END_HEADERS | END_STREAM,
            id,
            bytesOf(id === 1 ? tableEntry : block([]), new Uint8Array(10_000).fill(0x80 | 62)),
          ),
        calm,
      ),
  },
  {
    name: "empty header names",
    vector: "empty",
    role: "server",
    guard: "a name must have a character",
    run: (stage) => refused(stage, (id) => headers(id, literal("", "v"), END_STREAM), ErrorCode.PROTOCOL_ERROR),
  },
];

function more(id: number, value: string): Uint8Array {
  return frame(9, END_HEADERS, id, block(["n", value]));
}

const stallTimeoutMs = 300;

/** CVE-2026-49975: small requests that decode to much, held by a window that never opens. */
const heldLists: ServerAttack = {
  name: "HTTP/2 bomb: indexed fields against a window of 0",
  vector: "header-list",
  role: "server",
  guard: "headerListBytesMax, headerFieldsMax, stallTimeoutMs",
  victim: { limits: { stallTimeoutMs } },
  unguarded: { limits: { stallTimeoutMs: 0 } },
  async run(stage) {
    const attacker = await stage.connect();
    attacker.send(settings(4, 0));
    const fields = new Uint8Array(100).fill(0x80 | 62);
    const entry = bytesOf(0x40, hpackString("x-filler"), hpackString("v".repeat(100)));
    const head = block(requestHeaders());
    // EchoRequest { text: "x" }
    const request = prefixed(Uint8Array.of(0x12, 1, 0x78));
    await attacker.flood(
      streamsEach,
      (i) => {
        const id = 2 * i + 1;
        const list = bytesOf(head, i === 0 ? entry : block([]), fields);
        return bytesOf(frame(1, END_HEADERS, id, list), data(id, request, END_STREAM));
      },
      2,
    );
    await stage.hold();
    return attacker.expectReset(calm, lastId);
  },
};

/** A byte a packet: what is parsed again with each would cost the square of it (CVE-2022-41723). */
const dribbled: ServerAttack = {
  name: "a header block byte by byte",
  vector: "hpack",
  role: "server",
  guard: "a frame is parsed once, when it is whole",
  async run(stage) {
    const attacker = await stage.connect();
    const frames = headers(1, literal("x-filler", "v".repeat(14_000)), END_STREAM);
    for (const byte of frames) {
      attacker.sendBytes(Uint8Array.of(byte));
      if (!attacker.socket.writable) break;
      await new Promise((resolve) => setImmediate(resolve));
    }
    await attacker.frame("an answer", ({ type, streamId }) => type === 1 && streamId === 1);
    return "answered";
  },
};

/** The table emptied and filled with each block, so that nothing of a block before can be used again. */
const churned: ServerAttack = {
  name: "an HPACK table resized and refilled by each block",
  vector: "hpack",
  role: "server",
  guard: "an update of the table costs what it evicts; a socket that is dear to read lets others go on",
  async run(stage) {
    const attacker = await stage.connect();
    const entries = bytesOf(
      ...Array.from({ length: 50 }, (_, i) => bytesOf(0x40, hpackString(`x-name-${i}`), hpackString("v".repeat(20)))),
    );
    const list = bytesOf(hpackInteger(0, 5, 0x20), hpackInteger(4_096, 5, 0x20), block(requestHeaders()), entries);
    const calls = 2_000;
    await attacker.flood(calls, (i) => frame(1, END_HEADERS | END_STREAM, 2 * i + 1, list));
    await attacker.frame(
      "the last answer",
      ({ type, streamId }) => (type === 1 || type === 3) && streamId === 2 * calls - 1,
    );
    return "answered or refused, one by one";
  },
};

export const headerListAttacks: readonly ServerAttack[] = [...lists, heldLists, dribbled, churned];
