import { ByteRange } from "../base/byte-range.js";
import { ErrorCode } from "../base/transport.js";
import { BdpEstimator } from "./bdp.js";
import type { ConnectionCore } from "./core.js";
import { Flag, frameHeaderBytes } from "./frame/frame-header.js";
import { type PayloadRange, stripPadding } from "./frame/payload.js";
import type { Http2Stream } from "./stream.js";
import { canReceive } from "./stream-state.js";
import { Ending } from "./stream-table.js";

/** Takes DATA frames (RFC 9113 section 6.1): both windows, the bounds of small frames, the body's length, then the handler. */
export class DataReceiver implements PayloadRange {
  /** The payload of the frame at hand. */
  start: number = 0;
  end: number = 0;
  /** The frame's bytes are written over afterwards. */
  lent: boolean = false;
  /** The last frame was a piece of a large message. */
  bulk: boolean = false;
  private readonly core: ConnectionCore;
  /** What the frames at hand are views of. */
  private chunk: ByteRange | undefined;
  /** Made when more came than a connection of a few small messages sees. */
  private bdp: BdpEstimator | undefined;
  /** What came before it was made, in bytes. */
  private unmeasured: number = 0;
  /** DATA frames in a row that brought nothing. */
  private emptyFrames: number = 0;

  constructor(core: ConnectionCore) {
    this.core = core;
  }

  onData(flags: number, streamId: number, bytes: Uint8Array, start: number, end: number): void {
    const { core } = this;
    const length = end - start;
    this.start = start;
    this.end = end;
    this.bulk = false;
    const fault = stripPadding(flags, bytes, this);
    if (fault !== undefined) {
      core.connectionError(fault.code, fault.message);
      return;
    }
    if (!core.receiveWindow.receive(length)) {
      core.connectionError(ErrorCode.FLOW_CONTROL_ERROR, "DATA beyond the connection's window");
      return;
    }
    const stream = core.streams.get(streamId);
    if (stream === undefined || !canReceive(stream.state)) {
      this.onClosedStream(streamId, stream);
      core.updateWindow(0, core.receiveWindow.update());
      return;
    }
    const endStream = (flags & Flag.END_STREAM) !== 0;
    if (!this.accept(stream, length, endStream)) {
      core.updateWindow(0, core.receiveWindow.update());
      return;
    }
    this.deliver(stream, bytes, length, endStream);
  }

  /** All frames of what was read are taken. */
  forget(): void {
    this.chunk = undefined;
  }

  private onClosedStream(streamId: number, stream: Http2Stream | undefined): void {
    const { core } = this;
    if (stream !== undefined) {
      core.streamError(stream, ErrorCode.STREAM_CLOSED, "DATA behind the end of the stream");
    } else if (streamId === 0 || core.streams.isIdle(streamId, core.server)) {
      core.connectionError(ErrorCode.PROTOCOL_ERROR, `DATA on the idle stream ${streamId}`);
    } else {
      // What was on its way when we reset the stream, or closed it long ago, is no error.
      const ending = core.streams.endingOf(streamId);
      if (ending === Ending.RESET_BY_PEER) core.refuse(streamId, ErrorCode.STREAM_CLOSED);
      else if (ending === Ending.ENDED) {
        core.connectionError(ErrorCode.STREAM_CLOSED, `DATA on stream ${streamId}, which both sides have ended`);
      } else if (ending === Ending.SKIPPED) {
        core.connectionError(ErrorCode.STREAM_CLOSED, `DATA on stream ${streamId}, which was never opened`);
      }
    }
  }

  /** The rules that a frame on an open stream may break. Once it is false, the stream or the connection is over. */
  private accept(stream: Http2Stream, length: number, endStream: boolean): boolean {
    const { core } = this;
    const payload = this.end - this.start;
    if (!stream.receive(length)) {
      core.streamError(stream, ErrorCode.FLOW_CONTROL_ERROR, "DATA beyond the stream's window");
      return false;
    }
    if (!stream.headersReceived) {
      core.streamError(stream, ErrorCode.PROTOCOL_ERROR, "DATA before the header block");
      return false;
    }
    if (stream.contentLeft >= 0) {
      stream.contentLeft -= payload;
      if (stream.contentLeft < 0 || (endStream && stream.contentLeft > 0)) {
        core.streamError(stream, ErrorCode.PROTOCOL_ERROR, "a body of another length than its content-length");
        return false;
      }
    }
    return endStream || this.acceptSmall(stream, payload);
  }

  private acceptSmall(stream: Http2Stream, payload: number): boolean {
    const { limits } = this.core.options;
    const overhead = stream.dataOverhead + frameHeaderBytes - 2 * payload;
    stream.dataOverhead = Math.max(overhead, 0);
    if (overhead > limits.dataOverheadBytesMax) {
      this.core.calm("too much overhead in DATA frames");
      return false;
    }
    if (payload > 0) {
      this.emptyFrames = 0;
      return true;
    }
    this.emptyFrames++;
    if (this.emptyFrames <= limits.emptyDataFramesMax) return true;
    this.core.calm("too many empty DATA frames");
    return false;
  }

  private deliver(stream: Http2Stream, bytes: Uint8Array, length: number, endStream: boolean): void {
    const { core } = this;
    const payload = this.end - this.start;
    const padding = length - payload;
    if (padding > 0) {
      if (payload === 0) core.updateWindow(0, core.receiveWindow.update());
      if (!endStream) {
        core.updateWindow(stream.id, stream.giveBack(padding, core.streamWindowBytes));
      }
    }
    if (payload > 0) {
      core.flow.hold(stream, payload);
      this.measure(payload);
    } else if (!endStream) {
      return;
    }
    const { handler } = stream;
    if (endStream) core.onRemoteEnd(stream);
    if (handler === undefined) return;
    if (this.chunk?.bytes !== bytes) this.chunk = new ByteRange(bytes);
    const data = this.chunk.viewOf(this.start, this.end);
    try {
      handler.onData(data, endStream, this.lent);
      this.bulk = handler.gathers === true;
    } catch (error) {
      core.handlerThrew(stream, error);
    }
    core.options.totals.check(core.flow);
  }

  private measure(byteCount: number): void {
    const bdp = this.bdp ?? this.startMeasuring(byteCount);
    if (bdp === undefined || !bdp.onData(byteCount)) return;
    const { core } = this;
    core.ping((rttMs) => core.flow.grow(bdp.onAck(rttMs)));
  }

  private startMeasuring(byteCount: number): BdpEstimator | undefined {
    const { streamWindowBytes, windowBytesMax } = this.core.options;
    if (windowBytesMax <= streamWindowBytes) return undefined;
    this.unmeasured += byteCount;
    if (this.unmeasured < BdpEstimator.startBytes(streamWindowBytes)) return undefined;
    this.bdp = new BdpEstimator(streamWindowBytes, windowBytesMax);
    this.bdp.onData(this.unmeasured - byteCount);
    return this.bdp;
  }
}
