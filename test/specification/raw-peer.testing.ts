import { connect, type Socket } from "node:net";
import type { HeaderList } from "../../src/base/transport.js";
import { HpackDecoder } from "../../src/hpack/decoder.js";
import { bytesOf, END_HEADERS, PADDED, PRIORITY_FIELDS } from "../../src/http2/frames.testing.js";

/** Frame types by number, as a peer without our code sees them. */
export const Type = {
  DATA: 0,
  HEADERS: 1,
  PRIORITY: 2,
  RST_STREAM: 3,
  SETTINGS: 4,
  PUSH_PROMISE: 5,
  PING: 6,
  GOAWAY: 7,
  WINDOW_UPDATE: 8,
  CONTINUATION: 9,
} as const;

const typeNames: readonly string[] = Object.keys(Type);

/** A frame that came over the socket. */
export interface FrameEvent {
  readonly kind: "frame";
  readonly type: number;
  readonly flags: number;
  readonly streamId: number;
  readonly payload: Uint8Array;
  /** The list of a header block, at the frame that ends the block; undefined too when the block does not decode. */
  readonly list?: HeaderList | undefined;
}

/** What a raw peer meets: frames, a client's preface, and the end of the socket. */
export type PeerEvent = FrameEvent | { readonly kind: "preface" } | { readonly kind: "closed" };

/** The longest that a peer waits for one event, in ms: much more than a loaded machine needs, and nothing that passes waits. */
export const boundMs = 10_000;

/** No frame of a test is longer, in bytes. */
const announcedBytesMax = 1_048_576;

/**
 * One end of a TCP connection that speaks frames and knows no rule of HTTP/2: it sends what it is told, and hands out what comes
 * in order. Header blocks are decoded, since a table must be kept to read them at all.
 */
export class RawPeer {
  readonly #socket: Socket;
  readonly #events: PeerEvent[] = [];
  readonly #decoder: HpackDecoder = new HpackDecoder({ headerListBytesMax: 1e9, fieldsMax: 1e6 });
  #fragments: Uint8Array[] = [];
  #rest: Uint8Array = new Uint8Array(0);
  #awaitsPreface: boolean;
  #wake: (() => void) | undefined;
  /** All events so far, as text: for the message of a case that fails. */
  readonly log: string[] = [];

  constructor(socket: Socket, role: "client" | "server") {
    this.#socket = socket;
    this.#awaitsPreface = role === "server";
    socket.setNoDelay(true);
    // The other end may close while we still write; that it closed is told by "close".
    socket.on("error", () => undefined);
    socket.on("data", (chunk: Uint8Array) => this.#read(chunk));
    socket.on("close", () => this.#push({ kind: "closed" }));
  }

  static connect(port: number): RawPeer {
    return new RawPeer(connect(port, "127.0.0.1"), "client");
  }

  send(...parts: Uint8Array[]): void {
    this.#socket.write(bytesOf(...parts));
  }

  /** The next event, in order. */
  async next(wanted: string): Promise<PeerEvent> {
    const event = this.#events.shift();
    if (event !== undefined) return event;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#wake = undefined;
        reject(new Error(`waited ${boundMs} ms for ${wanted}; what came: ${this.log.join(", ") || "nothing"}`));
      }, boundMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    return this.next(wanted);
  }

  /** Reads on until an event fits. */
  async until(wanted: string, fits: (event: PeerEvent) => boolean): Promise<PeerEvent> {
    for (;;) {
      const event = await this.next(wanted);
      if (fits(event)) return event;
      if (event.kind === "closed") throw new Error(`closed instead of ${wanted}; what came: ${this.log.join(", ")}`);
    }
  }

  /** As `until`, for frames. */
  async untilFrame(wanted: string, fits: (frame: FrameEvent) => boolean): Promise<FrameEvent> {
    return (await this.until(wanted, (event) => event.kind === "frame" && fits(event))) as FrameEvent;
  }

  /** Ends our side of the socket; the other end may still write. */
  end(): void {
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #push(event: PeerEvent): void {
    this.log.push(describe(event));
    this.#events.push(event);
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }

  #read(chunk: Uint8Array): void {
    const bytes = bytesOf(this.#rest, chunk);
    let at = 0;
    if (this.#awaitsPreface && bytes.length >= 24) {
      this.#awaitsPreface = false;
      at = 24;
      this.#push({ kind: "preface" });
    }
    while (!this.#awaitsPreface && bytes.length - at >= 9) {
      const view = new DataView(bytes.buffer, bytes.byteOffset + at);
      const length = view.getUint16(0) * 256 + view.getUint8(2);
      // A script that announces more than it will ever send: taken as a frame without payload.
      const end = at + 9 + (length > announcedBytesMax ? 0 : length);
      if (end > bytes.length) break;
      this.#frame(view.getUint8(3), view.getUint8(4), view.getUint32(5), bytes.subarray(at + 9, end));
      at = end;
    }
    this.#rest = bytes.slice(at);
  }

  #frame(type: number, flags: number, streamId: number, payload: Uint8Array): void {
    let list: HeaderList | undefined;
    if (type === Type.HEADERS || type === Type.CONTINUATION) {
      this.#fragments.push(type === Type.HEADERS ? fragmentOf(flags, payload) : payload);
      if ((flags & END_HEADERS) !== 0) {
        const block = bytesOf(...this.#fragments);
        this.#fragments = [];
        list = this.#decoder.decode(block, 0, block.length);
      }
    }
    this.#push({ kind: "frame", type, flags, streamId, payload, list });
  }
}

/** The fragment of a HEADERS frame, without padding and priority fields. */
function fragmentOf(flags: number, payload: Uint8Array): Uint8Array {
  const padding = (flags & PADDED) === 0 ? 0 : (payload[0] ?? 0);
  const start = ((flags & PADDED) === 0 ? 0 : 1) + ((flags & PRIORITY_FIELDS) === 0 ? 0 : 5);
  return payload.subarray(start, payload.length - padding);
}

/** The error code of a RST_STREAM or GOAWAY. */
export function codeOf({ type, payload }: FrameEvent): number {
  return new DataView(payload.buffer, payload.byteOffset).getUint32(type === Type.GOAWAY ? 4 : 0);
}

/** The last stream of a GOAWAY. */
export function lastStreamOf({ payload }: FrameEvent): number {
  return new DataView(payload.buffer, payload.byteOffset).getUint32(0);
}

export function textOf({ payload }: FrameEvent): string {
  return Buffer.from(payload).toString("latin1");
}

/** The value of a field of a header list; undefined when it has none of this name. */
export function fieldOf(list: HeaderList | undefined, name: string): string | undefined {
  for (let i = 0; i + 1 < (list?.length ?? 0); i += 2) if (list?.[i] === name) return list[i + 1];
  return undefined;
}

function describe(event: PeerEvent): string {
  if (event.kind !== "frame") return event.kind;
  const { type, flags, streamId, payload } = event;
  const code = type === Type.RST_STREAM || type === Type.GOAWAY ? ` code ${codeOf(event)}` : "";
  const debug = type === Type.GOAWAY ? ` "${Buffer.from(payload.subarray(8)).toString("latin1")}"` : "";
  return `${typeNames[type] ?? type}(stream ${streamId}, flags ${flags}, ${payload.length} bytes${code}${debug})`;
}
