import { lookup } from "node:dns";

import type { Timer } from "../base/clock.js";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import { formatHostPort, type HostPort, parseHostPort } from "./host-port.js";
import { interleaveFamilies } from "./interleave.js";
import { invalidTarget } from "./invalid-target.js";
import { isIpv4, isIpv6 } from "./ip-address.js";
import type { Resolver, ResolverContext, ResolverScheme } from "./resolver.js";
import { StaticResolver } from "./static-resolver.js";
import type { Target } from "./target.js";

/** Least time from one look-up that worked to the next, as in grpc-go: a server that flaps must not flood the DNS. */
export const RESOLVE_INTERVAL_MIN_MS = 30_000;

/** Finds all addresses of a name, as the machine's resolver orders them. */
export type LookUp = (host: string, done: (error: Error | null, addresses: readonly string[]) => void) => void;

/** Looks a name up by the machine's own means (`getaddrinfo`), so that `/etc/hosts` and the like count. */
export class DnsResolver implements Resolver {
  readonly #hostPort: HostPort;
  readonly #context: ResolverContext;
  readonly #lookUp: LookUp;
  #running = false;
  #closed = false;
  #resolvedAtMs: number | undefined;
  #timer: Timer | undefined;

  constructor(hostPort: HostPort, context: ResolverContext, lookUp: LookUp) {
    this.#hostPort = hostPort;
    this.#context = context;
    this.#lookUp = lookUp;
  }

  start(): void {
    this.#resolve();
  }

  refresh(): void {
    if (this.#running || this.#closed || this.#timer !== undefined) return;
    const { clock } = this.#context;
    const waitMs = this.#resolvedAtMs === undefined ? 0 : this.#resolvedAtMs + RESOLVE_INTERVAL_MIN_MS - clock.nowMs();
    if (waitMs <= 0) {
      this.#resolve();
      return;
    }
    this.#timer = clock.setTimer(waitMs, () => {
      this.#timer = undefined;
      this.#resolve();
    });
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }

  #resolve(): void {
    this.#running = true;
    this.#lookUp(this.#hostPort.host, (error, hosts) => {
      this.#running = false;
      if (this.#closed) return;
      if (error !== null || hosts.length === 0) {
        this.#resolvedAtMs = undefined;
        this.#context.listener.onError(this.#failure(error));
        return;
      }
      this.#resolvedAtMs = this.#context.clock.nowMs();
      const { port } = this.#hostPort;
      const addresses = hosts.map((host): HostPort => ({ host, port }));
      this.#context.listener.onAddresses(interleaveFamilies(addresses));
    });
  }

  #failure(error: Error | null): RpcError {
    const reason = error === null ? "it has no address" : error.message;
    const message = `name resolution of ${JSON.stringify(this.#hostPort.host)} failed: ${reason}`;
    return new RpcError(Status.UNAVAILABLE, message, { cause: error ?? undefined });
  }
}

/** `dns:host:port`, `dns:///host:port`, and every target without a scheme. An IP address is taken as it is. */
export function dnsScheme(lookUp: LookUp = systemLookUp): ResolverScheme {
  return {
    scheme: "dns",
    authorityOf: (target) => {
      const { host, port } = read(target);
      // As the user wrote it, but for a port that is missing: servers and proxies may go by it.
      return formatHostPort({ host, port });
    },
    create: (target, context) => {
      const hostPort = read(target);
      if (!isIpv4(hostPort.host) && !isIpv6(hostPort.host)) return new DnsResolver(hostPort, context, lookUp);
      return new StaticResolver([{ ...hostPort }], context);
    },
  };
}

function read(target: Target): HostPort {
  if (target.authority !== "") {
    const reason = `a DNS server of its own (${JSON.stringify(target.authority)}) is not supported: write dns:///${target.endpoint}`;
    throw invalidTarget(target.text, reason);
  }
  const hostPort = parseHostPort(target.endpoint);
  if (typeof hostPort === "string") throw invalidTarget(target.text, hostPort);
  return hostPort;
}

function systemLookUp(host: string, done: (error: Error | null, addresses: readonly string[]) => void): void {
  lookup(host, { all: true, verbatim: true }, (error, addresses) => {
    done(error, error === null ? addresses.map(({ address }) => address) : []);
  });
}
