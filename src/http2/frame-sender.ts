import type { HeaderList } from "../base/transport.js";
import { HpackEncoder } from "../hpack/encoder.js";
import { initialWindowBytes, SendWindow } from "./flow-control.js";
import { openData, writeData } from "./frame/data.js";
import { writeHeaders } from "./frame/headers.js";
import type { Http2Limits } from "./limits.js";
import { OutputBuffer } from "./output-buffer.js";
import { SendQueue } from "./send-queue.js";
import type { PeerSettings } from "./settings.js";
import type { Http2Stream } from "./stream.js";
import { WriteScheduler } from "./write-scheduler.js";

/** Most that a stream sends in one turn, in bytes, also to a peer that takes larger frames: others want to send too. */
const turnBytesMax = 65_536;

/**
 * Messages that a stream sends in one turn of the event loop before its writer has to wait for the next: one that always
 * has more to say would else write in microtasks until its buffer is full, and nobody else would be served.
 */
const turnWritesMax = 256;

/** What the connection hears of the sending. */
export interface SenderEvents {
  /** Our END_STREAM was written. */
  onLocalEnd(stream: Http2Stream): void;
  /** There is output, or there would be if it were asked for. */
  wake(): void;
}

/**
 * Writes HEADERS and DATA: straight into the output when windows and socket allow and nobody else waits, else by way of
 * the stream's queue and the scheduler.
 */
export class FrameSender {
  readonly output: OutputBuffer = new OutputBuffer();
  readonly encoder: HpackEncoder;
  /** The connection's window, as the peer granted it. */
  readonly window: SendWindow = new SendWindow(initialWindowBytes);
  /** False while the socket takes no more: DATA waits. */
  writable: boolean = true;
  /** Bytes that wait in the queues of all streams. */
  queuedBytes: number = 0;
  /** Headers or data were sent since this was last cleared: a PING of the peer has its reason (gRFC A8). */
  sentSincePing: boolean = false;
  private turnNumber: number = 0;
  private readonly scheduler: WriteScheduler<Http2Stream> = new WriteScheduler();
  /** Streams that `onWritable` is owed to. */
  private blocked: Set<Http2Stream> | undefined;
  private readonly limits: Http2Limits;
  private readonly peer: PeerSettings;
  private readonly events: SenderEvents;

  constructor(limits: Http2Limits, peer: PeerSettings, encoderTableBytes: number, events: SenderEvents) {
    this.limits = limits;
    this.peer = peer;
    this.events = events;
    this.encoder = new HpackEncoder({ tableSizeMax: encoderTableBytes });
  }

  /** True when `pump` would write something. */
  get ready(): boolean {
    return this.writable && !this.scheduler.empty && this.window.available > 0;
  }

  /** Sends a header block; with `endStream` behind the data that waits. */
  headers(
    stream: Http2Stream,
    headers: HeaderList,
    endStream: boolean,
    sensitive: ReadonlySet<string> | undefined,
  ): void {
    stream.headersSent = true;
    if (endStream) stream.endQueued = true;
    if (stream.queue !== undefined) {
      stream.queue.ends = true;
      stream.queue.trailers = headers;
      stream.queue.sensitive = sensitive;
      return;
    }
    this.writeHeaders(stream, headers, endStream, sensitive);
    this.events.wake();
  }

  /** Sends data; see `TransportStream.sendData`. */
  data(stream: Http2Stream, data: Uint8Array, endStream: boolean): boolean {
    if (endStream) stream.endQueued = true;
    const length = data.length;
    if (stream.queue !== undefined || !this.fits(stream, length)) {
      const hasRoom = this.enqueue(stream, data, endStream);
      return this.countWrite(stream, endStream) && hasRoom;
    }
    if (length > 0 || endStream) {
      this.writeData(stream, data, endStream);
      this.events.wake();
      if (endStream) this.events.onLocalEnd(stream);
    }
    return this.countWrite(stream, endStream);
  }

  /** A new turn of the event loop: every stream has its share of it. */
  nextTurn(): void {
    this.turnNumber++;
  }

  /** Whether the stream may write again in this turn. */
  private countWrite(stream: Http2Stream, endStream: boolean): boolean {
    if (stream.turnNumber !== this.turnNumber) {
      stream.turnNumber = this.turnNumber;
      stream.turnWrites = 0;
    }
    stream.turnWrites++;
    if (stream.turnWrites < turnWritesMax || endStream) return true;
    this.block(stream);
    return false;
  }

  private block(stream: Http2Stream): void {
    stream.blocked = true;
    this.blocked ??= new Set();
    this.blocked.add(stream);
  }

  /** Writes what the queues hold, a turn a stream, until the windows or the output are full. */
  pump(): void {
    if (!this.writable) return;
    while (this.window.available > 0 && this.output.pending < this.limits.outputBytesMax) {
      const stream = this.scheduler.shift();
      if (stream === undefined) return;
      this.turn(stream);
    }
  }

