import type {
  BytesOwner,
  ErrorCode,
  HeaderList,
  StreamHandler,
  TransportFailure,
  TransportStream,
} from "../base/transport.js";
import { ReceiveWindow, windowBytesLimit } from "./flow-control.js";
import type { SendQueue } from "./send-queue.js";
import type { Chained } from "./stream-chains.js";
import { canReceive, StreamState } from "./stream-state.js";

/** What a stream asks of its connection. */
export interface StreamOwner {
  readonly peer: { readonly headerListBytesMax: number };
  sendHeaders(
    stream: Http2Stream,
    headers: HeaderList,
    endStream: boolean,
    sensitive: ReadonlySet<string> | undefined,
  ): void;
  sendData(stream: Http2Stream, data: Uint8Array, endStream: boolean, owner: BytesOwner | undefined): boolean;
  resetByUser(stream: Http2Stream, code: ErrorCode): void;
  consume(stream: Http2Stream, byteCount: number): void;
  expect(stream: Http2Stream, byteCount: number): void;
  watchReceiving(): void;
  release(stream: Http2Stream): void;
}

/** A stream: its state as data, its actions handed on to the connection. It is its own receive window. */
export class Http2Stream extends ReceiveWindow implements TransportStream, Chained<Http2Stream> {
  readonly id: number;
  /** Undefined once it is to hear nothing more. */
  handler: StreamHandler | undefined = undefined;
  state: StreamState = StreamState.IDLE;
  /** Bytes that the peer would still take; below 0 after it shrank the initial window. */
  sendable: number;
  /** Bytes that went up and were not consumed yet. */
  unused: number = 0;
  /** Bytes that are still to come of a message that has begun, while somebody waits for it. */
  expected: number = 0;
  /** The connection has room for them; and they are more than the stream's window had. */
  isLetIn: boolean = false;
  reachesAhead: boolean = false;
  /** What of them was missing when the rate of receiving was looked at last; -1 when it was not, or not for this message. */
  checkedBytes: number = -1;
  /** What it held when that was looked at last while its end is waited for; -1 when it was not, -2 while its end is not waited for. */
  heldBeforeEnd: number = -2;
  /** Bytes of its header list that are counted. */
  headerBytes: number = 0;
  /** A server's stream: when it was opened, in ms of the clock. */
  openedMs: number = 0;
  /** Data that waits for window or socket; undefined when there is none. */
  queue: SendQueue<Http2Stream> | undefined = undefined;
  /** We sent the first header block, or queued it. */
  headersSent: boolean = false;
  /** Our end was sent or is queued: nothing may follow. */
  endQueued: boolean = false;
  /** The peer's first (not informational) header block has come. */
  headersReceived: boolean = false;
  /** Bytes that the peer's content-length still promises; -1 when it promised nothing. */
  contentLeft: number = -1;
  /** Bytes by which frame headers and padding of received DATA outweigh the payload. */
  dataOverhead: number = 0;
  /** A server's handler works on it: `release` was not called. */
  working: boolean = false;
  /** It was lost while the layer above was still making its handler, which hears of it as soon as it is there. */
  lost: TransportFailure | undefined = undefined;
  /** `sendData` answered false: `onWritable` is owed. */
  blocked: boolean = false;
  /** Its place in a list of `BlockedStreams`; -1 in none. */
  readyAt: number = -1;
  /** The turn in which it wrote last, and how often it did (`FrameSender`). */
  turnNumber: number = -1;
  turnWrites: number = 0;
  chainNext: Http2Stream | undefined = undefined;
  private readonly owner: StreamOwner;

  constructor(id: number, owner: StreamOwner, sendBytes: number, receiveBytes: number) {
    super(receiveBytes);
    this.id = id;
    this.owner = owner;
    this.sendable = sendBytes;
  }

  /** A WINDOW_UPDATE, or a change of the initial window; false when it makes the window larger than 2^31-1. */
  growSendable(byteCount: number): boolean {
    if (this.sendable + byteCount > windowBytesLimit) return false;
    this.sendable += byteCount;
    return true;
  }

  get headerListBytesMax(): number {
    return this.owner.peer.headerListBytesMax;
  }

  sendHeaders(headers: HeaderList, endStream: boolean, sensitive?: ReadonlySet<string>): void {
    this.owner.sendHeaders(this, headers, endStream, sensitive);
  }

  sendData(data: Uint8Array, endStream: boolean, owner?: BytesOwner): boolean {
    return this.owner.sendData(this, data, endStream, owner);
  }

  reset(code: ErrorCode): void {
    this.owner.resetByUser(this, code);
  }

  consume(byteCount: number): void {
    this.owner.consume(this, byteCount);
  }

  expect(byteCount: number): void {
    this.owner.expect(this, byteCount);
  }

  expectEnd(): void {
    if (!canReceive(this.state)) return;
    this.heldBeforeEnd = -1;
    this.owner.watchReceiving();
  }

  release(): void {
    this.owner.release(this);
  }
}
