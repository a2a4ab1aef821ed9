import { checkBoolean, checkOptions, type OptionChecks } from "../base/check-option.js";
import type { RpcError } from "../base/rpc-error.js";
import { formatAddress, type SocketAddress } from "../net/address.js";
import { ConnectivityState } from "./connectivity-state.js";
import { HappyEyeballs } from "./happy-eyeballs.js";
import type { BalancedSubchannel, BalancerContext, LoadBalancer, LoadBalancerPolicy } from "./load-balancer.js";
import { FailPicker, OnePicker, QueuePicker } from "./pickers.js";
import { shuffle } from "./shuffle.js";

/** Options of `pickFirst`. */
export interface PickFirstOptions {
  /** Tries the addresses in an order of chance, so that many clients spread over them (gRFC A62). Default false. */
  readonly shuffleAddressList?: boolean | undefined;
}

const checks: OptionChecks<PickFirstOptions> = { shuffleAddressList: checkBoolean };

/** The first address that works takes all calls (gRPC's default policy, gRFC A61 and A62). */
export function pickFirst(options: PickFirstOptions = {}): LoadBalancerPolicy {
  checkOptions("options of pickFirst()", options, checks);
  return {
    name: "pick_first",
    create: (context) => new PickFirst(context, options.shuffleAddressList ?? false),
  };
}

/**
 * IDLE until something is called; then one pass over the addresses; then READY on the one that worked, until it is lost,
 * which leads back to IDLE. When the whole pass failed it stays in TRANSIENT_FAILURE, however often single addresses
 * are tried again, until one of them works (A62, sticky).
 */
class PickFirst<Subchannel extends BalancedSubchannel> implements LoadBalancer {
  readonly #context: BalancerContext<Subchannel>;
  readonly #shuffled: boolean;
  #addresses: readonly SocketAddress[] = [];
  #selected: Subchannel | undefined;
  #attempt: HappyEyeballs<Subchannel> | undefined;
  #idle = false;
  #failing = false;

  constructor(context: BalancerContext<Subchannel>, shuffled: boolean) {
    this.#context = context;
    this.#shuffled = shuffled;
  }

  updateAddresses(addresses: readonly SocketAddress[]): void {
    const unique = addresses.filter((one, i) => addresses.findIndex((other) => sameAddress(one, other)) === i);
    this.#addresses = this.#shuffled ? shuffle(unique, this.#context.random) : unique;
    const selected = this.#selected;
    if (selected !== undefined && this.#addresses.some((address) => sameAddress(address, selected.address))) return;
    if (selected === undefined && this.#idle) return;
    this.#begin();
  }

  resolutionFailed(error: RpcError): void {
    if (this.#addresses.length > 0) return;
    this.#idle = false;
    this.#context.update(ConnectivityState.TRANSIENT_FAILURE, new FailPicker(error));
  }

  exitIdle(): void {
    if (this.#idle && this.#addresses.length > 0) this.#begin();
  }

  close(): void {
    this.#attempt?.close();
    this.#selected?.shutdown();
    this.#attempt = undefined;
    this.#selected = undefined;
  }

  #begin(): void {
    this.close();
    this.#idle = false;
    if (!this.#failing) this.#context.update(ConnectivityState.CONNECTING, new QueuePicker());
    this.#attempt = new HappyEyeballs(this.#addresses, this.#context, {
      onReady: (subchannel) => this.#select(subchannel),
      onFailed: (error) => this.#fail(error),
      onStateOfSelected: (subchannel) => this.#stateOfSelected(subchannel),
    });
    this.#attempt.start();
  }

  #select(subchannel: Subchannel): void {
    this.#failing = false;
    this.#attempt = undefined;
    this.#selected = subchannel;
    this.#context.update(ConnectivityState.READY, new OnePicker(subchannel));
  }

  #fail(error: RpcError): void {
    this.#failing = true;
    this.#context.update(ConnectivityState.TRANSIENT_FAILURE, new FailPicker(error));
    this.#context.requestResolution();
  }

  #stateOfSelected(subchannel: Subchannel): void {
    if (subchannel !== this.#selected || subchannel.state === ConnectivityState.READY) return;
    subchannel.shutdown();
    this.#selected = undefined;
    this.#idle = true;
    this.#context.update(ConnectivityState.IDLE, new QueuePicker(() => this.exitIdle()));
    this.#context.requestResolution();
  }
}

function sameAddress(one: SocketAddress, other: SocketAddress): boolean {
  return formatAddress(one) === formatAddress(other);
}
