import { HeaderListSizes } from "../base/header-list.js";
import {
  type BytesOwner,
  ErrorCode,
  type HeaderList,
  type StreamHandler,
  type TransportFailure,
} from "../base/transport.js";
import { localFailure, wireAction } from "./errors.js";
import { ConnectionReceiveWindow, initialWindowBytes } from "./flow-control.js";
import { writeGoaway } from "./frame/goaway.js";
import { writeRstStream } from "./frame/rst-stream.js";
import { writeWindowUpdate } from "./frame/window-update.js";
import { FrameSender, type SenderEvents } from "./frame-sender.js";
import { excessOf } from "./header-validation.js";
import type { KeepaliveTarget } from "./keepalive.js";
import { LateResets } from "./late-resets.js";
import { LocalSettings } from "./local-settings.js";
import { Notices } from "./notices.js";
import type { ConnectionIo, ConnectionObserver, PreparedOptions } from "./options.js";
import { Pings } from "./pings.js";
import { ReceiveFlow } from "./receive-flow.js";
import { ResetBudget } from "./reset-budget.js";
import { PeerSettings } from "./settings.js";
import type { StallTarget } from "./stall-watch.js";
import { Http2Stream, type StreamOwner } from "./stream.js";
import { canSend, nextState, StreamEvent, StreamState } from "./stream-state.js";
import { Ending, StreamTable, streamIdMax } from "./stream-table.js";

/** What ends with the connection. */
export interface CoreOwner {
  /** The connection is over. Called once. */
  stop(): void;
  /** A message has begun, and somebody waits for the rest of it. */
  watchReceiving(): void;
}

/**
 * What all parts of a connection share: its streams, windows, settings and output, and the ways in which a stream
 * or the whole connection ends.
 */
export class ConnectionCore implements StreamOwner, SenderEvents, KeepaliveTarget, StallTarget {
  readonly options: PreparedOptions;
  readonly io: ConnectionIo;
  readonly notices: Notices;
  /** True at a server. */
  readonly server: boolean;
  readonly peer: PeerSettings = new PeerSettings();
  readonly streams: StreamTable = new StreamTable();
  readonly sender: FrameSender;
  private readonly sentSizes: HeaderListSizes = new HeaderListSizes();
  readonly receiveWindow: ConnectionReceiveWindow;
  /** Receive window that a stream has as a whole, in bytes. */
  streamWindowBytes: number;
  /** What streams have beyond that until the peer knows our SETTINGS, in bytes. */
  windowSlackBytes: number;
  /** Nothing is read or sent any more. */
  closed: boolean = false;
  /** No new streams. */
  draining: boolean = false;
  /** Draining, and the connection is over when the last stream is; with the failure that it then has. */
  lastFailure: TransportFailure | undefined = undefined;
  /** The peer would not understand a GOAWAY. */
  foreignPeer: boolean = false;
  /** A server's last GOAWAY said that streams above it are not processed: they are ignored. */
  goawayStreamId: number = streamIdMax;
  /** Code of a GOAWAY that came; -1 while none has. */
  goawayCode: number = -1;
  /** Output was taken: the peer knows who we are. */
  begun: boolean = false;
  /** Streams up to this id left this process. */
  takenThroughId: number = 0;
  private readonly owner: CoreOwner;
  // Made when they are needed: an idle connection has none of them.
  private late: LateResets | undefined;
  private pings: Pings | undefined;
  private localSettings: LocalSettings | undefined;
  private madeFlow: ReceiveFlow | undefined;
  private resets: ResetBudget | undefined;
  private woken: boolean = false;

  constructor(options: PreparedOptions, io: ConnectionIo, observer: ConnectionObserver, owner: CoreOwner) {
    this.options = options;
    this.io = io;
    this.server = options.role === "server";
    this.owner = owner;
    this.notices = new Notices(observer, this);
    this.sender = new FrameSender(options, this.peer, this);
    this.receiveWindow = new ConnectionReceiveWindow(options.connectionWindowBytes, options.receiveBufferBytesMax);
    this.streamWindowBytes = options.streamWindowBytes;
    this.windowSlackBytes = Math.max(0, initialWindowBytes - options.streamWindowBytes);
  }

