import type { Socket } from "node:net";
import type { SeededRandom } from "../simulation/seeded-random.js";
import type { LinkFaults } from "./faults.js";

/** More is not taken from the sender, in bytes: the peers' flow control must meet it, not our memory. */
const heldBytesMax = 262_144;

/** So much too early is on time, in ms: timers are no finer, and small pieces would each wait for one. */
const slackMs = 2;

interface Piece {
  /** Undefined is the end. */
  readonly bytes: Buffer | undefined;
  readonly dueMs: number;
}

/** Carries bytes from one socket to another, as well as its faults let it. */
export class FaultPipe {
  faults: LinkFaults;
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #random: SeededRandom;
  readonly #reset: () => void;
  readonly #queue: Piece[] = [];
  #heldBytes = 0;
  #passedBytes = 0;
  /** When the link is free again: bandwidth. */
  #freeAtMs = 0;
  #lastDueMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #blocked = false;
  #closed = false;

  /** @param reset ends the connection on both sides */
  constructor(from: Socket, to: Socket, faults: LinkFaults, random: SeededRandom, reset: () => void) {
    this.#from = from;
    this.#to = to;
    this.faults = faults;
    this.#random = random;
    this.#reset = reset;
    from.on("data", (chunk: Buffer) => this.#take(chunk));
    from.on("end", () => this.#hold(undefined));
    to.on("drain", () => {
      this.#blocked = false;
      this.#pump();
    });
  }

  /** Nothing is carried any more. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#queue.length = 0;
  }

  #take(chunk: Buffer): void {
    const max = this.faults.sliceBytesMax;
    for (let at = 0; at < chunk.length; ) {
      const length = max === undefined ? chunk.length : this.#random.int(1, max);
      this.#hold(chunk.subarray(at, at + length));
      at += length;
    }
    this.#pump();
  }

  #hold(bytes: Buffer | undefined): void {
    const { latencyMs = 0, jitterMs = 0 } = this.faults;
    const dueMs = performance.now() + latencyMs + this.#random.next() * jitterMs;
    this.#lastDueMs = Math.max(this.#lastDueMs, dueMs);
    this.#queue.push({ bytes, dueMs: this.#lastDueMs });
    this.#heldBytes += bytes?.length ?? 0;
    if (this.#heldBytes > heldBytesMax) this.#from.pause();
    if (bytes === undefined) this.#pump();
  }

  #pump(): void {
    while (!this.#blocked && !this.#closed) {
      const piece = this.#queue[0];
      if (piece === undefined) return;
      const nowMs = performance.now();
      const waitMs = Math.max(piece.dueMs, this.#freeAtMs) - nowMs;
      if (waitMs > slackMs) {
        this.#wait(waitMs);
        return;
      }
      this.#queue.shift();
      this.#release(piece.bytes?.length ?? 0, nowMs);
      this.#carry(piece.bytes);
    }
  }

  #wait(waitMs: number): void {
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#pump();
    }, waitMs);
  }

  #release(bytes: number, nowMs: number): void {
    this.#heldBytes -= bytes;
    if (this.#heldBytes <= heldBytesMax) this.#from.resume();
    const { bytesPerSecond } = this.faults;
    if (bytesPerSecond !== undefined)
      this.#freeAtMs = Math.max(this.#freeAtMs, nowMs) + (bytes / bytesPerSecond) * 1_000;
  }

  #carry(bytes: Buffer | undefined): void {
    const { blackhole, resetAfterBytes, halfCloseAfterBytes } = this.faults;
    if (blackhole === true || this.#to.writableEnded) return;
    if (bytes === undefined) {
      this.#to.end();
      return;
    }
    const whole = this.#passedBytes + bytes.length;
    const limit = Math.min(
      resetAfterBytes ?? Number.POSITIVE_INFINITY,
      halfCloseAfterBytes ?? Number.POSITIVE_INFINITY,
    );
    const passing = whole > limit ? bytes.subarray(0, limit - this.#passedBytes) : bytes;
    this.#passedBytes += passing.length;
    if (!this.#to.write(passing)) this.#blocked = true;
    if (whole < limit) return;
    if (limit === resetAfterBytes) this.#reset();
    else this.#to.end();
  }
}
