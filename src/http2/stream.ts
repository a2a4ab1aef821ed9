import type { ErrorCode, HeaderList, StreamHandler, TransportFailure, TransportStream } from "../base/transport.js";
import { ReceiveWindow, SendWindow } from "./flow-control.js";
import type { SendQueue } from "./send-queue.js";
import { StreamState } from "./stream-state.js";
import type { Scheduled } from "./write-scheduler.js";

/** What a stream asks of its connection. */
export interface StreamOwner {
  sendHeaders(
    stream: Http2Stream,
    headers: HeaderList,
    endStream: boolean,
    sensitive: ReadonlySet<string> | undefined,
  ): void;
  sendData(stream: Http2Stream, data: Uint8Array, endStream: boolean): boolean;
  resetByUser(stream: Http2Stream, code: ErrorCode): void;
  consume(stream: Http2Stream, byteCount: number): void;
  release(stream: Http2Stream): void;
}

/** A stream: its state as data, its actions handed on to the connection. */
export class Http2Stream implements TransportStream, Scheduled {
  readonly id: number;
  /** Undefined once it is to hear nothing more. */
  handler: StreamHandler | undefined = undefined;
  state: StreamState = StreamState.IDLE;
  readonly sendWindow: SendWindow;
  readonly receiveWindow: ReceiveWindow;
  /** Bytes that went up and were not consumed yet. */
  unused: number = 0;
  /** Data that waits for window or socket; undefined when there is none. */
  queue: SendQueue | undefined = undefined;
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
  /** The turn in which it wrote last, and how often it did (`FrameSender`). */
  turnNumber: number = -1;
  turnWrites: number = 0;
  /** Checks of the stall watch that saw it wait without progress. */
  stallTicks: number = 0;
  ringNext: Scheduled | undefined = undefined;
  ringPrevious: Scheduled | undefined = undefined;
  inRing: boolean = false;
  private readonly owner: StreamOwner;

  constructor(id: number, owner: StreamOwner, sendBytes: number, receiveBytes: number) {
    this.id = id;
    this.owner = owner;
    this.sendWindow = new SendWindow(sendBytes);
    this.receiveWindow = new ReceiveWindow(receiveBytes);
  }

  sendHeaders(headers: HeaderList, endStream: boolean, sensitive?: ReadonlySet<string>): void {
    this.owner.sendHeaders(this, headers, endStream, sensitive);
  }

  sendData(data: Uint8Array, endStream: boolean): boolean {
    return this.owner.sendData(this, data, endStream);
  }

  reset(code: ErrorCode): void {
    this.owner.resetByUser(this, code);
  }

  consume(byteCount: number): void {
    this.owner.consume(this, byteCount);
  }

  release(): void {
    this.owner.release(this);
  }
}
