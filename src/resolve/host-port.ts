import { isIpv4, isIpv6 } from "./ip-address.js";

/** The port of a target that names none (grpc/grpc `doc/naming.md`). */
export const DEFAULT_PORT = 443;

/** A host (name or address, no brackets) and a port. */
export interface HostPort {
  readonly host: string;
  readonly port: number;
}

const namePattern = /^(?!-)[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.?$/;

/**
 * Reads `host`, `host:port`, `[ipv6]`, `[ipv6]:port` and a bare IPv6 address.
 *
 * @returns what was read, or a sentence that says what is wrong
 */
export function parseHostPort(text: string): HostPort | string {
  if (text === "") return "it names no host";
  if (isIpv6(text)) return { host: text, port: DEFAULT_PORT };
  if (text.startsWith("[")) return parseBracketed(text);
  const colon = text.lastIndexOf(":");
  const host = colon < 0 ? text : text.slice(0, colon);
  const port = colon < 0 ? DEFAULT_PORT : parsePort(text.slice(colon + 1));
  if (typeof port === "string") return port;
  if (host === "") return "it names no host";
  if (host.includes(":")) return `${JSON.stringify(host)} is no IPv6 address: write [address]:port`;
  if (!isIpv4(host) && !namePattern.test(host)) return `${JSON.stringify(host)} is no host name`;
  return { host, port };
}

function parseBracketed(text: string): HostPort | string {
  const end = text.indexOf("]");
  const host = text.slice(1, end < 0 ? text.length : end);
  if (end < 0 || !isIpv6(host)) return `${JSON.stringify(host)} in brackets is no IPv6 address`;
  const rest = text.slice(end + 1);
  if (rest === "") return { host, port: DEFAULT_PORT };
  if (!rest.startsWith(":")) return `${JSON.stringify(rest)} follows the IPv6 address: only ":port" may`;
  const port = parsePort(rest.slice(1));
  return typeof port === "string" ? port : { host, port };
}

function parsePort(text: string): number | string {
  const port = /^[0-9]{1,5}$/.test(text) ? Number(text) : 0;
  if (port >= 1 && port <= 65_535) return port;
  return `${JSON.stringify(text)} is no port: a number from 1 to 65535`;
}

/** `host:port`, with brackets around an IPv6 address. */
export function formatHostPort({ host, port }: HostPort): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
