import type { SocketAddress } from "../net/address.js";
import { endpointsOf } from "../net/endpoint.js";
import { formatHostPort, type HostPort, parseHostPort } from "./host-port.js";
import { invalidTarget } from "./invalid-target.js";
import { isIpv4, isIpv6 } from "./ip-address.js";
import type { Resolver, ResolverContext, ResolverScheme } from "./resolver.js";
import type { Target } from "./target.js";

/** Gives the same addresses always: they stood in the target. */
export class StaticResolver implements Resolver {
  readonly #addresses: readonly SocketAddress[];
  readonly #context: ResolverContext;

  constructor(addresses: readonly SocketAddress[], context: ResolverContext) {
    this.#addresses = addresses;
    this.#context = context;
  }

  start(): void {
    this.#context.listener.onResult({ endpoints: endpointsOf(this.#addresses) });
  }

  refresh(): void {
    // There is nothing newer.
  }

  close(): void {
    // Nothing is held.
  }
}

/** `ipv4:1.2.3.4:80,5.6.7.8:80`; the first one that works is used. */
export const ipv4Scheme: ResolverScheme = ipScheme("ipv4", "IPv4", isIpv4);
/** `ipv6:[::1]:80,[::2]:80`. */
export const ipv6Scheme: ResolverScheme = ipScheme("ipv6", "IPv6", isIpv6);

function ipScheme(scheme: string, name: string, isAddress: (text: string) => boolean): ResolverScheme {
  const read = (target: Target): HostPort[] => {
    if (target.authority !== "") throw invalidTarget(target.text, `the scheme "${scheme}" has no authority`);
    return target.endpoint.split(",").map((part) => {
      const read = parseHostPort(part.trim());
      if (typeof read === "string") throw invalidTarget(target.text, read);
      if (!isAddress(read.host)) {
        throw invalidTarget(target.text, `${JSON.stringify(read.host)} is no ${name} address`);
      }
      return read;
    });
  };
  return {
    scheme,
    authorityOf: (target) => {
      return formatHostPort(read(target)[0] as HostPort);
    },
    create: (target, context) => new StaticResolver(read(target), context),
  };
}
