import { ErrorCode, type HeaderList } from "../base/transport.js";
import { HpackDecoder } from "../hpack/decoder.js";
import type { ConnectionCore } from "./core.js";
import type { Fault } from "./errors.js";
import { Flag } from "./frame/frame-header.js";
import { headersDependency, readHeaders } from "./frame/headers.js";
import type { PayloadRange } from "./frame/payload.js";
import { selfDependency } from "./frame/priority.js";

/** What a role does with header blocks. */
export interface BlockHandler {
  /**
   * A whole header block has come.
   *
   * @param headers the list; undefined when the stream has to end with `fault`
   */
  onBlock(streamId: number, endStream: boolean, headers: HeaderList | undefined, fault: Fault | undefined): void;
}

/** A block of which CONTINUATION is due. */
class OpenBlock {
  readonly streamId: number;
  readonly endStream: boolean;
  readonly fault: Fault | undefined;
  readonly fragments: Uint8Array[] = [];
  byteCount: number = 0;
  continuations: number = 0;

  constructor(streamId: number, endStream: boolean, fault: Fault | undefined) {
    this.streamId = streamId;
    this.endStream = endStream;
    this.fault = fault;
  }

  /** All fragments in one. */
  join(): Uint8Array {
    const block = new Uint8Array(this.byteCount);
    let at = 0;
    for (const fragment of this.fragments) {
      block.set(fragment, at);
      at += fragment.length;
    }
    return block;
  }
}

/**
 * Puts header blocks together out of HEADERS and CONTINUATION (RFC 9113 section 4.3) and decodes them, whatever their stream.
 * It is the payload's range itself: each connection has one.
 */
export class HeaderReceiver implements PayloadRange {
  start: number = 0;
  end: number = 0;
  readonly decoder: HpackDecoder;
  private readonly core: ConnectionCore;
  private readonly handler: BlockHandler;
  private open: OpenBlock | undefined;

  constructor(core: ConnectionCore, handler: BlockHandler) {
    this.core = core;
    this.handler = handler;
    this.decoder = new HpackDecoder(core.options.decoder, core.options.scratch);
  }

  /** The stream whose block is not complete: only its CONTINUATION may follow. 0 for none. */
  get openStreamId(): number {
    return this.open?.streamId ?? 0;
  }

  onHeaders(flags: number, streamId: number, bytes: Uint8Array, start: number, end: number): void {
    const { core } = this;
    if (streamId === 0) {
      core.connectionError(ErrorCode.PROTOCOL_ERROR, "HEADERS on stream 0");
      return;
    }
    this.start = start;
    this.end = end;
    const dependency = headersDependency(flags, bytes, start, end);
    const broken = readHeaders(flags, bytes, this);
    if (broken !== undefined) {
      core.connectionError(broken.code, broken.message);
      return;
    }
    const fault = dependency === streamId ? selfDependency : undefined;
    const endStream = (flags & Flag.END_STREAM) !== 0;
    if ((flags & Flag.END_HEADERS) !== 0) {
      this.decode(streamId, endStream, fault, bytes, this.start, this.end);
      return;
    }
    this.open = new OpenBlock(streamId, endStream, fault);
    this.keep(this.open, bytes, this.start, this.end);
  }

  onContinuation(flags: number, streamId: number, bytes: Uint8Array, start: number, end: number): void {
    const { core, open } = this;
    if (open === undefined) {
      core.connectionError(ErrorCode.PROTOCOL_ERROR, `CONTINUATION on stream ${streamId} without HEADERS`);
      return;
    }
    open.continuations++;
    if (open.continuations > core.options.limits.continuationFramesMax) {
      core.calm("too many CONTINUATION frames");
      return;
    }
    if (!this.keep(open, bytes, start, end) || (flags & Flag.END_HEADERS) === 0) return;
    this.open = undefined;
    const block = open.join();
    this.decode(streamId, open.endStream, open.fault, block, 0, block.length);
  }

  private keep(open: OpenBlock, bytes: Uint8Array, start: number, end: number): boolean {
    open.byteCount += end - start;
    if (open.byteCount > this.core.options.limits.headerBlockBytesMax) {
      this.core.calm("a header block of too many bytes");
      return false;
    }
    // A copy: a view would keep the whole chunk of a peer that never goes on.
    open.fragments.push(Uint8Array.prototype.slice.call(bytes, start, end));
    return true;
  }

  private decode(
    streamId: number,
    endStream: boolean,
    fault: Fault | undefined,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    const { decoder } = this;
    const headers = decoder.decode(bytes, start, end);
    let problem = fault;
    if (headers === undefined) {
      const failure = decoder.failure;
      const message = failure?.message ?? "a header block that does not decode";
      if (failure?.kind !== "tooLarge") {
        this.core.connectionError(ErrorCode.COMPRESSION_ERROR, message);
        return;
      }
      // The tables agree: it is the stream's trouble only (RFC 9113 section 10.5.1).
      problem ??= { code: ErrorCode.ENHANCE_YOUR_CALM, message };
    }
    this.handler.onBlock(streamId, endStream, problem === undefined ? headers : undefined, problem);
  }
}
