import type { HeaderList } from "../../../src/base/transport.js";
import { bytesOf, data, END_STREAM, headers } from "../../../src/http2/frames.testing.js";
import { handshakeWithServer } from "../http2/handshake.testing.js";
import { codeOf, type FrameEvent, fieldOf, RawPeer, Type } from "../raw-peer.testing.js";

/** Request headers that a server must take, of the unary method of Echo; some changed, some left out with undefined. */
export function requestHeaders(changed: Readonly<Record<string, string | undefined>> = {}): string[] {
  const all = {
    ":method": "POST",
    ":scheme": "http",
    ":path": "/peregrine.test.Echo/Unary",
    ":authority": "127.0.0.1",
    te: "trailers",
    "content-type": "application/grpc",
    ...changed,
  };
  return Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [name, value]));
}

/** What a server answered on one stream, until its END_STREAM or RST_STREAM. */
export interface RawAnswer {
  /** The first header block; for Trailers-Only the trailers too. */
  readonly head: HeaderList;
  readonly trailers: HeaderList;
  readonly trailersOnly: boolean;
  readonly body: Uint8Array;
  /** Code of the RST_STREAM that ended it, without END_STREAM. */
  readonly reset: number | undefined;
}

export function statusOf({ trailers }: RawAnswer): number | undefined {
  const text = fieldOf(trailers, "grpc-status");
  return text === undefined ? undefined : Number(text);
}

export function messageOf({ trailers }: RawAnswer): string {
  return fieldOf(trailers, "grpc-message") ?? "";
}

/** A client that is nothing but frames, after its handshake. */
export class RawClient {
  readonly peer: RawPeer;
  #nextId = 1;

  constructor(peer: RawPeer) {
    this.peer = peer;
  }

  static async connect(address: string): Promise<RawClient> {
    const peer = RawPeer.connect(Number(address.slice(address.lastIndexOf(":") + 1)));
    await handshakeWithServer(peer);
    return new RawClient(peer);
  }

  /** Opens a stream with a request's headers; its body may follow. */
  open(list: HeaderList, flags: number = 0): number {
    const id = this.#nextId;
    this.#nextId += 2;
    this.peer.send(headers(id, list, flags));
    return id;
  }

  /** A whole request, its body in as many DATA frames as there are parts, and what is answered. */
  call(list: HeaderList, ...parts: Uint8Array[]): Promise<RawAnswer> {
    const id = this.open(list, parts.length === 0 ? END_STREAM : 0);
    const frames = parts.map((part, index) => data(id, part, index === parts.length - 1 ? END_STREAM : 0));
    if (frames.length > 0) this.peer.send(...frames);
    return this.answer(id);
  }

  /** Reads on until the server's side of the stream has ended. */
  async answer(streamId: number): Promise<RawAnswer> {
    const lists: HeaderList[] = [];
    const parts: Uint8Array[] = [];
    let reset: number | undefined;
    let last: FrameEvent | undefined;
    await this.peer.untilFrame(`the answer on stream ${streamId}`, (frame) => {
      if (frame.streamId !== streamId) return false;
      if (frame.list !== undefined) lists.push(frame.list);
      if (frame.type === Type.DATA) parts.push(frame.payload);
      if (frame.type === Type.RST_STREAM) reset = codeOf(frame);
      last = frame;
      return frame.type === Type.RST_STREAM || (isEnding(frame) && (frame.flags & END_STREAM) !== 0);
    });
    const head = lists[0] ?? [];
    const isTrailers = last?.type === Type.HEADERS;
    const trailers = isTrailers ? (lists.at(-1) ?? []) : [];
    return { head, trailers, trailersOnly: isTrailers && lists.length === 1, body: bytesOf(...parts), reset };
  }

  close(): void {
    this.peer.destroy();
  }
}

function isEnding({ type }: FrameEvent): boolean {
  return type === Type.DATA || type === Type.HEADERS;
}
