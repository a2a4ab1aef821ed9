import { ErrorCode, type HeaderList } from "../base/transport.js";
import { HpackDecoder } from "../hpack/decoder.js";
import type { ConnectionCore } from "./core.js";
import type { Fault } from "./errors.js";
import { Flag } from "./frame/frame-header.js";
import { headersDependency, readHeaders } from "./frame/headers.js";
import type { PayloadRange } from "./frame/payload.js";
import { selfDependency } from "./frame/priority.js";

/** A whole header block, decoded. */
export interface ReceivedBlock {
  streamId: number;
  endStream: boolean;
  /** Undefined when the stream has to end with `fault`. */
  headers: HeaderList | undefined;
  fault: Fault | undefined;
}

/** What a role does with header blocks. */
export interface BlockHandler {
  onBlock(block: ReceivedBlock): void;
}

/** Puts header blocks together out of HEADERS and CONTINUATION (RFC 9113 section 4.3) and decodes them, whatever their stream. */
export class HeaderReceiver {
  /** The stream whose block is not complete: only its CONTINUATION may follow. 0 for none. */
  openStreamId: number = 0;
  readonly decoder: HpackDecoder;
  private readonly core: ConnectionCore;
  private readonly handler: BlockHandler;
  private readonly range: PayloadRange = { start: 0, end: 0 };
  private readonly block: ReceivedBlock = { streamId: 0, endStream: false, headers: undefined, fault: undefined };
  private fragments: Uint8Array[] = [];
  private fragmentBytes: number = 0;
  private continuations: number = 0;
  private openEnds: boolean = false;
  private openFault: Fault | undefined;

  constructor(core: ConnectionCore, handler: BlockHandler) {
    const { limits, headerTableBytes } = core.options;
    this.core = core;
    this.handler = handler;
    this.decoder = new HpackDecoder({
      tableSizeMax: headerTableBytes,
      headerListBytesMax: limits.headerListBytesMax,
      fieldsMax: limits.headerFieldsMax,
    });
  }

  onHeaders(flags: number, streamId: number, bytes: Uint8Array, start: number, end: number): void {
    const { core, range } = this;
    if (streamId === 0) {
      core.connectionError(ErrorCode.PROTOCOL_ERROR, "HEADERS on stream 0");
      return;
    }
    range.start = start;
    range.end = end;
    const dependency = headersDependency(flags, bytes, start, end);
    const broken = readHeaders(flags, bytes, range);
    if (broken !== undefined) {
      core.connectionError(broken.code, broken.message);
      return;
    }
    const fault = dependency === streamId ? selfDependency : undefined;
    const endStream = (flags & Flag.END_STREAM) !== 0;
    if ((flags & Flag.END_HEADERS) !== 0) {
      this.decode(streamId, endStream, fault, bytes, range.start, range.end);
      return;
    }
    this.openStreamId = streamId;
    this.openEnds = endStream;
    this.openFault = fault;
    this.continuations = 0;
    this.keep(bytes, range.start, range.end);
  }

  onContinuation(flags: number, streamId: number, bytes: Uint8Array, start: number, end: number): void {
    const { core } = this;
    if (this.openStreamId === 0) {
      core.connectionError(ErrorCode.PROTOCOL_ERROR, `CONTINUATION on stream ${streamId} without HEADERS`);
      return;
    }
    this.continuations++;
    if (this.continuations > core.options.limits.continuationFramesMax) {
      core.calm("too many CONTINUATION frames");
      return;
    }
    if (!this.keep(bytes, start, end) || (flags & Flag.END_HEADERS) === 0) return;
    const block = new Uint8Array(this.fragmentBytes);
    let at = 0;
    for (const fragment of this.fragments) {
      block.set(fragment, at);
      at += fragment.length;
    }
    this.fragments = [];
    this.fragmentBytes = 0;
    this.openStreamId = 0;
    this.decode(streamId, this.openEnds, this.openFault, block, 0, block.length);
  }

  private keep(bytes: Uint8Array, start: number, end: number): boolean {
    this.fragmentBytes += end - start;
    if (this.fragmentBytes > this.core.options.limits.headerBlockBytesMax) {
      this.core.calm("a header block of too many bytes");
      return false;
    }
    // A copy: a view would keep the whole chunk of a peer that never goes on.
    this.fragments.push(Uint8Array.prototype.slice.call(bytes, start, end));
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
    const { block, decoder } = this;
    const headers = decoder.decode(bytes, start, end);
    block.streamId = streamId;
    block.endStream = endStream;
    block.headers = headers;
    block.fault = fault;
    if (headers === undefined) {
      const failure = decoder.failure;
      const message = failure?.message ?? "a header block that does not decode";
      if (failure?.kind !== "tooLarge") {
        this.core.connectionError(ErrorCode.COMPRESSION_ERROR, message);
        return;
      }
      // The tables agree: it is the stream's trouble only (RFC 9113 section 10.5.1).
      block.fault ??= { code: ErrorCode.ENHANCE_YOUR_CALM, message };
    } else if (fault !== undefined) {
      block.headers = undefined;
    }
    this.handler.onBlock(block);
    block.headers = undefined;
  }
}
