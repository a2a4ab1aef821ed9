import type { DescMethod } from "@bufbuild/protobuf";
import type { CallEnd } from "../base/call-end.js";
import { Metadata } from "../base/metadata.js";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import type { HeaderList, PeerInfo } from "../base/transport.js";
import type { CallEnding } from "./call-ending.js";
import { metadataOf, type RequestHead } from "./headers.js";
import type { ReplaceableContext, ReplacedParts } from "./server-intercept.js";
import type { ServerCallEnvironment, ServerMethod } from "./server-method.js";
import { CallTime } from "./server-time.js";

/** What a handler and interceptors see of a call. Each part is made when it is first asked for: most calls need none. */
export abstract class ServerCallContext implements ReplaceableContext {
  compress: boolean | undefined = undefined;
  readonly peer: PeerInfo;
  /** Made for calls with gates or interceptors. */
  ending: CallEnding | undefined;
  protected readonly env: ServerCallEnvironment;
  protected readonly target: ServerMethod;
  protected readonly head: RequestHead;
  protected headerMetadata: Metadata | undefined;
  protected trailerMetadata: Metadata | undefined;
  protected time: CallTime | undefined;
  private readonly headers: HeaderList;
  private requestMetadata: Metadata | undefined;
  private sharedValues: Map<unknown, unknown> | undefined;
  private controller: AbortController | undefined;
  private abortReason: RpcError | undefined;
  /** What an interceptor put in the place of ours. */
  private replacedSignal: AbortSignal | undefined;
  private isDraining = false;
  private drainController: AbortController | undefined;

  constructor(
    env: ServerCallEnvironment,
    target: ServerMethod,
    headers: HeaderList,
    head: RequestHead,
    peer: PeerInfo,
  ) {
    this.env = env;
    this.target = target;
    this.headers = headers;
    this.head = head;
    this.peer = peer;
  }

  abstract sendHeaders(): void;
  abstract get requestCompressed(): boolean;
  /** The deadline is another one. */
  protected abstract moveDeadline(): void;

  get method(): DescMethod {
    return this.target.desc;
  }

  get path(): string {
    return this.target.path;
  }

  get authority(): string {
    return this.head.authority;
  }

  get metadata(): Metadata {
    this.requestMetadata ??= metadataOf(this.headers);
    return this.requestMetadata;
  }

  get deadline(): Date | undefined {
    return this.time?.deadline();
  }

  timeRemainingMs(): number {
    return this.time?.remainingMs() ?? Number.POSITIVE_INFINITY;
  }

  get signal(): AbortSignal {
    return this.replacedSignal ?? this.ownSignal;
  }

  private get ownSignal(): AbortSignal {
    if (this.controller === undefined) {
      this.controller = new AbortController();
      if (this.abortReason !== undefined) this.controller.abort(this.abortReason);
    }
    return this.controller.signal;
  }

  /** Aborts the signal, or the one that is asked for later. */
  protected abort(reason: RpcError): void {
    this.abortReason = reason;
    this.controller?.abort(reason);
  }

  get responseHeaders(): Metadata {
    this.headerMetadata ??= new Metadata();
    return this.headerMetadata;
  }

  get responseTrailers(): Metadata {
    this.trailerMetadata ??= new Metadata();
    return this.trailerMetadata;
  }

  get values(): Map<unknown, unknown> {
    this.sharedValues ??= new Map();
    return this.sharedValues;
  }

  /** The call is over, and whoever still wants something of it hears why. */
  protected overError(): RpcError {
    return this.abortReason ?? new RpcError(Status.CANCELLED, "the call is over");
  }

  get draining(): AbortSignal {
    if (this.drainController === undefined) {
      this.drainController = new AbortController();
      if (this.isDraining) this.drainController.abort(drainReason());
    }
    return this.drainController.signal;
  }

  /** The server takes no more calls on this connection (`StreamHandler`). */
  onDraining(): void {
    if (this.isDraining) return;
    this.isDraining = true;
    this.drainController?.abort(drainReason());
  }

  onEnd(listener: (end: CallEnd) => void): void {
    this.ending?.add({ onEnd: listener });
  }

  replace({ metadata, headers, trailers, signal, deadline }: ReplacedParts): void {
    if (metadata !== undefined) this.requestMetadata = metadata;
    if (headers !== undefined) this.headerMetadata = headers;
    if (trailers !== undefined) this.trailerMetadata = trailers;
    if (signal !== undefined && signal !== this.signal) this.replacedSignal = signal;
    if (deadline !== undefined && deadline !== this.deadline) this.shorten(deadline);
  }

  /** A later deadline than the client's would be of no use to anybody. */
  private shorten(deadline: Date): void {
    const timeoutMs = Math.max(0, deadline.getTime() - Date.now());
    if (Number.isNaN(timeoutMs)) throw new TypeError("an interceptor must pass on a valid Date as the deadline");
    if (timeoutMs >= this.timeRemainingMs()) return;
    this.time = new CallTime(this.env.clock, timeoutMs);
    this.moveDeadline();
  }
}

function drainReason(): RpcError {
  return new RpcError(Status.UNAVAILABLE, "the server drains this connection");
}
