import type { DescMessage, Message } from "@bufbuild/protobuf";
import { ByteRange } from "../base/byte-range.js";
import { compact } from "../base/memory.js";
import type { AttemptProbe } from "../base/probe.js";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import { decodeRange, type MessageCodec } from "../codec/codec.js";
import type { DecodeBounds } from "../codec/decode-bounds.js";
import type { Compression } from "../message/compression.js";
import { decompressMessage } from "../message/framing.js";
import { MessageReader } from "../message/message-reader.js";
import type { TurnBudget, TurnWaiter } from "../message/turn-budget.js";
import { decodeError } from "./decode-error.js";
import type { InboundOptions, InboundReader, InboundWindow } from "./inbound-options.js";

export type { InboundReader } from "./inbound-options.js";

/** `take()` has nothing yet: `onReadable` will tell. */
export const PENDING: unique symbol = Symbol("pending");
/** `take()` gave the last message before; the other side has half-closed. */
export const ENDED: unique symbol = Symbol("ended");
/** `takeOnly()` found two messages or more. */
export const SEVERAL: unique symbol = Symbol("several");

/** What the reading waits for besides bytes. */
type Busy =
  | "no"
  /** The event loop has had enough in this turn. */
  | "turn"
  /** Too many messages are being decompressed. */
  | "permit"
  /** A message is decompressed on another thread. */
  | "thread";

/**
 * The messages that come in on one stream, pulled one by one. The peer gets window for what was taken, and, while
 * somebody waits for a message, for the part of it that is still to come; so a reader that does not read stops the peer, and a
 * message larger than the window still arrives. What comes after the messages failed or were dropped is credited at once.
 *
 * Nothing is decompressed or decoded before somebody takes it, and no more in one turn of the event loop than its `TurnBudget` has.
 */
export class InboundMessages implements TurnWaiter {
  /** Told when there is something to take. */
  listener: InboundReader | undefined;
  /** How the peer compresses: from its `grpc-encoding`; undefined for identity. */
  compression: Compression | undefined;
  /** Hears of each message. */
  probe: AttemptProbe | undefined = undefined;
  /** Whether the message that `take()` gave last came compressed. */
  lastCompressed: boolean = false;
  /** As `InboundOptions.lane`. */
  lane: unknown;

  private readonly codec: MessageCodec<DescMessage>;
  private readonly messageBytesMax: number;
  private readonly bounds: DecodeBounds | undefined;
  private readonly window: InboundWindow;
  private readonly budget: TurnBudget;
  /** Made when bytes come, and let go of when somebody waits and none are left: a stream that waits may wait for hours. */
  private reader: MessageReader | undefined;
  /** A message as it came that could not be opened yet. */
  private unopened: Uint8Array | undefined;
  /** A message that was decompressed on another thread. */
  private inflated: Uint8Array | undefined;
  /** What is queued was dropped, and so is what still comes. */
  private dropped = false;
  private ended = false;
  private error: RpcError | undefined;
  private waiting = false;
  private busy: Busy = "no";
  /** The budget expects a permit back. */
  private permitted = false;
  private receivedBytes = 0;
  private creditedBytes = 0;

  constructor(options: InboundOptions) {
    this.codec = options.codec;
    this.messageBytesMax = options.messageBytesMax;
    this.bounds = options.bounds;
    this.window = options.window;
    this.budget = options.budget;
    this.lane = options.lane;
  }

  /** As `StreamHandler.gathers`. */
  get gathers(): boolean {
    return this.reader?.gathers === true;
  }

  /** Bytes of messages that came and that nobody has taken: what the stream holds, as it was on the wire. */
  get unopenedBytes(): number {
    return (this.reader?.heldBytes ?? 0) + (this.unopened?.length ?? 0);
  }

  /**
   * Bytes from the wire.
   *
   * @param lent as in `StreamHandler.onData`
   * @param ends the peer half-closes behind them
   */
  push(data: Uint8Array, lent: boolean = false, ends: boolean = false): void {
    this.receivedBytes += data.length;
    if (ends) this.ended = true;
    if (this.error !== undefined || this.dropped) {
      this.creditTo(this.receivedBytes);
    } else {
      this.reader ??= new MessageReader(this.messageBytesMax);
      this.reader.push(data, lent);
    }
    this.wakeForBytes();
  }

  /** The peer has half-closed. */
  end(): void {
    this.ended = true;
    this.wakeForBytes();
  }

  /** The stream is broken or over. With `keepQueued`, messages that are here already are still given. */
  fail(error: RpcError, keepQueued: boolean): void {
    if (this.error !== undefined) return;
    this.error = error;
    if (!keepQueued) this.forget();
    if (this.waiting && (this.dropped || this.busy === "no")) this.wake();
  }

  /** Nobody wants what is queued or still comes; whoever still reads is at the end. */
  drop(): void {
    this.forget();
    this.ended = true;
    if (this.waiting) this.wake();
  }

  /** The user has left the iteration (`MessageSource`): he does not want the rest, and the peer is not to be held up by it. */
  leave(): void {
    this.drop();
  }

  private forget(): void {
    this.dropped = true;
    this.reader = undefined;
    this.unopened = undefined;
    // A thread that is at work keeps the permit until it is done.
    if (this.busy !== "thread") this.giveBack(0);
    this.inflated = undefined;
    this.creditTo(this.receivedBytes);
  }

