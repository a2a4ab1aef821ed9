import type { Timer } from "../base/clock.js";
import { headerListBytes } from "../base/header-list.js";
import {
  ErrorCode,
  type HeaderList,
  type PeerInfo,
  type ServerStreamAcceptor,
  type StreamHandler,
} from "../base/transport.js";
import { Http2Connection } from "./connection.js";
import type { Fault } from "./errors.js";
import type { Goaway } from "./frame/goaway.js";
import { BlockKind, type CheckedHeaders, HeaderValidator } from "./header-validation.js";
import type { ConnectionIo, ConnectionObserver, Http2Options, PreparedOptions } from "./options.js";
import type { Http2Stream } from "./stream.js";
import { canReceive, StreamState } from "./stream-state.js";
import { Ending, streamIdMax } from "./stream-table.js";

/** Streams that a peer skipped are remembered, at most so many at a time: using them later is an error. */
const skippedMax = 4;

/** A call that began no longer ago is a young one, in ms. */
const youngMs = 1_000;

/** A connection as its server sees it. */
export class Http2ServerConnection extends Http2Connection {
  /** Gets streams that clients open from now on. */
  acceptor: ServerStreamAcceptor;
  private readonly peer: PeerInfo;
  /** Made for the first request. */
  private validator: HeaderValidator | undefined;
  private drainTimer: Timer | undefined;
  /** Once it is over: calls that ended with it and had begun shortly before. */
  youngCalls: number = 0;

  /** @throws {RangeError} when an option is outside of its range */
  constructor(
    options: Http2Options | PreparedOptions,
    io: ConnectionIo,
    acceptor: ServerStreamAcceptor,
    peer: PeerInfo,
    observer: ConnectionObserver,
  ) {
    super(options, io, observer, "server");
    this.acceptor = acceptor;
    this.peer = peer;
  }

  /**
   * Shuts down in two steps (RFC 9113 section 6.8): a GOAWAY that only warns, and once the peer has certainly read it
   * (the ack of a PING behind it) one with the last stream that is processed. Closes when the last stream is done.
   */
  override drain(): void {
    const { core } = this;
    if (core.draining || core.closed) return;
    core.draining = true;
    for (const { handler } of core.streams.all()) handler?.onDraining?.();
    this.sendGoaway(streamIdMax);
    this.ping(() => this.finishDraining());
    const { timers, limits } = core.options;
    this.drainTimer = timers.setTimer(limits.handshakeTimeoutMs, () => this.finishDraining());
  }

  /** The client opens no new streams; it also closes the connection, so there is nothing to do but to tell. */
  override onGoaway(goaway: Goaway): void {
    this.core.notices.goaway(goaway.code, goaway.lastStreamId, goaway.debugData);
  }

  override onBlock(
    streamId: number,
    endStream: boolean,
    headers: HeaderList | undefined,
    fault: Fault | undefined,
  ): void {
    const { core } = this;
    const stream = core.streams.get(streamId);
    if (stream !== undefined) {
      this.onTrailers(stream, endStream, headers, fault);
    } else if (streamId > core.streams.lastPeerId) {
      this.onNewStream(streamId, endStream, headers, fault);
    } else {
      this.onClosedStream(streamId);
    }
  }

  override stop(): void {
    super.stop();
    this.drainTimer?.cancel();
    if (this.core.streams.size > 0) this.countYoungCalls();
  }

  /** Before the streams hear of the end. */
  private countYoungCalls(): void {
    const sinceMs = this.core.options.clock.nowMs() - youngMs;
    this.core.streams.each(({ openedMs }) => {
      if (openedMs >= sinceMs) this.youngCalls++;
    });
  }

  private finishDraining(): void {
    if (this.core.closed || this.core.lastFailure !== undefined) return;
    this.drainTimer?.cancel();
    const { core } = this;
    core.goawayStreamId = core.streams.lastPeerId;
    // With no stream left the connection closes, and closing says it.
    if (core.streams.size > 0) this.sendGoaway(core.goawayStreamId);
    this.closeWhenIdle();
  }

  private onClosedStream(streamId: number): void {
    const { core } = this;
    const ending = (streamId & 1) === 0 ? Ending.SKIPPED : core.streams.endingOf(streamId);
    if (ending === Ending.SKIPPED) {
      core.connectionError(
        ErrorCode.PROTOCOL_ERROR,
        `HEADERS on stream ${streamId}, which is lower than the one before`,
      );
    } else if (ending === Ending.ENDED) {
      core.connectionError(ErrorCode.STREAM_CLOSED, `HEADERS on stream ${streamId}, which both sides have ended`);
    } else if (ending === Ending.RESET_BY_PEER) {
      core.refuse(streamId, ErrorCode.STREAM_CLOSED);
    }
  }

  private check(headers: HeaderList, kind: BlockKind): CheckedHeaders {
    this.validator ??= new HeaderValidator(this.core.options.rejectOuterBlanks);
    return this.validator.check(headers, kind);
  }

