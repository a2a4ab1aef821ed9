import type { Resolver } from "node:dns";
import { isIpv4, isIpv6 } from "./ip-address.js";
import { nodeDns } from "./node-dns.js";

/**
 * Asks how long the addresses of a name are good.
 *
 * @param addresses what the name was found to be: only for their families
 * @param done called once, with undefined where the DNS does not know the name; not after the function that is returned was called
 */
export type FindTtl = (
  host: string,
  addresses: readonly string[],
  done: (ttlMs: number | undefined) => void,
) => () => void;

/** An answer nobody waits for must not take long, nor keep a process alive for long. */
const timeoutMs = 1_000;

/** `localhost` is this machine always (RFC 6761 section 6.3). */
export function neverChanges(host: string): boolean {
  return /(^|\.)localhost\.?$/i.test(host);
}

/** Asks the DNS servers of the machine, without its other sources: those have no TTL. The shortest of all records counts. */
export const systemTtl: FindTtl = ttlOf(() => {
  const { Resolver } = nodeDns();
  return new Resolver({ timeout: timeoutMs, tries: 1 });
});

/** As `systemTtl`, of the servers of a resolver: one for each question, since `cancel` ends all that a resolver asks. */
export function ttlOf(makeResolver: () => Resolver): FindTtl {
  return (host, addresses, done) => {
    if (isMulticastName(host)) {
      queueMicrotask(() => done(undefined));
      return ignore;
    }
    const resolver = makeResolver();
    const ttls: number[] = [];
    let left = 1;
    let cancelled = false;
    const onAnswer = (error: Error | null, records?: readonly { readonly ttl: number }[]): void => {
      if (error === null) for (const { ttl } of records ?? []) ttls.push(ttl * 1_000);
      if (--left === 0 && !cancelled) done(ttls.length === 0 ? undefined : Math.min(...ttls));
    };
    const ask = (method: "resolve4" | "resolve6"): void => {
      left++;
      try {
        resolver[method](host, { ttl: true }, onAnswer);
      } catch (error) {
        // A name that the DNS cannot have.
        onAnswer(error as Error);
      }
    };
    if (addresses.some(isIpv4)) ask("resolve4");
    if (addresses.some(isIpv6)) ask("resolve6");
    queueMicrotask(() => onAnswer(null));
    return () => {
      cancelled = true;
      resolver.cancel();
    };
  };
}

/** `printer.local` belongs to multicast DNS, and is not to be asked of a server (RFC 6762 section 22.1). */
function isMulticastName(host: string): boolean {
  return /^[^.]+\.local\.?$/i.test(host);
}

function ignore(): void {
  // Nothing is under way.
}
