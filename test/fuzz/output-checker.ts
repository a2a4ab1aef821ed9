import { Flag, FrameType, frameTypeName, readUint31, readUint32 } from "../../src/http2/frame/frame-header.js";
import { clientPreface } from "../../src/http2/preface.js";
import { FrameCutter, type WireFrame } from "../simulation/frame-cutter.js";
import { ReferenceDecoder } from "../simulation/reference-hpack.js";
import { DeliveredBounds } from "./delivered-bounds.js";
import { Finding, must } from "./finding.js";

const rule = "output";
const frameBytesMax = 16_384;
const windowBytesLimit = 0x7fff_ffff;
const internalError = 2;
/** Beyond what has come, a window may be made larger by its owner. */
const windowGrowthBytesMax = 2 * 16_777_216;

const fixedLength: ReadonlyMap<number, number> = new Map([
  [FrameType.RST_STREAM, 4],
  [FrameType.PING, 8],
  [FrameType.WINDOW_UPDATE, 4],
]);
const flagsOf: readonly number[] = [
  Flag.END_STREAM,
  Flag.END_STREAM | Flag.END_HEADERS,
  0,
  0,
  Flag.ACK,
  0,
  Flag.ACK,
  0,
  0,
  Flag.END_HEADERS,
];
const ofConnection: ReadonlySet<number> = new Set([FrameType.SETTINGS, FrameType.PING, FrameType.GOAWAY]);

interface SentStream {
  blocks: number;
  ended: boolean;
  reset: boolean;
  dataBytes: number;
}

type Field = readonly [name: string, value: string];

/**
 * Reads what an engine sends, whatever it was sent, and checks that each frame is one that RFC 9113 allows, at a place where
 * it is allowed. Small, and nothing in it is the engine's: header blocks are read by `ReferenceDecoder`.
 */
export class OutputChecker {
  readonly delivered: DeliveredBounds;
  /** Called for each status that a server ends a call with, and for each reset. */
  readonly endings: Map<number, number> = new Map();
  goaways: number[] = [];
  readonly #role: "client" | "server";
  readonly #cutter: FrameCutter;
  readonly #streams: Map<number, SentStream> = new Map();
  readonly #hpack: ReferenceDecoder = new ReferenceDecoder(65_536);
  #preface = "";
  #frames = 0;
  #lastOpenedId = 0;
  #dataBytes = 0;
  #grantedBytes = 0;
  #pingAcks = 0;
  #settingsAcks = 0;
  #block: Uint8Array[] | undefined;
  #blockStream = 0;
  #blockEnds = false;
  #over = false;

  constructor(role: "client" | "server") {
    this.#role = role;
    this.#cutter = new FrameCutter(role === "client" ? clientPreface.length : 0);
    this.delivered = new DeliveredBounds(role === "client" ? 0 : clientPreface.length);
  }

