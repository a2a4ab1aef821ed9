import type { HostPort } from "./host-port.js";

/**
 * Brings the address families in turn, beginning with that of the first address, so that a broken family costs one
 * attempt only (RFC 8305 section 4, gRFC A61).
 */
export function interleaveFamilies(addresses: readonly HostPort[]): HostPort[] {
  const first = addresses[0];
  if (first === undefined) return [];
  const isFirst = (address: HostPort): boolean => address.host.includes(":") === first.host.includes(":");
  const leading = addresses.filter(isFirst);
  const other = addresses.filter((address) => !isFirst(address));
  const result: HostPort[] = [];
  for (let i = 0; result.length < addresses.length; i++) {
    if (i < leading.length) result.push(leading[i] as HostPort);
    if (i < other.length) result.push(other[i] as HostPort);
  }
  return result;
}
