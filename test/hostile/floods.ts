import { ErrorCode } from "../../src/base/transport.js";
import {
  ACK,
  block,
  bytesOf,
  continuation,
  data,
  END_HEADERS,
  frame,
  goaway,
  headers,
  hpackInteger,
  ping,
  priority,
  settings,
  settingsAck,
  uint32,
  windowUpdate,
} from "../../src/http2/frames.testing.js";
import { requestHeaders } from "../specification/grpc/raw-client.testing.js";
import { okHead } from "../specification/grpc/raw-server.testing.js";
import type { Attack } from "./attack.js";
import type { Attacker } from "./attacker.js";
import type { VictimOptions } from "./protocol.js";
import type { ClientStage, ServerStage } from "./stage.js";
import type { VectorName } from "./vectors-table.js";

/** Attacks that are the same bytes in both directions: frames that cost little to send, sent until the victim ends the connection. */
interface Flood {
  readonly name: string;
  readonly vector: VectorName;
  readonly guard: string;
  readonly unguarded?: VictimOptions;
  readonly victim?: VictimOptions;
  /** GOAWAY with this code has to end it; undefined: the victim takes it all, and serves on. */
  readonly code: ErrorCode | undefined;
  readonly count: number;
  /** The `i`th part; stream 1 is open, with headers of the attacker sent. */
  make(i: number): Uint8Array;
  readonly framesEach?: number;
  /** The most handlers that a server may begin meanwhile, those of the honest client among them. */
  readonly handlersMost?: number;
  readonly quick?: boolean;
}

const unlimited = 1e12;
const nothing = new Uint8Array(0);
/** Literals that are 16 KiB each, and in all a little over what a list may have. */
const fragment = block(["x-filler", "v".repeat(8_000), "x-filler", "v".repeat(8_000)]);

/** A header block that begins with HEADERS on stream 1 (trailers) and goes on as `parts` say. */
function openBlock(parts: number, part: Uint8Array): Uint8Array {
  return bytesOf(frame(1, 0, 1, fragment), ...Array.from({ length: parts }, () => continuation(1, part, 0)));
}

const settingsOf = (entries: number): Uint8Array =>
  settings(...Array.from({ length: 2 * entries }, (_, i) => (i % 2 === 0 ? 0x99 : i)));

const calm = ErrorCode.ENHANCE_YOUR_CALM;

const dataFloods: readonly Flood[] = [
  {
    name: "DATA of one byte",
    vector: "tiny-data",
    guard: "dataOverheadBytesMax",
    unguarded: { limits: { dataOverheadBytesMax: unlimited } },
    code: calm,
    count: 60_000,
    // A message of a length that is announced, and never reached.
    make: (i) => data(1, i === 0 ? Uint8Array.of(0, 0, 0x3f, 0, 0) : 1),
    quick: true,
  },
  {
    name: "DATA that is all padding",
    vector: "tiny-data",
    guard: "dataOverheadBytesMax",
    unguarded: { limits: { dataOverheadBytesMax: unlimited, emptyDataFramesMax: unlimited } },
    code: calm,
    count: 200,
    make: () => frame(0, 0x8, 1, bytesOf(255, new Uint8Array(255))),
  },
  {
    name: "empty DATA",
    vector: "empty",
    guard: "emptyDataFramesMax",
    unguarded: { limits: { emptyDataFramesMax: unlimited, dataOverheadBytesMax: unlimited } },
    code: calm,
    count: 20_000,
    make: () => data(1, 0),
  },
];

