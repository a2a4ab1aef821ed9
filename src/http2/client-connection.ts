import {
  type ClientTransport,
  ErrorCode,
  type HeaderList,
  type StreamHandler,
  type TransportStream,
} from "../base/transport.js";
import { Http2Connection } from "./connection.js";
import { errorCodeName, type Fault, peerFailure } from "./errors.js";
import type { Goaway } from "./frame/goaway.js";
import { BlockKind, HeaderValidator } from "./header-validation.js";
import type { ConnectionIo, ConnectionObserver, Http2Options, PreparedOptions } from "./options.js";
import { clientPreface } from "./preface.js";
import { Http2Stream } from "./stream.js";
import { canReceive, StreamState } from "./stream-state.js";
import { Ending, streamIdMax } from "./stream-table.js";

/** A connection as its client sees it. */
export class Http2ClientConnection extends Http2Connection implements ClientTransport {
  /** The server has answered a request, or lets one go on that it has not answered before it goes away. */
  hasServed: boolean = false;
  /** Made for the first response. */
  private validator: HeaderValidator | undefined;
  private nextStreamId: number = 1;
  /** Highest stream that the server's last GOAWAY lets live. */
  private goawayStreamId: number = streamIdMax;

  /** @throws {RangeError} when an option is outside of its range */
  constructor(options: Http2Options | PreparedOptions, io: ConnectionIo, observer: ConnectionObserver) {
    super(options, io, observer, "client");
  }

  override start(): void {
    const { output } = this.core.sender;
    output.prepare(clientPreface.length);
    for (let i = 0; i < clientPreface.length; i++) output.buffer[output.length++] = clientPreface.charCodeAt(i);
    super.start();
  }

  openStream(
    headers: HeaderList,
    endStream: boolean,
    handler: StreamHandler,
    sensitive?: ReadonlySet<string>,
  ): TransportStream | undefined {
    const { core } = this;
    if (core.closed || core.draining) return undefined;
    if (core.streams.size >= core.peer.streamsMax) {
      core.notices.capacityWanted = true;
      return undefined;
    }
    if (this.nextStreamId > streamIdMax) {
      this.drain();
      return undefined;
    }
    const id = this.nextStreamId;
    const failure = core.headersTooLarge(headers);
    if (failure !== undefined) {
      // Nothing is sent, and the number stays free: the stream is dead when it is born.
      const dead = new Http2Stream(id, core, 0, 0);
      dead.handler = handler;
      core.failLater(dead, failure);
      dead.state = StreamState.CLOSED;
      return dead;
    }
    this.nextStreamId += 2;
    core.streams.lastLocalId = id;
    const stream = core.addStream(id, handler);
    this.keepalive.wake();
    core.sender.headers(stream, headers, endStream, sensitive);
    return stream;
  }

  /** No new streams; the connection is closed when the last one is done. */
  override drain(): void {
    this.core.draining = true;
    this.closeWhenIdle();
  }

  override onGoaway(goaway: Goaway): void {
    const { core } = this;
    if (goaway.lastStreamId > this.goawayStreamId) {
      core.connectionError(ErrorCode.PROTOCOL_ERROR, "GOAWAY with a higher last stream than the one before");
      return;
    }
    this.goawayStreamId = goaway.lastStreamId;
    core.draining = true;
    const reason = goaway.debugData === "" ? "" : `: ${goaway.debugData}`;
    const message = `the peer shut the connection down (GOAWAY ${errorCodeName(goaway.code)}${reason})`;
    this.closeWhenIdle(peerFailure("connection", goaway.code, message, true));
    const streams = core.streams.all();
    this.hasServed ||= streams.some(({ id }) => id <= goaway.lastStreamId);
    core.notices.goaway(goaway.code, goaway.lastStreamId, goaway.debugData);
    for (const stream of streams) {
      if (stream.id <= goaway.lastStreamId) continue;
      core.endStream(stream, Ending.RESET_BY_PEER, peerFailure("stream", ErrorCode.REFUSED_STREAM, message, true));
    }
  }

  override onBlock(
    streamId: number,
    endStream: boolean,
    headers: HeaderList | undefined,
    fault: Fault | undefined,
  ): void {
    const { core } = this;
    const stream = core.streams.get(streamId);
    if (stream === undefined) {
      this.onUnknownStream(streamId);
      return;
    }
    // Right or wrong, it is an answer.
    this.hasServed = true;
    if (!canReceive(stream.state)) {
      core.streamError(stream, ErrorCode.STREAM_CLOSED, "HEADERS behind the end of the stream");
    } else if (fault !== undefined) {
      core.streamError(stream, fault.code, fault.message);
    } else {
      this.onResponseBlock(stream, headers as HeaderList, endStream);
    }
  }

  private onUnknownStream(streamId: number): void {
    const { core } = this;
    if (core.streams.isIdle(streamId, false)) {
      core.connectionError(ErrorCode.PROTOCOL_ERROR, `HEADERS on the idle stream ${streamId}`);
      return;
    }
    const ending = core.streams.endingOf(streamId);
    if (ending === Ending.ENDED) {
      core.connectionError(ErrorCode.STREAM_CLOSED, `HEADERS on stream ${streamId}, which both sides have ended`);
    } else if (ending === Ending.RESET_BY_PEER) {
      core.refuse(streamId, ErrorCode.STREAM_CLOSED);
    }
  }

  private onResponseBlock(stream: Http2Stream, headers: HeaderList, endStream: boolean): void {
    const { core } = this;
    const kind = stream.headersReceived ? BlockKind.TRAILERS : BlockKind.RESPONSE;
    this.validator ??= new HeaderValidator(core.options.rejectOuterBlanks);
    const checked = this.validator.check(headers, kind);
    const informational = checked.status >= 100 && checked.status < 200;
    let problem = checked.problem;
    if (kind === BlockKind.TRAILERS && !endStream) problem ??= "trailers without END_STREAM";
    // 101 does not exist in HTTP/2 (RFC 9113 section 8.6).
    if (informational && (endStream || checked.status === 101)) problem ??= `:status ${checked.status} as a response`;
    if (problem === undefined && !informational) {
      if (kind === BlockKind.RESPONSE) stream.contentLeft = checked.contentLength;
      // A response without a body may tell the length that it would have had.
      if (endStream && kind === BlockKind.TRAILERS && stream.contentLeft > 0) {
        problem = "a body of another length than its content-length";
      }
    }
    if (problem !== undefined) {
      core.streamError(stream, ErrorCode.PROTOCOL_ERROR, `malformed response: ${problem}`);
    } else if (informational) {
      // Of no use to gRPC, and a server may send them without end (RFC 9110 section 15.2).
      core.budget.countUseless();
    } else {
      this.deliver(stream, checked.headers, endStream);
    }
  }

  private deliver(stream: Http2Stream, headers: HeaderList, endStream: boolean): void {
    const { handler } = stream;
    stream.headersReceived = true;
    if (endStream) this.core.onRemoteEnd(stream);
    try {
      handler?.onHeaders(headers, endStream);
    } catch (error) {
      this.core.handlerThrew(stream, error);
    }
  }
}