  /** What a peer may make us do for nothing. */
  get budget(): ResetBudget {
    this.resets ??= new ResetBudget(this);
    return this.resets;
  }

  /** What is held of received messages. */
  get flow(): ReceiveFlow {
    this.madeFlow ??= new ReceiveFlow(this);
    return this.madeFlow;
  }

  /** There is output: has the driver ask for it, once. */
  wake(): void {
    if (this.woken || this.closed) return;
    this.woken = true;
    this.io.wake();
  }

  /** The driver asks for output: `wake` has an effect again from `wakeAgain` on. */
  beginTake(): void {
    this.woken = true;
  }

  wakeAgain(): void {
    this.woken = false;
    const { sender } = this;
    if (sender.ready || sender.output.pending > 0 || sender.owesWritable) this.wake();
  }

  /** A new stream; `id` was checked. */
  addStream(id: number, handler: StreamHandler | undefined): Http2Stream {
    const stream = new Http2Stream(
      id,
      this,
      this.peer.streamWindowBytes,
      this.streamWindowBytes + this.windowSlackBytes,
    );
    stream.handler = handler;
    stream.state = nextState(stream.state, StreamEvent.HEADERS);
    this.streams.add(stream);
    if (this.server) this.options.totals.calls++;
    this.notices.active();
    return stream;
  }

  // --- what the layer above does to a stream

  sendHeaders(
    stream: Http2Stream,
    headers: HeaderList,
    endStream: boolean,
    sensitive: ReadonlySet<string> | undefined,
  ): void {
    if (!canSend(stream.state) || stream.endQueued) return;
    if (stream.headersSent && !endStream) throw new Error("a header block behind the first one must end the stream");
    const failure = this.headersTooLarge(headers);
    if (failure === undefined) this.sender.headers(stream, headers, endStream, sensitive);
    else this.failLater(stream, failure);
    this.notices.settle();
  }

  sendData(stream: Http2Stream, data: Uint8Array, endStream: boolean, owner: BytesOwner | undefined): boolean {
    // Not true: a writer who heard nothing of the end yet would go on for ever, and the turn would never end.
    if (!canSend(stream.state) || stream.endQueued) return false;
    if (!stream.headersSent) throw new Error("sendData before sendHeaders");
    const more = this.sender.data(stream, data, endStream, owner);
    this.notices.settle();
    return more;
  }

  resetByUser(stream: Http2Stream, code: ErrorCode): void {
    if (stream.state === StreamState.CLOSED) return;
    stream.handler = undefined;
    stream.working = false;
    this.writeReset(stream.id, code);
    this.removeStream(stream, Ending.RESET_BY_US);
    this.notices.settle();
  }

  consume(stream: Http2Stream, byteCount: number): void {
    const used = Math.min(byteCount, stream.unused);
    if (used > 0) this.flow.use(stream, used);
  }

  expect(stream: Http2Stream, byteCount: number): void {
    if (!this.closed) this.flow.expect(stream, byteCount);
  }

  watchReceiving(): void {
    this.owner.watchReceiving();
  }

  release(stream: Http2Stream): void {
    if (!stream.working) return;
    stream.working = false;
    if (stream.state !== StreamState.CLOSED) return;
    this.streams.lingering--;
    this.letGo(stream);
  }

  /** A list that the peer said it would not take: nothing of it is sent. */
  headersTooLarge(headers: HeaderList): TransportFailure | undefined {
    const message = excessOf(headers, this.peer.headerListBytesMax, this.sentSizes);
    return message === undefined ? undefined : localFailure("stream", ErrorCode.INTERNAL_ERROR, message);
  }

