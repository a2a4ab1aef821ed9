import type { AttemptProbe } from "../base/probe.js";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import type { HeaderList, PeerInfo, TransportStream } from "../base/transport.js";
import { parseAcceptEncoding } from "../message/accept-encoding.js";
import type { Compression } from "../message/compression.js";
import { prefixBytes } from "../message/prefix.js";
import type { RequestHead } from "./headers.js";
import { encodeMessage, type Outgoing, ownerOf, WriteGate } from "./outbound.js";
import { ServerCallContext } from "./server-call-context.js";
import type { ServerCallEnvironment, ServerMethod } from "./server-method.js";
import {
  errorTrailers,
  okTrailersOf,
  type ResponseHeaders,
  sensitiveKeysOf,
  tooLargeError,
} from "./server-response.js";
import { statusOfThrown } from "./thrown-status.js";

/** The response side of a call: headers, messages, and the status with its trailers. */
export abstract class ServerCallOutput extends ServerCallContext {
  /** The call has ended: nothing is sent any more. */
  over: boolean = false;
  protected readonly stream: TransportStream;
  protected readonly probe: AttemptProbe | undefined;
  /** True while a message is being compressed on another thread. */
  protected framing: boolean = false;
  private readonly responses: ResponseHeaders;
  private headersSent = false;
  private encoder: Compression | undefined;
  private writeGate: WriteGate | undefined;

  constructor(
    env: ServerCallEnvironment,
    target: ServerMethod,
    stream: TransportStream,
    headers: HeaderList,
    head: RequestHead,
    peer: PeerInfo,
    responses: ResponseHeaders,
    probe: AttemptProbe | undefined,
  ) {
    super(env, target, headers, head, peer);
    this.stream = stream;
    this.responses = responses;
    this.probe = probe;
  }

  /** The call is over, with this status; what still waits for something of it hears so. */
  protected abstract end(error: RpcError | undefined): void;

  onWritable(): void {
    this.writeGate?.writable();
  }

  /** Nobody waits any longer to write. */
  protected closeOutput(): void {
    this.writeGate?.close();
  }

  sendHeaders(): void {
    if (this.headersSent || this.over) return;
    this.chooseEncoding();
    this.headersSent = true;
    const { headerMetadata } = this;
    const list = this.responses.list(this.encoder?.name ?? "", headerMetadata);
    const tooLarge = headerMetadata === undefined ? undefined : tooLargeError("response headers", list, this.stream);
    if (tooLarge === undefined) {
      this.stream.sendHeaders(list, false, headerMetadata?.sensitiveKeys);
      return;
    }
    // The client would never see them, and with them would miss the rest of the call.
    this.headersSent = false;
    this.headerMetadata = undefined;
    this.env.onError(tooLarge, "handler", this);
    this.finishWith(new RpcError(Status.INTERNAL, tooLarge.message));
  }

  /** As long as no headers were sent that name it. */
  private chooseEncoding(): void {
    if (this.headersSent || this.encoder !== undefined) return;
    if (this.compress === undefined && !this.env.compressByDefault) return;
    const accepted = parseAcceptEncoding(this.head.acceptEncoding);
    const name = this.env.encodings.find((encoding) => accepted.includes(encoding));
    if (name !== undefined) this.encoder = this.env.compressions.get(name);
  }

  /**
   * Sends one message of the response, the headers before the first one. A promise is returned when the next message has
   * to wait; false when the call is over.
   */
  sendMessage(message: unknown): undefined | false | Promise<void> {
    if (this.over) return false;
    const framed = this.frame(message);
    if (framed instanceof Uint8Array) return this.sendFramed(framed);
    this.framing = true;
    return framed.then(
      (bytes) => {
        this.framing = false;
        return this.sendFramed(bytes);
      },
      (error: unknown) => Promise.reject(this.unsendable(error)),
    );
  }

  private frame(message: unknown): Uint8Array | Promise<Uint8Array> {
    this.chooseEncoding();
    const { env, target } = this;
    const encoder = (this.compress ?? env.compressByDefault) ? this.encoder : undefined;
    try {
      if (typeof message !== "object" || message === null) throw wrongShape(target, message);
      const { sendMessageBytesMax, compressBytesMin } = env;
      return encodeMessage(target.responseCodec, message as Outgoing, encoder, sendMessageBytesMax, compressBytesMin);
    } catch (error) {
      throw this.unsendable(error);
    }
  }

  /**
   * A message that cannot be sent is a mistake at this side. What tells of it may hold values of the server, so that it
   * goes to the server's `onError`; the peer learns of sizes only.
   */
  private unsendable(error: unknown): RpcError {
    if (error instanceof RpcError && error.code === Status.RESOURCE_EXHAUSTED) return error;
    this.env.onError(error instanceof RpcError ? (error.cause ?? error) : error, "handler", this);
    return new RpcError(Status.INTERNAL, `the handler gave a response that is no ${this.target.desc.output.typeName}`);
  }

  private sendFramed(framed: Uint8Array): undefined | Promise<void> {
    this.sendHeaders();
    if (this.over) return undefined;
    this.probe?.onMessageSent(framed.length - prefixBytes);
    if (this.stream.sendData(framed, false, ownerOf(this.target.responseCodec, framed))) return undefined;
    this.writeGate ??= new WriteGate();
    return this.writeGate.wait();
  }

  protected finishOk(): void {
    if (this.over) return;
    this.sendHeaders();
    if (this.over) return;
    const { trailerMetadata } = this;
    const { list, loss } = okTrailersOf(trailerMetadata, this.stream);
    if (loss !== undefined) this.env.onError(loss, "handler", this);
    this.stream.sendHeaders(list, true, trailerMetadata?.sensitiveKeys);
    this.end(undefined);
  }

  /** Ends the call with what a handler, a gate or an interceptor threw. */
  protected fail(thrown: unknown, kind: "handler" | "gate" = "handler"): void {
    if (this.over) return;
    const status = statusOfThrown(thrown, kind);
    if (status !== thrown) this.env.onError(thrown, kind, this);
    this.finishWith(status);
  }

  /** Ends the call with a status: Trailers-Only where nothing was sent before. */
  protected finishWith(error: RpcError): void {
    if (this.over) return;
    if (this.headerMetadata !== undefined && this.headerMetadata.size > 0) this.sendHeaders();
    if (this.over) return;
    const { trailerMetadata } = this;
    const head = this.headersSent ? noFields : this.responses.list("", undefined);
    const { list, loss } = errorTrailers(head, error, trailerMetadata, this.stream);
    if (loss !== undefined) this.env.onError(loss, "handler", this);
    this.stream.sendHeaders(list, true, sensitiveKeysOf(error.metadata, trailerMetadata));
    this.end(error);
  }
}

const noFields: HeaderList = Object.freeze([]);

function wrongShape(target: ServerMethod, value: unknown): Error {
  const type = target.desc.output.typeName;
  return new TypeError(
    `the handler of ${target.path} gave ${value === null ? "null" : typeof value} where ${type} is due`,
  );
}
