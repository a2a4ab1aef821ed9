/** Where a connection is dialled to: one address, not a name that stands for several. */
export type Address = TcpAddress | UnixAddress;

export interface TcpAddress {
  readonly kind: "tcp";
  /** An IPv4 or IPv6 address, no brackets; the latter may have a zone (`fe80::1%eth0`). */
  readonly host: string;
  /** 1 to 65 535. */
  readonly port: number;
}

export interface UnixAddress {
  readonly kind: "unix";
  /** Path of the socket; a leading NUL stands for Linux's abstract names. */
  readonly path: string;
}

/** The address as a target, as `PeerInfo.address` has it: `ipv4:127.0.0.1:80`, `ipv6:[::1]:80`, `unix:/run/x.sock`. */
export function formatAddress(address: Address): string {
  if (address.kind === "unix") {
    return address.path.startsWith("\0") ? `unix-abstract:${address.path.slice(1)}` : `unix:${address.path}`;
  }
  const { host, port } = address;
  return host.includes(":") ? `ipv6:[${host}]:${port}` : `ipv4:${host}:${port}`;
}

/** Tells whether both stand for the same place. */
export function sameAddress(a: Address, b: Address): boolean {
  return formatAddress(a) === formatAddress(b);
}
