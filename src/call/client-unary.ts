import type { Message } from "@bufbuild/protobuf";
import { ByteRange } from "../base/byte-range.js";
import { copyOf } from "../base/memory.js";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import { decodeRange } from "../codec/codec.js";
import { prefixBytes } from "../message/prefix.js";
import { ClientCall } from "./client-call.js";
import { responseCompression } from "./client-compression.js";
import type { CallSettings, ClientCallEnvironment, ClientMethod } from "./client-method.js";
import type { ResponseHead } from "./client-response-head.js";
import { decodeError } from "./decode-error.js";
import { ENDED, InboundMessages, type InboundReader, PENDING, SEVERAL } from "./inbound.js";
import { rejectAsIs, rejectAtCaller } from "./rejection.js";

/**
 * Makes a call with one response.
 *
 * @param request one message, or the iterable of them where requests stream
 * @returns the response; rejects with an `RpcError` for every other end
 */
export function callForOne(
  env: ClientCallEnvironment,
  method: ClientMethod,
  settings: CallSettings,
  request: unknown,
): Promise<Message> {
  return new Promise((resolve) => new OneResponseCall(env, method, settings, resolve).start(request));
}

/** A call that gives a promise. */
class OneResponseCall extends ClientCall implements InboundReader {
  private readonly resolve: (message: Message | Promise<never>) => void;
  /** The response when it came uncompressed and in one piece, as it almost always does; decoded when the status is OK. */
  private whole: Uint8Array | undefined;
  /** Everything else takes the long way. */
  private inbound: InboundMessages | undefined;

  constructor(
    env: ClientCallEnvironment,
    method: ClientMethod,
    settings: CallSettings,
    resolve: (message: Message | Promise<never>) => void,
  ) {
    super(env, method, settings);
    this.resolve = resolve;
  }

  protected override onResponse(head: ResponseHead): void {
    // An encoding that we lack must end the call however its messages are cut and flagged. Else nothing is made yet.
    if (head.encoding !== "") this.readSlowly(head);
  }

  get gathers(): boolean {
    return this.inbound?.gathers === true;
  }

  protected override onBody(data: Uint8Array, lent: boolean): void {
    if (this.inbound === undefined && this.whole === undefined && this.isWhole(data)) {
      this.whole = lent ? copyOf(data) : data;
      this.attempt?.onMessageReceived(data.length - prefixBytes);
      this.stream?.consume(data.length);
    } else if (this.whole !== undefined) {
      this.abandon(tooMany());
    } else {
      if (this.inbound === undefined) this.readSlowly(this.head);
      this.inbound?.push(data, lent);
    }
  }

  private isWhole(data: Uint8Array): boolean {
    if (data.length < prefixBytes || data[0] !== 0) return false;
    const length =
      ((data[1] as number) << 24) | ((data[2] as number) << 16) | ((data[3] as number) << 8) | (data[4] as number);
    return length === data.length - prefixBytes && length <= this.settings.receiveMessageBytesMax;
  }

  private readSlowly(head: ResponseHead): void {
    const compression = responseCompression(head, this.env.accepted);
    if (compression instanceof RpcError) {
      this.abandon(compression);
      return;
    }
    const inbound = new InboundMessages({
      codec: this.method.responseCodec,
      messageBytesMax: this.settings.receiveMessageBytesMax,
      bounds: this.settings.decodeBounds,
      window: this,
      budget: this.env.budget,
      lane: this.peer,
    });
    inbound.compression = compression;
    inbound.probe = this.attempt;
    inbound.listener = this;
    this.inbound = inbound;
    // Says that somebody waits.
    this.onReadable();
  }

  onReadable(): void {
    let taken: ReturnType<InboundMessages["takeOnly"]>;
    try {
      taken = (this.inbound as InboundMessages).takeOnly();
    } catch (error) {
      // It throws nothing else.
      this.failReading(error as RpcError);
      return;
    }
    if (taken === PENDING) return;
    if (taken === SEVERAL) this.failReading(tooMany());
    else if (taken === ENDED) this.reject(tooFew());
    else this.resolve(taken);
  }

  private reject(error: RpcError): void {
    this.note(error);
    // With interceptors the error takes its stack where the user waits, not where they do.
    if (this.settings.group === undefined) rejectAtCaller(this.resolve, error);
    else rejectAsIs(this.resolve, error);
  }

  private failReading(error: RpcError): void {
    if (this.over) this.reject(error);
    else this.abandon(error);
  }

  protected override onOver(error: RpcError | undefined): void {
    if (error !== undefined) {
      this.inbound?.fail(error, false);
      this.reject(error);
      return;
    }
    if (this.inbound !== undefined) this.inbound.end();
    else if (this.whole === undefined) this.reject(tooFew());
    else this.decode(this.whole);
  }

  private decode(whole: Uint8Array): void {
    let message: Message;
    try {
      message = decodeRange(this.method.responseCodec, new ByteRange(whole, prefixBytes), this.settings.decodeBounds);
    } catch (error) {
      this.reject(decodeError(error));
      return;
    }
    this.resolve(message);
  }
}

/** `doc/statuscodes.md`, response cardinality violation. */
function tooMany(): RpcError {
  return new RpcError(Status.UNIMPLEMENTED, "the method has one response message, but the server sent more");
}

function tooFew(): RpcError {
  return new RpcError(Status.UNIMPLEMENTED, "the method has one response message, but the server sent none");
}
