import type { Http2Stream } from "./stream.js";

/**
 * The streams whose writer was told to wait: `onWritable` is owed to them. Those that wait for their own queue are in no list
 * at all, their queue brings them back; so that a turn costs what can go on in it, however many slow readers a connection
 * has.
 */
export class BlockedStreams {
  private readonly bufferBytesMax: number;
  /** May go on as soon as the connection's queues have room. */
  private ready: Set<Http2Stream> | undefined;
  /** Had their share of this turn. */
  private nextReady: Set<Http2Stream> | undefined;

  /** @param bufferBytesMax limit of a stream's queue; below half of it the writer may go on */
  constructor(bufferBytesMax: number) {
    this.bufferBytesMax = bufferBytesMax;
  }

  /** True when some can go on in this turn or in the next. */
  get any(): boolean {
    return (this.ready?.size ?? 0) > 0 || (this.nextReady?.size ?? 0) > 0;
  }

  /** @param turnOver it has had its share of this turn */
  add(stream: Http2Stream, turnOver: boolean): void {
    stream.blocked = true;
    this.onDrained(stream, turnOver);
  }

  /** The queue of a blocked stream became shorter. */
  onDrained(stream: Http2Stream, turnOver: boolean): void {
    if (!this.hasRoom(stream)) return;
    if (turnOver) {
      this.nextReady ??= new Set();
      this.nextReady.add(stream);
    } else {
      this.ready ??= new Set();
      this.ready.add(stream);
    }
  }

  /** A new turn: who had a share of the last one gets another. */
  nextTurn(): void {
    const { ready, nextReady } = this;
    if (nextReady === undefined || nextReady.size === 0) return;
    if (ready === undefined || ready.size === 0) {
      this.ready = nextReady;
      this.nextReady = ready;
      return;
    }
    for (const stream of nextReady) ready.add(stream);
    nextReady.clear();
  }

  /** Those that may go on now; they are not blocked any more. */
  take(): readonly Http2Stream[] {
    const { ready } = this;
    if (ready === undefined || ready.size === 0) return none;
    const streams: Http2Stream[] = [];
    for (const stream of ready) {
      // One that wrote on though it was told to wait is brought back by its queue, or was in both lists.
      if (!stream.blocked || !this.hasRoom(stream)) continue;
      stream.blocked = false;
      streams.push(stream);
    }
    ready.clear();
    return streams;
  }

  remove(stream: Http2Stream): void {
    if (!stream.blocked) return;
    stream.blocked = false;
    this.ready?.delete(stream);
    this.nextReady?.delete(stream);
  }

  private hasRoom(stream: Http2Stream): boolean {
    return stream.queue === undefined || stream.queue.bytes * 2 <= this.bufferBytesMax;
  }
}

const none: readonly Http2Stream[] = [];
