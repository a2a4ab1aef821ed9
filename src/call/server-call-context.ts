import type { DescMethod } from "@bufbuild/protobuf";
import { Metadata } from "../base/metadata.js";
import type { RpcError } from "../base/rpc-error.js";
import type { HeaderList, PeerInfo } from "../base/transport.js";
import { metadataOf, type RequestHead } from "./headers.js";
import type { ReplaceableContext } from "./server-intercept.js";
import type { ServerMethod } from "./server-method.js";
import type { CallTime } from "./server-time.js";

/** What a handler and interceptors see of a call. Each part is made when it is first asked for: most calls need none. */
export abstract class ServerCallContext implements ReplaceableContext {
  compress: boolean | undefined = undefined;
  readonly peer: PeerInfo;
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

  constructor(target: ServerMethod, headers: HeaderList, head: RequestHead, peer: PeerInfo) {
    this.target = target;
    this.headers = headers;
    this.head = head;
    this.peer = peer;
  }

  abstract sendHeaders(): void;
  abstract get requestCompressed(): boolean;

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

  replaceMetadata(parts: { metadata?: Metadata; headers?: Metadata; trailers?: Metadata }): void {
    if (parts.metadata !== undefined) this.requestMetadata = parts.metadata;
    if (parts.headers !== undefined) this.headerMetadata = parts.headers;
    if (parts.trailers !== undefined) this.trailerMetadata = parts.trailers;
  }
}
