import { isIP, type Socket } from "node:net";

/** Where a socket is connected to or listens: a host name or IP address and a port, or a Unix socket. */
export type SocketAddress =
  | { readonly host: string; readonly port: number; readonly path?: undefined }
  | { readonly path: string; readonly host?: undefined; readonly port?: undefined };

/** As people write it: `127.0.0.1:50051`, `[::1]:50051`, `localhost:50051`, `unix:/run/x.sock`. */
export function formatAddress(address: SocketAddress): string {
  if (address.path !== undefined) return `unix:${address.path}`;
  return address.host.includes(":") ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`;
}

/** As gRPC names peers: `ipv4:127.0.0.1:50051`, `ipv6:[::1]:50051`, `unix:/run/x.sock`. */
export function formatPeerAddress(address: SocketAddress): string {
  const text = formatAddress(address);
  const family = address.path === undefined ? isIP(address.host) : 0;
  // Joined, since a template makes a string that holds its parts: every connection keeps one of these.
  return family === 0 ? text : ["ipv", family, ":", text].join("");
}

/** An IPv4 address that a dual-stack socket shows as `::ffff:1.2.3.4`, as the IPv4 address that it is. */
export function plainIp(address: string): string {
  return /^::ffff:\d+\.\d+\.\d+\.\d+$/i.test(address) ? address.slice(7) : address;
}

/** The other end of a connected socket; undefined when it is not connected any more, or a Unix socket. */
export function remoteAddressOf(socket: Socket): SocketAddress | undefined {
  const { remoteAddress, remotePort } = socket;
  if (remoteAddress === undefined || remotePort === undefined) return undefined;
  return { host: plainIp(remoteAddress), port: remotePort };
}
