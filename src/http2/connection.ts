import type { Timer } from "../base/clock.js";
import { copyOf } from "../base/memory.js";
import type { ConnectionFlow } from "../base/probe.js";
import { ErrorCode, type HeaderList, type TransportFailure } from "../base/transport.js";
import { Answers } from "./answers.js";
import { ConnectionCore } from "./core.js";
import { drainedFailure, type Fault, localFailure } from "./errors.js";
import { FrameType, frameTypeName } from "./frame/frame-header.js";
import { type Goaway, writeGoaway } from "./frame/goaway.js";
import { FrameDispatch } from "./frame-dispatch.js";
import { FrameReader, type FrameSink } from "./frame-reader.js";
import { Keepalive } from "./keepalive.js";
import { firstSettings } from "./local-settings.js";
import {
  type ConnectionIo,
  type ConnectionObserver,
  type Http2Options,
  type PreparedOptions,
  prepareOptions,
} from "./options.js";
import { PrefaceReader } from "./preface.js";
import { ReceiveRate, type ReceiveRateSource } from "./receive-rate.js";
import { StallWatch } from "./stall-watch.js";

/** What was read is copied in pieces of this length, in bytes: what refers to a part of one keeps it whole. */
const copiedBytesMax = 65_536;

/**
 * One HTTP/2 connection (RFC 9113), either role: bytes in by `receive`, bytes out by `takeOutput`, nothing in between that
 * waits. What differs between client and server is in the two classes that extend it.
 */
export abstract class Http2Connection implements FrameSink, ReceiveRateSource {
  protected readonly core: ConnectionCore;
  protected readonly keepalive: Keepalive;
  protected readonly answers: Answers;
  private readonly frames: FrameDispatch;
  private readonly reader: FrameReader;
  /** Made when something has to wait for the first time. */
  private stall: StallWatch | undefined;
  /** Made when something has begun and is not complete for the first time. */
  private receiveRate: ReceiveRate | undefined;
  /** Not for users: see `ReceiveRateSource`. */
  receivedBytes: number = 0;
  /** Frames that are complete; those of one header block count as one. */
  private unitCount: number = 0;
  /** Reads what comes before the frames; undefined once that is done. */
  private preface: PrefaceReader | undefined;
  private handshakeTimer: Timer | undefined;

  protected constructor(
    options: Http2Options | PreparedOptions,
    io: ConnectionIo,
    observer: ConnectionObserver,
    role: "client" | "server",
  ) {
    const prepared = prepareOptions(options, role);
    const core = new ConnectionCore(prepared, io, observer, this);
    this.core = core;
    this.answers = new Answers(core);
    this.frames = new FrameDispatch(core, this.answers, this);
    this.reader = new FrameReader(prepared.frameBytesMax, this);
    this.preface = new PrefaceReader(core.server);
    this.keepalive = new Keepalive(prepared.timers, prepared.keepalive, core);
  }

  /** The peer knows our first SETTINGS. */
  protected get firstAcked(): boolean {
    return this.frames.firstAcked;
  }

  /** Streams that are open. */
  get activeStreams(): number {
    return this.core.streams.size;
  }

  /** True once the connection is over. */
  get closed(): boolean {
    return this.core.closed;
  }

  /** True when no stream can be opened any more. */
  get draining(): boolean {
    return this.core.draining;
  }

  /** Streams that the peer lets us have open; 100 before its first SETTINGS, Infinity when it sets no limit. */
  get remoteStreamsMax(): number {
    return this.core.peer.streamsMax;
  }

  /** What a probe may ask. */
  get flow(): ConnectionFlow {
    const { sender, receiveWindow, peer, goawayCode } = this.core;
    return {
      sendWindowBytes: sender.window.available,
      receiveWindowBytes: receiveWindow.receivable,
      peerStreamsMax: peer.streamsMax,
      keepalivesSent: this.keepalive.sentCount,
      goawayCode: goawayCode < 0 ? undefined : goawayCode,
    };
  }

  /** Sends what HTTP/2 begins with, and starts the time within which the peer has to do the same. Called once. */
  start(): void {
    const { core } = this;
    const { timers, limits, connectionWindowBytes } = core.options;
    core.sendSettings(firstSettings(core.options, core.server), () => this.onFirstAck());
    core.updateWindow(0, connectionWindowBytes - 65_535);
    this.handshakeTimer = timers.setTimer(limits.handshakeTimeoutMs, () => {
      core.close(localFailure("io", ErrorCode.SETTINGS_TIMEOUT, "the peer sent no HTTP/2 SETTINGS in time"));
    });
    this.keepalive.start();
    core.wake();
  }