  /** Ends a stream from inside of its own call: the handler hears of it in a turn of its own. */
  failLater(stream: Http2Stream, failure: TransportFailure): void {
    const { handler } = stream;
    stream.handler = undefined;
    if (stream.state !== StreamState.IDLE) {
      this.writeReset(stream.id, failure.code);
      this.removeStream(stream, Ending.RESET_BY_US);
    }
    if (handler === undefined) stream.lost ??= failure;
    else {
      this.late ??= new LateResets(this.options.clock, this.notices);
      this.late.add(handler, failure);
    }
  }

  /** Our END_STREAM was written (`SenderEvents`). */
  onLocalEnd(stream: Http2Stream): void {
    stream.state = nextState(stream.state, StreamEvent.SEND_END);
    if (stream.state === StreamState.CLOSED) {
      this.removeStream(stream, Ending.ENDED);
    } else if (this.server) {
      // The answer is complete: the peer need not send the rest of its request (RFC 9113 section 8.1).
      stream.handler = undefined;
      this.writeReset(stream.id, ErrorCode.NO_ERROR);
      this.removeStream(stream, Ending.RESET_BY_US);
    }
  }

  /** The peer's END_STREAM has come. Call before the handler hears of it. */
  onRemoteEnd(stream: Http2Stream): void {
    stream.state = nextState(stream.state, StreamEvent.RECEIVE_END);
    if (stream.state === StreamState.CLOSED) this.removeStream(stream, Ending.ENDED);
  }

  /** The peer broke a rule that ends one stream only. */
  streamError(stream: Http2Stream, code: ErrorCode, message: string): void {
    this.writeReset(stream.id, code);
    this.endStream(stream, Ending.RESET_BY_US, localFailure("stream", code, message));
    this.budget.countOurs();
  }

  /** The stream costs more than it may. Its handler can end it with a status that says so; the peer is told the code at least. */
  giveUp(stream: Http2Stream, message: string): void {
    try {
      stream.handler?.onOverload?.(message);
    } catch (error) {
      this.notices.error(error);
    }
    if (stream.state === StreamState.CLOSED) return;
    this.writeReset(stream.id, ErrorCode.ENHANCE_YOUR_CALM);
    this.endStream(stream, Ending.RESET_BY_US, localFailure("stream", ErrorCode.ENHANCE_YOUR_CALM, message));
  }

  /** As `streamError`, for a stream that is not open (any more). */
  refuse(streamId: number, code: ErrorCode): void {
    this.writeReset(streamId, code);
    this.streams.remember(streamId, Ending.RESET_BY_US);
    this.budget.countOurs();
  }

  /** Ends a stream before its time; its handler is told. */
  endStream(stream: Http2Stream, ending: Ending, failure: TransportFailure): void {
    const { handler } = stream;
    stream.handler = undefined;
    if (handler === undefined) stream.lost ??= failure;
    this.removeStream(stream, ending);
    if (handler !== undefined) this.notices.reset(handler, failure);
  }

  /** A handler threw: that is its own fault, and ends its stream only. */
  handlerThrew(stream: Http2Stream, error: unknown): void {
    this.notices.error(error);
    this.resetByUser(stream, ErrorCode.INTERNAL_ERROR);
  }

  writeReset(streamId: number, code: number): void {
    writeRstStream(this.sender.output, streamId, code);
    this.wake();
  }

  private removeStream(stream: Http2Stream, ending: Ending): void {
    stream.state = StreamState.CLOSED;
    this.sender.drop(stream);
    this.madeFlow?.drop(stream);
    this.streams.end(stream, ending);
    if (stream.working) this.streams.lingering++;
    else if (this.server) this.letGo(stream);
    this.notices.due = true;
  }

  /** A server's call is over, and its handler too. */
  private letGo(stream: Http2Stream): void {
    const { totals } = this.options;
    totals.calls--;
    totals.headerBytes -= stream.headerBytes;
  }

  /** Sends a WINDOW_UPDATE; 0 bytes send none. */
  updateWindow(streamId: number, byteCount: number): void {
    if (byteCount <= 0 || this.closed) return;
    writeWindowUpdate(this.sender.output, streamId, byteCount);
    this.wake();
  }