  /** The stream's window became larger, or its queue was filled: it may have its turn. */
  schedule(stream: Http2Stream): void {
    if (stream.queue !== undefined && stream.sendWindow.available > 0) this.scheduler.push(stream);
  }

  /** Forgets a stream and all it wanted to send. */
  drop(stream: Http2Stream): void {
    if (stream.queue !== undefined) {
      this.queuedBytes -= stream.queue.bytes;
      stream.queue = undefined;
      this.scheduler.remove(stream);
    }
    if (stream.blocked) {
      stream.blocked = false;
      this.blocked?.delete(stream);
    }
    // What it held may have been what kept others waiting.
    if (this.blocked !== undefined && this.blocked.size > 0) this.events.wake();
  }

  /** True when `takeWritable` would give a stream, now or in the next turn. */
  get owesWritable(): boolean {
    if (this.blocked === undefined) return false;
    for (const stream of this.blocked) if (this.hasBufferRoom(stream)) return true;
    return false;
  }

  /** The streams that were blocked and may send again; each is given once. */
  takeWritable(): readonly Http2Stream[] {
    if (this.blocked === undefined || this.blocked.size === 0) return none;
    const streams: Http2Stream[] = [];
    for (const stream of this.blocked) {
      if (!this.hasRoom(stream)) continue;
      this.blocked.delete(stream);
      stream.blocked = false;
      streams.push(stream);
    }
    return streams;
  }

  /** Below half of the limits, and in a new turn: a stream that was blocked may go on. */
  private hasRoom(stream: Http2Stream): boolean {
    const turnOver = stream.turnNumber === this.turnNumber && stream.turnWrites >= turnWritesMax;
    return !turnOver && this.hasBufferRoom(stream);
  }

  /** Below half of the limits. */
  private hasBufferRoom(stream: Http2Stream): boolean {
    if (this.queuedBytes * 2 > this.limits.connectionSendBufferBytesMax) return false;
    return stream.queue === undefined || stream.queue.bytes * 2 <= this.limits.sendBufferBytesMax;
  }

  private fits(stream: Http2Stream, length: number): boolean {
    if (length === 0) return true;
    return (
      this.writable &&
      this.scheduler.empty &&
      length <= stream.sendWindow.available &&
      length <= this.window.available &&
      this.output.pending + length <= this.limits.outputBytesMax
    );
  }

  private enqueue(stream: Http2Stream, data: Uint8Array, endStream: boolean): boolean {
    if (stream.queue === undefined) {
      stream.queue = new SendQueue();
      stream.stallTicks = 0;
    }
    const { queue } = stream;
    queue.push(data);
    if (endStream) queue.ends = true;
    this.queuedBytes += data.length;
    this.schedule(stream);
    this.events.wake();
    if (queue.bytes < this.limits.sendBufferBytesMax && this.queuedBytes < this.limits.connectionSendBufferBytesMax) {
      return true;
    }
    // A stream that has ended has nothing more to send: nobody waits for its `onWritable`.
    if (!endStream) this.block(stream);
    return false;
  }

  private writeHeaders(
    stream: Http2Stream,
    headers: HeaderList,
    endStream: boolean,
    sensitive: ReadonlySet<string> | undefined,
  ): void {
    const { output, encoder, peer } = this;
    writeHeaders(output, encoder, stream.id, headers, sensitive, endStream, peer.frameBytesMax);
    this.sentSincePing = true;
    if (endStream) this.events.onLocalEnd(stream);
  }

  private writeData(stream: Http2Stream, data: Uint8Array, endStream: boolean): void {
    const { length } = data;
    const { frameBytesMax } = this.peer;
    let from = 0;
    do {
      const to = Math.min(length, from + frameBytesMax);
      writeData(this.output, stream.id, data, from, to, endStream && to === length);
      from = to;
    } while (from < length);
    this.spend(stream, length);
  }

  private spend(stream: Http2Stream, byteCount: number): void {
    stream.sendWindow.available -= byteCount;
    this.window.available -= byteCount;
    this.sentSincePing = true;
  }

  /** One DATA frame out of a stream's queue; trailers go with the last. */
  private turn(stream: Http2Stream): void {
    const queue = stream.queue as SendQueue;
    const window = Math.min(stream.sendWindow.available, this.window.available);
    // The peer shrank the window since the stream was put into the ring: it comes back with the next WINDOW_UPDATE.
    if (window <= 0) return;
    const length = Math.min(queue.bytes, window, this.peer.frameBytesMax, turnBytesMax);
    const last = length === queue.bytes;
    const ends = last && queue.ends && queue.trailers === undefined;
    const at = openData(this.output, stream.id, length, ends);
    queue.moveTo(this.output.buffer, at, length);
    this.spend(stream, length);
    this.queuedBytes -= length;
    stream.stallTicks = 0;
    if (!last) {
      this.schedule(stream);
      return;
    }
    stream.queue = undefined;
    if (queue.trailers !== undefined) this.writeHeaders(stream, queue.trailers, true, queue.sensitive);
    else if (ends) this.events.onLocalEnd(stream);
  }
}

const none: readonly Http2Stream[] = [];
