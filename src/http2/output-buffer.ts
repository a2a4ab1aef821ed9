import { HeaderBlockWriter } from "../hpack/header-block-writer.js";
import { bufferBytesMin, OutputPool } from "./output-pool.js";

/** A smaller buffer is not kept when the pool is full, in bytes: to make one costs little, to keep one for each connection much. */
const smallBytesMax = 8_192;
/** A larger buffer than this is only used again while the turns fill it, in bytes. */
const keptBytesMax = 65_536;
/** Largest buffer that is made ahead of need, in bytes: a full turn of bulk data would grow, and be copied, many times. */
const bufferBytesAheadMax = 327_680;

const noBytes = new Uint8Array(0);

/**
 * All bytes that a connection wants to write, back to back in one buffer. What `take` gave belongs to the socket, which
 * may hold it for long: those bytes are not written again before `reuse` says that they are sent. The room behind them
 * is, so that small turns share one allocation.
 */
export class OutputBuffer extends HeaderBlockWriter {
  /** Where the bytes that were not taken yet begin; they end at `length`. */
  start: number = 0;
  /** Bytes of the last `take`: what the next turn will likely need. */
  private lastTaken: number = 0;
  private readonly pool: OutputPool;

  /** @param pool shared by any number of connections; default: none, and memory stays with the connection */
  constructor(pool: OutputPool = new OutputPool(0)) {
    super(0);
    this.buffer = noBytes;
    this.pool = pool;
  }

  /** Bytes that wait to be taken. */
  get pending(): number {
    return this.length - this.start;
  }

  /** Before a frame is begun: makes room for `byteCount` more bytes. What waits may move to another place. */
  prepare(byteCount: number): void {
    if (this.length + byteCount <= this.buffer.length) return;
    const pending = this.length - this.start;
    const larger = this.allocate(pending, byteCount);
    if (pending > 0) larger.set(this.buffer.subarray(this.start, this.length));
    this.buffer = larger;
    this.start = 0;
    this.length = pending;
  }

  /** Inside of a frame: makes room for `byteCount` more bytes behind `length`. All that waits keeps its place. */
  override reserve(byteCount: number): void {
    if (this.length + byteCount <= this.buffer.length) return;
    const larger = this.allocate(this.length, byteCount);
    larger.set(this.buffer.subarray(this.start, this.length), this.start);
    this.buffer = larger;
  }

  private allocate(kept: number, byteCount: number): Uint8Array {
    const ahead = Math.min(bufferBytesAheadMax, Math.max(bufferBytesMin, 2 * this.lastTaken));
    const needed = kept + byteCount;
    return this.pool.take(Math.max(ahead, kept === 0 ? needed : 2 * needed));
  }

  /** Gives away all bytes that wait; undefined when there are none. */
  take(): Uint8Array | undefined {
    const { start, length } = this;
    if (start === length) return undefined;
    const taken = this.buffer.subarray(start, length);
    this.lastTaken = length - start;
    this.start = length;
    return taken;
  }

  /**
   * All that was taken is with the kernel, and its memory ours again: it goes to the pool. Where that is full, large memory
   * stays here as long as the turns fill it, since fresh memory is what bulk data costs most.
   *
   * @param idle no stream is open: nothing is kept
   */
  reuse(idle: boolean): void {
    const { buffer, lastTaken } = this;
    if (this.start !== this.length || buffer.length === 0) return;
    const worthKeeping =
      buffer.length > smallBytesMax && (buffer.length <= keptBytesMax || lastTaken * 4 >= buffer.length);
    if (this.pool.give(buffer) || idle || !worthKeeping) {
      this.clear();
      return;
    }
    this.start = 0;
    this.length = 0;
  }

  /** Forgets what waits, and the buffer. */
  override clear(): void {
    this.buffer = noBytes;
    this.start = 0;
    this.length = 0;
  }
}
