import type { Clock } from "../base/clock.js";
import type { RpcError } from "../base/rpc-error.js";
import type { ResolverResult } from "../net/endpoint.js";
import type { Target } from "./target.js";

/** Whom a resolver tells what it found. */
export interface ResolverListener {
  /**
   * Any number of times, never after `close`.
   *
   * @returns why the result cannot be used, as where there are no endpoints. After that, and after a result that is an error, the
   *   channel calls `refresh` when its backoff is over.
   */
  onResult(result: ResolverResult): RpcError | undefined;
}

/** Turns one target into endpoints, and goes on watching it. */
export interface Resolver {
  /** Begins; called once. The listener may be called from within. */
  start(): void;
  /** A hint that the endpoints may be stale. The resolver may wait before it looks, or not look at all. */
  refresh(): void;
  /** Ends it: the listener hears nothing more. */
  close(): void;
}

/** What a resolver gets from its channel. */
export interface ResolverContext {
  readonly listener: ResolverListener;
  readonly clock: Clock;
  /** Least time from one look-up to the next, in ms: the channel's option `minResolutionIntervalMs`. */
  readonly minResolutionIntervalMs: number;
}

/** One scheme of targets. The channel option `resolvers` takes more of them. */
export interface ResolverScheme {
  /** The part of a target before its first colon, lower case. */
  readonly scheme: string;
  /**
   * The authority that calls to this target have unless the user sets one, for instance `example.com:443`.
   *
   * @throws {RpcError} INVALID_ARGUMENT when the target is wrong; told to the user when the channel is made
   */
  authorityOf(target: Target): string;
  /** Makes a resolver; it does nothing until `start`. Throws as `authorityOf`. */
  create(target: Target, context: ResolverContext): Resolver;
}
