import { ByteRange } from "../base/byte-range.js";
import { copyOf, unwritten } from "../base/memory.js";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import { ChunkQueue } from "./chunk-queue.js";
import { gatheredBytesMin, gatheredShare, messageBytesMaxDefault } from "./limits.js";
import { prefixBytes } from "./prefix.js";

/** A whole message that was not asked for yet. */
interface ReadyMessage {
  readonly payload: Uint8Array;
  readonly compressed: boolean;
}

const nothing = new Uint8Array(0);

/** `MessageReader`: no prefix was read yet. */
const noLength = -1;

/**
 * Cuts the bytes of a stream into messages (`doc/PROTOCOL-HTTP2.md`, Length-Prefixed-Message), wherever the peer's
 * DATA frames end. Holds what has come, and memory for the rest of a large message once a good part of it is here: the announced
 * length alone allocates nothing. It is the queue of its bytes, and does not have one: there is a reader for each open stream.
 */
export class MessageReader extends ChunkQueue {
  /** Whether the message that `next` returned last is compressed. */
  lastCompressed: boolean = false;
  private readonly messageBytesMax: number;
  private length: number = noLength;
  private compressed: boolean = false;
  private failure: RpcError | undefined;
  /** Memory of the message that is coming in, of which the first `gathered` bytes are here; nothing of it is in the queue. */
  private target: Uint8Array | undefined;
  private gathered: number = 0;
  /** A large message has come in pieces: those behind it are read ahead, so that they are gathered as well. */
  private ahead: boolean = false;
  private ready: ReadyMessage[] | undefined;
  private readyBytes: number = 0;

  /** @param messageBytesMax largest message that is taken, as it is on the wire, in bytes; default 4 MiB */
  constructor(messageBytesMax: number = messageBytesMaxDefault) {
    super();
    this.messageBytesMax = messageBytesMax;
  }

  /** True between two messages, with nothing of the next. */
  get isIdle(): boolean {
    return this.length === noLength && this.byteCount === 0 && this.failure === undefined;
  }

  /** True while a large message is under way, whose bytes are copied to its own memory in any case. */
  get gathers(): boolean {
    return this.length >= gatheredBytesMin;
  }

  /** How many bytes are missing until `next` can go on: to the prefix's end, then to the message's. 0 when it can. */
  get neededBytes(): number {
    const wanted = this.length === noLength ? prefixBytes : this.length;
    return Math.max(0, wanted - this.byteCount - this.gathered);
  }

  /** Bytes that came and that `next` did not give yet, but for prefixes that it has read. */
  get heldBytes(): number {
    return this.byteCount + this.gathered + this.readyBytes;
  }

  /**
   * Takes bytes of the stream. After a failure they are dropped.
   *
   * @param lent they are valid during this call only; else they stay valid and unchanged
   */
  override push(chunk: Uint8Array, lent: boolean = false): void {
    if (this.failure !== undefined) return;
    const rest = this.target === undefined ? chunk : this.gather(this.target, chunk);
    if (rest.length > 0) super.push(lent ? copyOf(rest) : rest);
    if (this.ahead) this.readAhead();
  }

  /** Copies what belongs to the message; what is behind it is returned. */
  private gather(target: Uint8Array, chunk: Uint8Array): Uint8Array {
    const missing = target.length - this.gathered;
    const whole = chunk.length <= missing;
    target.set(whole ? chunk : chunk.subarray(0, missing), this.gathered);
    this.gathered += whole ? chunk.length : missing;
    return whole ? nothing : chunk.subarray(missing);
  }

  private readAhead(): void {
    for (;;) {
      let range: ByteRange | undefined;
      try {
        range = this.read();
      } catch {
        // `next` tells it, behind the messages that are ready.
        return;
      }
      if (range === undefined) return;
      const payload = range.view();
      this.ready ??= [];
      this.ready.push({ payload, compressed: this.compressed });
      this.readyBytes += payload.length;
      if (payload.length >= gatheredBytesMin) continue;
      this.ahead = false;
      return;
    }
  }

  /**
   * The next message, without its prefix: where it lies in what was pushed if it came in one piece, else a copy. See
   * `lastCompressed`.
   *
   * @returns valid until the next call; undefined when bytes are missing
   * @throws {RpcError} RESOURCE_EXHAUSTED for a message over the limit, as soon as its prefix is here; INTERNAL for
   *   a flag that gRPC does not define. The reader keeps nothing then, and throws the same error again.
   */
  next(): ByteRange | undefined {
    if (this.ready !== undefined) return this.takeReady(this.ready);
    const range = this.read();
    if (range !== undefined) this.lastCompressed = this.compressed;
    return range;
  }

  private takeReady(messages: ReadyMessage[]): ByteRange {
    const { payload, compressed } = messages.shift() as ReadyMessage;
    if (messages.length === 0) this.ready = undefined;
    this.readyBytes -= payload.length;
    this.lastCompressed = compressed;
    return new ByteRange(payload);
  }

  private read(): ByteRange | undefined {
    if (this.failure !== undefined) throw this.failure;
    if (this.length === noLength) {
      if (this.byteCount < prefixBytes) {
        if (this.byteCount > 0) this.detach();
        return undefined;
      }
      this.readPrefix();
    }
    const { length } = this;
    if (this.gathered + this.byteCount < length) {
      if (this.target === undefined) this.awaitRest(length);
      return undefined;
    }
    this.length = noLength;
    const gathered = this.takeGathered();
    return gathered === undefined ? this.shift(length) : new ByteRange(gathered);
  }

  private takeGathered(): Uint8Array | undefined {
    const { target } = this;
    this.target = undefined;
    this.gathered = 0;
    return target;
  }

  /** The queue has the beginning of a message of `length` bytes, and no more. */
  private awaitRest(length: number): void {
    const { byteCount } = this;
    if (length < gatheredBytesMin || byteCount * gatheredShare < length) {
      this.detach();
      return;
    }
    this.ahead = true;
    this.target = unwritten(length);
    this.gathered = byteCount;
    this.moveTo(this.target, byteCount);
  }

  /**
   * The stream has ended; all complete messages were taken by `next`.
   *
   * @returns INTERNAL when it ended inside of a message, else undefined
   */
  finish(): RpcError | undefined {
    if (this.failure !== undefined) return this.failure;
    if (this.length === noLength && this.byteCount === 0) return undefined;
    const part = this.length === noLength ? "a message's prefix" : `a message of ${this.length} bytes`;
    const message = `stream ended inside of ${part}, of which ${this.byteCount + this.gathered} bytes have come`;
    return this.fail(Status.INTERNAL, message);
  }

  private readPrefix(): void {
    const flag = this.shiftByte();
    const length = this.shiftUint32();
    if (flag > 1) throw this.fail(Status.INTERNAL, `message has the flag byte ${flag}, but only 0 and 1 are defined`);
    if (length > this.messageBytesMax) {
      const message = `message of ${length} bytes is larger than the limit of ${this.messageBytesMax} bytes`;
      throw this.fail(Status.RESOURCE_EXHAUSTED, message);
    }
    this.compressed = flag === 1;
    this.length = length;
  }

  private fail(code: Status, message: string): RpcError {
    this.clear();
    this.takeGathered();
    this.failure = new RpcError(code, message);
    return this.failure;
  }
}
