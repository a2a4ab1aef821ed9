/** A channel without sockets: a resolver, connections and time that do what a test says. */

import type { LoadBalancerPolicy } from "../balance/load-balancer.js";
import { pickFirst } from "../balance/pick-first.js";
import type { Metadata } from "../base/metadata.js";
import { RpcError } from "../base/rpc-error.js";
import type { ClientTransport, StreamHandler } from "../base/transport.js";
import type { WaitingCall } from "../call/client-method.js";
import { endpointsOf } from "../net/endpoint.js";
import { defaultBackoff } from "../resilience/backoff.js";
import { readTarget } from "../resolve/registry.js";
import type { ResolverContext, ResolverScheme } from "../resolve/resolver.js";
import { SimulatedClock } from "../testing/simulated-clock.js";
import { ChannelCore } from "./channel-core.js";
import { type FakeConnection, FakeConnector } from "./fake-connector.testing.js";

/** A call that opens a stream and stays there until the test says otherwise. */
export class FakeCall implements WaitingCall, StreamHandler {
  readonly waitForReady: boolean;
  readonly path: string;
  readonly metadata: Metadata | undefined = undefined;
  result = "";

  constructor(waitForReady: boolean = false, path: string = "/a.B/C") {
    this.waitForReady = waitForReady;
    this.path = path;
  }

  open(transport: ClientTransport, peer: string): boolean {
    if (transport.openStream([], false, this) === undefined) return false;
    this.result = peer;
    return true;
  }

  refuse(error: RpcError): void {
    this.result = `${error.codeName}: ${error.message}`;
  }

  onHeaders(): void {
    this.result = "done";
  }

  onData(): void {}

  onReset({ message }: { message: string }): void {
    this.result = `reset: ${message}`;
  }

  onWritable(): void {}
}

export interface RigOptions {
  readonly target?: string;
  readonly idleTimeoutMs?: number;
  readonly policy?: LoadBalancerPolicy;
  readonly waitingCallsMax?: number;
}

export class Rig {
  readonly clock: SimulatedClock = new SimulatedClock();
  readonly connector: FakeConnector = new FakeConnector();
  /** What the channel's resolver was given, and how often it was asked. */
  resolver: ResolverContext | undefined;
  refreshes = 0;
  closes = 0;
  held = false;
  readonly core: ChannelCore;

  constructor({ target = "1.2.3.4:5", idleTimeoutMs = 1_000_000, policy, waitingCallsMax = 10 }: RigOptions = {}) {
    const manual: ResolverScheme = {
      scheme: "manual",
      authorityOf: () => "manual",
      create: (_, context) => {
        this.resolver = context;
        return { start: () => undefined, refresh: () => this.refreshes++, close: () => this.closes++ };
      },
    };
    this.core = new ChannelCore({
      targetText: target,
      target: readTarget(target, [manual]),
      policy: policy ?? pickFirst(),
      connector: this.connector,
      clock: this.clock,
      random: () => 0.5,
      hold: this,
      backoff: defaultBackoff,
      connectTimeoutMs: 20_000,
      idleTimeoutMs,
      waitingCallsMax,
      minResolutionIntervalMs: 5_000,
    });
  }

  hold(): void {
    this.held = true;
  }

  release(): void {
    this.held = false;
  }

  call(waitForReady: boolean = false, path?: string): FakeCall {
    const call = new FakeCall(waitForReady, path);
    this.core.dispatch(call);
    return call;
  }

  /** The resolver finds these hosts, or an error; gives why the channel refuses them. */
  tell(first: string | RpcError, ...more: string[]): RpcError | undefined {
    const endpoints =
      first instanceof RpcError ? first : endpointsOf([first, ...more].map((host) => ({ host, port: 1 })));
    return this.resolver?.listener.onResult({ endpoints });
  }

  connectNow(): void {
    this.connector.last.events.onReady();
  }

  /** The latest connection to a host. */
  to(host: string): FakeConnection {
    const found = this.connector.connections.findLast(({ address }) => address.host === host);
    if (found === undefined) throw new Error(`no connection to ${host}`);
    return found;
  }

  /** The latest connection to each of the hosts becomes ready. */
  ready(...hosts: string[]): void {
    for (const host of hosts) this.to(host).events.onReady();
  }

  attempts(host?: string): number {
    return this.connector.connections.filter(({ address }) => host === undefined || address.host === host).length;
  }
}
