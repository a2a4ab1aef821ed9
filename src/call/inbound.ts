import type { DescMessage, Message } from "@bufbuild/protobuf";
import { ByteRange } from "../base/byte-range.js";
import type { AttemptProbe } from "../base/probe.js";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import { decodeRange, type MessageCodec } from "../codec/codec.js";
import type { DecodeBounds } from "../codec/decode-bounds.js";
import type { Compression } from "../message/compression.js";
import { decompressMessage } from "../message/framing.js";
import { MessageReader } from "../message/message-reader.js";
import { decodeError } from "./decode-error.js";

/** `take()` has nothing yet: `onReadable` will tell. */
export const PENDING: unique symbol = Symbol("pending");
/** `take()` gave the last message before; the other side has half-closed. */
export const ENDED: unique symbol = Symbol("ended");

export interface InboundOptions {
  readonly codec: MessageCodec<DescMessage>;
  /** Largest message, before and after decompression, in bytes. */
  readonly messageBytesMax: number;
  /** What a message may take when it is decoded. */
  readonly bounds?: DecodeBounds | undefined;
  /** Where window is given back to the peer: the stream. */
  readonly window: InboundWindow;
}

/** The part of a `TransportStream` that the reading needs. */
export interface InboundWindow {
  consume(byteCount: number): void;
  expect(byteCount: number): void;
}

/** Whoever reads. An object and not a function, which would be a closure for each stream. */
export interface InboundReader {
  /** `take()` said PENDING and has more to say now. */
  onReadable(): void;
}

/**
 * The messages that come in on one stream, pulled one by one. The peer gets window for what was taken, and, while
 * somebody waits for a message, for the part of it that is here and the part that is still to come; so a reader that does not read stops the peer, and a
 * message larger than the window still arrives. What comes after the messages failed or were dropped is credited at once.
 */
export class InboundMessages {
  /** Told when there is something to take. */
  listener: InboundReader | undefined;
  /** How the peer compresses: from its `grpc-encoding`; undefined for identity. */
  compression: Compression | undefined;
  /** Hears of each message. */
  probe: AttemptProbe | undefined = undefined;
  /** Whether the message that `take()` gave last came compressed. */
  lastCompressed: boolean = false;

  private readonly codec: MessageCodec<DescMessage>;
  private readonly messageBytesMax: number;
  private readonly bounds: DecodeBounds | undefined;
  private readonly window: InboundWindow;
  /** Made when bytes come, and let go of when somebody waits and none are left: a stream that waits may wait for hours. */
  private reader: MessageReader | undefined;
  /** What is queued was dropped, and so is what still comes. */
  private dropped = false;
  private ended = false;
  private error: RpcError | undefined;
  private waiting = false;
  private receivedBytes = 0;
  private creditedBytes = 0;
  /** A message that was decompressed on another thread, or the wait for one. */
  private inflating = false;
  private inflated: Uint8Array | undefined;

  constructor(options: InboundOptions) {
    this.codec = options.codec;
    this.messageBytesMax = options.messageBytesMax;
    this.bounds = options.bounds;
    this.window = options.window;
  }

  /** As `StreamHandler.gathers`. */
  get gathers(): boolean {
    return this.reader?.gathers === true;
  }

  /** Bytes from the wire; `lent` as in `StreamHandler.onData`. */
  push(data: Uint8Array, lent: boolean = false): void {
    this.receivedBytes += data.length;
    if (this.error !== undefined || this.dropped) {
      this.creditTo(this.receivedBytes);
      return;
    }
    this.reader ??= new MessageReader(this.messageBytesMax);
    this.reader.push(data, lent);
    // While a message is being decompressed it is not the peer that is waited for.
    if (this.waiting && !this.inflating) this.wake();
  }

  /** The peer has half-closed. */
  end(): void {
    this.ended = true;
    if (this.waiting) this.wake();
  }

