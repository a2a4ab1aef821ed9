import type { Clock } from "../base/clock.js";
import type { RpcError } from "../base/rpc-error.js";
import type { SocketAddress } from "../net/address.js";
import type { Target } from "./target.js";

/** What a resolver tells: one of the two at a time, any number of times, never after `close`. */
export interface ResolverListener {
  /** The addresses, best first, at least one. They take the place of those told before. */
  onAddresses(addresses: readonly SocketAddress[]): void;
  /** The name could not be resolved. Addresses told before stay in use. */
  onError(error: RpcError): void;
}

/** Turns one target into addresses, and goes on watching it. */
export interface Resolver {
  /** Begins; called once. The listener may be called from within. */
  start(): void;
  /** A hint that the addresses may be stale. The resolver may wait before it looks, or not look at all. */
  refresh(): void;
  /** Ends it: the listener hears nothing more. */
  close(): void;
}

/** What a resolver gets from its channel. */
export interface ResolverContext {
  readonly listener: ResolverListener;
  readonly clock: Clock;
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
