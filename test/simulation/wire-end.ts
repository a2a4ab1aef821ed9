import { Flag, FrameType, frameTypeName, readUint31, readUint32 } from "../../src/http2/frame/frame-header.js";
import { SettingId } from "../../src/http2/frame/settings.js";
import type { WireFrame } from "./frame-cutter.js";
import { checkFields } from "./header-rules.js";
import { ReferenceDecoder } from "./reference-hpack.js";
import { WireStream } from "./wire-stream.js";

const defaultWindowBytes = 65_535;
const streamIdMax = 0x7fff_ffff;

/** A DATA frame of which only a part was delivered. */
export interface BegunData {
  readonly streamId: number;
  /** Of its payload. */
  readonly byteCount: number;
}

/**
 * One end of a connection, known from its frames alone: what it wrote and what was delivered to it. Checks that it keeps
 * to RFC 9113. What was delivered while the end already had output in its buffer counts from the write after that one.
 */
export class WireEnd {
  readonly name: string;
  readonly streams: Map<number, WireStream> = new Map();
  /** Bytes on the connection that it may send, and that it lets the peer send. */
  sendBytes: number = defaultWindowBytes;
  grantedBytes: number = defaultWindowBytes;
  /** Neither counted in `grantedBytes`, here or of the stream, before the rest is there. */
  begun: BegunData | undefined;
  peer!: WireEnd;
  readonly #isServer: boolean;
  /** The longest message: as much may be granted beyond a window for one that is waited for. */
  readonly #messageBytesMax: number;
  readonly #violate: (text: string) => void;
  readonly #hpack: ReferenceDecoder = new ReferenceDecoder(4_096);
  #writes = 0;
  /** Frames seen: the first must be SETTINGS. */
  #frames = 0;
  #lastOpenedId = 0;
  #openStreams = 0;
  #peerStreamsMax = Number.POSITIVE_INFINITY;
  #peerFrameBytesMax = 16_384;
  #peerWindowBytes = defaultWindowBytes;
  #windowBytes = defaultWindowBytes;
  /** What streams have beyond `#windowBytes` until the peer knows of it. */
  #slackBytes = 0;
  #connectionTargetBytes = defaultWindowBytes;
  #settingsDelivered = 0;
  #settingsAcked = 0;
  #pingsDelivered = 0;
  #pingsAcked = 0;
  #goawayAtWrite = -1;
  #goawaySentId = streamIdMax;
  #block: Uint8Array[] | undefined;
  #blockEnds = false;

  constructor(
    name: string,
    isServer: boolean,
    connectionWindowBytes: number,
    messageBytesMax: number,
    violate: (text: string) => void,
  ) {
    this.name = name;
    this.#isServer = isServer;
    this.#messageBytesMax = messageBytesMax;
    this.#connectionTargetBytes = Math.max(connectionWindowBytes, messageBytesMax);
    this.#violate = (text) => violate(`${name} ${text}`);
  }

  // ---- what it writes ---------------------------------------------------------------------------------------------

  beginWrite(): void {
    this.#writes++;
  }

