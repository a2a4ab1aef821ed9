/** Small policies to try the channel with: what more than one subchannel asks of it. */

import { ConnectivityState } from "../balance/connectivity-state.js";
import type {
  ChannelControl,
  LoadBalancer,
  LoadBalancerPolicy,
  Picker,
  PickInfo,
  PickResult,
  Subchannel,
} from "../balance/load-balancer.js";
import { FailPicker, QueuePicker } from "../balance/pickers.js";
import { RpcError } from "../base/rpc-error.js";
import { formatAddress } from "../net/address.js";
import type { ResolverResult } from "../net/endpoint.js";

const queue: PickResult = { kind: "queue" };

type MakePicker = (ready: readonly PickResult[], subchannels: readonly Subchannel[]) => Picker;

/** Connects to every address, and picks among those that are ready. */
class ConnectAll implements LoadBalancer {
  readonly #control: ChannelControl;
  readonly #makePicker: MakePicker;
  readonly #subchannels: Map<string, Subchannel> = new Map();

  constructor(control: ChannelControl, makePicker: MakePicker) {
    this.#control = control;
    this.#makePicker = makePicker;
  }

  update({ endpoints }: ResolverResult): RpcError | undefined {
    if (endpoints instanceof RpcError) return undefined;
    const wanted = new Map(endpoints.flatMap(({ addresses }) => addresses).map((one) => [formatAddress(one), one]));
    for (const [name, address] of wanted) {
      if (this.#subchannels.has(name)) continue;
      const subchannel = this.#control.createSubchannel(address, () => this.#onState(subchannel));
      this.#subchannels.set(name, subchannel);
      subchannel.connect();
    }
    for (const [name, subchannel] of this.#subchannels) {
      if (wanted.has(name)) continue;
      this.#subchannels.delete(name);
      subchannel.shutdown();
    }
    this.#tell();
    return undefined;
  }

  exitIdle(): void {
    for (const subchannel of this.#subchannels.values()) subchannel.connect();
  }

  close(): void {
    for (const subchannel of this.#subchannels.values()) subchannel.shutdown();
  }

  #onState(subchannel: Subchannel): void {
    if (subchannel.state === ConnectivityState.IDLE) subchannel.connect();
    this.#tell();
  }

  #tell(): void {
    const all = [...this.#subchannels.values()];
    const ready = all.filter(({ state }) => state === ConnectivityState.READY);
    const failed = all.filter(({ state }) => state === ConnectivityState.TRANSIENT_FAILURE);
    if (ready.length > 0) {
      const picks = ready.map((subchannel): PickResult => ({ kind: "pick", subchannel }));
      this.#control.update(ConnectivityState.READY, this.#makePicker(picks, ready));
    } else if (failed.length === all.length && failed[0]?.failure !== undefined) {
      const { failure } = failed[0];
      this.#control.update(ConnectivityState.TRANSIENT_FAILURE, new FailPicker(failure), failure);
    } else {
      this.#control.update(ConnectivityState.CONNECTING, new QueuePicker());
    }
  }
}

/** In turn, leaving out what is full. */
export const inTurn: LoadBalancerPolicy = {
  name: "in_turn",
  create: (control) =>
    new ConnectAll(control, (picks, subchannels) => {
      let next = 0;
      return {
        pick: () => {
          for (let tries = 0; tries < picks.length; tries++) {
            const at = next++ % picks.length;
            if (!(subchannels[at] as Subchannel).isFull) return picks[at] as PickResult;
          }
          return queue;
        },
      };
    }),
};

/** In turn, whether or not it is full: as a policy that knows nothing of streams. */
export const blindlyInTurn: LoadBalancerPolicy = {
  name: "blindly_in_turn",
  create: (control) =>
    new ConnectAll(control, (picks) => {
      let next = 0;
      return { pick: () => picks[next++ % picks.length] as PickResult };
    }),
};

/** By the last letter of the path: the same path goes to the same subchannel. */
export const byPath: LoadBalancerPolicy = {
  name: "by_path",
  create: (control) =>
    new ConnectAll(control, (picks) => ({
      pick: ({ path }: PickInfo) => picks[path.charCodeAt(path.length - 1) % picks.length] as PickResult,
    })),
};

/** The one with the fewest calls among those that are not full, which it counts by the picks and their ends. */
export const leastCalls: LoadBalancerPolicy = {
  name: "least_calls",
  create: (control) => {
    const counts: Map<string, number> = new Map();
    return new ConnectAll(control, (_, subchannels) => ({
      pick: () => {
        const free = subchannels.filter(({ isFull }) => !isFull);
        const [best] = free.sort((one, other) => count(one) - count(other));
        if (best === undefined) return queue;
        add(best, 1);
        return { kind: "pick", subchannel: best, onEnd: () => add(best, -1) };
      },
    }));

    function count({ address }: Subchannel): number {
      return counts.get(formatAddress(address)) ?? 0;
    }

    function add(subchannel: Subchannel, by: number): void {
      counts.set(formatAddress(subchannel.address), count(subchannel) + by);
    }
  },
};
