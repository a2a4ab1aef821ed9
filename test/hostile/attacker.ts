import { once } from "node:events";
import type { Socket } from "node:net";
import { errorCodeName } from "../../src/http2/errors.js";
import { bytesOf, settings, settingsAck } from "../../src/http2/frames.testing.js";
import { handshakeWithServer } from "../specification/http2/handshake.testing.js";
import { codeOf, type FrameEvent, type PeerEvent, RawPeer, Type } from "../specification/raw-peer.testing.js";

/** Floods are written in pieces of about this size, in bytes: what a victim reads at once. */
const pieceBytes = 65_536;

/** One hostile connection: a raw peer that can send very much, and count it. */
export class Attacker {
  readonly socket: Socket;
  readonly peer: RawPeer;
  readonly #patienceMs: number;
  frames = 0;

  /** @param role of the attacker */
  constructor(socket: Socket, role: "client" | "server", patienceMs: number) {
    this.socket = socket;
    this.peer = new RawPeer(socket, role);
    this.#patienceMs = patienceMs;
  }

  async handshakeAsClient(): Promise<void> {
    await handshakeWithServer(this.peer);
  }

  async handshakeAsServer(pairs: readonly number[]): Promise<void> {
    await this.within(
      "the client's preface",
      this.peer.until("the preface", ({ kind }) => kind === "preface"),
    );
    await this.frame("the client's SETTINGS", ({ type }) => type === Type.SETTINGS);
    this.send(settings(...pairs), settingsAck);
  }

  send(...frames: Uint8Array[]): void {
    this.frames += frames.length;
    this.peer.send(...frames);
  }

  /** Bytes that are no frames. */
  sendBytes(bytes: Uint8Array): void {
    this.socket.write(bytes);
  }

  /**
   * Sends up to `count` times what `make` gives, as fast as the victim takes it, until it ends the connection or takes no more for long.
   *
   * @param framesEach how many frames that is
   */
  async flood(count: number, make: (i: number) => Uint8Array, framesEach: number = 1): Promise<void> {
    const { socket } = this;
    for (let i = 0; i < count && !socket.destroyed && socket.writable; ) {
      const parts: Uint8Array[] = [];
      for (let bytes = 0; i < count && bytes < pieceBytes; i++) {
        const part = make(i);
        parts.push(part);
        bytes += part.length;
      }
      this.frames += framesEach * parts.length;
      if (!socket.write(bytesOf(...parts)) && !(await this.#drained())) return;
      // Time to read: what the victim said last would be lost with the socket, while more is written to it.
      await new Promise((resolve) => setImmediate(resolve));
      if (this.peer.log.at(-1)?.startsWith("GOAWAY") === true) return;
    }
  }

  /** The socket takes more; false when it closed, or took nothing for long. */
  async #drained(): Promise<boolean> {
    const over = new AbortController();
    const signal = AbortSignal.any([over.signal, AbortSignal.timeout(this.#patienceMs)]);
    const events = ["drain", "close"].map((event) => once(this.socket, event, { signal }).then(() => event));
    try {
      return (await Promise.race(events)) === "drain";
    } catch {
      return false;
    } finally {
      for (const event of events) event.catch(() => undefined);
      over.abort();
    }
  }

  /** The next frame that fits. */
  frame(wanted: string, fits: (frame: FrameEvent) => boolean): Promise<FrameEvent> {
    return this.within(wanted, this.peer.untilFrame(wanted, fits));
  }

  /** The connection is ended with GOAWAY of this code, and closed. */
  async expectGoaway(code: number): Promise<string> {
    const goaway = await this.frame(`GOAWAY ${errorCodeName(code)}`, ({ type }) => type === Type.GOAWAY);
    const found = codeOf(goaway);
    const reason = Buffer.from(goaway.payload.subarray(8)).toString();
    if (found !== code) {
      throw new Error(`GOAWAY with ${errorCodeName(found)} (${reason}) instead of ${errorCodeName(code)}`);
    }
    await this.expectClosed();
    return `GOAWAY ${errorCodeName(code)}`;
  }

  async expectClosed(): Promise<string> {
    await this.within("the end of the connection", this.#closed());
    return "closed";
  }

  async #closed(): Promise<PeerEvent> {
    return this.peer.until("the end of the connection", ({ kind }) => kind === "closed");
  }

  /** Some stream, or this one, is reset with the code. */
  async expectReset(code: number, streamId?: number): Promise<string> {
    const wanted = `RST_STREAM ${errorCodeName(code)}`;
    await this.frame(wanted, (frame) => {
      const isIt = frame.type === Type.RST_STREAM && (streamId === undefined || frame.streamId === streamId);
      return isIt && codeOf(frame) === code;
    });
    return wanted;
  }

  /** Does not read any more, as far as a socket allows. */
  stopReading(): void {
    this.socket.pause();
  }

  /** Waits for what should come, for as long as this attack has patience. */
  async within<T>(wanted: string, promise: Promise<T>): Promise<T> {
    promise.catch(() => undefined);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const { log } = this.peer;
      timer = setTimeout(() => {
        const came = log.length > 8 ? `${log.length} events, the last: ${log.slice(-8).join(", ")}` : log.join(", ");
        reject(new Error(`waited ${this.#patienceMs} ms for ${wanted}; what came: ${came || "nothing"}`));
      }, this.#patienceMs);
    });
    try {
      return await Promise.race([promise, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}