  /** Streams on which something was sent and neither an end nor a reset. */
  get unfinished(): number[] {
    return [...this.#streams].filter(([, { ended, reset }]) => !ended && !reset).map(([id]) => id);
  }

  /** The engine wrote; it writes whole frames only. */
  push(bytes: Uint8Array): void {
    if (this.#role === "client" && this.#preface.length < clientPreface.length) {
      this.#preface += Buffer.from(bytes.subarray(0, clientPreface.length)).toString("latin1");
      must(this.#preface === clientPreface, rule, () => `began with ${JSON.stringify(this.#preface)}`);
    }
    for (const frame of this.#cutter.push(bytes)) this.#onFrame(frame);
    must(this.#cutter.restBytes === 0, rule, () => "wrote a part of a frame");
  }

  #fail(text: string): never {
    throw new Finding(rule, `the ${this.#role} ${text}`);
  }

  #onFrame(frame: WireFrame): void {
    const { type, flags, streamId, payload } = frame;
    const name = frameTypeName(type);
    if (this.#frames++ === 0 && type !== FrameType.SETTINGS) this.#fail(`began with ${name}`);
    if (this.#over) this.#fail(`sent ${name} behind a GOAWAY with an error`);
    if (payload.length > Math.max(frameBytesMax, this.delivered.frameBytesMax)) this.#fail(`sent ${name} too long`);
    if (type > FrameType.CONTINUATION || type === FrameType.PUSH_PROMISE || type === FrameType.PRIORITY) {
      this.#fail(`sent ${name}`);
    }
    if ((flags & ~(flagsOf[type] as number)) !== 0) this.#fail(`sent ${name} with the flags ${flags}`);
    if (ofConnection.has(type) !== (streamId === 0) && type !== FrameType.WINDOW_UPDATE) {
      this.#fail(`sent ${name} on stream ${streamId}`);
    }
    const length = fixedLength.get(type);
    if (length !== undefined && length !== payload.length) this.#fail(`sent ${name} of ${payload.length} bytes`);
    if (this.#block !== undefined && (type !== FrameType.CONTINUATION || streamId !== this.#blockStream)) {
      this.#fail(`sent ${name} inside of a header block`);
    }
    this.#dispatch(frame);
  }

  #dispatch(frame: WireFrame): void {
    const { type, flags, streamId, payload } = frame;
    switch (type) {
      case FrameType.DATA:
        this.#onData(streamId, payload.length, (flags & Flag.END_STREAM) !== 0);
        break;
      case FrameType.HEADERS:
        this.#block = [];
        this.#blockStream = streamId;
        this.#blockEnds = (flags & Flag.END_STREAM) !== 0;
        this.#onFragment(flags, payload);
        break;
      case FrameType.CONTINUATION:
        this.#onFragment(flags, payload);
        break;
      case FrameType.RST_STREAM:
        this.#onReset(streamId, readUint32(payload, 0));
        break;
      case FrameType.WINDOW_UPDATE:
        this.#onUpdate(streamId, readUint31(payload, 0));
        break;
      case FrameType.SETTINGS:
        this.#onSettings(flags, payload);
        break;
      case FrameType.PING:
        if ((flags & Flag.ACK) !== 0 && ++this.#pingAcks > this.delivered.pings) this.#fail("acked no PING");
        break;
      case FrameType.GOAWAY:
        this.#onGoaway(payload);
        break;
    }
  }

  #onFragment(flags: number, payload: Uint8Array): void {
    if (this.#block === undefined) this.#fail("sent CONTINUATION without HEADERS");
    this.#block.push(payload);
    if ((flags & Flag.END_HEADERS) === 0) return;
    const block = Buffer.concat(this.#block);
    this.#block = undefined;
    let fields: Field[];
    try {
      fields = this.#hpack.decode(block);
    } catch (error) {
      this.#fail(`sent a header block that RFC 7541 does not allow: ${(error as Error).message}`);
    }
    this.#onFields(this.#blockStream, fields, this.#blockEnds);
  }

  #onFields(id: number, fields: readonly Field[], ends: boolean): void {
    const stream = this.#streams.get(id) ?? this.#open(id);
    this.#checkMaySend(id, stream, "HEADERS");
    stream.blocks++;
    if (stream.blocks > 2) this.#fail(`sent a third header block on stream ${id}`);
    if (stream.blocks === 2 && !ends) this.#fail(`sent trailers without END_STREAM on stream ${id}`);
    const problem = this.#problemOf(fields, stream.blocks === 1, ends);
    if (problem !== undefined) this.#fail(`sent on stream ${id} a header list with ${problem}`);
    if (ends) this.#end(id, stream);
  }

  #problemOf(fields: readonly Field[], first: boolean, ends: boolean): string | undefined {
    for (const [name, value] of fields) {
      if (!/^(:[a-z]+|[0-9a-z_.!#$%&'*+^`|~-]+)$/.test(name)) return `the name ${JSON.stringify(name)}`;
      if (/[\0\r\n]|^[ \t]|[ \t]$/.test(value)) return `the value ${JSON.stringify(value)}`;
    }
    const pseudo = fields.filter(([name]) => name.startsWith(":")).map(([name]) => name);
    if (fields.slice(0, pseudo.length).some(([name]) => !name.startsWith(":"))) return "pseudo-headers behind others";
    if (this.#role === "client") {
      if (!first) return "no place: a request has one only";
      return pseudo.length === 4 && new Set(pseudo).size === 4 ? undefined : `only ${pseudo.join(", ")}`;
    }
    const names = fields.map(([name]) => name);
    if (first && (pseudo.length !== 1 || pseudo[0] !== ":status")) return `${pseudo.join(", ")} at its front`;
    if (!first && pseudo.length > 0) return "a pseudo-header in trailers";
    const statuses = names.filter((name) => name === "grpc-status").length;
    const isGrpc =
      !first || fields.some(([name, value]) => name === "content-type" && value.startsWith("application/grpc"));
    if (isGrpc && statuses !== (ends ? 1 : 0)) return `${statuses} times grpc-status`;
    return undefined;
  }

  #open(id: number): SentStream {
    const odd = (id & 1) === 1;
    if (!odd) this.#fail(`used stream ${id}`);
    if (this.#role === "client") {
      if (id <= this.#lastOpenedId) this.#fail(`opened stream ${id} behind ${this.#lastOpenedId}`);
      this.#lastOpenedId = id;
    } else if (!this.delivered.isOpened(id)) {
      this.#fail(`answers stream ${id}, which nobody opened`);
    }
    const stream = { blocks: 0, ended: false, reset: false, dataBytes: 0 };
    this.#streams.set(id, stream);
    return stream;
  }

  #checkMaySend(id: number, stream: SentStream, what: string): void {
    if (stream.ended) this.#fail(`sent ${what} on stream ${id} behind its END_STREAM`);
    if (stream.reset) this.#fail(`sent ${what} on stream ${id} behind its RST_STREAM`);
  }

  #end(id: number, stream: SentStream): void {
    stream.ended = true;
    this.endings.set(id, (this.endings.get(id) ?? 0) + 1);
  }

  #onData(id: number, length: number, ends: boolean): void {
    const stream = this.#streams.get(id);
    if (stream === undefined || stream.blocks === 0) this.#fail(`sent DATA on stream ${id} before HEADERS`);
    this.#checkMaySend(id, stream, "DATA");
    stream.dataBytes += length;
    this.#dataBytes += length;
    if (stream.dataBytes > this.delivered.sendBytesMax(id)) this.#fail(`sent more than the window of stream ${id}`);
    if (this.#dataBytes > this.delivered.sendBytesMax(0)) this.#fail("sent more than the connection's window");
    if (!ends) return;
    if (this.#role === "server") this.#fail(`ended stream ${id} without trailers`);
    this.#end(id, stream);
  }

  #onReset(id: number, code: number): void {
    // A stream on which nothing was sent yet may be reset: it was refused. PRIORITY may even name one that is idle.
    const stream = this.#streams.get(id) ?? { blocks: 0, ended: false, reset: false, dataBytes: 0 };
    if (this.#role === "client" && id > this.#lastOpenedId) this.#fail(`reset stream ${id}, which it never opened`);
    if (this.#role === "server" && id > this.delivered.lastHeadersId) this.#fail(`reset the idle stream ${id}`);
    if (code > 0xd) this.#fail(`reset stream ${id} with the code ${code}`);
    stream.reset = true;
    this.#streams.set(id, stream);
  }

  #onUpdate(id: number, byteCount: number): void {
    if (byteCount === 0) this.#fail("sent WINDOW_UPDATE of 0 bytes");
    if (id !== 0) {
      const known = this.#role === "client" ? id <= this.#lastOpenedId : this.delivered.isOpened(id);
      if (!known) this.#fail(`sent WINDOW_UPDATE on the idle stream ${id}`);
      return;
    }
    this.#grantedBytes += byteCount;
    const most = Math.min(windowBytesLimit, windowGrowthBytesMax) + this.delivered.dataBytes;
    if (this.#grantedBytes > most) this.#fail(`granted ${this.#grantedBytes} bytes on the connection, of ${most}`);
  }

  #onSettings(flags: number, payload: Uint8Array): void {
    if ((flags & Flag.ACK) === 0) {
      if (payload.length % 6 !== 0) this.#fail(`sent SETTINGS of ${payload.length} bytes`);
      return;
    }
    if (payload.length > 0) this.#fail("sent an ack of SETTINGS with a payload");
    if (++this.#settingsAcks > this.delivered.settings) this.#fail("acked no SETTINGS");
  }

  #onGoaway(payload: Uint8Array): void {
    if (payload.length < 8) this.#fail(`sent GOAWAY of ${payload.length} bytes`);
    const last = readUint32(payload, 0);
    const code = readUint32(payload, 4);
    const text = Buffer.from(payload.subarray(8)).toString("latin1");
    // Whatever comes, a mistake of ours is a finding.
    if (code === internalError) this.#fail(`sent GOAWAY INTERNAL_ERROR "${text}"`);
    if (code > 0xd) this.#fail(`sent GOAWAY with the code ${code}`);
    const most = this.#role === "server" ? this.delivered.lastHeadersId : 0;
    if (last > most && !(code === 0 && last === windowBytesLimit)) this.#fail(`sent GOAWAY with last stream ${last}`);
    this.goaways.push(code);
    if (code !== 0) this.#over = true;
  }
}