const controlFloods: readonly Flood[] = [
  {
    name: "SETTINGS",
    vector: "control-flood",
    guard: "queuedAcksMax",
    unguarded: { limits: { queuedAcksMax: unlimited } },
    code: calm,
    count: 50_000,
    make: () => settings(),
    quick: true,
  },
  {
    name: "SETTINGS that move the windows of all streams",
    vector: "control-flood",
    guard: "queuedAcksMax",
    unguarded: { limits: { queuedAcksMax: unlimited } },
    code: calm,
    count: 50_000,
    make: (i) => settings(4, i % 2 === 0 ? 0 : 65_535),
  },
  {
    name: "PING",
    vector: "control-flood",
    victim: { pingPolicy: { minIntervalMs: 0 } },
    guard: "queuedAcksMax",
    unguarded: { limits: { queuedAcksMax: unlimited } },
    code: calm,
    count: 50_000,
    make: () => ping(),
  },
  {
    name: "acks that nobody waits for",
    vector: "control-flood",
    guard: "uselessFrameBurst",
    unguarded: { limits: { uselessFrameBurst: unlimited } },
    code: calm,
    count: 50_000,
    make: (i) => (i % 2 === 0 ? ping("nobodys!", ACK) : settingsAck),
  },
  {
    name: "unknown frames",
    vector: "control-flood",
    guard: "uselessFrameBurst",
    unguarded: { limits: { uselessFrameBurst: unlimited } },
    code: calm,
    count: 50_000,
    make: () => frame(0xaa, 0, 1),
  },
  {
    name: "PRIORITY churn",
    vector: "priority",
    guard: "uselessFrameBurst; no tree is kept",
    unguarded: { limits: { uselessFrameBurst: unlimited } },
    code: calm,
    count: 50_000,
    make: (i) => priority(2 * i + 1, 2 * i + 3, i & 0xff, i % 2 === 0),
    quick: true,
  },
  {
    name: "WINDOW_UPDATE by one byte",
    vector: "control-flood",
    guard: "nothing is kept, nothing is sent for it",
    code: undefined,
    count: 100_000,
    make: () => windowUpdate(1, 1),
  },
  {
    name: "GOAWAY again and again",
    vector: "control-flood",
    guard: "uselessFrameBurst",
    unguarded: { limits: { uselessFrameBurst: unlimited } },
    code: calm,
    count: 50_000,
    make: () => goaway(0x7fff_ffff, 0, "again"),
  },
  {
    name: "SETTINGS of very many entries",
    vector: "settings",
    guard: "settingsEntriesMax",
    unguarded: { limits: { settingsEntriesMax: unlimited } },
    code: calm,
    count: 3,
    make: () => settingsOf(2_700),
  },
  {
    name: "MAX_FRAME_SIZE of 0",
    vector: "settings",
    guard: "values are checked before they are used",
    code: ErrorCode.PROTOCOL_ERROR,
    count: 1,
    make: () => settings(5, 0),
    quick: true,
  },
  {
    name: "INITIAL_WINDOW_SIZE above 2^31-1",
    vector: "settings",
    guard: "values are checked before they are used",
    code: ErrorCode.FLOW_CONTROL_ERROR,
    count: 1,
    make: () => settings(4, 0x8000_0000),
  },
  {
    name: "the connection's window grown past 2^31-1",
    vector: "window-leak",
    guard: "the sum is checked; all streams end with the connection",
    code: ErrorCode.FLOW_CONTROL_ERROR,
    count: 2,
    make: () => windowUpdate(0, 0x7fff_ffff),
  },
  {
    name: "INITIAL_WINDOW_SIZE that takes a stream's window past 2^31-1",
    vector: "window-leak",
    guard: "the sum is checked; all streams end with the connection",
    code: ErrorCode.FLOW_CONTROL_ERROR,
    count: 1,
    make: () => bytesOf(windowUpdate(1, 0x7fff_0000), settings(4, 0x7fff_ffff)),
    framesEach: 2,
  },
];

