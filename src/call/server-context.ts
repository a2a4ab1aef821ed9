import type { DescMethod } from "@bufbuild/protobuf";
import type { Metadata } from "../base/metadata.js";
import type { PeerInfo } from "../base/transport.js";

/** What a call inside a handler may inherit: give it as `parent` to a client call. */
export interface CallParent {
  /**
   * Aborted when the call ends with anything but OK: it is cancelled, its deadline passes, its connection is lost, or its
   * handler fails. Made when first read.
   */
  readonly signal: AbortSignal;
  /** Milliseconds until the deadline: at least 0, Infinity where there is none. */
  timeRemainingMs(): number;
}

/** A call as its handler sees it: the second argument of every handler. */
export interface ServerContext extends CallParent {
  readonly method: DescMethod;
  /** `/package.Service/Method`. */
  readonly path: string;
  /** What the client sent as `:authority`, or empty. */
  readonly authority: string;
  /** Request metadata. */
  readonly metadata: Metadata;
  /** The client's address and, where it showed one, its certificate. */
  readonly peer: PeerInfo;
  /** When the client gives up, or undefined where it set no deadline. */
  readonly deadline: Date | undefined;
  /** Sent before the first message, or by `sendHeaders()`; later changes are lost. */
  readonly responseHeaders: Metadata;
  /** Sent with the status. */
  readonly responseTrailers: Metadata;
  /** What interceptors and the handler of this call tell each other, for instance who the caller is. */
  readonly values: Map<unknown, unknown>;
  /**
   * Compress the messages sent from now on? Undefined leaves it to the server's `compression`. Set it before the headers
   * leave, since they name the encoding; afterwards it may be switched from message to message. Does nothing when the
   * client accepts none of the server's encodings.
   */
  compress: boolean | undefined;
  /**
   * Aborted when the server begins to close, or to drain this call's connection because of its age: the call may go on until the grace
   * is over. A handler whose stream has no end of its own ends it now, so that its client goes elsewhere. Made when first read.
   */
  readonly draining: AbortSignal;
  /** Whether the request message that was read last came compressed. */
  readonly requestCompressed: boolean;
  /** Sends the response headers now and not with the first message. Does nothing when they are sent already. */
  sendHeaders(): void;
}