  /** While there is no time for the message that is here it is not the peer that is waited for. */
  private wakeForBytes(): void {
    if (this.waiting && (this.busy === "no" || this.dropped)) this.wake();
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

  // ---- taking -----------------------------------------------------------------------------------------------------

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
      throw this.failed(error);
    }
  }

  /**
   * The message of a side that has exactly one: PENDING until the peer has half-closed, and until then nothing of it is decompressed
   * or decoded. ENDED when there was none, SEVERAL as soon as there are two.
   *
   * @throws {RpcError} as `take`
   */
  takeOnly(): Message | typeof PENDING | typeof ENDED | typeof SEVERAL {
    try {
      return this.only();
    } catch (error) {
      throw this.failed(error);
    }
  }

  private failed(error: unknown): RpcError {
    this.fail(toRpcError(error), false);
    return this.error as RpcError;
  }

  private next(): Message | typeof PENDING | typeof ENDED {
    if (this.dropped) return this.nothing();
    if (this.busy !== "no") return this.waitForTurn();
    if (this.inflated !== undefined || this.unopened !== undefined) return this.openKept();
    const payload = this.read();
    if (payload === undefined) return this.nothing();
    if (this.mayOpen(payload.length)) return this.open(payload);
    this.unopened = payload.view();
    return this.waitForTurn();
  }

  private only(): Message | typeof PENDING | typeof ENDED | typeof SEVERAL {
    if (this.dropped) return this.nothing();
    if (this.busy !== "no") return this.waitForTurn();
    if (this.inflated !== undefined) return this.openKept();
    for (let payload = this.read(); payload !== undefined; payload = this.read()) {
      if (this.unopened !== undefined) return SEVERAL;
      if (this.ended && this.reader?.isIdle === true && this.mayOpen(payload.length)) {
        // Nothing more comes, and the call may last for hours.
        this.reader = undefined;
        return this.open(payload);
      }
      this.unopened = compact(payload.view());
    }
    if (!this.ended || this.unopened === undefined) return this.nothing();
    const cut = this.reader?.finish();
    if (cut !== undefined) throw cut;
    if (this.error !== undefined) throw this.error;
    return this.openKept();
  }

  private mayOpen(byteCount: number): boolean {
    return this.lastCompressed ? !this.budget.isUsedUp : this.budget.admits(byteCount);
  }

  private read(): ByteRange | undefined {
    const { reader } = this;
    const payload = reader?.next();
    if (payload === undefined || reader === undefined) return undefined;
    this.lastCompressed = reader.lastCompressed;
    return payload;
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
    const { reader } = this;
    if (reader?.isIdle === true) this.reader = undefined;
    else if (reader !== undefined) this.window.expect(reader.neededBytes);
    return PENDING;
  }

  /** As `wait`, but nothing is waited for from the peer. */
  private waitForTurn(): typeof PENDING {
    this.waiting = true;
    if (this.busy === "no") {
      this.busy = "turn";
      this.budget.defer(this);
    }
    return PENDING;
  }

  /** For the budget: what was deferred may go on. */
  onTurn(): void {
    const granted = this.busy === "permit";
    this.busy = "no";
    if (granted) this.permitted = true;
    if (granted && this.dropped) this.giveBack(0);
    else if (this.waiting && !this.dropped) this.wake();
  }

  // ---- opening ----------------------------------------------------------------------------------------------------

  private openKept(): Message | typeof PENDING {
    const { inflated, unopened } = this;
    if (inflated === undefined ? !this.mayOpen((unopened as Uint8Array).length) : this.budget.isUsedUp) {
      return this.waitForTurn();
    }
    if (inflated !== undefined) {
      this.inflated = undefined;
      return this.decodeInflated(inflated);
    }
    this.unopened = undefined;
    return this.open(new ByteRange(unopened as Uint8Array));
  }

  private open(payload: ByteRange): Message | typeof PENDING {
    if (this.lastCompressed) return this.inflate(payload.view());
    // The range is valid until somebody takes the next message, as a probe might.
    const { length } = payload;
    this.creditOpened();
    let message: Message;
    try {
      message = this.decode(payload);
    } finally {
      this.budget.countDecoded(length);
    }
    this.probe?.onMessageReceived(length);
    return message;
  }

  /** The message is taken: of what came, all but what is still held is used. */
  private creditOpened(): void {
    this.creditTo(this.receivedBytes - (this.reader?.heldBytes ?? 0));
  }

  private inflate(payload: Uint8Array): Message | typeof PENDING {
    const { budget } = this;
    if (!this.permitted && !budget.startInflating()) {
      this.unopened = payload;
      this.busy = "permit";
      budget.deferInflating(this);
      return this.waitForTurn();
    }
    this.permitted = true;
    this.creditOpened();
    let bytes: Uint8Array | Promise<Uint8Array>;
    try {
      bytes = decompressMessage(this.compression, payload, this.messageBytesMax);
    } catch (error) {
      this.giveBack(0);
      throw error;
    }
    const answer = bytes instanceof Uint8Array ? this.decodeInflated(bytes) : this.waitForThread(bytes);
    this.probe?.onMessageReceived(payload.length);
    return answer;
  }

  private waitForThread(bytes: Promise<Uint8Array>): typeof PENDING {
    this.busy = "thread";
    bytes.then(
      (value) => this.onInflated(value),
      (error: unknown) => this.onInflateFailed(error),
    );
    return this.waitForTurn();
  }

  private onInflated(bytes: Uint8Array): void {
    this.busy = "no";
    if (this.dropped) {
      this.giveBack(0);
      return;
    }
    this.inflated = bytes;
    if (this.waiting) this.wake();
  }

  private onInflateFailed(error: unknown): void {
    this.busy = "no";
    this.giveBack(0);
    this.fail(toRpcError(error), false);
  }

  private decodeInflated(bytes: Uint8Array): Message {
    try {
      return this.decode(new ByteRange(bytes));
    } finally {
      this.giveBack(bytes.length);
    }
  }

  private giveBack(byteCount: number): void {
    if (!this.permitted) return;
    this.permitted = false;
    this.budget.endInflating(byteCount);
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