  /**
   * Takes bytes of the peer, cut anywhere. Never throws for what they are.
   *
   * @param chunk must not be changed any more unless it is lent: views of it are handed up
   * @param lent it is written over after this call
   */
  receive(chunk: Uint8Array, lent: boolean = false): void {
    const { core } = this;
    if (core.closed || chunk.length === 0) return;
    core.notices.enter();
    this.keepalive.onRead();
    this.receivedBytes += chunk.length;
    try {
      if (lent) this.readLent(chunk);
      else this.read(chunk, false);
    } catch (error) {
      // Not the peer's doing but a mistake of ours; it must not reach the process.
      core.notices.error(error);
      core.connectionError(ErrorCode.INTERNAL_ERROR, "internal error");
    } finally {
      core.notices.leave();
    }
    this.answers.check();
    if (this.reader.isInside || this.frames.openStreamId !== 0) this.watchReceiving();
  }

  /** Not for users: the rest of something that has begun has to come at a least rate. */
  watchReceiving(): void {
    if (this.core.closed) return;
    this.receiveRate ??= new ReceiveRate(this.core.options, this.core, this);
    this.receiveRate.watch();
  }

  /** Not for users: see `ReceiveRateSource`. */
  get begunUnit(): number {
    const isBegun = this.reader.isInside || this.frames.openStreamId !== 0;
    return isBegun && this.answers.isReading ? this.unitCount : -1;
  }

  /** Small messages would be copied each by who keeps them: cheaper is one copy of all. Pieces of a large one are lent on. */
  private readLent(chunk: Uint8Array): void {
    const { length } = chunk;
    for (let at = 0; at < length && !this.core.closed; ) {
      const lent = this.frames.bulk;
      const end = lent ? length : Math.min(length, at + copiedBytesMax);
      const piece = at === 0 && end === length ? chunk : chunk.subarray(at, end);
      this.read(lent ? piece : copyOf(piece), lent);
      at = end;
    }
  }

  private read(bytes: Uint8Array, lent: boolean): void {
    this.frames.lent = lent;
    if (this.preface === undefined) this.reader.read(bytes);
    else this.receivePreface(this.preface, bytes);
    this.frames.forget();
  }

  /** The peer ended its side of the socket: nothing more can come. */
  receiveEnd(): void {
    const message = this.preface?.describeEnd() ?? "the peer closed the connection";
    this.lose("peer", message);
  }

  /** The socket failed. */
  receiveError(message: string): void {
    this.lose("local", message);
  }

  /** All bytes to be written now, the driver's from now on; undefined when there are none. */
  takeOutput(): Uint8Array | undefined {
    const { core } = this;
    const { sender } = core;
    core.notices.enter();
    core.beginTake();
    sender.nextTurn();
    this.produce();
    core.notices.leave();
    const taken = sender.output.take();
    if (taken !== undefined) core.begun = true;
    core.takenThroughId = core.streams.lastLocalId;
    if (taken !== undefined) {
      this.answers.onTaken(taken.length);
      sender.onTaken(taken.length);
    }
    if (!sender.writable || sender.queuedBytes > 0) this.watchStalls();
    core.wakeAgain();
    return taken;
  }

  /**
   * All bytes that `takeOutput` gave so far are with the kernel, and nobody holds them: their memory may be written again.
   * A driver that cannot tell does not call it.
   */
  outputWritten(): void {
    const { sender, streams } = this.core;
    sender.onWritten();
    sender.output.reuse(streams.size === 0);
  }

  /** Fills the output from the queues, and lets those who waited for that queue more, as long as there is room. */
  private produce(): void {
    const { core } = this;
    const { sender } = core;
    const { outputBytesMax } = core.options.limits;
    sender.pump();
    let streams = sender.takeWritable();
    while (streams.length > 0) {
      for (const stream of streams) {
        try {
          stream.handler?.onWritable();
        } catch (error) {
          core.handlerThrew(stream, error);
        }
      }
      sender.pump();
      if (sender.output.pending >= outputBytesMax) return;
      streams = sender.takeWritable();
    }
  }

  /** Whether the socket takes more: while it does not, no DATA is produced. */
  setWritable(writable: boolean): void {
    const { core } = this;
    if (core.sender.writable === writable || core.closed) return;
    core.sender.setWritable(writable);
    if (!writable) {
      this.watchStalls();
      return;
    }
    this.answers.resume();
    if (core.sender.ready) core.wake();
  }

