import type { Http2Stream } from "./stream.js";
import { StreamChains } from "./stream-chains.js";

/** How a stream that is gone ended, as far as it is remembered. SKIPPED was never opened, but one with a higher id was. */
export const Ending = { UNKNOWN: 0, ENDED: 1, RESET_BY_US: 2, RESET_BY_PEER: 3, SKIPPED: 4 } as const;
export type Ending = (typeof Ending)[keyof typeof Ending];

/** The highest id there is: 31 bits. */
export const streamIdMax = 0x7fff_ffff;

/** Endings remembered, the last ones: a peer's frames can still be on their way when we reset. */
const endingsMax = 64;

/** The open streams of a connection, and a bounded memory of the closed ones. */
export class StreamTable extends StreamChains<Http2Stream> {
  /** Highest id of a stream that the peer opened. */
  lastPeerId: number = 0;
  /** Highest id of a stream that we opened. */
  lastLocalId: number = 0;
  /** Streams that the peer reset and whose handler still works. */
  lingering: number = 0;
  /** Streams that ended: id * 8 + ending. A plain array, since most connections need little of it. */
  private endings: number[] | undefined;
  private nextEnding: number = 0;

  /** A stream is over. */
  end(stream: Http2Stream, ending: Ending): void {
    this.remove(stream);
    this.remember(stream.id, ending);
  }

  /** True for a stream that was never opened by either side. */
  isIdle(id: number, server: boolean): boolean {
    const ofClient = (id & 1) === 1;
    return id > (ofClient === server ? this.lastPeerId : this.lastLocalId);
  }

  /** Notes how a stream ended that is not in the table. */
  remember(id: number, ending: Ending): void {
    this.endings ??= [];
    this.endings[this.nextEnding] = id * 8 + ending;
    this.nextEnding = (this.nextEnding + 1) % endingsMax;
  }

  /** How a closed stream ended; UNKNOWN when that was long ago. The last that was noted counts. */
  endingOf(id: number): Ending {
    const { endings } = this;
    const count = endings?.length ?? 0;
    for (let back = 1; back <= count; back++) {
      const entry = endings?.[(this.nextEnding - back + endingsMax) % endingsMax] as number;
      if (Math.floor(entry / 8) === id) return (entry % 8) as Ending;
    }
    return Ending.UNKNOWN;
  }
}