  /**
   * The stream is broken or over. With `keepQueued`, messages that are here already are still given.
   */
  fail(error: RpcError, keepQueued: boolean): void {
    if (this.error !== undefined) return;
    this.error = error;
    if (!keepQueued) this.forget();
    if (this.waiting) this.wake();
  }

  /** Nobody wants what is queued or still comes; whoever still reads is at the end. */
  drop(): void {
    this.forget();
    this.end();
  }

  /** The user has left the iteration (`MessageSource`): he does not want the rest, and the peer is not to be held up by it. */
  leave(): void {
    this.drop();
  }

  private forget(): void {
    this.dropped = true;
    this.reader = undefined;
    this.inflated = undefined;
    this.creditTo(this.receivedBytes);
  }

  private wake(): void {
    this.waiting = false;
    this.listener?.onReadable();
  }

  private creditTo(bytes: number): void {
    const more = bytes - this.creditedBytes;
    if (more <= 0) return;
    this.creditedBytes = bytes;
    this.window.consume(more);
  }

  /**
   * The next message, PENDING or ENDED.
   *
   * @throws {RpcError} what `fail` was given; RESOURCE_EXHAUSTED for a message over the limit; INTERNAL for bytes that
   *   are no message. Nothing comes after it, and it is thrown again.
   */
  take(): Message | typeof PENDING | typeof ENDED {
    try {
      return this.next();
    } catch (error) {
      this.fail(toRpcError(error), false);
      throw this.error;
    }
  }

  private next(): Message | typeof PENDING | typeof ENDED {
    if (this.inflated !== undefined) {
      const bytes = this.inflated;
      this.inflated = undefined;
      return this.decode(new ByteRange(bytes));
    }
    if (this.inflating && !this.dropped) return this.waitForInflated();
    const { reader } = this;
    const payload = reader?.next();
    if (payload === undefined || reader === undefined) return this.nothing();
    this.creditTo(this.receivedBytes - reader.heldBytes);
    this.lastCompressed = reader.lastCompressed;
    const { length } = payload;
    // The range is valid until somebody takes the next message, as a probe might.
    const message = reader.lastCompressed ? this.inflate(payload.view()) : this.decode(payload);
    this.probe?.onMessageReceived(length);
    return message;
  }

  private nothing(): typeof PENDING | typeof ENDED {
    if (this.error !== undefined) throw this.error;
    if (!this.ended) return this.wait();
    const cut = this.reader?.finish();
    if (cut !== undefined) throw cut;
    return ENDED;
  }

  private wait(): typeof PENDING {
    this.waiting = true;
    this.creditTo(this.receivedBytes);
    const { reader } = this;
    if (reader?.isIdle === true) this.reader = undefined;
    else if (reader !== undefined) this.window.expect(reader.neededBytes);
    return PENDING;
  }

  /** As `wait`, but without credit: else the peer could fill the memory for as long as the decompression takes. */
  private waitForInflated(): typeof PENDING {
    this.waiting = true;
    return PENDING;
  }

  private inflate(payload: Uint8Array): Message | typeof PENDING {
    const bytes = decompressMessage(this.compression, payload, this.messageBytesMax);
    if (bytes instanceof Uint8Array) return this.decode(new ByteRange(bytes));
    this.inflating = true;
    bytes.then(
      (value) => {
        this.inflating = false;
        if (this.dropped) return;
        this.inflated = value;
        if (this.waiting) this.wake();
      },
      (error: unknown) => {
        this.inflating = false;
        this.fail(toRpcError(error), false);
      },
    );
    return this.waitForInflated();
  }

  private decode(range: ByteRange): Message {
    try {
      return decodeRange(this.codec, range, this.bounds);
    } catch (error) {
      throw decodeError(error);
    }
  }
}

function toRpcError(error: unknown): RpcError {
  return error instanceof RpcError ? error : new RpcError(Status.INTERNAL, String(error), { cause: error });
}
