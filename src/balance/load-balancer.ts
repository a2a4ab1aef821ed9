import type { Clock, Random } from "../base/clock.js";
import type { Metadata } from "../base/metadata.js";
import type { RpcError } from "../base/rpc-error.js";
import type { Status } from "../base/status.js";
import type { SocketAddress } from "../net/address.js";
import type { ResolverResult } from "../net/endpoint.js";
import type { ConnectivityState } from "./connectivity-state.js";

/**
 * A policy's hold on the connection to one address, or on the wish for one. The channel has one subchannel for each address,
 * with one connection and one backoff, however many holds there are on it.
 */
export interface Subchannel {
  readonly address: SocketAddress;
  /** Can be any state from the start: others may have a hold on the same address. SHUTDOWN after `shutdown`. */
  readonly state: ConnectivityState;
  /** Why it is in TRANSIENT_FAILURE. */
  readonly failure: RpcError | undefined;
  /**
   * The server lets no more streams begin now. A call that is picked for it waits for it; a picker whose calls can go elsewhere
   * looks here first, and answers `queue` when all are full.
   */
  readonly isFull: boolean;
  /** From IDLE begins to connect; in every other state does nothing. */
  connect(): void;
  /**
   * Gives the hold up; its changes are told no more. Without any hold an attempt is given up, and a connection closed once its
   * calls have ended. The backoff is remembered.
   */
  shutdown(): void;
}

/** What a picker may choose by. */
export interface PickInfo {
  /** `/package.Service/Method`. */
  readonly path: string;
  /** What the user sends; not to be changed. */
  readonly metadata: Metadata | undefined;
}

/** How a call ended that was on its way on a picked subchannel. */
export interface AttemptEnd {
  readonly status: Status;
  /** Whether the server ended it, and not its loss or its user. */
  readonly complete: boolean;
}

/** The call goes to a subchannel. It waits there while that is full; while that is not READY, it waits for the next picker. */
export interface PickedSubchannel {
  readonly kind: "pick";
  readonly subchannel: Subchannel;
  /** Sent with the request, behind what the user sends. */
  readonly metadata?: Metadata | undefined;
  /**
   * Called once for each pick: when the call ended there, or with undefined when it did not go there after all. A call that waits
   * there still counts, until it is picked again.
   */
  readonly onEnd?: ((end: AttemptEnd | undefined) => void) | undefined;
}

/**
 * What becomes of a call. A picker makes one when it is made, and gives the same again and again.
 *
 * - `queue`: it waits for the next picker, or until a full subchannel is full no longer
 * - `fail`: it fails, unless it waits for ready
 * - `drop`: it fails in any case
 *
 * An error must not have a code that only servers give; such a one becomes INTERNAL (gRFC A54).
 */
export type PickResult =
  | PickedSubchannel
  | { readonly kind: "queue" }
  | { readonly kind: "fail"; readonly error: RpcError }
  | { readonly kind: "drop"; readonly error: RpcError };

/** Chooses for each call. Replaced as a whole when something changes. */
export interface Picker {
  /** Asked for each attempt of a call, and again whenever a call that waits may go on. Has to be quick. */
  pick(info: PickInfo): PickResult;
}

/** What a policy gets from its channel. */
export interface ChannelControl {
  /** @param onState told each change of its state, also from within `connect` */
  createSubchannel(address: SocketAddress, onState: () => void): Subchannel;
  /**
   * The policy's state as a whole, and who picks from now on.
   *
   * @param failure why the state is TRANSIENT_FAILURE, for `channel.connect()` and whoever watches
   */
  update(state: ConnectivityState, picker: Picker, failure?: RpcError): void;
  /** The endpoints may be stale. */
  requestResolution(): void;
  readonly clock: Clock;
  readonly random: Random;
}

/** A policy at work: makes pickers out of endpoints. */
export interface LoadBalancer {
  /**
   * The resolver found something. An error of the resolver is of interest only to a policy that has no endpoints.
   *
   * @returns why it cannot be used: the channel resolves again after a backoff
   */
  update(result: ResolverResult): RpcError | undefined;
  /** Leaves IDLE, if it is there: a call came, or the user asked for a connection. */
  exitIdle(): void;
  /** Gives up all subchannels; calls in flight end by themselves. */
  close(): void;
}

/** One policy by its name; what a channel is given. */
export interface LoadBalancerPolicy {
  readonly name: string;
  create(control: ChannelControl): LoadBalancer;
}
