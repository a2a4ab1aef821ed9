import type { SeededRandom } from "./seeded-random.js";
import type { World } from "./world.js";

/** How one connection carries bytes. */
export interface PathOptions {
  /** From one end to the other, in ms, and by how much more chance may delay. */
  readonly latencyMs: number;
  readonly jitterMs: number;
  readonly bytesPerMs: number;
  /** Bytes that the sender's kernel takes before `write` has to wait. */
  readonly sendBufferBytes: number;
  /** Bytes that may be on their way or unread at the receiver. */
  readonly receiveBufferBytes: number;
  /** Bytes that travel as one at most, at the beginning of a connection and now and then. */
  readonly segmentBytesMax: number;
}

/** Where a pipe ends. */
export interface PipeEnd {
  /** Bytes have come; they are the end's own. */
  onBytes(bytes: Uint8Array): void;
  onFin(): void;
}

/** Where a pipe begins. */
export interface PipeStart {
  /** The kernel took all that was written: nobody holds the written memory any more. */
  onFlushed(): void;
  /** Written bytes were changed before the kernel had taken them. */
  onOverwritten(): void;
}

/** Bytes that a writer gave away and the kernel has not taken: references, as Node holds them. */
interface Pending {
  readonly bytes: Uint8Array;
  readonly sum: number;
  taken: number;
  takenSum: number;
}

/** A connection sends its first bytes, and bursts later, in pieces that are as small as its path says; then larger ones. */
const fineBytesMax = 800;
const burstsMax = 10;
/** A receiver that has less room is not sent to, unless that is all there is. */
const roomBytesMin = 500;
const coarseSegmentBytes = 16_384;

/** One direction of a connection: bytes arrive whole and in order, cut anywhere, late, or not at all. */
export class Pipe {
  readonly #world: World;
  readonly #random: SeededRandom;
  readonly #path: PathOptions;
  readonly #start: PipeStart;
  readonly #end: PipeEnd;
  readonly #pending: Pending[] = [];
  #pendingBytes = 0;
  readonly #kernel: Uint8Array[] = [];
  #kernelBytes = 0;
  /** On their way, or not read by the receiver. */
  #outstandingBytes = 0;
  #lastArrivalMs = 0;
  #fineBytes = 0;
  #bursts = 0;
  #sending = false;
  #frozen = false;
  #finWanted = false;
  #closed = false;
  /** What is on its way, in order: whichever arrival is due, the first of these is what arrives. */
  readonly #flight: (() => void)[] = [];
  #arrivedCount = 0;
  /** Arrivals that fell due while frozen. */
  #held = 0;

  constructor(world: World, random: SeededRandom, path: PathOptions, start: PipeStart, end: PipeEnd) {
    this.#world = world;
    this.#random = random;
    this.#path = path;
    this.#start = start;
    this.#end = end;
  }

  /** Bytes that were written and not taken by the kernel. */
  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  /** @returns whether the kernel took it all at once */
  write(bytes: Uint8Array): boolean {
    this.#pending.push({ bytes, sum: sumOf(bytes, 0, bytes.length, 0), taken: 0, takenSum: 0 });
    this.#pendingBytes += bytes.length;
    this.#fill();
    this.#kick();
    return this.#pendingBytes === 0;
  }

  /** Ends this direction behind all that was written. */
  fin(): void {
    this.#finWanted = true;
    this.#kick();
  }

  /** Nothing travels here any more. */
  close(): void {
    this.#closed = true;
    this.#pending.length = 0;
    this.#kernel.length = 0;
    this.#flight.length = 0;
    this.#arrivedCount = 0;
    this.#pendingBytes = 0;
    this.#kernelBytes = 0;
  }

  /** The writer is gone: what it still held is lost, what the kernel has still travels, then the end. */
  abandon(): void {
    this.#pending.length = 0;
    this.#pendingBytes = 0;
    this.fin();
  }

  /** The receiver's program has read so many bytes. */
  read(byteCount: number): void {
    this.#outstandingBytes -= byteCount;
    this.#kick();
  }

