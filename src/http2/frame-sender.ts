import type { BytesOwner, HeaderList } from "../base/transport.js";
import { HpackEncoder } from "../hpack/encoder.js";
import { BlockedStreams } from "./blocked-streams.js";
import { initialWindowBytes, SendWindow } from "./flow-control.js";
import { openData, writeData } from "./frame/data.js";
import { frameHeaderBytes } from "./frame/frame-header.js";
import { writeHeaders } from "./frame/headers.js";
import type { Http2Limits } from "./limits.js";
import type { PreparedOptions } from "./options.js";
import { OutputBuffer } from "./output-buffer.js";
import { SendQueue } from "./send-queue.js";
import type { PeerSettings } from "./settings.js";
import type { Http2Stream } from "./stream.js";
import type { ConnectionTotals } from "./totals.js";
import { WriteScheduler } from "./write-scheduler.js";

/** Longest DATA frame that is sent, in bytes with its header, also to a peer that takes larger ones: others want to send too. */
const dataFrameBytesMax = 65_536;

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
  readonly output: OutputBuffer;
  /** The connection's window, as the peer granted it. */
  readonly window: SendWindow = new SendWindow(initialWindowBytes);
  /** False while the socket takes no more: DATA waits. */
  writable: boolean = true;
  /** Bytes that wait in the queues of all streams. */
  queuedBytes: number = 0;
  /** Headers or data were sent since this was last cleared: a PING of the peer has its reason (gRFC A8). */
  sentSincePing: boolean = false;
  /** Bytes of data that were sent since this was last cleared: streams that wait for their turn wait for no fault of the peer's. */
  sentSinceCheck: number = 0;
  /** Bytes that went to the socket and are perhaps not with the kernel. */
  private unwrittenBytes: number = 0;
  /** Those of them that are counted in the totals. */
  private stuckBytes: number = 0;
  private turnNumber: number = 0;
  /** Made when a stream has to wait for the first time. */
  private scheduler: WriteScheduler<SendQueue<Http2Stream>> | undefined;
  private waiting: BlockedStreams | undefined;
  private madeEncoder: HpackEncoder | undefined;
  private readonly encoderTableBytes: number;
  private readonly limits: Http2Limits;
  private readonly totals: ConnectionTotals;
  private readonly peer: PeerSettings;
  private readonly events: SenderEvents;

  constructor(options: PreparedOptions, peer: PeerSettings, events: SenderEvents) {
    const { limits, totals, encoderTableBytes, outputPool } = options;
    this.output = new OutputBuffer(outputPool);
    this.limits = limits;
    this.totals = totals;
    this.peer = peer;
    this.events = events;
    this.encoderTableBytes = encoderTableBytes;
  }

  /** Made for the first header block, or for a peer that wants another table than everybody has. */
  get encoder(): HpackEncoder {
    this.madeEncoder ??= new HpackEncoder({ tableSizeMax: this.encoderTableBytes });
    return this.madeEncoder;
  }

  /** True when `pump` would write something. */
  get ready(): boolean {
    return this.writable && this.scheduler?.empty === false && this.window.available > 0;
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
  data(stream: Http2Stream, data: Uint8Array, endStream: boolean, owner?: BytesOwner): boolean {
    if (endStream) stream.endQueued = true;
    const length = data.length;
    if (stream.queue !== undefined || !this.fits(stream, length)) {
      const hasRoom = this.enqueue(stream, data, endStream, owner);
      return this.countWrite(stream, endStream) && hasRoom;
    }
    if (length > 0 || endStream) {
      this.writeData(stream, data, endStream);
      owner?.reuse(data);
      this.events.wake();
      if (endStream) this.events.onLocalEnd(stream);
    }
    return this.countWrite(stream, endStream);
  }

  /** Bytes went to the socket. */
  onTaken(byteCount: number): void {
    this.unwrittenBytes += byteCount;
  }

  /** All of them are with the kernel. */
  onWritten(): void {
    this.unwrittenBytes = 0;
  }

  /** What a socket holds that takes no more counts as bytes that wait. */
  setWritable(writable: boolean): void {
    this.writable = writable;
    this.countStuck(writable ? 0 : this.unwrittenBytes);
  }

  /** The connection is over. */
  stop(): void {
    this.countStuck(0);
  }

  private countStuck(byteCount: number): void {
    this.totals.sendBytes += byteCount - this.stuckBytes;
    this.stuckBytes = byteCount;
  }

  /** A new turn of the event loop: every stream has its share of it. */
  nextTurn(): void {
    this.turnNumber++;
    this.waiting?.nextTurn();
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
    this.waiting ??= new BlockedStreams(this.limits.sendBufferBytesMax);
    this.waiting.add(stream, this.isTurnOver(stream));
  }

  /** Writes what the queues hold until the windows or the output are full. */
  pump(): void {
    const { scheduler } = this;
    if (!this.writable || scheduler === undefined) return;
    while (this.window.available > 0 && this.output.pending < this.limits.outputBytesMax) {
      const queue = scheduler.shift();
      if (queue === undefined) return;
      this.turn(queue, scheduler);
    }
  }

  /** The stream's window became larger, or its queue was filled: it may have its turn. */
  schedule(stream: Http2Stream): void {
    if (stream.queue === undefined || stream.sendable <= 0) return;
    this.scheduler ??= new WriteScheduler();
    this.scheduler.push(stream.queue);
  }

  /** Forgets a stream and all it wanted to send. */
  drop(stream: Http2Stream): void {
    if (stream.queue !== undefined) {
      this.countQueued(-stream.queue.bytes);
      this.scheduler?.remove(stream.queue);
      stream.queue = undefined;
    }
    this.waiting?.remove(stream);
    // What it held may have been what kept others waiting.
    if (this.waiting?.any) this.events.wake();
  }

  /** True when `takeWritable` would give a stream, now or in the next turn. */
  get owesWritable(): boolean {
    return this.waiting?.any === true && this.hasRoom;
  }

  /** The streams that were blocked and may send again; each is given once. */
  takeWritable(): readonly Http2Stream[] {
    return this.waiting !== undefined && this.hasRoom ? this.waiting.take() : none;
  }

  /** All queues together are below half of their limit. */
  private get hasRoom(): boolean {
    return this.queuedBytes * 2 <= this.bufferBytesMax;
  }

  /** Unsent bytes of the connection before a writer has to wait. */
  private get bufferBytesMax(): number {
    return this.totals.sendBuffer(this.limits.connectionSendBufferBytesMax);
  }

  private countQueued(byteCount: number): void {
    this.queuedBytes += byteCount;
    this.totals.sendBytes += byteCount;
  }

  /** It had its share of this turn. */
  private isTurnOver(stream: Http2Stream): boolean {
    return stream.turnNumber === this.turnNumber && stream.turnWrites >= turnWritesMax;
  }

  private fits(stream: Http2Stream, length: number): boolean {
    if (length === 0) return true;
    return (
      this.writable &&
      this.scheduler?.empty !== false &&
      length <= stream.sendable &&
      length <= this.window.available &&
      this.output.pending + length <= this.limits.outputBytesMax
    );
  }

  private enqueue(stream: Http2Stream, data: Uint8Array, endStream: boolean, owner: BytesOwner | undefined): boolean {
    stream.queue ??= new SendQueue(stream);
    const { queue } = stream;
    queue.push(data, owner);
    if (endStream) queue.ends = true;
    this.countQueued(data.length);
    this.schedule(stream);
    this.events.wake();
    if (queue.bytes < this.limits.sendBufferBytesMax && this.queuedBytes < this.bufferBytesMax) {
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
    const { dataBytesMax } = this;
    let from = 0;
    do {
      const to = Math.min(length, from + dataBytesMax);
      writeData(this.output, stream.id, data, from, to, endStream && to === length);
      from = to;
    } while (from < length);
    this.spend(stream, length);
  }

  /**
   * Most that a DATA frame holds, in bytes: 9 less than it may. With their headers frames then fill the records of TLS, which are as
   * long as the smallest limit for frames, 16 KiB, and whoever reads those gets a frame with each and not parts of two.
   */
  private get dataBytesMax(): number {
    return Math.min(this.peer.frameBytesMax, dataFrameBytesMax) - frameHeaderBytes;
  }

  private spend(stream: Http2Stream, byteCount: number): void {
    stream.sendable -= byteCount;
    this.window.available -= byteCount;
    this.sentSincePing = true;
    this.sentSinceCheck += byteCount;
  }

  /** One DATA frame out of a stream's queue; trailers go with the last. */
  private turn(queue: SendQueue<Http2Stream>, scheduler: WriteScheduler<SendQueue<Http2Stream>>): void {
    const { stream } = queue;
    const window = Math.min(stream.sendable, this.window.available);
    // The peer shrank the window since the stream was put into the ring: it comes back with the next WINDOW_UPDATE.
    if (window <= 0) return;
    const length = Math.min(queue.bytes, window, this.dataBytesMax);
    const last = length === queue.bytes;
    const ends = last && queue.ends && queue.trailers === undefined;
    const at = openData(this.output, stream.id, length, ends);
    queue.moveTo(this.output.buffer, at, length);
    this.spend(stream, length);
    this.countQueued(-length);
    queue.sentBytes += length;
    if (last) stream.queue = undefined;
    if (stream.blocked) this.waiting?.onDrained(stream, this.isTurnOver(stream));
    if (!last) {
      if (stream.sendable > 0) scheduler.goOn(queue, length);
      return;
    }
    if (queue.trailers !== undefined) this.writeHeaders(stream, queue.trailers, true, queue.sensitive);
    else if (ends) this.events.onLocalEnd(stream);
  }
}

const none: readonly Http2Stream[] = [];
