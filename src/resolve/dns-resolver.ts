import type { Timer } from "../base/clock.js";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import { endpointsOf } from "../net/endpoint.js";
import { type FindTtl, neverChanges, systemTtl } from "./dns-ttl.js";
import { formatHostPort, type HostPort, parseHostPort } from "./host-port.js";
import { interleaveFamilies } from "./interleave.js";
import { invalidTarget } from "./invalid-target.js";
import { isIpv4, isIpv6 } from "./ip-address.js";
import { nodeDns } from "./node-dns.js";
import type { Resolver, ResolverContext, ResolverScheme } from "./resolver.js";
import { StaticResolver } from "./static-resolver.js";
import type { Target } from "./target.js";

/** How long an answer is good whose TTL nobody knows, in ms: one from `/etc/hosts`, mDNS or a search domain. */
export const UNKNOWN_TTL_MS = 30_000;

/** Finds all addresses of a name, as the machine's resolver orders them. */
export type LookUp = (host: string, done: (error: Error | null, addresses: readonly string[]) => void) => void;

/** What a DNS resolver asks. */
export interface NameService {
  readonly lookUp: LookUp;
  readonly findTtl: FindTtl;
}

/**
 * Looks a name up by the machine's own means (`getaddrinfo`), so that `/etc/hosts`, search domains and the like count; again when
 * the answer is older than its TTL, and when it seems to be stale; never more often than the channel's option allows.
 *
 * `getaddrinfo` tells no TTL. That alone is asked of the DNS itself, and only says when to look again.
 */
export class DnsResolver implements Resolver {
  readonly #hostPort: HostPort;
  readonly #context: ResolverContext;
  readonly #names: NameService;
  #running = false;
  #closed = false;
  #resolvedAtMs: number | undefined;
  #timer: Timer | undefined;
  #timerAtMs = 0;
  #cancelTtl: (() => void) | undefined;

  constructor(hostPort: HostPort, context: ResolverContext, names: NameService) {
    this.#hostPort = hostPort;
    this.#context = context;
    this.#names = names;
  }

  start(): void {
    this.#resolve();
  }

  refresh(): void {
    if (this.#running || this.#closed) return;
    if (this.#resolvedAtMs === undefined) this.#resolve();
    else this.#resolveAt(this.#resolvedAtMs + this.#context.minResolutionIntervalMs);
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    this.#cancelTtl?.();
  }

  /** At this time, unless it is done earlier. */
  #resolveAt(atMs: number): void {
    if (this.#timer !== undefined && this.#timerAtMs <= atMs) return;
    const { clock } = this.#context;
    this.#timer?.cancel();
    this.#timer = undefined;
    const waitMs = atMs - clock.nowMs();
    if (waitMs <= 0) {
      this.#resolve();
      return;
    }
    this.#timerAtMs = atMs;
    this.#timer = clock.setTimer(waitMs, () => this.#resolve());
  }

  #resolve(): void {
    this.#running = true;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#cancelTtl?.();
    this.#cancelTtl = undefined;
    this.#names.lookUp(this.#hostPort.host, (error, hosts) => {
      this.#running = false;
      if (this.#closed) return;
      if (error !== null || hosts.length === 0) {
        this.#resolvedAtMs = undefined;
        this.#context.listener.onResult({ endpoints: this.#failure(error) });
        return;
      }
      this.#resolvedAtMs = this.#context.clock.nowMs();
      this.#watchAge(hosts);
      const { port } = this.#hostPort;
      const addresses = hosts.map((host): HostPort => ({ host, port }));
      this.#context.listener.onResult({ endpoints: endpointsOf(interleaveFamilies(addresses)) });
    });
  }

  /** Looks again once the answer that just came is too old. */
  #watchAge(hosts: readonly string[]): void {
    const { host } = this.#hostPort;
    if (neverChanges(host)) return;
    const resolvedAtMs = this.#resolvedAtMs as number;
    this.#cancelTtl = this.#names.findTtl(host, hosts, (ttlMs) => {
      this.#cancelTtl = undefined;
      if (this.#closed || this.#running) return;
      const { minResolutionIntervalMs } = this.#context;
      this.#resolveAt(resolvedAtMs + Math.max(ttlMs ?? UNKNOWN_TTL_MS, minResolutionIntervalMs));
    });
  }

  #failure(error: Error | null): RpcError {
    const reason = error === null ? "it has no address" : error.message;
    const message = `name resolution of ${JSON.stringify(this.#hostPort.host)} failed: ${reason}`;
    return new RpcError(Status.UNAVAILABLE, message, { cause: error ?? undefined });
  }
}

/** `dns:host:port`, `dns:///host:port`, and every target without a scheme. An IP address is taken as it is. */
export function dnsScheme(names: NameService = systemNames): ResolverScheme {
  return {
    scheme: "dns",
    authorityOf: (target) => {
      const { host, port } = read(target);
      // As the user wrote it, but for a port that is missing: servers and proxies may go by it.
      return formatHostPort({ host, port });
    },
    create: (target, context) => {
      const hostPort = read(target);
      if (!isIpv4(hostPort.host) && !isIpv6(hostPort.host)) return new DnsResolver(hostPort, context, names);
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
  nodeDns().lookup(host, { all: true, verbatim: true }, (error, addresses) => {
    done(error, error === null ? addresses.map(({ address }) => address) : []);
  });
}

const systemNames: NameService = { lookUp: systemLookUp, findTtl: systemTtl };
