import type { Http2Stream } from "./stream.js";

/**
 * The streams whose writer was told to wait: `onWritable` is owed to them. Those that wait for their own queue are in no list
 * at all, their queue brings them back; so that a turn costs what can go on in it, however many slow readers a connection
 * has.
 *
 * The lists are arrays, in which a stream knows its place. A `Set` that is cleared leaves its old table behind, which still
 * refers to what was in it and to the table that follows: once one of them is old, all later ones stay until a full
 * collection, with the calls and their messages.
 */
export class BlockedStreams {
  private readonly bufferBytesMax: number;
  /** May go on as soon as the connection's queues have room. */
  private ready: Http2Stream[] | undefined;
  /** Had their share of this turn. */
  private nextReady: Http2Stream[] | undefined;

  /** @param bufferBytesMax limit of a stream's queue; below half of it the writer may go on */
  constructor(bufferBytesMax: number) {
    this.bufferBytesMax = bufferBytesMax;
  }

  /** True when some can go on in this turn or in the next. */
  get any(): boolean {
    return (this.ready?.length ?? 0) > 0 || (this.nextReady?.length ?? 0) > 0;
  }

  /** @param turnOver it has had its share of this turn */
  add(stream: Http2Stream, turnOver: boolean): void {
    stream.blocked = true;
    this.onDrained(stream, turnOver);
  }

  /** The queue of a blocked stream became shorter. */
  onDrained(stream: Http2Stream, turnOver: boolean): void {
    if (stream.readyAt >= 0 || !this.hasRoom(stream)) return;
    if (turnOver) {
      this.nextReady ??= [];
      append(this.nextReady, stream);
    } else {
      this.ready ??= [];
      append(this.ready, stream);
    }
  }

  /** A new turn: who had a share of the last one gets another. */
  nextTurn(): void {
    const { ready, nextReady } = this;
    if (nextReady === undefined || nextReady.length === 0) return;
    this.nextReady = undefined;
    if (ready === undefined || ready.length === 0) this.ready = nextReady;
    else for (const stream of nextReady) append(ready, stream);
  }

  /** Those that may go on now; they are not blocked any more. */
  take(): readonly Http2Stream[] {
    const { ready } = this;
    if (ready === undefined || ready.length === 0) return none;
    this.ready = undefined;
    let count = 0;
    for (const stream of ready) {
      stream.readyAt = -1;
      // One that wrote on though it was told to wait is brought back by its queue.
      if (!this.hasRoom(stream)) continue;
      stream.blocked = false;
      ready[count++] = stream;
    }
    ready.length = count;
    return ready;
  }

  remove(stream: Http2Stream): void {
    stream.blocked = false;
    const place = stream.readyAt;
    if (place < 0) return;
    stream.readyAt = -1;
    const list = (this.ready?.[place] === stream ? this.ready : this.nextReady) as Http2Stream[];
    const last = list.pop() as Http2Stream;
    if (last === stream) return;
    list[place] = last;
    last.readyAt = place;
  }

  private hasRoom(stream: Http2Stream): boolean {
    return stream.queue === undefined || stream.queue.bytes * 2 <= this.bufferBytesMax;
  }
}

function append(list: Http2Stream[], stream: Http2Stream): void {
  stream.readyAt = list.length;
  list.push(stream);
}

const none: readonly Http2Stream[] = [];