  freeze(frozen: boolean): void {
    if (this.#frozen === frozen) return;
    this.#frozen = frozen;
    if (frozen) return;
    for (; this.#held > 0; this.#held--) this.#world.afterQuietly(0, () => this.#arrive());
    this.#kick();
  }

  #fill(): void {
    while (this.#pending.length > 0 && this.#kernelBytes < this.#path.sendBufferBytes) {
      const first = this.#pending[0] as Pending;
      const room = this.#path.sendBufferBytes - this.#kernelBytes;
      const count = Math.min(room, first.bytes.length - first.taken);
      const copy = Uint8Array.prototype.slice.call(first.bytes, first.taken, first.taken + count);
      first.takenSum = sumOf(first.bytes, first.taken, first.taken + count, first.takenSum);
      first.taken += count;
      this.#kernel.push(copy);
      this.#kernelBytes += count;
      this.#pendingBytes -= count;
      if (first.taken < first.bytes.length) return;
      if (first.takenSum !== first.sum) this.#start.onOverwritten();
      this.#pending.shift();
    }
  }

  #kick(): void {
    if (this.#sending || this.#closed || this.#frozen) return;
    const room = this.#path.receiveBufferBytes - this.#outstandingBytes;
    // As TCP does (RFC 9293 section 3.8.6.2): many small pieces for many small reads would never end.
    const worthwhile = Math.min(this.#kernelBytes, roomBytesMin);
    if (this.#kernelBytes > 0 ? room < worthwhile : !this.#finWanted || this.#pendingBytes > 0) return;
    this.#sending = true;
    if (this.#kernelBytes === 0) {
      this.#finWanted = false;
      this.#travel(0, () => this.#end.onFin());
      this.#sending = false;
      return;
    }
    const segment = this.#take(Math.min(room, this.#segmentBytes()));
    this.#outstandingBytes += segment.length;
    const busyMs = segment.length / this.#path.bytesPerMs;
    this.#travel(busyMs, () => this.#end.onBytes(segment));
    this.#world.afterQuietly(busyMs, () => this.#onSent());
  }

  #onSent(): void {
    this.#sending = false;
    if (this.#closed) return;
    const waited = this.#pendingBytes > 0;
    this.#fill();
    if (waited && this.#pendingBytes === 0) this.#start.onFlushed();
    this.#kick();
  }

  #segmentBytes(): number {
    if (this.#fineBytes >= fineBytesMax) {
      if (this.#bursts < burstsMax && this.#random.chance(0.02)) {
        this.#bursts++;
        this.#fineBytes = fineBytesMax - 100;
      }
      return this.#random.int(1, coarseSegmentBytes);
    }
    return this.#random.int(1, this.#path.segmentBytesMax);
  }

  #take(most: number): Uint8Array {
    const first = this.#kernel[0] as Uint8Array;
    const count = Math.min(most, first.length);
    if (count === first.length) this.#kernel.shift();
    else this.#kernel[0] = first.subarray(count);
    this.#kernelBytes -= count;
    this.#fineBytes += count;
    return first.subarray(0, count);
  }

  #travel(busyMs: number, arrive: () => void): void {
    const now = this.#world.time.nowMs();
    const atMs = now + busyMs + this.#path.latencyMs + this.#random.next() * this.#path.jitterMs;
    this.#lastArrivalMs = Math.max(this.#lastArrivalMs, atMs);
    this.#flight.push(arrive);
    this.#world.afterQuietly(this.#lastArrivalMs - now, () => this.#arrive());
  }

  #arrive(): void {
    if (this.#frozen) this.#held++;
    else {
      const arrive = this.#flight[this.#arrivedCount++];
      if (this.#arrivedCount === this.#flight.length) {
        this.#flight.length = 0;
        this.#arrivedCount = 0;
      }
      arrive?.();
    }
  }
}

function sumOf(bytes: Uint8Array, from: number, to: number, before: number): number {
  let sum = before;
  for (let i = from; i < to; i++) sum = (Math.imul(sum, 31) + (bytes[i] as number)) | 0;
  return sum;
}
