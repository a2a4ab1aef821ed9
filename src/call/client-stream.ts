import type { Message } from "@bufbuild/protobuf";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import { ClientCall } from "./client-call.js";
import { responseCompression } from "./client-compression.js";
import type { CallSettings, ClientCallEnvironment, ClientMethod } from "./client-method.js";
import type { ResponseHead } from "./client-response-head.js";
import { type CollectableCall, ResponseStream } from "./client-responses.js";
import { type ENDED, InboundMessages, type InboundReader, type PENDING } from "./inbound.js";
import { type MessageSource, MessageStream } from "./message-stream.js";

/**
 * Makes a call whose responses stream. It begins at once, not when the first response is asked for: requests may have to leave
 * before there is anything to read. Leaving the iteration cancels it, and so does the collection of the stream that it gives.
 *
 * @param request one message, or the iterable of them where requests stream
 */
export function callForMany(
  env: ClientCallEnvironment,
  method: ClientMethod,
  settings: CallSettings,
  request: unknown,
): AsyncIterableIterator<Message, undefined> {
  const call = new ManyResponsesCall(env, method, settings);
  const responses = new ResponseStream(new MessageStream(call, settings.group === undefined));
  env.unread.add(responses, call);
  call.start(request);
  return responses;
}

/** A call that gives messages as they are taken. */
class ManyResponsesCall extends ClientCall implements MessageSource, CollectableCall {
  private readonly inbound: InboundMessages;

  constructor(env: ClientCallEnvironment, method: ClientMethod, settings: CallSettings) {
    super(env, method, settings);
    this.inbound = new InboundMessages({
      codec: method.responseCodec,
      messageBytesMax: settings.receiveMessageBytesMax,
      window: this,
      budget: env.budget,
      lane: undefined,
    });
  }

  /** For the iteration. */
  set listener(listener: InboundReader | undefined) {
    this.inbound.listener = listener;
  }

  get listener(): InboundReader | undefined {
    return this.inbound.listener;
  }

  take(): Message | typeof PENDING | typeof ENDED {
    try {
      return this.inbound.take();
    } catch (error) {
      // Bytes that are no message, or too many of them: the server need not send more.
      this.abandon(error as RpcError);
      throw error;
    }
  }

  /** The user has left the iteration. */
  leave(): void {
    this.abandon(new RpcError(Status.CANCELLED, "the responses are read no further"));
    this.inbound.fail(new RpcError(Status.CANCELLED, "the responses are read no further"), false);
  }

  /**
   * Nobody can read on. Requests that still stream are sent to their end, as their sender may care for nothing else; the
   * responses are dropped then. Without any the call ends.
   */
  onCollected(): void {
    if (this.over) return;
    if (this.isSending) this.inbound.drop();
    else this.leave();
  }

  protected override onResponse(head: ResponseHead): void {
    const compression = responseCompression(head, this.env.accepted);
    if (compression instanceof RpcError) this.abandon(compression);
    else this.inbound.compression = compression;
    this.inbound.probe = this.attempt;
    this.inbound.lane = this.peer;
  }

  get gathers(): boolean {
    return this.inbound.gathers;
  }

  protected override onBody(data: Uint8Array, lent: boolean): void {
    this.inbound.push(data, lent);
  }

  protected override onOver(error: RpcError | undefined): void {
    this.env.unread.remove(this);
    if (error === undefined) this.inbound.end();
    else this.inbound.fail(error, this.endedByServer);
  }
}
