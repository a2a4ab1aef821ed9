import type { ByteSocket } from "../../src/index.js";
import type { MemoryLoop } from "./memory-loop.js";

/** The other end of a socket: another socket, or a script. */
export interface FarEnd {
  onBytes(bytes: Uint8Array): void;
  /** No more bytes come. */
  onFin(): void;
  /** The socket was destroyed. */
  onGone(): void;
}

type Listener = (argument?: unknown) => void;

/** As many bytes may wait before `write` says false. */
const highWaterBytes = 16_384;

/** One end of a connection in memory. What is written is with the far end at once, unless it was told to stall. */
export class MemorySocket implements ByteSocket {
  allowHalfOpen: boolean = false;
  destroyed: boolean = false;
  far!: FarEnd;
  readonly #loop: MemoryLoop;
  readonly #listeners: Map<string, Listener[]> = new Map();
  readonly #received: Uint8Array[] = [];
  readonly #held: Uint8Array[] = [];
  #heldBytes = 0;
  #stalled = false;
  #reading = false;
  #finReceived = false;
  #endTold = false;
  #endCalled = false;
  #closeTold = false;

  constructor(loop: MemoryLoop) {
    this.#loop = loop;
  }

  get writableLength(): number {
    return this.#heldBytes;
  }

  /** True once this end said that it writes nothing more, or is gone. */
  get ended(): boolean {
    return this.#endCalled || this.destroyed;
  }

  /** It does not read: bytes that come wait. */
  get paused(): boolean {
    return !this.#reading;
  }

  on(event: string, listener: (...args: never[]) => void): this {
    const listeners = this.#listeners.get(event) ?? [];
    listeners.push(listener as Listener);
    this.#listeners.set(event, listeners);
    if (event === "data") this.resume();
    return this;
  }

  write(bytes: Uint8Array): boolean {
    if (this.destroyed) return false;
    if (this.#endCalled) throw new Error("a write behind the end of the socket");
    const copy = bytes.slice();
    if (!this.#stalled) {
      this.far.onBytes(copy);
      return true;
    }
    this.#held.push(copy);
    this.#heldBytes += copy.length;
    return this.#heldBytes < highWaterBytes;
  }

  end(): void {
    if (this.ended) return;
    this.#endCalled = true;
    if (!this.#stalled) this.far.onFin();
    this.#closeWhenBothEnded();
  }

  destroy(): void {
    if (this.destroyed) return;
    this.destroyed = true;
    this.#held.length = 0;
    this.#heldBytes = 0;
    this.far.onGone();
    this.#loop.post(() => this.#tellClose());
  }

  pause(): void {
    this.#reading = false;
  }

  resume(): void {
    this.#reading = true;
    this.#loop.post(() => this.#read());
  }

  setNoDelay(): void {}

  ref(): void {}

  unref(): void {}

  // ---- what the far end does --------------------------------------------------------------------------------------

  deliver(bytes: Uint8Array): void {
    if (this.destroyed) return;
    this.#received.push(bytes);
    this.#loop.post(() => this.#read());
  }

  deliverFin(): void {
    this.#finReceived = true;
    this.#loop.post(() => this.#read());
  }

  reset(): void {
    if (this.destroyed) return;
    this.destroyed = true;
    this.#received.length = 0;
    this.#emit("error", Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" }));
    this.#loop.post(() => this.#tellClose());
  }

  /** The far end takes no bytes, or takes them again. */
  stall(stalled: boolean): void {
    if (this.#stalled === stalled || this.destroyed) return;
    this.#stalled = stalled;
    if (stalled) return;
    for (const bytes of this.#held.splice(0)) this.far.onBytes(bytes);
    this.#heldBytes = 0;
    if (this.#endCalled) this.far.onFin();
    this.#loop.post(() => {
      if (!this.destroyed) this.#emit("drain");
    });
  }

  #read(): void {
    while (this.#reading && !this.destroyed) {
      const bytes = this.#received.shift();
      if (bytes === undefined) break;
      this.#emit("data", bytes);
    }
    if (!this.#reading || this.destroyed || this.#received.length > 0 || !this.#finReceived || this.#endTold) return;
    this.#endTold = true;
    this.#emit("end");
    if (!this.allowHalfOpen) this.end();
    this.#closeWhenBothEnded();
  }

  #closeWhenBothEnded(): void {
    if (!this.#endCalled || !this.#endTold) return;
    this.#loop.post(() => {
      this.destroyed = true;
      this.#tellClose();
    });
  }

  #tellClose(): void {
    if (this.#closeTold) return;
    this.#closeTold = true;
    this.#emit("close");
  }

  #emit(event: string, argument?: unknown): void {
    for (const listener of this.#listeners.get(event) ?? []) listener.call(this, argument);
  }
}