const headerFloods: readonly Flood[] = [
  {
    name: "CONTINUATION without end",
    vector: "continuation",
    guard: "continuationFramesMax",
    unguarded: { limits: { continuationFramesMax: unlimited, headerBlockBytesMax: unlimited } },
    code: calm,
    count: 2_000,
    make: (i) => (i === 0 ? frame(1, 0, 1, block(["a", "b"])) : continuation(1, block(["a", "b"]), 0)),
    quick: true,
  },
  {
    name: "CONTINUATION of no bytes",
    vector: "continuation",
    guard: "continuationFramesMax",
    unguarded: { limits: { continuationFramesMax: unlimited } },
    code: calm,
    count: 20_000,
    make: (i) => (i === 0 ? frame(1, 0, 1) : continuation(1, nothing, 0)),
  },
  {
    name: "a header block of many bytes in few frames",
    vector: "continuation",
    guard: "headerBlockBytesMax",
    unguarded: { limits: { headerBlockBytesMax: unlimited, continuationFramesMax: unlimited } },
    code: calm,
    count: 1,
    make: () => openBlock(7, fragment),
    framesEach: 8,
  },
  {
    name: "an HPACK integer of ten bytes",
    vector: "hpack",
    guard: "integers of at most 5 bytes",
    code: ErrorCode.COMPRESSION_ERROR,
    count: 1,
    make: () => frame(1, END_HEADERS, 1, bytesOf(0xff, new Uint8Array(9).fill(0xff), 1)),
  },
  {
    name: "an HPACK string of 4 GiB",
    vector: "hpack",
    guard: "a length is compared with what is there",
    code: ErrorCode.COMPRESSION_ERROR,
    count: 1,
    make: () => frame(1, END_HEADERS, 1, bytesOf(0, hpackInteger(0xffff_ffff, 7), 0x61)),
  },
  {
    name: "an HPACK table larger than allowed",
    vector: "hpack",
    guard: "table size updates are checked",
    code: ErrorCode.COMPRESSION_ERROR,
    count: 1,
    make: () => frame(1, END_HEADERS, 1, hpackInteger(1_000_000, 5, 0x20)),
  },
  {
    name: "frames behind an error of the connection",
    vector: "after-termination",
    guard: "nothing is parsed once the connection is over",
    code: ErrorCode.PROTOCOL_ERROR,
    count: 2_000,
    handlersMost: 1_000,
    // DATA on stream 0, and then calls: none of them may begin.
    make: (i) => (i === 0 ? frame(0, 0, 0, uint32(0)) : headers(2 * i + 1, requestHeaders(), 1)),
  },
];

const floods: readonly Flood[] = [...dataFloods, ...controlFloods, ...headerFloods];

/** How often a flood is repeated, on connections of its own: what leaks leaks more. */
const rounds = 3;

/** The floods in both roles. */
export const floodAttacks: readonly Attack[] = floods.flatMap((flood): Attack[] => [
  { ...described(flood), role: "server", run: (stage) => floodServer(stage, flood) },
  { ...described(flood), role: "client", run: (stage) => floodClient(stage, flood) },
]);

function described({ name, vector, guard, unguarded, victim, quick }: Flood): Omit<Attack, "role" | "run"> {
  return {
    name,
    vector,
    guard,
    ...(unguarded === undefined ? {} : { unguarded }),
    ...(victim === undefined ? {} : { victim }),
    ...(quick === undefined ? {} : { quick }),
  };
}

async function floodServer(stage: ServerStage, flood: Flood): Promise<string> {
  const before = await stage.state();
  let outcome = "";
  const bidi = requestHeaders({ ":path": "/peregrine.test.Echo/Bidi" });
  for (let round = 0; round < rounds; round++) {
    const attacker = await stage.connect();
    attacker.send(headers(1, bidi));
    outcome = await endOf(attacker, flood);
  }
  if (flood.handlersMost !== undefined) {
    const begun = (await stage.state()).handlersBegun - before.handlersBegun;
    if (begun > flood.handlersMost) throw new Error(`${begun} handlers were begun`);
  }
  return outcome;
}

async function floodClient(stage: ClientStage, flood: Flood): Promise<string> {
  let outcome = "";
  for (let round = 0; round < rounds; round++) {
    const ends = stage.call({ method: "bidi", count: 1, timeoutMs: 15_000 });
    const { attacker } = await stage.acceptCall();
    attacker.send(headers(1, okHead));
    outcome = await endOf(attacker, flood);
    attacker.socket.destroy();
    const [end] = await ends;
    outcome += `, call ${end?.status}`;
    if (end?.status === "OK") throw new Error("the call ended well");
  }
  return outcome;
}

async function endOf(attacker: Attacker, { count, make, framesEach, code }: Flood): Promise<string> {
  await attacker.flood(count, make, framesEach);
  if (code !== undefined) return attacker.expectGoaway(code);
  attacker.send(settings());
  await attacker.frame("an ack behind the flood", ({ type, flags }) => type === 4 && flags === ACK);
  attacker.socket.destroy();
  return "taken, nothing held";
}
