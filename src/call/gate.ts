import type { DescMethod } from "@bufbuild/protobuf";
import type { CallEnd } from "../base/call-end.js";
import type { Metadata } from "../base/metadata.js";
import type { RpcError } from "../base/rpc-error.js";
import type { PeerInfo } from "../base/transport.js";

/** A call that asks to be let in. Its headers have come, and nothing of its body was decompressed or decoded. */
export interface IncomingCall {
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
  /** Milliseconds until the deadline: at least 0, Infinity where there is none. */
  timeRemainingMs(): number;
  /** Aborted when the call ends with anything but OK while a gate still waits. Made when first read. */
  readonly signal: AbortSignal;
  /** What gates, interceptors and the handler of this call tell each other, for instance who the caller is. */
  readonly values: Map<unknown, unknown>;
}

/** A place that a call was given by a gate. */
export interface Admission {
  /** The call that was let in has ended. Called exactly once, also when a later gate refuses the call. */
  onEnd(end: CallEnd): void;
}

/** What a gate says: undefined lets the call in, an `Admission` does so and hears its end, an `RpcError` refuses it. */
export type GateAnswer = undefined | RpcError | Admission;

/**
 * Decides at the headers whether a call is let in: rate limits, concurrency limits, load shedding, authentication,
 * authorization. Gates are asked in order, before any interceptor and before a byte of the body is decompressed or
 * decoded; the first that refuses ends the call with its error.
 */
export interface Gate {
  /**
   * An answer that is no promise keeps the call free of a turn of the event loop. A gate that throws, or whose promise
   * is rejected, refuses the call: an `RpcError` is the answer to the client, anything else becomes UNKNOWN and goes to
   * the server's `onError`.
   */
  admit(call: IncomingCall): GateAnswer | Promise<GateAnswer>;
}
