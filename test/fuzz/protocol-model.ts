import type { ConnectionCore } from "../../src/http2/core.js";
import { FrameType } from "../../src/http2/frame/frame-header.js";
import * as frames from "../../src/http2/frames.testing.js";
import { bytesOf, data, frame, request, response, trailers, uint32 } from "../../src/http2/frames.testing.js";
import { ClientScript, type Recorder, ServerScript } from "../../src/http2/script.testing.js";
import { StreamState } from "../../src/http2/stream-state.js";
import type { SeededRandom } from "../simulation/seeded-random.js";
import { must } from "./finding.js";
import { interestingNumber } from "./mutate-frames.js";
import { type BlockKind, isLive, type Life, ProtocolRules, type Verdict } from "./protocol-rules.js";
import { type FuzzTarget, target } from "./target.js";

type Act = "open" | "open and end" | "respond" | "send" | "end" | "reset";

/** A frame of the peer, or something that our own end does with a stream. */
type ProtocolStep =
  | {
      readonly type: number;
      readonly flags: number;
      readonly id: number;
      readonly payload: Uint8Array;
      readonly kind: BlockKind;
    }
  | { readonly act: Act; readonly id: number };

const rule = "protocol";
const windowBytes = 1_000;
const lists: { readonly [kind in BlockKind]: Uint8Array } = {
  request: frames.block(request),
  response: frames.block(response),
  informational: frames.block([":status", "103"]),
  trailers: frames.block(trailers),
  malformed: frames.block(["Upper", "case"]),
  // An index behind both tables.
  broken: Uint8Array.of(0xff, 0x7f),
};
const kinds = Object.keys(lists) as BlockKind[];
const states: { readonly [life in Life]: number | undefined } = {
  idle: undefined,
  open: StreamState.OPEN,
  "half closed (local)": StreamState.HALF_CLOSED_LOCAL,
  "half closed (remote)": StreamState.HALF_CLOSED_REMOTE,
  ended: undefined,
  "reset by us": undefined,
  "reset by peer": undefined,
  skipped: undefined,
  forgotten: undefined,
};

/** The same for both roles: any frames, and any doings of our own, against the rules of RFC 9113. */
function protocolTarget(server: boolean): FuzzTarget {
  return target<ProtocolStep>({
    name: server ? "protocol-server" : "protocol-client",
    about: `any sequence of frames to a ${server ? "server" : "client"}, against the rules of RFC 9113`,
    share: 1,
    make: (random) => Array.from({ length: random.int(1, 50) }, () => makeStep(random, server)),
    run: (steps) => new ProtocolRun(server).run(steps),
  });
}

export const protocolServer: FuzzTarget = protocolTarget(true);
export const protocolClient: FuzzTarget = protocolTarget(false);

function makeStep(random: SeededRandom, server: boolean): ProtocolStep {
  const id = random.chance(0.9) ? random.pick([1, 3, 5, 7]) : random.pick([0, 2, 9, 0x7fff_ffff]);
  if (random.chance(server ? 0.25 : 0.35)) {
    const acts = server
      ? (["respond", "send", "end", "reset"] as const)
      : (["open", "open", "open and end", "send", "end", "reset"] as const);
    return { act: random.pick<Act>(acts), id };
  }
  const kind = random.chance(0.6) ? (server ? "request" : "response") : random.pick(kinds);
  const type = random.pick([0, 0, 0, 1, 1, 1, 1, 2, 3, 4, 5, 6, 7, 8, 8, 9, 11]);
  // Rarely what ends a connection: else most runs were short.
  const wrong = random.chance(0.03);
  return { type, id: connectionWide(type) && !wrong ? 0 : id, kind, ...body(type, id, kind, random, wrong) };
}

function connectionWide(type: number): boolean {
  return type === FrameType.SETTINGS || type === FrameType.PING || type === FrameType.GOAWAY;
}

