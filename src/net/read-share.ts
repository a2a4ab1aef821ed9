import type { Clock } from "../base/clock.js";

/** How long one socket's reads may keep all others waiting, in ms: more than 8 MiB of large messages take, which are read at once. */
const shareMs = 25;

/** The clock is looked at after so many bytes, not after each read. */
const bytesPerLook = 65_536;

/**
 * How long the socket that is being read has been at it. Node reads a socket up to 32 times before any other has its turn: with
 * bytes that are dear to handle, one peer could keep the process busy for a quarter of a second each time. One of these serves all
 * sockets of a thread, since the reads of a socket's turn follow each other.
 */
export class ReadShare {
  #reader: object | undefined;
  #byteCount = 0;
  /** When `isUsedUp` was first asked in this turn. */
  #startMs: number | undefined;

  /**
   * Call it after each chunk.
   *
   * @returns whether it is time to ask `isUsedUp`
   */
  isDue(reader: object, byteCount: number): boolean {
    if (this.#reader !== reader) this.#begin(reader);
    this.#byteCount += byteCount;
    return this.#byteCount >= bytesPerLook;
  }

  /**
   * Whether the reader of the last chunk has had its share of this turn of the event loop, and should let others go on.
   *
   * @returns undefined when it was not asked before in this turn: the time runs from now on
   */
  isUsedUp(clock: Clock): boolean | undefined {
    this.#byteCount = 0;
    const nowMs = clock.nowMs();
    if (this.#startMs !== undefined) return nowMs - this.#startMs >= shareMs;
    this.#startMs = nowMs;
    return undefined;
  }

  /** Call it when the turn is over. */
  end(reader: object): void {
    if (this.#reader === reader) this.#begin(undefined);
  }

  #begin(reader: object | undefined): void {
    this.#reader = reader;
    this.#byteCount = 0;
    this.#startMs = undefined;
  }
}
