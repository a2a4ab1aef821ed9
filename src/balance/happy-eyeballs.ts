import type { Timer } from "../base/clock.js";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import type { SocketAddress } from "../net/address.js";
import { ConnectivityState } from "./connectivity-state.js";
import { joinReasons } from "./failure-text.js";
import type { ChannelControl, Subchannel } from "./load-balancer.js";

/** Head start of one address before the next one is tried beside it (RFC 8305 section 5, gRFC A61). */
export const ATTEMPT_DELAY_MS = 250;

export interface HappyEyeballsListener {
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
 *
 * Addresses may be under way or in their backoff when the pass begins, since an earlier pass knew them: the one is waited
 * for and the other counts as failed, so that a new list neither breaks an attempt off nor makes one more.
 */
export class HappyEyeballs {
  readonly #control: ChannelControl;
  readonly #listener: HappyEyeballsListener;
  readonly #names: readonly string[];
  readonly #addresses: readonly SocketAddress[];
  /** By the place of their address: up to the one whose turn is next, and what the earlier pass had a hold on. */
  readonly #subchannels: Map<number, Subchannel> = new Map();
  #earlier: HappyEyeballs | undefined;
  /** Whose turn it is when the head start of those before is over. */
  #next = 0;
  /** When that is. */
  #nextStartMs: number;
  #selected: Subchannel | undefined;
  #timer: Timer | undefined;
  #closed = false;
  /** Those that had their turn and have not failed in the first pass; until there are none, no address is tried twice. */
  readonly #unfailed: Set<Subchannel> = new Set();
  #firstPass = true;
  /** Failures since the listener was told last, after the first pass. */
  #failures = 0;

  /**
   * @param addresses by their names
   * @param earlier the pass whose place this one takes: to be closed once this one has started
   */
  constructor(
    addresses: ReadonlyMap<string, SocketAddress>,
    control: ChannelControl,
    listener: HappyEyeballsListener,
    earlier: HappyEyeballs | undefined,
  ) {
    this.#names = [...addresses.keys()];
    this.#addresses = [...addresses.values()];
    this.#earlier = earlier;
    this.#control = control;
    this.#listener = listener;
    this.#nextStartMs = earlier === undefined ? Number.NEGATIVE_INFINITY : earlier.#nextStartMs;
  }

  start(): void {
    this.#takeOver();
    this.#goOn();
  }

  /** Gives up all attempts. */
  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    for (const subchannel of this.#subchannels.values()) if (subchannel !== this.#selected) subchannel.shutdown();
  }

  /** What is under way goes on, wherever it stands in the list now. */
  #takeOver(): void {
    const earlier = this.#earlier;
    if (earlier === undefined) return;
    // Not kept: each has one before it.
    this.#earlier = undefined;
    const held = new Set([...earlier.#subchannels.keys()].map((index) => earlier.#names[index]));
    for (const [index, name] of this.#names.entries()) {
      if (held.has(name) && this.#hold(index).state === ConnectivityState.CONNECTING) {
        this.#unfailed.add(this.#at(index));
      }
    }
  }

  #at(index: number): Subchannel {
    return this.#subchannels.get(index) as Subchannel;
  }

  /** Goes through the list up to an address that has to be tried, and tries it unless others have their head start. */
  #goOn(): void {
    this.#timer?.cancel();
    while (!this.#closed && this.#next < this.#addresses.length) {
      const subchannel = this.#subchannels.get(this.#next) ?? this.#hold(this.#next);
      if (subchannel.state === ConnectivityState.READY) {
        this.#select(subchannel);
        return;
      }
      if (subchannel.state === ConnectivityState.IDLE) {
        const waitMs = this.#nextStartMs - this.#control.clock.nowMs();
        if (waitMs > 0) this.#goOnAfter(waitMs);
        else this.#begin(subchannel);
        return;
      }
      this.#next++;
      if (subchannel.state !== ConnectivityState.TRANSIENT_FAILURE) this.#unfailed.add(subchannel);
    }
    this.#endFirstPassIfFailed();
  }

  #hold(index: number): Subchannel {
    const address = this.#addresses[index] as SocketAddress;
    const subchannel = this.#control.createSubchannel(address, () => this.#onState(index));
    this.#subchannels.set(index, subchannel);
    return subchannel;
  }

  #goOnAfter(delayMs: number): void {
    this.#timer = this.#control.clock.setTimer(delayMs, () => this.#goOn());
  }

  #begin(subchannel: Subchannel): void {
    this.#next++;
    this.#unfailed.add(subchannel);
    this.#nextStartMs = this.#control.clock.nowMs() + ATTEMPT_DELAY_MS;
    if (this.#next < this.#addresses.length) this.#goOnAfter(ATTEMPT_DELAY_MS);
    subchannel.connect();
  }

  #onState(index: number): void {
    const subchannel = this.#at(index);
    if (subchannel === this.#selected) {
      this.#listener.onStateOfSelected(subchannel);
      return;
    }
    if (this.#closed) return;
    if (subchannel.state === ConnectivityState.READY) this.#select(subchannel);
    if (subchannel.state === ConnectivityState.TRANSIENT_FAILURE) this.#onFailure(index);
    if (subchannel.state === ConnectivityState.IDLE && !this.#firstPass) subchannel.connect();
  }

  #select(subchannel: Subchannel): void {
    this.#selected = subchannel;
    this.close();
    this.#listener.onReady(subchannel);
  }

  #onFailure(index: number): void {
    if (!this.#firstPass) {
      if (++this.#failures < this.#addresses.length) return;
      this.#failures = 0;
      this.#listener.onFailed(this.#error());
      return;
    }
    this.#unfailed.delete(this.#at(index));
    if (this.#next >= this.#addresses.length) {
      this.#endFirstPassIfFailed();
    } else if (index === this.#next - 1 || this.#unfailed.size === 0) {
      this.#nextStartMs = Number.NEGATIVE_INFINITY;
      this.#goOn();
    }
  }

  /** From then on each address is tried again as soon as its backoff is over. */
  #endFirstPassIfFailed(): void {
    if (this.#closed || !this.#firstPass || this.#unfailed.size > 0) return;
    this.#firstPass = false;
    this.#listener.onFailed(this.#error());
    for (const subchannel of this.#subchannels.values()) if (!this.#closed) subchannel.connect();
  }

  /** Names what went wrong at the first few addresses. */
  #error(): RpcError {
    const failures = [...this.#subchannels.values()].map((one) => one.failure).filter((one) => one !== undefined);
    const text = joinReasons(failures.map((one) => one.message));
    return new RpcError(Status.UNAVAILABLE, text, { cause: failures.at(-1) });
  }
}
