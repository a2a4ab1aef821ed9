import { ProcessHold } from "../net/process-hold.js";
import type { ByteSocket } from "../net/socket-driver.js";

/** Bytes that wait for a peer that does not read; above, `write` says so, as the kernel's and Node's buffers do together. */
const bufferBytes = 65_536;

type Listener = (argument?: unknown) => void;

/** What a socket needs of its network. */
export interface SocketTurns {
  /** Runs something in a turn of its own. */
  later(callback: () => void): void;
  /** Nothing is delivered while this is true; `MemorySocket.flow` tells that it no longer is. */
  readonly stalled: boolean;
}

/**
 * One end of a connection in memory, with what Node's sockets do: events come in turns of their own, a reader that pauses stops
 * the writer, `end` goes behind what was written, bytes for an end that is gone come back as a reset.
 */
export class MemorySocket implements ByteSocket {
  allowHalfOpen: boolean = false;
  destroyed: boolean = false;
  peer: MemorySocket | undefined;
  readonly #turns: SocketTurns;
  readonly #onGone: () => void;
  readonly #hold: ProcessHold = new ProcessHold();
  readonly #listeners: Map<string, Listener[]> = new Map();
  /** On their way to this end. */
  #arriving: Uint8Array[] = [];
  #arrivingBytes = 0;
  #flowing = false;
  #scheduled = false;
  /** The peer has ended, behind what is on its way. */
  #finArriving = false;
  #endTold = false;
  #ended = false;
  #owesDrain = false;

  constructor(turns: SocketTurns, onGone: () => void) {
    this.#turns = turns;
    this.#onGone = onGone;
  }

  /** What the peer has not read beyond the buffers of a kernel. */
  get writableLength(): number {
    return Math.max(0, (this.peer?.unreadBytes ?? 0) - bufferBytes);
  }

  get unreadBytes(): number {
    return this.#arrivingBytes;
  }

  on(event: string, listener: (...args: never[]) => void): this {
    const listeners = this.#listeners.get(event);
    if (listeners === undefined) this.#listeners.set(event, [listener as Listener]);
    else listeners.push(listener as Listener);
    if (event === "data") this.resume();
    return this;
  }

  write(bytes: Uint8Array): boolean {
    if (this.destroyed || this.#ended) return false;
    this.peer?.arrive(bytes);
    this.#owesDrain = this.writableLength > 0;
    return !this.#owesDrain;
  }

  end(): void {
    if (this.destroyed || this.#ended) return;
    this.#ended = true;
    this.peer?.arriveEnd();
    this.#closeWhenBothEnded();
  }

  /** What was written still arrives, then the end. */
  destroy(): void {
    if (this.destroyed) return;
    const hadUnread = this.#arrivingBytes > 0;
    this.#close();
    if (hadUnread) this.peer?.reset();
    else this.peer?.arriveEnd();
  }

  pause(): void {
    this.#flowing = false;
  }

  resume(): void {
    this.#flowing = true;
    this.flow();
  }

  setNoDelay(): void {}

  ref(): void {
    if (!this.destroyed) this.#hold.hold();
  }

  unref(): void {
    this.#hold.release();
  }

  // ---- for the peer and the network -------------------------------------------------------------------------------

  /** Copied: the writer's memory is its own again at once. */
  arrive(bytes: Uint8Array): void {
    if (this.destroyed) {
      const { peer } = this;
      this.#turns.later(() => peer?.reset());
      return;
    }
    this.#arriving.push(Uint8Array.from(bytes));
    this.#arrivingBytes += bytes.length;
    this.flow();
  }

  arriveEnd(): void {
    this.#finArriving = true;
    this.flow();
  }

  /** The connection is cut. */
  reset(): void {
    if (this.destroyed) return;
    this.#close();
    this.#emit("error", Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" }));
  }

  /** Delivers what waits, in a turn of its own. */
  flow(): void {
    const nothing = this.#arriving.length === 0 && (!this.#finArriving || this.#endTold);
    if (this.#scheduled || nothing || !this.#flowing || this.destroyed || this.#turns.stalled) return;
    this.#scheduled = true;
    this.#turns.later(() => this.#deliver());
  }

  #deliver(): void {
    this.#scheduled = false;
    while (this.#flowing && !this.destroyed && !this.#turns.stalled) {
      const chunk = this.#arriving.shift();
      if (chunk === undefined) break;
      this.#arrivingBytes -= chunk.length;
      this.#emit("data", chunk);
    }
    this.peer?.drained();
    if (this.#arriving.length === 0 && this.#finArriving && this.#flowing) this.#tellEnd();
  }

  /** The peer has read. */
  drained(): void {
    if (!this.#owesDrain || this.destroyed || this.writableLength > 0) return;
    this.#owesDrain = false;
    this.#emit("drain");
  }

  #tellEnd(): void {
    if (this.#endTold || this.destroyed) return;
    this.#endTold = true;
    this.#emit("end");
    if (!this.allowHalfOpen) this.end();
    this.#closeWhenBothEnded();
  }

  #closeWhenBothEnded(): void {
    if (this.#ended && this.#endTold) this.#close();
  }

  #close(): void {
    if (this.destroyed) return;
    this.destroyed = true;
    this.#hold.release();
    this.#arriving = [];
    this.#arrivingBytes = 0;
    this.#onGone();
    this.#turns.later(() => this.#emit("close"));
  }

  #emit(event: string, argument?: unknown): void {
    for (const listener of this.#listeners.get(event) ?? []) listener.call(this, argument);
  }
}