  ping(onAck: (rttMs: number) => void): void {
    if (this.closed) return;
    const { clock, random } = this.options;
    this.pings ??= new Pings(clock, Math.floor(random() * 0x1_0000_0000));
    this.pings.send(this.sender.output, onAck);
    this.wake();
  }

  /** The ack of a PING has come; false when nobody waits for it. */
  onPingAck(bytes: Uint8Array, start: number): boolean {
    return this.pings?.onAck(bytes, start) ?? false;
  }

  /** @param onAck what holds only once the peer knows of it */
  sendSettings(pairs: readonly number[], onAck?: () => void): void {
    const { timers, limits } = this.options;
    this.localSettings ??= new LocalSettings(timers, limits.settingsAckTimeoutMs, () =>
      this.connectionError(ErrorCode.SETTINGS_TIMEOUT, "our SETTINGS were not acknowledged in time"),
    );
    this.localSettings.send(this.sender.output, pairs, onAck);
  }

  /** An ack of SETTINGS has come; false when none is due. */
  onSettingsAck(): boolean {
    const waiting = this.localSettings;
    waiting?.onAck();
    if (waiting?.isWaiting === false) this.localSettings = undefined;
    return waiting !== undefined;
  }

  // --- how the connection ends

  /** The peer answered no keepalive ping (`KeepaliveTarget`). */
  onSilence(): void {
    this.close(localFailure("io", ErrorCode.NO_ERROR, "keepalive watchdog timeout"));
  }

  /** The socket took nothing for too long (`StallTarget`). */
  onSocketStalled(): void {
    this.close(localFailure("io", ErrorCode.ENHANCE_YOUR_CALM, "the peer did not read for too long"));
  }

  /** A stream's data got too little window for too long (`StallTarget`). */
  onStreamStalled(stream: Http2Stream): void {
    this.streamError(stream, ErrorCode.ENHANCE_YOUR_CALM, "the peer gave too little window for too long");
    this.notices.settle();
  }

  /** A frame or a header block came too slowly (`ReceiveRateTarget`). */
  onSlowFrame(reason: string): void {
    this.calm(reason);
  }

  /** The rest of a stream's message, or its end, came too slowly (`ReceiveRateTarget`). */
  onSlowMessage(stream: Http2Stream, reason: string): void {
    this.giveUp(stream, reason);
    this.notices.settle();
  }

  /** The peer broke a rule that ends the connection. */
  connectionError(code: ErrorCode, message: string): void {
    this.close(localFailure("connection", code, message));
  }

  /** The peer did more of something than a limit allows. */
  calm(message: string): void {
    this.connectionError(ErrorCode.ENHANCE_YOUR_CALM, message);
  }

  /** The one end of a connection: tells the peer where possible, then all streams, then the observer. */
  close(failure: TransportFailure): void {
    if (this.closed) return;
    const { output } = this.sender;
    // The driver still writes what waits: a stream in it that is told to be unsent would run here, and be tried elsewhere.
    const unsent = !this.server && this.streams.lastLocalId > this.takenThroughId;
    if (unsent) output.clear();
    // Where the preface went with it, the peer would not understand a GOAWAY.
    const understands = !this.foreignPeer && (this.begun || !unsent);
    if (wireAction(failure) === "goaway" && understands) {
      const debugData = failure.code === ErrorCode.NO_ERROR ? "" : failure.message;
      writeGoaway(output, Math.min(this.streams.lastPeerId, this.goawayStreamId), failure.code, debugData);
    }
    if (output.pending > 0) this.wake();
    this.closed = true;
    this.localSettings?.stop();
    this.owner.stop();
    for (const stream of this.streams.all()) {
      const sent = this.server || stream.id <= this.takenThroughId;
      this.endStream(stream, Ending.UNKNOWN, sent ? failure : { ...failure, unprocessed: true });
    }
    if (this.madeFlow !== undefined) this.options.totals.remove(this.madeFlow);
    this.late?.tell();
    this.io.close(this.server && failure === this.lastFailure);
    this.notices.closed(failure);
  }
}
