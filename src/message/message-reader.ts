import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import { ChunkQueue } from "./chunk-queue.js";
import { messageBytesMaxDefault } from "./limits.js";
import { prefixBytes } from "./prefix.js";

/** `MessageReader`: no prefix was read yet. */
const noLength = -1;

/**
 * Cuts the bytes of a stream into messages (`doc/PROTOCOL-HTTP2.md`, Length-Prefixed-Message), wherever the peer's
 * DATA frames end. Holds what has come and no more: the announced length alone allocates nothing. It is the queue of its
 * bytes, and does not have one: there is a reader for each open stream.
 */
export class MessageReader extends ChunkQueue {
  /** Whether the message that `next` returned last is compressed. */
  lastCompressed: boolean = false;
  private readonly messageBytesMax: number;
  private length: number = noLength;
  private compressed: boolean = false;
  private failure: RpcError | undefined;

  /** @param messageBytesMax largest message that is taken, as it is on the wire, in bytes; default 4 MiB */
  constructor(messageBytesMax: number = messageBytesMaxDefault) {
    super();
    this.messageBytesMax = messageBytesMax;
  }

  /** True between two messages, with nothing of the next. */
  get isIdle(): boolean {
    return this.length === noLength && this.byteCount === 0 && this.failure === undefined;
  }

  /** How many bytes are missing until `next` can go on: to the prefix's end, then to the message's. 0 when it can. */
  get neededBytes(): number {
    const wanted = this.length === noLength ? prefixBytes : this.length;
    return Math.max(0, wanted - this.byteCount);
  }

  /** Takes bytes of the stream, which stay valid and unchanged. After a failure they are dropped. */
  override push(chunk: Uint8Array): void {
    if (this.failure === undefined) super.push(chunk);
  }

  /**
   * The next message, without its prefix: a view on what was pushed where it came in one piece, else a copy. See
   * `lastCompressed`.
   *
   * @returns undefined when bytes are missing
   * @throws {RpcError} RESOURCE_EXHAUSTED for a message over the limit, as soon as its prefix is here; INTERNAL for
   *   a flag that gRPC does not define. The reader keeps nothing then, and throws the same error again.
   */
  next(): Uint8Array | undefined {
    if (this.failure !== undefined) throw this.failure;
    if (this.length === noLength) {
      if (this.byteCount < prefixBytes) {
        if (this.byteCount > 0) this.detach();
        return undefined;
      }
      this.readPrefix();
    }
    const { length } = this;
    if (this.byteCount < length) {
      this.detach();
      return undefined;
    }
    this.length = noLength;
    this.lastCompressed = this.compressed;
    return this.shift(length);
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
    const message = `stream ended inside of ${part}, of which ${this.byteCount} bytes have come`;
    return this.fail(Status.INTERNAL, message);
  }

  private readPrefix(): void {
    const flag = this.shiftByte();
    const high = (this.shiftByte() << 8) | this.shiftByte();
    const low = (this.shiftByte() << 8) | this.shiftByte();
    const length = high * 0x1_0000 + low;
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
    this.failure = new RpcError(code, message);
    return this.failure;
  }
}
