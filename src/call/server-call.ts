import type { Message } from "@bufbuild/protobuf";
import type { Timer } from "../base/clock.js";
import type { AttemptProbe } from "../base/probe.js";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import type { HeaderList, PeerInfo, StreamHandler, TransportFailure, TransportStream } from "../base/transport.js";
import { CallEnding } from "./call-ending.js";
import type { RequestHead } from "./headers.js";
import { ENDED, InboundMessages, type InboundReader, PENDING, SEVERAL } from "./inbound.js";
import { LazyMessage, type RequestSource } from "./lazy-message.js";
import { MessageStream } from "./message-stream.js";
import { follow } from "./promise-like.js";
import { ServerCallOutput } from "./server-call-output.js";
import { askGates, type GatedCall } from "./server-gates.js";
import type {
  HandlerRequest,
  HandlerResult,
  InterceptedRequest,
  ServerCallEnvironment,
  ServerMethod,
} from "./server-method.js";
import { type MessageSink, type Pump, pumpMessages } from "./server-pump.js";
import type { ResponseHeaders } from "./server-response.js";
import { CallTime } from "./server-time.js";

/** Whoever awaits the one request of a call. */
interface RequestAwaiter {
  resolve(message: Message): void;
  reject(error: unknown): void;
}

/**
 * One call at a server, from its headers to its status: the handler of its stream and, for the user, its context. All
 * four shapes take this path: a unary side is a stream that must have exactly one message. Nothing that a call may not
 * need (metadata, signal, timer, write gate) is made before it is asked for.
 *
 *   headers --> gates --> interceptors --> request --> handler
 *
 *   open --(value, end of the iteration)--> over, OK
 *   open --(a gate's refusal, throw, bad request, deadline)--> over, that status
 *   open --(reset by the peer, connection lost)--> over, nothing is sent
 *
 * Of the request's body nothing is decompressed or decoded before the gates have let the call in; what comes meanwhile is held as it
 * is on the wire, within the stream's window. A request that does not stream is opened once it is whole: for a handler without
 * interceptors at once, else when one of them, or the handler behind them, awaits it.
 */