function body(
  type: number,
  id: number,
  kind: BlockKind,
  random: SeededRandom,
  wrong: boolean,
): { flags: number; payload: Uint8Array } {
  const flags = random.chance(0.3) ? 1 : 0;
  const off = wrong ? random.int(-3, 3) : 0;
  const sized = (length: number): Uint8Array => new Uint8Array(Math.max(0, length + off));
  switch (type) {
    case FrameType.DATA: {
      const padding = random.int(0, 60);
      const usual = random.int(0, random.chance(0.1) ? 1_100 : 300);
      const content = data(1, wrong && random.chance(0.3) ? 16_385 : usual).subarray(9);
      if (random.chance(0.7)) return { flags, payload: content };
      return { flags: flags | 8, payload: bytesOf(wrong ? 255 : padding, content, new Uint8Array(padding)) };
    }
    case FrameType.HEADERS:
      return headersBody(id, kind, random, wrong);
    case FrameType.PRIORITY:
      return { flags, payload: off === 0 ? bytesOf(uint32(random.pick([0, 1, 3, 11])), 9) : sized(5) };
    case FrameType.RST_STREAM:
      return { flags, payload: off === 0 ? uint32(random.int(0, 14)) : sized(4) };
    case FrameType.SETTINGS:
      return settingsBody(random, wrong);
    case FrameType.PING:
      return { flags: 0, payload: sized(8) };
    case FrameType.GOAWAY:
      return { flags, payload: bytesOf(uint32(0x7fff_ffff), uint32(0), sized(0)) };
    case FrameType.WINDOW_UPDATE:
      return {
        flags,
        payload: off === 0 ? uint32(random.chance(0.8) ? random.int(1, 9_999) : interestingNumber(random)) : sized(4),
      };
    case FrameType.CONTINUATION:
      return { flags: 4, payload: lists[kind] };
    default:
      return { flags, payload: sized(4) };
  }
}

function headersBody(
  id: number,
  kind: BlockKind,
  random: SeededRandom,
  wrong: boolean,
): { flags: number; payload: Uint8Array } {
  let payload = lists[kind];
  let flags = (random.chance(0.4) ? 1 : 0) | (random.chance(0.9) ? 4 : 0);
  if (random.chance(0.2)) {
    flags |= 0x20;
    payload = bytesOf(uint32(random.chance(0.1) ? id : 11), 5, payload);
  }
  if (!random.chance(0.2)) return { flags, payload };
  const padding = random.int(0, 5);
  return { flags: flags | 8, payload: bytesOf(wrong ? 250 : padding, payload, new Uint8Array(padding)) };
}

function settingsBody(random: SeededRandom, wrong: boolean): { flags: number; payload: Uint8Array } {
  if (random.chance(0.2)) return { flags: 1, payload: new Uint8Array(wrong ? 6 : 0) };
  if (wrong) return { flags: 0, payload: new Uint8Array(random.int(1, 20)) };
  // Not the number of streams and the size of lists: those are limits of ours to keep, and no verdicts.
  const id = random.pick([1, 2, 4, 4, 5, 8, 300]);
  const usual = id === 2 ? 0 : id === 5 ? 20_000 : random.int(0, 100_000);
  return {
    flags: 0,
    payload: bytesOf(id >> 8, id & 0xff, uint32(random.chance(0.9) ? usual : interestingNumber(random))),
  };
}

/** One connection, and what the rules say of it. */
class ProtocolRun {
  readonly #server: boolean;
  readonly #rules: ProtocolRules;
  readonly #script: ServerScript | ClientScript;
  readonly #recorders: Map<number, Recorder> = new Map();
  readonly #responded: Set<number> = new Set();
  #fragments = "";

  constructor(server: boolean) {
    this.#server = server;
    this.#rules = new ProtocolRules(server, windowBytes);
    const options = { streamWindowBytes: windowBytes, windowBytesMax: 0, pingPolicy: { minIntervalMs: 0 } };
    this.#script = server
      ? new ServerScript(options, ({ stream, recorder }) => {
          recorder.consumes = false;
          this.#recorders.set(stream.id, recorder);
        }).handshake()
      : new ClientScript(options).handshake();
  }

