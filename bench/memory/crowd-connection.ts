import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { HeaderList } from "../../src/base/transport.js";
import { HpackEncoder } from "../../src/hpack/encoder.js";
import { HeaderBlockWriter } from "../../src/hpack/header-block-writer.js";
import { Flag, FrameType, frameHeaderBytes, putFrameHeader } from "../../src/http2/frame/frame-header.js";
import { FrameReader } from "../../src/http2/frame-reader.js";
import { clientPreface } from "../../src/http2/preface.js";

const settings = frame(FrameType.SETTINGS, 0, 0, new Uint8Array(0));
const settingsAck = frame(FrameType.SETTINGS, Flag.ACK, 0, new Uint8Array(0));
/** A message of 11 bytes behind its prefix: `payload` of 9 zeros. */
const message = Uint8Array.of(0, 0, 0, 0, 11, 0x0a, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0);

function frame(type: number, flags: number, streamId: number, payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(frameHeaderBytes + payload.length);
  putFrameHeader(bytes, 0, payload.length, type, flags, streamId);
  bytes.set(payload, frameHeaderBytes);
  return bytes;
}

function requestHeaders(method: string): HeaderList {
  const list = [":method", "POST", ":scheme", "http", ":path", `/peregrine.test.Echo/${method}`];
  list.push(":authority", "127.0.0.1", "te", "trailers", "content-type", "application/grpc");
  return Object.freeze([...list, "user-agent", "crowd/1", "grpc-accept-encoding", "identity,deflate,gzip"]);
}

const unaryHeaders = requestHeaders("Unary");
const bidiHeaders = requestHeaders("Bidi");
const serverStreamHeaders = requestHeaders("ServerStream");
const nothing = new Uint8Array(0);

/** One client connection that knows no more of HTTP/2 than it must, so that thousands fit into a process. */
export class CrowdConnection {
  readonly connected: Promise<void>;
  readonly #socket: Socket;
  readonly #encoder: HpackEncoder = new HpackEncoder();
  #nextId = 1;
  #open: number[] = [];
  /** DATA and END_STREAM frames that somebody waits for. */
  #messagesDue = 0;
  #endsDue = 0;
  /** DATA that the server has no window back for, in bytes. */
  #received = 0;
  #told: { resolve(): void; reject(error: Error): void } | undefined;

  constructor(port: number, http2: boolean) {
    this.#socket = connect({ port, host: "127.0.0.1", noDelay: true });
    const ready = http2 ? this.#expect(0, 0) : once(this.#socket, "data");
    this.connected = ready.then(() => {});
    this.#socket.on("error", (error) => this.#told?.reject(error));
    this.#socket.on("close", () => this.#told?.reject(new Error("the server closed the connection")));
    if (!http2) return;
    const reader = new FrameReader(16_777_215, {
      onFrame: (type, flags, _id, _bytes, start, end) => this.#onFrame(type, flags, end - start),
      onFrameTooLong: () => false,
    });
    this.#socket.on("data", (chunk) => reader.read(chunk));
    this.#socket.write(Buffer.concat([Buffer.from(clientPreface), settings]));
  }

  /** One unary call, to its end. */
  async call(): Promise<void> {
    const id = this.#nextId;
    this.#nextId += 2;
    const ended = this.#expect(0, 1);
    const headers = this.#headers(id, unaryHeaders);
    this.#socket.write(Buffer.concat([headers, frame(FrameType.DATA, Flag.END_STREAM, id, message)]));
    await ended;
  }

  /** Asks for a stream of responses, of which no more is taken than the windows hold. */
  async stall(): Promise<void> {
    const id = this.#nextId;
    this.#nextId += 2;
    const begun = this.#expect(1, 0);
    const headers = this.#headers(id, serverStreamHeaders);
    this.#socket.write(Buffer.concat([headers, frame(FrameType.DATA, Flag.END_STREAM, id, message)]));
    await begun;
  }

  /** Opens streams that each get one answer and stay open. */
  async open(count: number): Promise<void> {
    if (count === 0) return;
    const frames: Uint8Array[] = [];
    for (let i = 0; i < count; i++, this.#nextId += 2) {
      this.#open.push(this.#nextId);
      frames.push(this.#headers(this.#nextId, bidiHeaders), frame(FrameType.DATA, 0, this.#nextId, message));
    }
    const answered = this.#expect(count, 0);
    this.#socket.write(Buffer.concat(frames));
    await answered;
  }

  /** Half-closes all streams that are open; gives how many there were, once the server has ended each. */
  async finish(): Promise<number> {
    const ids = this.#open.splice(0);
    if (ids.length === 0) return 0;
    const ended = this.#expect(0, ids.length);
    this.#socket.write(Buffer.concat(ids.map((id) => frame(FrameType.DATA, Flag.END_STREAM, id, nothing))));
    await ended;
    return ids.length;
  }

  async close(): Promise<void> {
    this.#told = undefined;
    if (this.#socket.destroyed) return;
    const closed = once(this.#socket, "close");
    this.#socket.destroy();
    await closed;
  }

  #headers(id: number, headers: HeaderList): Uint8Array {
    const block = new HeaderBlockWriter();
    this.#encoder.encode(headers, undefined, block);
    return frame(FrameType.HEADERS, Flag.END_HEADERS, id, block.buffer.subarray(0, block.length));
  }

  /** Waits for the server's SETTINGS where nothing else is due. */
  #expect(messages: number, ends: number): Promise<void> {
    this.#messagesDue = messages;
    this.#endsDue = ends;
    return new Promise((resolve, reject) => {
      this.#told = { resolve, reject };
    });
  }

  /** Of the connection's window, half of what HTTP/2 begins with is given back at a time; of a stream's, nothing. */
  #returnWindow(byteCount: number): void {
    this.#received += byteCount;
    if (this.#received < 32_768) return;
    const increment = Uint8Array.of(0, 0, this.#received >>> 8, this.#received & 0xff);
    this.#received = 0;
    this.#socket.write(frame(FrameType.WINDOW_UPDATE, 0, 0, increment));
  }

  #onFrame(type: number, flags: number, length: number): boolean {
    switch (type) {
      case FrameType.SETTINGS:
        if ((flags & Flag.ACK) !== 0) return true;
        this.#socket.write(settingsAck);
        this.#check();
        return true;
      case FrameType.DATA:
        this.#returnWindow(length);
        this.#messagesDue--;
        break;
      case FrameType.GOAWAY:
      case FrameType.RST_STREAM:
        this.#told?.reject(new Error(`the server sent frame type ${type}`));
        return true;
    }
    if ((type === FrameType.HEADERS || type === FrameType.DATA) && (flags & Flag.END_STREAM) !== 0) this.#endsDue--;
    if (type === FrameType.HEADERS || type === FrameType.DATA) this.#check();
    return true;
  }

  #check(): void {
    if (this.#messagesDue > 0 || this.#endsDue > 0) return;
    const told = this.#told;
    this.#told = undefined;
    told?.resolve();
  }
}