  written(frame: WireFrame): void {
    const { type, streamId, payload } = frame;
    if (this.#frames++ === 0 && type !== FrameType.SETTINGS) this.#violate(`began with ${frameTypeName(type)}`);
    if (payload.length > this.#peerFrameBytesMax) this.#violate(`sent a frame of ${payload.length} bytes`);
    if (this.#block !== undefined && type !== FrameType.CONTINUATION) this.#violate("broke a header block off");
    switch (type) {
      case FrameType.HEADERS:
        this.#beginBlock(frame);
        break;
      case FrameType.CONTINUATION:
        this.#addToBlock(frame);
        break;
      case FrameType.DATA:
        this.#writtenData(frame);
        break;
      case FrameType.RST_STREAM:
        this.#writtenReset(streamId, readUint32(payload, 0));
        break;
      case FrameType.WINDOW_UPDATE:
        this.#writtenUpdate(streamId, readUint31(payload, 0));
        break;
      case FrameType.SETTINGS:
        this.#writtenSettings(frame);
        break;
      case FrameType.PING:
        if ((frame.flags & Flag.ACK) !== 0 && ++this.#pingsAcked > this.#pingsDelivered) this.#violate("acked no PING");
        break;
      case FrameType.GOAWAY:
        this.#writtenGoaway(readUint31(payload, 0));
        break;
      default:
        this.#violate(`sent ${frameTypeName(type)}`);
    }
  }

  #beginBlock(frame: WireFrame): void {
    if ((frame.flags & (Flag.PADDED | Flag.PRIORITY)) !== 0) this.#violate("sent padded or prioritised HEADERS");
    this.#block = [];
    this.#blockEnds = (frame.flags & Flag.END_STREAM) !== 0;
    this.#addToBlock(frame);
  }

  #addToBlock({ flags, payload, streamId }: WireFrame): void {
    if (this.#block === undefined) {
      this.#violate("sent CONTINUATION without HEADERS");
      return;
    }
    this.#block.push(payload);
    if ((flags & Flag.END_HEADERS) === 0) return;
    const block = Buffer.concat(this.#block);
    this.#block = undefined;
    this.#writtenBlock(streamId, block, this.#blockEnds);
  }

  #writtenBlock(id: number, block: Uint8Array, ends: boolean): void {
    let stream = this.streams.get(id);
    if (stream === undefined && !this.#isServer) stream = this.#open(id);
    if (stream === undefined) {
      this.#violate(`sent HEADERS on stream ${id}, which the client had not opened`);
      return;
    }
    this.#checkMaySend(stream, "HEADERS");
    stream.blocksSent++;
    if (stream.blocksSent > 2 || (stream.blocksSent === 2 && !ends)) this.#violate(`sent too many HEADERS on ${id}`);
    if (this.#isServer && id > this.#goawaySentId) this.#violate(`answers stream ${id}, above its GOAWAY`);
    this.#checkFields(block, stream, ends);
    if (ends) this.#end(stream);
  }

  #checkFields(block: Uint8Array, stream: WireStream, ends: boolean): void {
    try {
      const fields = this.#hpack.decode(block);
      const problem = checkFields(fields, this.#isServer ? "response" : "request", stream.blocksSent === 1, ends);
      if (problem !== undefined) this.#violate(`sent on stream ${stream.id} a header list with ${problem}`);
    } catch (error) {
      this.#violate(`sent a header block that RFC 7541 does not allow: ${(error as Error).message}`);
    }
  }

  #open(id: number): WireStream {
    if ((id & 1) === 0 || id <= this.#lastOpenedId) this.#violate(`opened stream ${id} behind ${this.#lastOpenedId}`);
    this.#lastOpenedId = id;
    if (this.#goawayAtWrite >= 0 && this.#writes > this.#goawayAtWrite + 1) this.#violate(`opened ${id} after GOAWAY`);
    const stream = this.#add(id);
    this.#openStreams++;
    if (this.#openStreams > this.#peerStreamsMax) this.#violate(`opened ${id}: ${this.#openStreams} streams at once`);
    return stream;
  }

  #add(id: number): WireStream {
    const stream = new WireStream(id, this.#peerWindowBytes, this.#windowBytes + this.#slackBytes);
    this.streams.set(id, stream);
    return stream;
  }

  #checkMaySend(stream: WireStream, what: string): void {
    if (stream.ended) this.#violate(`sent ${what} on stream ${stream.id} behind its END_STREAM`);
    if (stream.resetSent) this.#violate(`sent ${what} on stream ${stream.id} behind its RST_STREAM`);
    if (stream.resetAtWrite >= 0 && this.#writes > stream.resetAtWrite + 1) {
      this.#violate(`sent ${what} on stream ${stream.id}, which was reset`);
    }
  }

  #writtenData({ streamId, flags, payload }: WireFrame): void {
    const stream = this.streams.get(streamId);
    if (stream === undefined) {
      this.#violate(`sent DATA on stream ${streamId}, which is not open`);
      return;
    }
    this.#checkMaySend(stream, "DATA");
    if (stream.blocksSent === 0) this.#violate(`sent DATA on stream ${streamId} before HEADERS`);
    stream.sendBytes -= payload.length;
    this.sendBytes -= payload.length;
    if (payload.length > 0 && stream.sendBytes < 0)
      this.#violate(`sent ${-stream.sendBytes} bytes over the window of ${streamId}`);
    if (payload.length > 0 && this.sendBytes < 0)
      this.#violate(`sent ${-this.sendBytes} bytes over the connection's window`);
    if ((flags & Flag.END_STREAM) === 0) return;
    if (this.#isServer) this.#violate(`ended stream ${streamId} without trailers`);
    this.#end(stream);
  }

  #end(stream: WireStream): void {
    this.#change(stream, () => {
      stream.ended = true;
    });
  }

  #writtenReset(id: number, code: number): void {
    const stream = this.streams.get(id);
    if (stream === undefined) {
      this.#violate(`reset stream ${id}, which is not open`);
      return;
    }
    if (stream.resetSent) this.#violate(`reset stream ${id} twice`);
    if (code === 0 && this.#isServer && !stream.ended) this.#violate(`reset ${id} with NO_ERROR before its end`);
    this.#change(stream, () => {
      stream.resetSent = true;
    });
  }