  private onTrailers(
    stream: Http2Stream,
    endStream: boolean,
    headers: HeaderList | undefined,
    fault: Fault | undefined,
  ): void {
    const { core } = this;
    if (!canReceive(stream.state)) {
      core.streamError(stream, ErrorCode.STREAM_CLOSED, "HEADERS behind the end of the stream");
      return;
    }
    if (fault !== undefined) {
      core.streamError(stream, fault.code, fault.message);
      return;
    }
    const checked = this.check(headers as HeaderList, BlockKind.TRAILERS);
    let { problem } = checked;
    if (!endStream) problem ??= "trailers without END_STREAM";
    if (stream.contentLeft > 0) problem ??= "a body of another length than its content-length";
    if (problem !== undefined) {
      core.streamError(stream, ErrorCode.PROTOCOL_ERROR, `malformed request: ${problem}`);
      return;
    }
    const { handler } = stream;
    core.onRemoteEnd(stream);
    try {
      handler?.onHeaders(checked.headers, true);
    } catch (error) {
      core.handlerThrew(stream, error);
    }
  }

  private onNewStream(
    streamId: number,
    endStream: boolean,
    headers: HeaderList | undefined,
    fault: Fault | undefined,
  ): void {
    const { core } = this;
    if ((streamId & 1) === 0) {
      core.connectionError(ErrorCode.PROTOCOL_ERROR, `a client that opens stream ${streamId}`);
      return;
    }
    this.rememberSkipped(streamId);
    core.streams.lastPeerId = streamId;
    if (streamId > core.goawayStreamId) {
      core.streams.remember(streamId, Ending.RESET_BY_US);
      core.budget.countUseless();
      return;
    }
    if (fault !== undefined) {
      this.refuseRequest(streamId, fault);
      return;
    }
    const checked = this.check(headers as HeaderList, BlockKind.REQUEST);
    const { problem } = checked;
    if (problem !== undefined || (endStream && checked.contentLength > 0)) {
      const message = `malformed request: ${problem ?? "a body of another length than its content-length"}`;
      this.refuseRequest(streamId, { code: ErrorCode.PROTOCOL_ERROR, message });
      return;
    }
    if (!this.hasPlace(streamId)) return;
    const stream = core.addStream(streamId, undefined);
    stream.headersReceived = true;
    stream.contentLeft = checked.contentLength;
    stream.working = true;
    // One that is frozen comes again and again, and is shared.
    if (!Object.isFrozen(headers)) {
      stream.headerBytes = headerListBytes(checked.headers);
      core.options.totals.headerBytes += stream.headerBytes;
    }
    // A small integer is kept in place; a fraction would be an object of its own.
    stream.openedMs = Math.floor(this.keepalive.lastReadMs);
    if (endStream) core.onRemoteEnd(stream);
    this.accept(stream, checked.headers, endStream);
  }

  /** The fault of one call, in frames that are legal: others on the connection go on, unless there are very many. */
  private refuseRequest(streamId: number, fault: Fault): void {
    const { core } = this;
    core.writeReset(streamId, fault.code);
    core.streams.remember(streamId, Ending.RESET_BY_US);
    core.notices.refused(fault.message);
    core.budget.countMalformed();
  }

  private rememberSkipped(streamId: number): void {
    const { streams } = this.core;
    const first = Math.max(streams.lastPeerId + 1, streamId - 2 * skippedMax) | 1;
    for (let id = first; id < streamId; id += 2) streams.remember(id, Ending.SKIPPED);
  }

  /** A stream over the limit is refused, so that the peer may try again (RFC 9113 section 8.7). */
  private hasPlace(streamId: number): boolean {
    const { core } = this;
    const { concurrentStreamsMax } = core.options.limits;
    const { size, lingering } = core.streams;
    // An honest client that cancels a call at its limit may open the next one before the handler has noticed.
    const isFull = core.options.totals.isFull;
    if (size < concurrentStreamsMax && lingering < concurrentStreamsMax && !isFull) return true;
    if (isFull) core.notices.full();
    // Only a peer that knows the limit and passes it by its own count is at fault.
    if (size >= concurrentStreamsMax && this.firstAcked) core.refuse(streamId, ErrorCode.REFUSED_STREAM);
    else {
      core.writeReset(streamId, ErrorCode.REFUSED_STREAM);
      core.streams.remember(streamId, Ending.RESET_BY_US);
      this.answers.count();
    }
    return false;
  }

  private accept(stream: Http2Stream, headers: HeaderList, endStream: boolean): void {
    const { core } = this;
    let handler: StreamHandler;
    try {
      handler = this.acceptor.onStream(stream, headers, endStream, this.peer);
    } catch (error) {
      core.handlerThrew(stream, error);
      core.release(stream);
      return;
    }
    if (core.draining) handler.onDraining?.();
    if (stream.lost !== undefined) core.notices.reset(handler, stream.lost);
    else if (stream.state !== StreamState.CLOSED) stream.handler = handler;
  }
}
