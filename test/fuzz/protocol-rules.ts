import { FrameType } from "../../src/http2/frame/frame-header.js";

/** A frame as the rules see it. */
export interface SeenFrame {
  readonly type: number;
  readonly flags: number;
  readonly id: number;
  readonly payload: Uint8Array;
}

/** How RFC 9113 has a frame answered: not at all, an error of its stream, or of the connection. */
export type Verdict = { readonly scope: "none" } | { readonly scope: "stream" | "connection"; readonly code: string };

/** What the header block of a frame is, as whoever made it knows. */
export type BlockKind = "request" | "response" | "informational" | "trailers" | "malformed" | "broken";

/** State of a stream by the diagram of RFC 9113 section 5.1, and how one that is closed came there. */
export type Life =
  | "idle"
  | "open"
  | "half closed (local)"
  | "half closed (remote)"
  | "ended"
  | "reset by us"
  | "reset by peer"
  | "skipped"
  | "forgotten";

const none: Verdict = { scope: "none" };
const windowMax = 0x7fff_ffff;
const frameBytesMax = 16_384;

function connection(code: string): Verdict {
  return { scope: "connection", code };
}

function ofStream(code: string): Verdict {
  return { scope: "stream", code };
}

interface ModelStream {
  life: Life;
  headersSeen: boolean;
  sendWindow: number;
  receiveWindow: number;
  /** Padding that is not announced as window again. */
  paddingOwed: number;
}

interface OpenBlock {
  readonly id: number;
  readonly ends: boolean;
  readonly selfDependent: boolean;
}

/**
 * RFC 9113 from the side of one end, as small as it can be written: which frame is answered how, and where each stream then
 * is. Nothing of our code is used.
 */
export class ProtocolRules {
  readonly #server: boolean;
  readonly #windowBytes: number;
  readonly #streams: Map<number, ModelStream> = new Map();
  readonly #skipped: Set<number> = new Set();
  #lastPeerId = 0;
  #lastLocalId = 0;
  #connectionSendWindow = 65_535;
  #initialWindow = 65_535;
  #block: OpenBlock | undefined;

  constructor(server: boolean, windowBytes: number) {
    this.#server = server;
    this.#windowBytes = windowBytes;
  }

  life(id: number): Life {
    const known = this.#streams.get(id);
    if (known !== undefined) return known.life;
    const ofPeer = ((id & 1) === 1) === this.#server;
    if (id > (ofPeer ? this.#lastPeerId : this.#lastLocalId)) return "idle";
    if (!ofPeer) return "skipped";
    // Nobody can remember all ids that a large step leaves out; which were the last ones is all that we keep.
    return this.#skipped.has(id) || !ofPeer || (id & 1) === 0 ? "skipped" : "forgotten";
  }

  get ids(): readonly number[] {
    return [...this.#streams.keys()];
  }

  // ---- what this end does -----------------------------------------------------------------------------------------

  opened(id: number, ends: boolean): void {
    this.#lastLocalId = id;
    this.#add(id, ends ? "half closed (local)" : "open");
  }

  sentData(id: number, byteCount: number): void {
    const stream = this.#streams.get(id);
    if (stream !== undefined) stream.sendWindow -= byteCount;
    this.#connectionSendWindow -= byteCount;
  }

  /** This end sent END_STREAM; a server that answered before the request's end resets with it. */
  sentEnd(id: number): void {
    const stream = this.#streams.get(id);
    if (stream === undefined) return;
    if (stream.life === "half closed (remote)") stream.life = "ended";
    else stream.life = this.#server ? "reset by us" : "half closed (local)";
  }

  sentReset(id: number): void {
    const stream = this.#streams.get(id);
    if (stream !== undefined) stream.life = "reset by us";
  }

  #add(id: number, life: Life): ModelStream {
    const stream = {
      life,
      headersSeen: this.#server,
      sendWindow: this.#initialWindow,
      receiveWindow: this.#windowBytes,
      paddingOwed: 0,
    };
    this.#streams.set(id, stream);
    return stream;
  }

  // ---- what comes -------------------------------------------------------------------------------------------------

  /** @param kind of the header block that ends with the frame, if one does */
  onFrame(frame: SeenFrame, kind: BlockKind): Verdict {
    const { type, id, payload } = frame;
    if (payload.length > frameBytesMax) return connection("FRAME_SIZE_ERROR");
    const block = this.#block;
    if (block !== undefined && (type !== FrameType.CONTINUATION || id !== block.id))
      return connection("PROTOCOL_ERROR");
    const verdict = this.#judge(frame, kind);
    if (verdict.scope !== "stream") return verdict;
    const stream = this.#streams.get(id) ?? this.#add(id, "reset by us");
    stream.life = "reset by us";
    return verdict;
  }

  #judge(frame: SeenFrame, kind: BlockKind): Verdict {
    switch (frame.type) {
      case FrameType.DATA:
        return this.#onData(frame);
      case FrameType.HEADERS:
        return this.#onHeaders(frame, kind);
      case FrameType.CONTINUATION:
        return this.#onContinuation(frame, kind);
      case FrameType.PRIORITY:
        return this.#onPriority(frame);
      case FrameType.RST_STREAM:
        return this.#onReset(frame);
      case FrameType.SETTINGS:
        return this.#onSettings(frame);
      case FrameType.PUSH_PROMISE:
        return connection("PROTOCOL_ERROR");
      case FrameType.PING:
        if (frame.id !== 0) return connection("PROTOCOL_ERROR");
        return frame.payload.length === 8 ? none : connection("FRAME_SIZE_ERROR");
      case FrameType.GOAWAY:
        if (frame.id !== 0) return connection("PROTOCOL_ERROR");
        return frame.payload.length >= 8 ? none : connection("FRAME_SIZE_ERROR");
      case FrameType.WINDOW_UPDATE:
        return this.#onUpdate(frame);
      default:
        return none;
    }
  }

  /** Section 6.1. */
  #onData({ flags, id, payload }: SeenFrame): Verdict {
    const padding = paddingOf(flags, payload);
    if (typeof padding === "string") return connection(padding);
    const life = this.life(id);
    if (id === 0 || life === "idle") return connection("PROTOCOL_ERROR");
    if (life === "ended" || life === "skipped") return connection("STREAM_CLOSED");
    if (life === "reset by us" || life === "forgotten") return none;
    if (life === "reset by peer" || life === "half closed (remote)") return ofStream("STREAM_CLOSED");
    const stream = this.#streams.get(id) as ModelStream;
    if (payload.length > stream.receiveWindow) return ofStream("FLOW_CONTROL_ERROR");
    stream.receiveWindow -= payload.length;
    if (!stream.headersSeen) return ofStream("PROTOCOL_ERROR");
    const ends = (flags & 1) !== 0;
    if (ends) this.#peerEnds(stream);
    else {
      // Padding is nobody's to read, so that its window comes back by itself, in halves.
      stream.paddingOwed += padding;
      if (stream.paddingOwed * 2 >= this.#windowBytes) {
        stream.receiveWindow += stream.paddingOwed;
        stream.paddingOwed = 0;
      }
    }
    return none;
  }