  #writtenUpdate(id: number, byteCount: number): void {
    if (byteCount === 0) this.#violate("sent WINDOW_UPDATE of 0 bytes");
    if (id === 0) {
      this.grantedBytes += byteCount;
      if (this.grantedBytes - (this.begun?.byteCount ?? 0) > this.#connectionTargetBytes) {
        this.#violate(`granted ${this.grantedBytes} bytes on the connection, of ${this.#connectionTargetBytes}`);
      }
      return;
    }
    const stream = this.streams.get(id);
    if (stream === undefined) {
      this.#violate(`sent WINDOW_UPDATE on stream ${id}, which is not open`);
      return;
    }
    stream.grantedBytes += byteCount;
    const begunBytes = this.begun?.streamId === id ? this.begun.byteCount : 0;
    // The rest of a message that is waited for, and a window behind it, so that the next message need not wait.
    const most = this.#windowBytes + this.#slackBytes + this.#messageBytesMax + begunBytes;
    if (stream.grantedBytes > most) this.#violate(`granted ${stream.grantedBytes} bytes on stream ${id}, of ${most}`);
  }

  #writtenSettings({ flags, payload }: WireFrame): void {
    if ((flags & Flag.ACK) !== 0) {
      if (++this.#settingsAcked > this.#settingsDelivered) this.#violate("acked no SETTINGS");
      return;
    }
    for (const [id, value] of settingsOf(payload)) {
      if (id !== SettingId.INITIAL_WINDOW_SIZE) continue;
      const more = value - this.#windowBytes;
      if (this.#frames === 1) this.#slackBytes = Math.max(0, -more);
      else for (const stream of this.streams.values()) stream.grantedBytes += more;
      this.#windowBytes = value;
      this.#connectionTargetBytes = Math.max(this.#connectionTargetBytes, value);
    }
  }

  #writtenGoaway(lastId: number): void {
    if (lastId > this.#goawaySentId) this.#violate(`raised the last stream of its GOAWAY to ${lastId}`);
    this.#goawaySentId = lastId;
  }

  // ---- what it is delivered ---------------------------------------------------------------------------------------

  delivered(frame: WireFrame): void {
    const { type, flags, streamId, payload } = frame;
    const stream = this.streams.get(streamId);
    switch (type) {
      case FrameType.HEADERS:
        this.#deliveredHeaders(streamId, (flags & Flag.END_STREAM) !== 0);
        break;
      case FrameType.DATA:
        this.grantedBytes -= payload.length;
        if (stream === undefined) break;
        stream.grantedBytes -= payload.length;
        if ((flags & Flag.END_STREAM) !== 0) this.#peerEnds(stream);
        break;
      case FrameType.RST_STREAM:
        if (stream !== undefined && stream.resetAtWrite < 0) this.#change(stream, () => this.#noteReset(stream));
        break;
      case FrameType.WINDOW_UPDATE:
        if (streamId === 0) this.sendBytes += readUint31(payload, 0);
        else if (stream !== undefined) stream.sendBytes += readUint31(payload, 0);
        break;
      case FrameType.SETTINGS:
        if ((flags & Flag.ACK) !== 0) this.#deliveredAck();
        else this.#deliveredSettings(payload);
        break;
      case FrameType.PING:
        if ((flags & Flag.ACK) === 0) this.#pingsDelivered++;
        break;
      case FrameType.GOAWAY:
        if (this.#goawayAtWrite < 0) this.#goawayAtWrite = this.#writes;
        break;
    }
  }

  #deliveredHeaders(id: number, ends: boolean): void {
    let stream = this.streams.get(id);
    if (stream === undefined && this.#isServer) stream = this.#add(id);
    if (stream !== undefined && ends) this.#peerEnds(stream);
  }

  #noteReset(stream: WireStream): void {
    stream.resetAtWrite = this.#writes;
  }

  #peerEnds(stream: WireStream): void {
    this.#change(stream, () => {
      stream.peerEnded = true;
    });
  }

  #deliveredAck(): void {
    if (this.#slackBytes === 0) return;
    for (const stream of this.streams.values()) stream.grantedBytes -= this.#slackBytes;
    this.#slackBytes = 0;
  }

  #deliveredSettings(payload: Uint8Array): void {
    this.#settingsDelivered++;
    for (const [id, value] of settingsOf(payload)) {
      if (id === SettingId.MAX_CONCURRENT_STREAMS) this.#peerStreamsMax = value;
      else if (id === SettingId.MAX_FRAME_SIZE) this.#peerFrameBytesMax = value;
      else if (id === SettingId.INITIAL_WINDOW_SIZE) {
        for (const stream of this.streams.values()) stream.sendBytes += value - this.#peerWindowBytes;
        this.#peerWindowBytes = value;
      }
    }
  }

  /** Counts the open streams of a client. */
  #change(stream: WireStream, change: () => void): void {
    const wasClosed = stream.closed;
    change();
    if (!wasClosed && stream.closed) this.#openStreams--;
  }
}

function* settingsOf(payload: Uint8Array): Generator<[id: number, value: number]> {
  for (let at = 0; at + 6 <= payload.length; at += 6) {
    yield [((payload[at] as number) << 8) | (payload[at + 1] as number), readUint32(payload, at + 2)];
  }
}
