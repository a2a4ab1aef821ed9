import type { Clock, Random, Timer } from "../base/clock.js";
import type { ChannelProbe } from "../base/probe.js";
import { formatAddress, type SocketAddress } from "../net/address.js";
import { Backoff, type BackoffOptions } from "../resilience/backoff.js";
import type { SubchannelConnector } from "./connector.js";
import { PooledSubchannel, type SubchannelContext, type SubchannelHold } from "./subchannel.js";

/** Addresses whose backoff is remembered though nobody wants them: a name service that changes its mind must not fill memory. */
const REMEMBERED_MAX = 1_000;

export interface SubchannelPoolOptions {
  readonly connector: SubchannelConnector;
  readonly clock: Clock;
  readonly random: Random;
  readonly backoff: BackoffOptions;
  readonly connectTimeoutMs: number;
  readonly probe: ChannelProbe | undefined;
  /** As `SubchannelContext.onCapacity`. */
  onCapacity(subchannel: PooledSubchannel): void;
}

/**
 * The subchannels of a channel, one for each address, whoever wants it: neither a list of addresses that is told again nor
 * another policy loses a connection, an attempt or a backoff. An address that nobody wants loses its connection, but its
 * backoff is remembered until the wait is over and as long again as the longest wait is.
 */
export class SubchannelPool {
  readonly #options: SubchannelPoolOptions;
  readonly #context: SubchannelContext;
  readonly #subchannels: Map<string, PooledSubchannel> = new Map();
  /** Those that nobody wants, the oldest first, and what forgets them. */
  readonly #remembered: Map<PooledSubchannel, Timer> = new Map();
  #closed = false;

  constructor(options: SubchannelPoolOptions) {
    const { connector, clock, connectTimeoutMs } = options;
    this.#options = options;
    this.#context = {
      connector,
      clock,
      connectTimeoutMs,
      onCapacity: options.onCapacity,
      onUnheld: (subchannel) => this.#onUnheld(subchannel),
    };
  }

  /** @param onState told each change of the state */
  hold(address: SocketAddress, onState: () => void): SubchannelHold {
    const name = formatAddress(address);
    let subchannel = this.#subchannels.get(name);
    if (subchannel === undefined) {
      const { backoff, random, probe } = this.#options;
      subchannel = new PooledSubchannel(
        address,
        this.#context,
        new Backoff(backoff, random),
        probe?.onSubchannel(name),
      );
      this.#subchannels.set(name, subchannel);
    }
    this.#remembered.get(subchannel)?.cancel();
    this.#remembered.delete(subchannel);
    return subchannel.hold(onState);
  }

  /** Those that nobody wants are forgotten, also from now on. */
  close(): void {
    this.#closed = true;
    for (const subchannel of [...this.#remembered.keys()]) this.#forget(subchannel);
  }

  #onUnheld(subchannel: PooledSubchannel): void {
    const { clock, backoff } = this.#options;
    const { retryAtMs } = subchannel;
    const leftMs = retryAtMs === undefined ? 0 : retryAtMs - clock.nowMs() + backoff.maxMs;
    if (this.#closed || leftMs <= 0) {
      this.#forget(subchannel);
      return;
    }
    this.#remembered.set(
      subchannel,
      clock.setTimer(leftMs, () => this.#forget(subchannel)),
    );
    const [oldest] = this.#remembered.keys();
    if (this.#remembered.size > REMEMBERED_MAX && oldest !== undefined) this.#forget(oldest);
  }

  #forget(subchannel: PooledSubchannel): void {
    this.#remembered.get(subchannel)?.cancel();
    this.#remembered.delete(subchannel);
    this.#subchannels.delete(subchannel.name);
    subchannel.shutdown();
  }
}
