import type { Attributes } from "../base/attributes.js";
import type { RpcError } from "../base/rpc-error.js";
import type { SocketAddress } from "./address.js";

/** One server of a target, with one address or several that lead to the same server (gRFC A61). */
export interface Endpoint {
  /** Best first, at least one. */
  readonly addresses: readonly SocketAddress[];
  /** What the resolver knows of it besides. Default: nothing. */
  readonly attributes?: Attributes | undefined;
}

/** What a resolver found. It takes the place of what was found before. */
export interface ResolverResult {
  /** The servers, best first; perhaps none. An error: the target could not be resolved, and earlier endpoints stay in use. */
  readonly endpoints: readonly Endpoint[] | RpcError;
  /** What is known of the target as a whole. Default: nothing. */
  readonly attributes?: Attributes | undefined;
}

/** Each address as a server of its own. */
export function endpointsOf(addresses: readonly SocketAddress[]): Endpoint[] {
  return addresses.map((address) => ({ addresses: [address] }));
}