  run(steps: readonly ProtocolStep[]): void {
    for (const step of steps) {
      if ("act" in step) this.#act(step.act, step.id);
      else if (!this.#receive(step)) break;
      this.#checkStates();
    }
    this.#checkHandlers();
  }

  #act(act: Act, id: number): void {
    if (act === "open" || act === "open and end") {
      this.#open(act === "open and end");
      return;
    }
    const { stream } = this.#recorders.get(id) ?? {};
    if (stream === undefined || !isLive(this.#rules.life(id))) return;
    if (act === "reset") {
      stream.reset(8);
      this.#rules.sentReset(id);
      this.#expect([`RST_STREAM ${id} CANCEL`]);
    } else if (this.#rules.life(id) !== "half closed (local)") {
      this.#send(act, id);
    }
  }

  #open(ends: boolean): void {
    const recorder = (this.#script as ClientScript).open(ends);
    recorder.consumes = false;
    const id = recorder.stream?.id ?? 0;
    this.#recorders.set(id, recorder);
    this.#rules.opened(id, ends);
    this.#expect([`HEADERS ${id}${ends ? " END_STREAM" : ""}`]);
  }

  #send(act: Act, id: number): void {
    const { stream } = this.#recorders.get(id) as Recorder;
    const expected: string[] = [];
    if (this.#server && !this.#responded.has(id)) {
      this.#responded.add(id);
      stream?.sendHeaders(response, false);
      expected.push(`HEADERS ${id}`);
    }
    if (act === "end") {
      const early = this.#rules.life(id) === "open" && this.#server;
      if (this.#server) stream?.sendHeaders(trailers, true);
      else stream?.sendData(new Uint8Array(0), true);
      expected.push(this.#server ? `HEADERS ${id} END_STREAM` : `DATA ${id} 0 END_STREAM`);
      // The rest of the request is of no use any more (RFC 9113 section 8.1).
      if (early) expected.push(`RST_STREAM ${id} NO_ERROR`);
      this.#rules.sentEnd(id);
    }
    this.#expect(expected);
  }

  #receive({ type, flags, id, payload, kind }: Extract<ProtocolStep, { readonly type: number }>): boolean {
    // A block in two frames is what both make together; only blocks whose second part is nothing are of a known kind.
    const known = type === FrameType.CONTINUATION && this.#fragments !== "" ? (this.#fragments as BlockKind) : kind;
    const rest = type === FrameType.CONTINUATION && this.#fragments !== "" ? new Uint8Array(0) : payload;
    if (type === FrameType.HEADERS) this.#fragments = (flags & 4) === 0 ? kind : "";
    const verdict = this.#rules.onFrame({ type, flags, id, payload: rest }, known);
    this.#script.send(frame(type, flags, id, rest));
    // A client that is told to go goes, once it has nothing left to do; see `http2/client-connection.ts`.
    if (type === FrameType.GOAWAY && !this.#server && verdict.scope === "none") return false;
    if (type === FrameType.CONTINUATION) this.#fragments = "";
    this.#expect(answers(verdict, type, flags, id));
    return verdict.scope !== "connection";
  }

  /** What is written is what is due; windows are given back when they are. */
  #expect(expected: readonly string[]): void {
    const all = this.#script.takeAll().filter((line) => !line.startsWith("WINDOW_UPDATE"));
    const actual = all.map((line) => line.replace(/^GOAWAY \d+ /, "GOAWAY "));
    must(
      actual.join(", ") === expected.join(", "),
      rule,
      () => `expected ${quote(expected)}, but it sent ${quote(actual)}`,
    );
  }

  #checkStates(): void {
    const { core } = this.#script.connection as unknown as { readonly core: ConnectionCore };
    if (core.closed) return;
    for (const id of this.#rules.ids) {
      const life = this.#rules.life(id);
      const state = core.streams.get(id)?.state;
      must(state === states[life], "states", () => `stream ${id} is ${life}, but its state is ${state}`);
    }
  }

  #checkHandlers(): void {
    must(this.#script.errors.length === 0, "fault", () => String(this.#script.errors[0]));
    for (const [id, recorder] of this.#recorders) {
      const ends = recorder.log.filter((event) => event.endsWith(" end")).length;
      must(
        ends <= 1 && recorder.failures.length <= 1,
        "once",
        () => `stream ${id} ended twice: ${recorder.log.join(", ")}`,
      );
    }
  }
}

function answers(verdict: Verdict, type: number, flags: number, id: number): string[] {
  if (verdict.scope === "stream") return [`RST_STREAM ${id} ${verdict.code}`];
  if (verdict.scope === "connection") return [`GOAWAY ${verdict.code}`];
  if (type === FrameType.PING) return ["PING ACK"];
  return type === FrameType.SETTINGS && (flags & 1) === 0 ? ["SETTINGS ACK"] : [];
}

function quote(list: readonly string[]): string {
  return list.length === 0 ? "nothing" : list.join(", ");
}
