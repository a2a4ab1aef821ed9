import { dnsScheme } from "./dns-resolver.js";
import { invalidTarget } from "./invalid-target.js";
import type { Resolver, ResolverContext, ResolverScheme } from "./resolver.js";
import { ipv4Scheme, ipv6Scheme } from "./static-resolver.js";
import { parseTarget } from "./target.js";
import { unixAbstractScheme, unixScheme } from "./unix-scheme.js";

/** What a channel makes of its target. */
export interface ResolvableTarget {
  /** `:authority` of calls where the user set none. */
  readonly authority: string;
  createResolver(context: ResolverContext): Resolver;
}

/**
 * Finds the scheme that a target belongs to.
 *
 * @param custom schemes beside the built-in ones `dns`, `ipv4`, `ipv6`, `unix`, `unix-abstract`, whose place they may
 *   take
 * @throws {RpcError} INVALID_ARGUMENT that names the target and what is wrong with it
 */
export function readTarget(text: string, custom: readonly ResolverScheme[] = []): ResolvableTarget {
  const builtIn = [dnsScheme(), ipv4Scheme, ipv6Scheme, unixScheme, unixAbstractScheme];
  const schemes = new Map([...builtIn, ...custom].map((one) => [one.scheme, one]));
  if (typeof text !== "string" || text === "") throw invalidTarget(String(text), "expected for instance host:port");
  const target = parseTarget(text, new Set(schemes.keys()));
  if (typeof target === "string") throw invalidTarget(text, target);
  const scheme = schemes.get(target.scheme) as ResolverScheme;
  return {
    authority: scheme.authorityOf(target),
    createResolver: (context) => scheme.create(target, context),
  };
}
