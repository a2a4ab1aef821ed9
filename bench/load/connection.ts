import { connect, type Socket } from "node:net";
import {
  ACK,
  END_HEADERS,
  END_STREAM,
  FrameType,
  frameHeadBytes,
  makeFrame,
  makeSettings,
  makeWindowUpdate,
  preface,
  SETTINGS_INITIAL_WINDOW_SIZE,
} from "./frames.js";

/** So much is given at once, and again when half is used, so that a server never waits for window. */
const connectionWindow = 1 << 30;

export interface ConnectionOptions {
  readonly port: number;
  /** What the server may send on a stream; 0 makes it keep its answers. */
  readonly windowBytes: number;
  /** A stream has ended; `answered` unless it was reset. */
  onStreamEnd(connection: LoadConnection, answered: boolean): void;
}

/**
 * One HTTP/2 connection of the load: it opens streams with prepared bytes, and looks at frame headers only. Buffers are
 * small, since there are thousands of these.
 */
export class LoadConnection {
  readonly #socket: Socket;
  readonly #options: ConnectionOptions;
  #nextStream = 1;
  #rest: Buffer = Buffer.alloc(0);
  #received = 0;
  #onPong: (() => void) | undefined;
  #onSettings: (() => void) | undefined;
  #fail: (error: Error) => void = () => {};

  private constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#socket = connect(options.port, "127.0.0.1");
    this.#socket.setNoDelay(true);
    this.#socket.on("data", (chunk: Buffer) => this.#take(chunk));
    this.#socket.on("error", (error) => this.#fail(error));
    this.#socket.on("close", () => this.#fail(new Error("the server has closed a connection")));
    this.#socket.write(
      Buffer.concat([
        preface,
        makeSettings([[SETTINGS_INITIAL_WINDOW_SIZE, options.windowBytes]]),
        makeWindowUpdate(0, connectionWindow),
      ]),
    );
  }

  /** Connects, and waits for the server's SETTINGS. `onFailure` hears of every error after that. */
  static open(options: ConnectionOptions, onFailure: (error: Error) => void): Promise<LoadConnection> {
    return new Promise((resolve, reject) => {
      const connection = new LoadConnection(options);
      connection.#fail = reject;
      connection.#onSettings = () => {
        connection.#fail = onFailure;
        connection.#onSettings = undefined;
        resolve(connection);
      };
    });
  }

  /** Begins a call; `message` has its prefix, and ends the request. Without it the request stays open. */
  begin(headerBlock: Buffer, message: Buffer | undefined): void {
    const stream = this.#nextStream;
    this.#nextStream += 2;
    this.#cork();
    const headers = makeFrame(FrameType.HEADERS, END_HEADERS, stream, headerBlock);
    if (message === undefined) return void this.#socket.write(headers);
    this.#socket.write(Buffer.concat([headers, makeFrame(FrameType.DATA, END_STREAM, stream, message)]));
  }

  /** Calls that begin in one turn leave in one write. */
  #cork(): void {
    if (this.#socket.writableCorked > 0) return;
    this.#socket.cork();
    process.nextTick(() => this.#socket.uncork());
  }

  /** Resolves when the server has taken everything that was sent before. */
  ping(): Promise<void> {
    return new Promise((resolve) => {
      this.#onPong = resolve;
      this.#socket.write(makeFrame(FrameType.PING, 0, 0, Buffer.alloc(8)));
    });
  }

  close(): void {
    this.#fail = () => {};
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    const all = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let offset = 0;
    while (all.length - offset >= frameHeadBytes) {
      const length = all.readUIntBE(offset, 3);
      if (all.length - offset < frameHeadBytes + length) break;
      const payload = all.subarray(offset + frameHeadBytes, offset + frameHeadBytes + length);
      this.#takeFrame(all[offset + 3]!, all[offset + 4]!, payload);
      offset += frameHeadBytes + length;
    }
    // Copied, so that a chunk of the pool is not kept by the few bytes of a frame that is cut.
    this.#rest = Buffer.from(all.subarray(offset));
  }

  #takeFrame(type: number, flags: number, payload: Buffer): void {
    if (type === FrameType.SETTINGS && (flags & ACK) === 0) {
      this.#socket.write(makeFrame(FrameType.SETTINGS, ACK, 0, Buffer.alloc(0)));
      this.#onSettings?.();
    } else if (type === FrameType.PING) {
      this.#takePing(flags, payload);
    } else if (type === FrameType.GOAWAY) {
      this.#fail(new Error("the server has sent GOAWAY"));
    } else if (type === FrameType.RST_STREAM) {
      // NO_ERROR comes after an answer that did not wait for the whole request (RFC 9113, 8.1).
      if (payload.readUInt32BE(0) !== 0) this.#options.onStreamEnd(this, false);
    } else if (type === FrameType.DATA || type === FrameType.HEADERS) {
      if (type === FrameType.DATA) this.#giveWindow(payload.length);
      if ((flags & END_STREAM) !== 0) this.#options.onStreamEnd(this, true);
    }
  }

  /** Some servers measure the path with PINGs of their own. */
  #takePing(flags: number, payload: Buffer): void {
    if ((flags & ACK) === 0) return void this.#socket.write(makeFrame(FrameType.PING, ACK, 0, payload));
    this.#onPong?.();
    this.#onPong = undefined;
  }

  #giveWindow(bytes: number): void {
    this.#received += bytes;
    if (this.#received < connectionWindow / 2) return;
    this.#socket.write(makeWindowUpdate(0, this.#received));
    this.#received = 0;
  }
}
