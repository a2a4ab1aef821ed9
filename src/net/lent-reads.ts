import type { OnReadOpts } from "node:net";

/** Takes what was read. */
export interface ReadSink {
  /** @param lent the bytes are written over after this call; else they are the sink's, and not changed any more */
  onChunk(chunk: Uint8Array, lent: boolean): void;
}

/** A socket that was dialled with `onread`: it gives no `data` events. */
export interface LentSocket {
  [lentReadsKey]?: LentReads | undefined;
}

export const lentReadsKey: unique symbol = Symbol("lent reads");

/** How much is read at once, in bytes. Node reads 64 KiB; four times as much saves a tenth of the time of large messages. */
const readBytesMax = 262_144;

/** Of all sockets: between a read and its callback nothing else runs. Made for the first. */
let readBuffer: Uint8Array | undefined;

/**
 * Node otherwise makes 64 KiB of memory for each read. Left out where a read begins before its bytes are here (Windows), and
 * where the option is not known (Bun, Deno).
 */
const isPossible =
  process.platform !== "win32" && process.versions["bun"] === undefined && process.versions["deno"] === undefined;

/** The memory that all sockets read into; undefined where sockets cannot do that. */
export function readMemory(): Uint8Array | undefined {
  if (isPossible) readBuffer ??= new Uint8Array(readBytesMax);
  return readBuffer;
}

/**
 * The reads of one socket, all into the same memory (`onread` of `net.connect` and `tls.connect`). What comes before there
 * is a sink is kept for it.
 */
export class LentReads {
  readonly options: OnReadOpts;
  #sink: ReadSink | undefined;
  #early: Uint8Array[] | undefined;

  private constructor(buffer: Uint8Array) {
    this.options = { buffer, callback: (byteCount, bytes) => this.#onRead(bytes.subarray(0, byteCount)) };
  }

  /** Undefined where sockets cannot do that. */
  static make(): LentReads | undefined {
    const buffer = readMemory();
    return buffer === undefined ? undefined : new LentReads(buffer);
  }

  attach(sink: ReadSink): void {
    this.#sink = sink;
    const early = this.#early;
    this.#early = undefined;
    for (const chunk of early ?? []) sink.onChunk(chunk, false);
  }

  #onRead(bytes: Uint8Array): boolean {
    const sink = this.#sink;
    if (sink === undefined) {
      this.#early ??= [];
      this.#early.push(bytes.slice());
    } else {
      sink.onChunk(bytes, true);
    }
    // False would pause the socket.
    return true;
  }
}