export class ServerCall
  extends ServerCallOutput
  implements StreamHandler, InboundReader, MessageSink, GatedCall, RequestSource
{
  readonly inbound: InboundMessages;

  /** A gate, an interceptor or the handler works on it. */
  private working = false;
  private awaiter: RequestAwaiter | undefined;
  private pump: Pump | undefined;
  private timer: Timer | undefined;

  constructor(
    env: ServerCallEnvironment,
    target: ServerMethod,
    stream: TransportStream,
    headers: HeaderList,
    head: RequestHead,
    peer: PeerInfo,
    responses: ResponseHeaders,
    probe?: AttemptProbe,
  ) {
    super(env, target, stream, headers, head, peer, responses, probe);
    this.inbound = new InboundMessages({
      codec: target.requestCodec,
      messageBytesMax: env.receiveMessageBytesMax,
      bounds: env.decodeBounds,
      window: stream,
      budget: env.budget,
      lane: peer,
    });
    this.inbound.probe = probe;
  }

  /** Starts the call; the stream's handler events may come from now on. */
  start(endStream: boolean): void {
    if (!this.acceptEncoding()) return;
    const { env, target, head } = this;
    if (head.timeoutMs !== undefined) this.time = new CallTime(env.clock, head.timeoutMs);
    if (endStream) this.inbound.end();
    if (target.gates.length === 0 && !target.intercepted) {
      this.onAdmitted();
      return;
    }
    this.ending = new CallEnding(env.clock, (fault) => env.onError(fault, "handler", this));
    askGates(this, target.gates, 0);
  }

  /** The encoding of the requests must be one that we accept (`doc/compression.md`). */
  private acceptEncoding(): boolean {
    const name = this.head.encoding;
    if (name === "" || name === "identity") return true;
    this.inbound.compression = this.env.accepted.get(name);
    if (this.inbound.compression !== undefined) return true;
    const known = this.env.accepted.acceptEncoding;
    this.finishWith(
      new RpcError(Status.UNIMPLEMENTED, `grpc-encoding "${name}" is not supported; supported: ${known}`),
    );
    return false;
  }

  // ---- the gates --------------------------------------------------------------------------------------------------

  onRefused(thrown: unknown): void {
    this.fail(thrown, "gate");
  }

  onGateWaits(): void {
    this.working = true;
    this.armDeadline();
  }

  onGateDone(): void {
    this.settle();
  }

  onAdmitted(): void {
    this.armDeadline();
    const { target } = this;
    if (target.streamsRequest) this.run(new MessageStream(this.inbound));
    else if (target.intercepted) this.run(new LazyMessage(this));
    else this.readOnly();
  }

  private armDeadline(): void {
    const { time } = this;
    if (time === undefined || this.over || this.timer !== undefined) return;
    this.timer = this.env.clock.setTimer(time.remainingMs(), () => this.onDeadline());
  }

  protected override moveDeadline(): void {
    this.timer?.cancel();
    this.timer = undefined;
    this.armDeadline();
  }

  // ---- the request side -------------------------------------------------------------------------------------------

  onHeaders(_trailers: HeaderList, endStream: boolean): void {
    if (endStream) this.inbound.end();
  }

  get gathers(): boolean {
    return this.inbound.gathers;
  }

  onData(data: Uint8Array, endStream: boolean, lent: boolean = false): void {
    this.inbound.push(data, lent, endStream);
  }

  onReset(failure: TransportFailure): void {
    this.end(this.errorOfReset(failure), false);
  }

  /** A client ends its call at the deadline too, and its reset may be here first. */
  private errorOfReset(failure: TransportFailure): RpcError {
    if (failure.scope === "stream" && this.time !== undefined && this.time.remainingMs() <= deadlineSlackMs) {
      return this.deadlineExceeded();
    }
    const code = failure.scope === "stream" ? Status.CANCELLED : Status.UNAVAILABLE;
    return new RpcError(code, `the call was cancelled: ${failure.message}`);
  }

  private readOnly(): void {
    this.inbound.listener = this;
    // A call whose request streams may be quiet for hours; one message is due at once.
    this.stream.expectEnd();
    this.onReadable();
  }

  readRequest(): Promise<Message> {
    return new Promise((resolve, reject) => {
      this.awaiter = { resolve, reject };
      this.readOnly();
    });
  }

  onOverload(reason: string): void {
    this.finishWith(new RpcError(Status.RESOURCE_EXHAUSTED, reason));
  }

  /** A unary side: exactly one message, then the end. */
  onReadable(): void {
    if (this.target.intercepted) {
      this.answerAwaiter();
      return;
    }
    if (this.over || this.working) return;
    let request: Message | typeof PENDING;
    try {
      request = this.takeRequest();
    } catch (error) {
      this.fail(error);
      return;
    }
    if (request !== PENDING) this.run(request);
  }

  private answerAwaiter(): void {
    const { awaiter } = this;
    if (awaiter === undefined) return;
    try {
      if (this.over) throw this.overError();
      const request = this.takeRequest();
      if (request === PENDING) return;
      awaiter.resolve(request);
    } catch (error) {
      awaiter.reject(error);
    }
    this.awaiter = undefined;
  }

  private takeRequest(): Message | typeof PENDING {
    const taken = this.inbound.takeOnly();
    if (taken === ENDED) throw cardinality("none");
    if (taken === SEVERAL) throw cardinality("two or more");
    return taken;
  }

  // ---- the handler ------------------------------------------------------------------------------------------------

  private run(request: HandlerRequest | InterceptedRequest): void {
    this.working = true;
    let result: HandlerResult;
    try {
      result = this.target.invoke(request, this);
    } catch (error) {
      this.onThrown(error);
      return;
    }
    if (this.target.streamsResponse) {
      this.pump = pumpMessages(result, this);
      // Its first steps, taken at once, may have ended the call.
      if (this.over) this.pump.stop();
      return;
    }
    const isLater = follow(
      result,
      (message) => this.onReply(message),
      (error) => this.onThrown(error),
    );
    if (!isLater) this.onReply(result);
  }

  private onReply(message: unknown): void {
    this.settle();
    if (this.over) return;
    try {
      const waiting = this.sendMessage(message);
      if (!(waiting instanceof Promise && this.framing)) {
        this.finishOk();
        return;
      }
      waiting.then(
        () => this.finishOk(),
        (error: unknown) => this.fail(error),
      );
    } catch (error) {
      this.fail(error);
    }
  }

  onPumped(): void {
    this.settle();
    this.finishOk();
  }

  onPumpFailed(error: unknown): void {
    this.onThrown(error);
  }

  private onThrown(error: unknown): void {
    this.settle();
    this.fail(error);
  }

  /** The handler works no more: a stream that was reset need not hold its place any longer. */
  private settle(): void {
    if (!this.working) return;
    this.working = false;
    if (this.over) this.stream.release();
  }

  // ---- the end ----------------------------------------------------------------------------------------------------

  private onDeadline(): void {
    this.finishWith(this.deadlineExceeded());
  }

  private deadlineExceeded(): RpcError {
    return new RpcError(Status.DEADLINE_EXCEEDED, `the deadline of ${this.time?.timeoutMs} ms has passed`);
  }

  /** The call is over; whoever still waits for something of it hears so. Runs once. */
  protected override end(error: RpcError | undefined, complete: boolean = true): void {
    if (this.over) return;
    this.over = true;
    this.probe?.onEnd(error?.code ?? Status.OK, complete);
    this.timer?.cancel();
    if (!this.working) this.stream.release();
    this.closeOutput();
    this.pump?.stop(error);
    if (error === undefined) {
      this.inbound.drop();
    } else {
      this.inbound.fail(error, false);
      this.abort(error);
    }
    this.ending?.tell(error);
  }

  get requestCompressed(): boolean {
    return this.inbound.lastCompressed;
  }
}

/** A reset that comes so long before the deadline, in ms, is the client's own deadline: its clock started earlier. */
const deadlineSlackMs = 5;

function cardinality(count: string): RpcError {
  return new RpcError(Status.UNIMPLEMENTED, `the method takes exactly one request message, but ${count} came`);
}
