import type { Clock, Random } from "../base/clock.js";
import type { RpcError } from "../base/rpc-error.js";
import type { SocketAddress } from "../net/address.js";
import type { ConnectivityState } from "./connectivity-state.js";

/** A connection to one address, or the wish for one, as a balancer sees it. */
export interface BalancedSubchannel {
  readonly address: SocketAddress;
  readonly state: ConnectivityState;
  /** Why it is in TRANSIENT_FAILURE. */
  readonly failure: RpcError | undefined;
  /** From IDLE begins to connect; in every other state does nothing. */
  connect(): void;
  /** The balancer needs it no longer: calls in flight on it end by themselves. Its changes are told no more. */
  shutdown(): void;
}

/** What a pick gives: where the call goes; undefined when it has to wait for the next picker; or why it fails now. */
export type Pick<Subchannel extends BalancedSubchannel> = Subchannel | RpcError | undefined;

/** Chooses for each call. Replaced as a whole when the state changes. */
export interface Picker<Subchannel extends BalancedSubchannel> {
  /** Asked once per call and attempt; has to be quick. */
  pick(): Pick<Subchannel>;
}

/** What a balancer gets from its channel. */
export interface BalancerContext<Subchannel extends BalancedSubchannel> {
  /** @param onState told each change of the state, from outside of the balancer's own calls */
  createSubchannel(address: SocketAddress, onState: () => void): Subchannel;
  /** The balancer's state as a whole, and who picks from now on. */
  update(state: ConnectivityState, picker: Picker<Subchannel>): void;
  /** The addresses may be stale. */
  requestResolution(): void;
  readonly clock: Clock;
  readonly random: Random;
}

/** A policy: makes picks out of addresses. */
export interface LoadBalancer {
  /** @param addresses at least one */
  updateAddresses(addresses: readonly SocketAddress[]): void;
  /** The name could not be resolved, and there are no addresses of an earlier time. */
  resolutionFailed(error: RpcError): void;
  /** Leaves IDLE, if it is there: a call came, or the user asked for a connection. */
  exitIdle(): void;
  /** Gives up all connections; calls in flight end by themselves. */
  close(): void;
}

/** One policy by its name; what a channel is given. */
export interface LoadBalancerPolicy {
  readonly name: string;
  create<Subchannel extends BalancedSubchannel>(context: BalancerContext<Subchannel>): LoadBalancer;
}
