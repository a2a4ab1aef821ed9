import type { Timer } from "../base/clock.js";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import type { SocketAddress } from "../net/address.js";
import { ConnectivityState } from "./connectivity-state.js";
import type { BalancedSubchannel, BalancerContext } from "./load-balancer.js";

/** Head start of one address before the next one is tried beside it (RFC 8305 section 5, gRFC A61). */
export const ATTEMPT_DELAY_MS = 250;

export interface HappyEyeballsListener<Subchannel> {
  /** The first one that worked; all others are given up. Called once. */
  onReady(subchannel: Subchannel): void;
  /** All have failed. Called each time that this is true again; attempts go on after their backoff. */
  onFailed(error: RpcError): void;
  /** The one that worked changed its state later. */
  onStateOfSelected(subchannel: Subchannel): void;
}

/**
 * One pass over a list of addresses: each has 250 ms before the next one is tried beside it, or none when it fails
 * before. After the pass each address is tried again as often as its backoff lets it.
 */
export class HappyEyeballs<Subchannel extends BalancedSubchannel> {
  readonly #context: BalancerContext<Subchannel>;
  readonly #listener: HappyEyeballsListener<Subchannel>;
  readonly #addresses: readonly SocketAddress[];
  readonly #subchannels: Subchannel[] = [];
  #selected: Subchannel | undefined;
  #timer: Timer | undefined;
  #closed = false;
  /** Those that have not failed in the first pass; until there are none, no address is tried twice. */
  readonly #unfailed: Set<Subchannel> = new Set();
  #firstPass = true;
  /** Failures since the listener was told last, after the first pass. */
  #failures = 0;

  constructor(
    addresses: readonly SocketAddress[],
    context: BalancerContext<Subchannel>,
    listener: HappyEyeballsListener<Subchannel>,
  ) {
    this.#addresses = addresses;
    this.#context = context;
    this.#listener = listener;
  }

  start(): void {
    this.#tryNext();
  }

  /** Gives up all attempts. */
  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    for (const subchannel of this.#subchannels) if (subchannel !== this.#selected) subchannel.shutdown();
  }

  #tryNext(): void {
    this.#timer?.cancel();
    const address = this.#addresses[this.#subchannels.length];
    if (address === undefined) return;
    const index = this.#subchannels.length;
    const subchannel = this.#context.createSubchannel(address, () => this.#onState(index));
    this.#subchannels.push(subchannel);
    this.#unfailed.add(subchannel);
    if (this.#subchannels.length < this.#addresses.length) {
      this.#timer = this.#context.clock.setTimer(ATTEMPT_DELAY_MS, () => this.#tryNext());
    }
    subchannel.connect();
  }

  #onState(index: number): void {
    const subchannel = this.#subchannels[index] as Subchannel;
    if (subchannel === this.#selected) {
      this.#listener.onStateOfSelected(subchannel);
      return;
    }
    if (this.#closed) return;
    if (subchannel.state === ConnectivityState.READY) this.#select(subchannel);
    if (subchannel.state === ConnectivityState.TRANSIENT_FAILURE) this.#onFailure(subchannel);
    if (subchannel.state === ConnectivityState.IDLE && !this.#firstPass) subchannel.connect();
  }

  #select(subchannel: Subchannel): void {
    this.#selected = subchannel;
    this.close();
    this.#listener.onReady(subchannel);
  }

  #onFailure(subchannel: Subchannel): void {
    if (this.#firstPass) {
      this.#unfailed.delete(subchannel);
      if (this.#subchannels.length < this.#addresses.length) {
        if (subchannel === this.#subchannels.at(-1)) this.#tryNext();
        return;
      }
      if (this.#unfailed.size > 0) return;
      this.#endFirstPass();
    } else if (++this.#failures >= this.#addresses.length) {
      this.#failures = 0;
      this.#listener.onFailed(this.#error());
    }
  }

  /** From now on each address is tried again as soon as its backoff is over. */
  #endFirstPass(): void {
    this.#firstPass = false;
    this.#listener.onFailed(this.#error());
    for (const subchannel of this.#subchannels) if (!this.#closed) subchannel.connect();
  }

  /** Names what went wrong at each address, the last one first. */
  #error(): RpcError {
    const failures = this.#subchannels.map((one) => one.failure).filter((one) => one !== undefined);
    const last = failures.at(-1);
    const texts = [...new Set(failures.map((one) => one.message))];
    return new RpcError(Status.UNAVAILABLE, texts.join("; "), { cause: last });
  }
}