  private watchStalls(): void {
    const { core } = this;
    if (core.closed) return;
    const { timers, limits } = core.options;
    this.stall ??= new StallWatch(timers, limits.stallTimeoutMs, limits.minSendRateBytesPerSecond, core);
    this.stall.watch();
  }

  /** Sends a PING; `onAck` hears the round trip time. Not called when the connection ends before. */
  ping(onAck: (rttMs: number) => void): void {
    this.core.ping(onAck);
  }

  /** Ends the connection once its streams are done; see the two roles. */
  abstract drain(): void;

  /** Ends the connection and all its streams now. The peer is told the failure's code where it can be. */
  destroy(failure: TransportFailure): void {
    this.core.close(failure);
  }

  /** Not for users: the frame reader calls it. */
  onFrame(type: number, flags: number, streamId: number, bytes: Uint8Array, start: number, end: number): boolean {
    const { core } = this;
    const { frames } = this;
    const open = frames.openStreamId;
    if (open !== 0 && (type !== FrameType.CONTINUATION || streamId !== open)) {
      core.connectionError(
        ErrorCode.PROTOCOL_ERROR,
        `${frameTypeName(type)} inside of the header block of stream ${open}`,
      );
    } else if (!core.peer.received && type !== FrameType.SETTINGS) {
      core.connectionError(ErrorCode.PROTOCOL_ERROR, `${frameTypeName(type)} before the first SETTINGS`);
    } else {
      frames.dispatch(type, flags, streamId, bytes, start, end);
      if (open === 0 || frames.openStreamId !== open) this.unitCount++;
    }
    return !core.closed;
  }

  /** Not for users: the frame reader calls it. */
  onFrameTooLong(type: number, streamId: number, length: number): boolean {
    const max = this.core.options.frameBytesMax;
    const message = `${frameTypeName(type)} of ${length} bytes on stream ${streamId}, but ${max} is the limit`;
    this.core.connectionError(ErrorCode.FRAME_SIZE_ERROR, message);
    return false;
  }

  /** Not for users: a whole header block has come. */
  abstract onBlock(
    streamId: number,
    endStream: boolean,
    headers: HeaderList | undefined,
    fault: Fault | undefined,
  ): void;

  /** Not for users: a GOAWAY has come. */
  abstract onGoaway(goaway: Goaway): void;

  /** Not for users: the peer's first SETTINGS have come. */
  onFirstSettings(): void {
    this.handshakeTimer?.cancel();
    this.handshakeTimer = undefined;
    this.core.notices.ready();
  }

  /** The connection ends when its last stream does: at once when there is none. */
  protected closeWhenIdle(failure: TransportFailure = drainedFailure): void {
    this.core.lastFailure ??= failure;
    this.core.notices.due = true;
    this.core.notices.settle();
  }

  /** Not for users: the connection is over. Ends the timers of the role, and those that are here. */
  stop(): void {
    this.handshakeTimer?.cancel();
    this.keepalive.stop();
    this.stall?.stop();
    this.receiveRate?.stop();
    this.core.sender.stop();
  }

  protected sendGoaway(lastStreamId: number): void {
    writeGoaway(this.core.sender.output, lastStreamId, ErrorCode.NO_ERROR, "");
    this.core.wake();
  }

  private lose(origin: "peer" | "local", text: string): void {
    const reason = this.core.lastFailure;
    // A GOAWAY that came before says more than the end of the socket does.
    const message = reason?.origin === "peer" ? `${text}; before, ${reason.message}` : text;
    this.core.close({ scope: "io", origin, code: ErrorCode.NO_ERROR, message, unprocessed: false });
  }

  private receivePreface(preface: PrefaceReader, chunk: Uint8Array): void {
    const rest = preface.read(chunk);
    if (preface.problem !== undefined) {
      this.core.foreignPeer = preface.foreign;
      const failure = localFailure("connection", ErrorCode.PROTOCOL_ERROR, preface.problem);
      this.core.close({ ...failure, unprocessed: preface.foreign });
    } else if (rest !== undefined) {
      this.preface = undefined;
      this.reader.read(rest);
    }
  }

  /** The peer knows our first SETTINGS: what they lower holds from now on. */
  private onFirstAck(): void {
    const { core } = this;
    this.frames.onFirstAck();
    if (core.windowSlackBytes === 0) return;
    const slackBytes = core.windowSlackBytes;
    core.windowSlackBytes = 0;
    core.streams.each((stream) => {
      stream.receivable -= slackBytes;
    });
  }
}