  #peerEnds(stream: ModelStream): void {
    stream.life = stream.life === "half closed (local)" ? "ended" : "half closed (remote)";
  }

  /** Section 6.2. */
  #onHeaders({ flags, id, payload }: SeenFrame, kind: BlockKind): Verdict {
    if (id === 0) return connection("PROTOCOL_ERROR");
    const padding = paddingOf(flags, payload);
    if (typeof padding === "string") return connection(padding);
    const prioritised = (flags & 0x20) !== 0;
    if (prioritised && payload.length - padding < 5) return connection("FRAME_SIZE_ERROR");
    const at = (flags & 8) === 0 ? 0 : 1;
    const selfDependent = prioritised && (uint32At(payload, at) & windowMax) === id;
    const block = { id, ends: (flags & 1) !== 0, selfDependent };
    if ((flags & 4) !== 0) return this.#onBlock(block, kind);
    this.#block = block;
    return none;
  }

  /** Section 6.10. */
  #onContinuation({ flags }: SeenFrame, kind: BlockKind): Verdict {
    if (this.#block === undefined) return connection("PROTOCOL_ERROR");
    if ((flags & 4) === 0) return none;
    const block = this.#block;
    this.#block = undefined;
    return this.#onBlock(block, kind);
  }

  #onBlock({ id, ends, selfDependent }: OpenBlock, kind: BlockKind): Verdict {
    if (kind === "broken") return connection("COMPRESSION_ERROR");
    switch (this.life(id)) {
      case "idle":
        return this.#onNewStream(id, ends, kind, selfDependent);
      case "skipped":
        return connection("PROTOCOL_ERROR");
      case "ended":
        return connection("STREAM_CLOSED");
      case "reset by us":
      case "forgotten":
        return none;
      case "reset by peer":
      case "half closed (remote)":
        return ofStream("STREAM_CLOSED");
    }
    const stream = this.#streams.get(id) as ModelStream;
    if (selfDependent) return ofStream("PROTOCOL_ERROR");
    return this.#server || stream.headersSeen
      ? this.#onTrailers(stream, ends, kind)
      : this.#onResponse(stream, ends, kind);
  }

  #onNewStream(id: number, ends: boolean, kind: BlockKind, selfDependent: boolean): Verdict {
    if (!this.#server || (id & 1) === 0) return connection("PROTOCOL_ERROR");
    for (let skipped = Math.max(this.#lastPeerId + 1, id - 8) | 1; skipped < id; skipped += 2)
      this.#skipped.add(skipped);
    this.#lastPeerId = id;
    if (selfDependent || kind !== "request") return ofStream("PROTOCOL_ERROR");
    this.#add(id, ends ? "half closed (remote)" : "open");
    return none;
  }

  #onTrailers(stream: ModelStream, ends: boolean, kind: BlockKind): Verdict {
    if (kind !== "trailers" || !ends) return ofStream("PROTOCOL_ERROR");
    this.#peerEnds(stream);
    return none;
  }

  #onResponse(stream: ModelStream, ends: boolean, kind: BlockKind): Verdict {
    if (kind === "informational") return ends ? ofStream("PROTOCOL_ERROR") : none;
    if (kind !== "response") return ofStream("PROTOCOL_ERROR");
    stream.headersSeen = true;
    if (ends) this.#peerEnds(stream);
    return none;
  }

  /** Section 6.3, and 5.3.1 of RFC 7540. */
  #onPriority({ id, payload }: SeenFrame): Verdict {
    if (id === 0) return connection("PROTOCOL_ERROR");
    const selfDependent = payload.length === 5 && (uint32At(payload, 0) & windowMax) === id;
    if (payload.length === 5 && !selfDependent) return none;
    const code = selfDependent ? "PROTOCOL_ERROR" : "FRAME_SIZE_ERROR";
    // A stream that is idle cannot be reset (section 6.4).
    return this.life(id) === "idle" ? connection(code) : ofStream(code);
  }

  /** Section 6.4. */
  #onReset({ id, payload }: SeenFrame): Verdict {
    if (payload.length !== 4) return connection("FRAME_SIZE_ERROR");
    if (id === 0 || this.life(id) === "idle") return connection("PROTOCOL_ERROR");
    const stream = this.#streams.get(id);
    if (stream !== undefined && isLive(stream.life)) stream.life = "reset by peer";
    return none;
  }

  /** Section 6.5. */
  #onSettings({ flags, id, payload }: SeenFrame): Verdict {
    if (id !== 0) return connection("PROTOCOL_ERROR");
    if ((flags & 1) !== 0) return payload.length === 0 ? none : connection("FRAME_SIZE_ERROR");
    if (payload.length % 6 !== 0) return connection("FRAME_SIZE_ERROR");
    const before = this.#initialWindow;
    for (let at = 0; at < payload.length; at += 6) {
      const verdict = this.#onSetting(uint32At(payload, at) >>> 16, uint32At(payload, at + 2));
      if (verdict.scope !== "none") return verdict;
    }
    for (const stream of this.#streams.values()) {
      if (!isLive(stream.life)) continue;
      stream.sendWindow += this.#initialWindow - before;
      if (stream.sendWindow > windowMax) return connection("FLOW_CONTROL_ERROR");
    }
    return none;
  }

  #onSetting(id: number, value: number): Verdict {
    if (id === 2 && (value > 1 || (value === 1 && !this.#server))) return connection("PROTOCOL_ERROR");
    if (id === 5 && (value < frameBytesMax || value > 0xff_ffff)) return connection("PROTOCOL_ERROR");
    if (id !== 4) return none;
    if (value > windowMax) return connection("FLOW_CONTROL_ERROR");
    this.#initialWindow = value;
    return none;
  }

  /** Section 6.9. */
  #onUpdate({ id, payload }: SeenFrame): Verdict {
    if (payload.length !== 4) return connection("FRAME_SIZE_ERROR");
    const increment = uint32At(payload, 0) & windowMax;
    if (id === 0) {
      if (increment === 0) return connection("PROTOCOL_ERROR");
      this.#connectionSendWindow += increment;
      return this.#connectionSendWindow > windowMax ? connection("FLOW_CONTROL_ERROR") : none;
    }
    if (this.life(id) === "idle") return connection("PROTOCOL_ERROR");
    const stream = this.#streams.get(id);
    if (stream === undefined || !isLive(stream.life)) return none;
    if (increment === 0) return ofStream("PROTOCOL_ERROR");
    if (stream.sendWindow + increment > windowMax) return ofStream("FLOW_CONTROL_ERROR");
    stream.sendWindow += increment;
    return none;
  }
}

/** Streams that are neither idle nor closed. */
export function isLive(life: Life): boolean {
  return life === "open" || life === "half closed (local)" || life === "half closed (remote)";
}

/** Bytes of padding, its length among them; or the error. */
function paddingOf(flags: number, payload: Uint8Array): number | string {
  if ((flags & 8) === 0) return 0;
  const length = payload[0];
  if (length === undefined) return "FRAME_SIZE_ERROR";
  return length >= payload.length ? "PROTOCOL_ERROR" : length + 1;
}

function uint32At(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(at);
}
