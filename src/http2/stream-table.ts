import type { Http2Stream } from "./stream.js";

/** How a stream that is gone ended, as far as it is remembered. SKIPPED was never opened, but one with a higher id was. */
export const Ending = { UNKNOWN: 0, ENDED: 1, RESET_BY_US: 2, RESET_BY_PEER: 3, SKIPPED: 4 } as const;
export type Ending = (typeof Ending)[keyof typeof Ending];

/** The highest id there is: 31 bits. */
export const streamIdMax = 0x7fff_ffff;

/** Endings remembered, the last ones: a peer's frames can still be on their way when we reset. */
const endingsMax = 64;

/** The open streams of a connection, and a bounded memory of the closed ones. */
export class StreamTable {
  private readonly open: Map<number, Http2Stream> = new Map();
  /** Highest id of a stream that the peer opened. */
  lastPeerId: number = 0;
  /** Highest id of a stream that we opened. */
  lastLocalId: number = 0;
  /** Streams that the peer reset and whose handler still works. */
  lingering: number = 0;
  /** Streams that ended: id * 8 + ending. A plain array, since most connections need little of it. */
  private readonly endings: number[] = [];
  private nextEnding: number = 0;

  get size(): number {
    return this.open.size;
  }

  get(id: number): Http2Stream | undefined {
    return this.open.get(id);
  }

  add(stream: Http2Stream): void {
    this.open.set(stream.id, stream);
  }

  remove(stream: Http2Stream, ending: Ending): void {
    this.open.delete(stream.id);
    this.remember(stream.id, ending);
  }

  /** The open streams, as they are now: what is done to them may open and close others. */
  all(): Http2Stream[] {
    return [...this.open.values()];
  }

  /** The open streams, while none is opened. */
  values(): IterableIterator<Http2Stream> {
    return this.open.values();
  }

  /** True for a stream that was never opened by either side. */
  isIdle(id: number, server: boolean): boolean {
    const ofClient = (id & 1) === 1;
    return id > (ofClient === server ? this.lastPeerId : this.lastLocalId);
  }

  /** Notes how a stream ended that is not in the table. */
  remember(id: number, ending: Ending): void {
    this.endings[this.nextEnding] = id * 8 + ending;
    this.nextEnding = (this.nextEnding + 1) % endingsMax;
  }

  /** How a closed stream ended; UNKNOWN when that was long ago. */
  endingOf(id: number): Ending {
    for (const entry of this.endings) if (Math.floor(entry / 8) === id) return (entry % 8) as Ending;
    return Ending.UNKNOWN;
  }
}
