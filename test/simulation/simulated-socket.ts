import type { ByteSocket } from "../../src/index.js";
import type { PathOptions, Pipe } from "./pipe.js";
import type { SeededRandom } from "./seeded-random.js";
import type { World } from "./world.js";

/** What hears of a socket from outside, to check it. */
export interface SocketWatch {
  /** The engine gave bytes to its socket. */
  onWrite(bytes: Uint8Array): void;
  /** Bytes are about to be handed to the engine. */
  onDeliver(bytes: Uint8Array): void;
  onGone(): void;
}

type Listener = (argument?: unknown) => void;

/** Above so many bytes that the kernel did not take, `write` says false; as Node does. */
const highWaterBytes = 16_384;

/**
 * One end of a connection in memory, with what Node's sockets do and the driver relies on: events come in turns of their
 * own, `end` goes behind what was written, a destroyed end answers bytes with a reset, both ends closed is `close`.
 */
export class SimulatedSocket implements ByteSocket {
  allowHalfOpen: boolean = false;
  destroyed: boolean = false;
  /** For the log. */
  readonly name: string;
  /** The pipe to the peer; set when both ends are there. */
  out!: Pipe;
  peer!: SimulatedSocket;
  watch: SocketWatch | undefined;
  readonly #world: World;
  readonly #random: SeededRandom;
  readonly #listeners: Map<string, Listener[]> = new Map();
  readonly #received: Uint8Array[] = [];
  #reading = false;
  #readScheduled = false;
  #finReceived = false;
  #endTold = false;
  #endCalled = false;
  #needsDrain = false;
  #closeTold = false;

  constructor(world: World, random: SeededRandom, name: string) {
    this.#world = world;
    this.#random = random;
    this.name = name;
  }

  get writableLength(): number {
    return this.out.pendingBytes;
  }

  /** Bytes that arrived and were not read. */
  get unreadBytes(): number {
    return this.#received.reduce((sum, one) => sum + one.length, 0);
  }

  // ---- what the driver calls --------------------------------------------------------------------------------------

  on(event: string, listener: (...args: never[]) => void): this {
    const listeners = this.#listeners.get(event);
    if (listeners === undefined) this.#listeners.set(event, [listener as Listener]);
    else listeners.push(listener as Listener);
    if (event === "data") this.resume();
    return this;
  }

  write(bytes: Uint8Array): boolean {
    if (this.destroyed) return false;
    if (this.#endCalled) this.#world.violate("socket", `${this.name} wrote behind its end`);
    this.#world.log.note(this.name, "write", bytes.length);
    this.watch?.onWrite(bytes);
    this.out.write(bytes);
    if (this.out.pendingBytes < highWaterBytes) return true;
    this.#needsDrain = true;
    return false;
  }

  end(): void {
    if (this.destroyed || this.#endCalled) return;
    this.#endCalled = true;
    this.#world.log.note(this.name, "end");
    this.out.fin();
    this.#closeWhenBothEnded();
  }

  destroy(): void {
    if (this.destroyed) return;
    this.destroyed = true;
    this.#world.log.note(this.name, "destroy");
    // A kernel that holds unread bytes tells the peer that they are lost.
    if (this.unreadBytes > 0) this.#resetPeer();
    else this.out.abandon();
    this.#world.after(0, () => this.#tellClose());
  }

  pause(): void {
    this.#reading = false;
  }

  resume(): void {
    this.#reading = true;
    this.#scheduleRead();
  }

  setNoDelay(): void {}

  ref(): void {}

  unref(): void {}

  // ---- what the network calls -------------------------------------------------------------------------------------

  onBytes(bytes: Uint8Array): void {
    if (this.destroyed) {
      this.#resetPeer();
      return;
    }
    this.#received.push(bytes);
    this.#scheduleRead();
  }

  onFin(): void {
    if (this.destroyed) return;
    this.#finReceived = true;
    this.#scheduleRead();
  }

  onFlushed(): void {
    if (this.destroyed) return;
    if (!this.#needsDrain) return;
    this.#needsDrain = false;
    this.#world.after(0, () => {
      if (this.destroyed) return;
      this.#world.log.note(this.name, "drain");
      this.#emit("drain");
    });
  }

  onOverwritten(): void {
    this.#world.violate(
      "memory",
      `${this.name}: bytes that were given to the socket were written over before it sent them`,
    );
  }

  /** The peer, or something on the way, has cut the connection. */
  reset(): void {
    if (this.destroyed) return;
    this.#world.log.note(this.name, "reset");
    this.destroyed = true;
    this.#received.length = 0;
    this.out.close();
    this.#emit("error", Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" }));
    this.#world.after(0, () => this.#tellClose());
  }

  #resetPeer(): void {
    this.#received.length = 0;
    this.out.close();
    const { peer } = this;
    this.#world.after(this.#random.next(), () => peer.reset());
  }

  // ---- reading ----------------------------------------------------------------------------------------------------

  #scheduleRead(): void {
    if (this.#readScheduled || this.destroyed || !this.#reading) return;
    if (this.#received.length === 0 && (!this.#finReceived || this.#endTold)) return;
    this.#readScheduled = true;
    this.#world.after(0, () => this.#read());
  }

  #read(): void {
    this.#readScheduled = false;
    if (this.destroyed || !this.#reading) return;
    if (this.#received.length === 0) {
      this.#tellEnd();
      return;
    }
    const bytes = this.#gather();
    this.peer.out.read(bytes.length);
    this.#world.log.note(this.name, "read", bytes.length);
    this.watch?.onDeliver(bytes);
    this.#emit("data", bytes);
    this.#scheduleRead();
  }

  /** Some of what has come, as one chunk in memory of its own. */
  #gather(): Uint8Array {
    const count = this.#random.chance(0.5) ? this.#received.length : 1;
    const taken = this.#received.splice(0, count);
    const bytes = new Uint8Array(taken.reduce((sum, one) => sum + one.length, 0));
    let at = 0;
    for (const one of taken) {
      bytes.set(one, at);
      at += one.length;
    }
    return bytes;
  }

  #tellEnd(): void {
    if (this.#endTold || !this.#finReceived) return;
    this.#endTold = true;
    this.#world.log.note(this.name, "peer's end");
    this.#emit("end");
    if (!this.allowHalfOpen) this.end();
    this.#closeWhenBothEnded();
  }

  #closeWhenBothEnded(): void {
    if (!this.#endCalled || !this.#endTold) return;
    this.#world.after(0, () => {
      if (this.destroyed) return;
      this.destroyed = true;
      this.#tellClose();
    });
  }

  #tellClose(): void {
    if (this.#closeTold) return;
    this.#closeTold = true;
    this.#world.log.note(this.name, "closed");
    this.#emit("close");
    this.watch?.onGone();
  }

  #emit(event: string, argument?: unknown): void {
    for (const listener of this.#listeners.get(event) ?? []) listener.call(this, argument);
  }
}

/** For a connection of which nothing else is known. */
export function describePath(path: PathOptions): string {
  return Object.entries(path)
    .map(([name, value]) => `${name}=${value}`)
    .join(" ");
}
