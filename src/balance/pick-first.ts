import { checkBoolean, checkOptions, type OptionChecks } from "../base/check-option.js";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import { formatAddress, type SocketAddress } from "../net/address.js";
import type { Endpoint, ResolverResult } from "../net/endpoint.js";
import { ConnectivityState } from "./connectivity-state.js";
import { HappyEyeballs } from "./happy-eyeballs.js";
import type { ChannelControl, LoadBalancer, LoadBalancerPolicy, Subchannel } from "./load-balancer.js";
import { FailPicker, OnePicker, QueuePicker } from "./pickers.js";
import { shuffle } from "./shuffle.js";

/** Options of `pickFirst`. */
export interface PickFirstOptions {
  /** Tries the endpoints in an order of chance, so that many clients spread over them (gRFC A62). Default false. */
  readonly shuffleAddressList?: boolean | undefined;
}

const checks: OptionChecks<PickFirstOptions> = { shuffleAddressList: checkBoolean };

/**
 * The first address that works takes all calls (gRPC's default policy, gRFC A61 and A62).
 *
 * @throws {TypeError} for an option that is not known or out of its range
 */
export function pickFirst(options: PickFirstOptions = {}): LoadBalancerPolicy {
  checkOptions("options of pickFirst()", options, checks);
  return {
    name: "pick_first",
    create: (control) => new PickFirst(control, options.shuffleAddressList ?? false),
  };
}

/**
 * IDLE until something is called; then one pass over the addresses; then READY on the one that worked, until it is lost,
 * which leads back to IDLE. When the whole pass failed it stays in TRANSIENT_FAILURE, however often single addresses
 * are tried again, until one of them works (A62, sticky).
 *
 * A new list takes the place of the old one without a gap: new holds are taken before the old ones are given up, so that
 * whatever is under way to an address of both goes on.
 */
class PickFirst implements LoadBalancer {
  readonly #control: ChannelControl;
  readonly #shuffled: boolean;
  /** As the resolver gave them, by their text, each once. */
  #given: ReadonlyMap<string, SocketAddress> = new Map();
  /** In the order in which they are tried. */
  #addresses: ReadonlyMap<string, SocketAddress> = new Map();
  #selected: Subchannel | undefined;
  #attempt: HappyEyeballs | undefined;
  #idle = false;
  #failing = false;

  constructor(control: ChannelControl, shuffled: boolean) {
    this.#control = control;
    this.#shuffled = shuffled;
  }

  update({ endpoints }: ResolverResult): RpcError | undefined {
    if (endpoints instanceof RpcError) {
      if (this.#addresses.size === 0) this.#giveUp(endpoints);
      return undefined;
    }
    const given = addressesOf(endpoints);
    // An order that chance makes is not made anew for the same addresses.
    if (given.size > 0 && (this.#shuffled ? sameKeys(given, this.#given) : sameOrder(given, this.#given)))
      return undefined;
    this.#given = given;
    this.#addresses = this.#shuffled ? addressesOf(shuffle(endpoints, this.#control.random)) : given;
    if (given.size === 0) {
      const error = new RpcError(Status.UNAVAILABLE, "the name resolution gave no addresses");
      this.#giveUp(error);
      return error;
    }
    const isKept = this.#selected !== undefined && given.has(formatAddress(this.#selected.address));
    if (!isKept && !this.#idle) this.#begin();
    return undefined;
  }

  exitIdle(): void {
    if (this.#idle && this.#addresses.size > 0) this.#begin();
  }

  close(): void {
    this.#given = new Map();
    this.#addresses = new Map();
    this.#idle = false;
    this.#drop();
  }

  #drop(): void {
    this.#attempt?.close();
    this.#selected?.shutdown();
    this.#attempt = undefined;
    this.#selected = undefined;
  }

  #giveUp(error: RpcError): void {
    this.#drop();
    this.#idle = false;
    this.#control.update(ConnectivityState.TRANSIENT_FAILURE, new FailPicker(error), error);
  }

  #begin(): void {
    const earlier = this.#attempt;
    const selected = this.#selected;
    this.#idle = false;
    this.#selected = undefined;
    if (!this.#failing) this.#control.update(ConnectivityState.CONNECTING, new QueuePicker());
    this.#attempt = new HappyEyeballs(
      this.#addresses,
      this.#control,
      {
        onReady: (subchannel) => this.#select(subchannel),
        onFailed: (error) => this.#fail(error),
        onStateOfSelected: (subchannel) => this.#stateOfSelected(subchannel),
      },
      earlier,
    );
    this.#attempt.start();
    earlier?.close();
    selected?.shutdown();
  }

  #select(subchannel: Subchannel): void {
    this.#failing = false;
    this.#attempt = undefined;
    this.#selected = subchannel;
    this.#control.update(ConnectivityState.READY, new OnePicker(subchannel));
  }

  #fail(error: RpcError): void {
    this.#failing = true;
    this.#control.update(ConnectivityState.TRANSIENT_FAILURE, new FailPicker(error), error);
    this.#control.requestResolution();
  }

  /** It was lost, or proved to be useless: what is tried next begins with the first address. */
  #stateOfSelected(subchannel: Subchannel): void {
    if (subchannel !== this.#selected || subchannel.state === ConnectivityState.READY) return;
    subchannel.shutdown();
    this.#selected = undefined;
    this.#idle = true;
    this.#control.update(ConnectivityState.IDLE, new QueuePicker(() => this.exitIdle()));
    this.#control.requestResolution();
  }
}

function addressesOf(endpoints: readonly Endpoint[]): Map<string, SocketAddress> {
  const addresses: Map<string, SocketAddress> = new Map();
  for (const endpoint of endpoints) {
    for (const address of endpoint.addresses) {
      const text = formatAddress(address);
      if (!addresses.has(text)) addresses.set(text, address);
    }
  }
  return addresses;
}

function sameKeys(one: ReadonlyMap<string, unknown>, other: ReadonlyMap<string, unknown>): boolean {
  if (one.size !== other.size) return false;
  for (const key of one.keys()) if (!other.has(key)) return false;
  return true;
}

function sameOrder(one: ReadonlyMap<string, unknown>, other: ReadonlyMap<string, unknown>): boolean {
  if (one.size !== other.size) return false;
  const keys = other.keys();
  for (const key of one.keys()) if (key !== keys.next().value) return false;
  return true;
}
