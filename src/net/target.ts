import { isIP } from "node:net";
import type { SocketAddress } from "./address.js";

/** Longest path that fits into a Unix socket's address on Linux (`sun_path` and its final zero), in bytes. */
const UNIX_PATH_BYTES_MAX = 107;

/** Where a server shall listen. `host` undefined: on all addresses of the machine. */
export type ListenTarget =
  | SocketAddress
  | { readonly host: undefined; readonly port: number; readonly path?: undefined };

/** A target that cannot be listened on. */
export class TargetError extends Error {
  override get name(): string {
    return "TargetError";
  }
}

/**
 * Reads what a server listens on: `127.0.0.1:50051`, `localhost:50051`, `[::1]:50051`, `:50051` (all addresses), each
 * with port 0 for one that is free; the same behind `ipv4:` and `ipv6:`; `unix:relative`, `unix:/path`, `unix:///path`.
 *
 * @throws {TargetError} naming what is wrong and what it should look like
 */
export function parseListenTarget(target: string): ListenTarget {
  if (target.startsWith("unix:")) return { path: parseUnixPath(target) };
  const scheme = /^(ipv4|ipv6):(?!\d+$)/.exec(target)?.[1];
  const rest = scheme === undefined ? target : target.slice(scheme.length + 1);
  const { host, port } = splitHostPort(target, rest);
  if (scheme !== undefined && (host === undefined || isIP(host) !== Number(scheme.slice(3)))) {
    throw new TargetError(`"${target}": ${rest} is not an ${scheme === "ipv4" ? "IPv4" : "IPv6"} address and port`);
  }
  return { host, port };
}

function parseUnixPath(target: string): string {
  let path = target.slice("unix:".length);
  if (path.startsWith("//")) {
    path = path.slice(2);
    if (!path.startsWith("/")) {
      throw new TargetError(`"${target}": unix:// needs an absolute path, as in unix:///run/service.sock`);
    }
  }
  if (path === "") throw new TargetError(`"${target}" has no path; write for instance unix:/run/service.sock`);
  if (path.includes("\0")) throw new TargetError("a Unix socket's path cannot contain a zero byte");
  const byteCount = Buffer.byteLength(path);
  if (byteCount > UNIX_PATH_BYTES_MAX) {
    throw new TargetError(
      `"${target}": the path has ${byteCount} bytes, a Unix socket's at most ${UNIX_PATH_BYTES_MAX}`,
    );
  }
  return path;
}

function splitHostPort(target: string, text: string): { host: string | undefined; port: number } {
  const match = /^(?:\[([^\]]*)\]|([^:[\]]*)):(\d+)$/.exec(text);
  if (match === null) throw new TargetError(explainShape(target, text));
  const [, bracketed, plain, digits = ""] = match;
  const port = Number(digits);
  if (port > 65_535) throw new TargetError(`"${target}": a port is a number from 0 to 65535`);
  if (bracketed !== undefined && isIP(bracketed) !== 6) {
    throw new TargetError(`"${target}": [${bracketed}] is not an IPv6 address`);
  }
  const host = bracketed ?? plain ?? "";
  if (/[\s/@]/.test(host)) throw new TargetError(explainShape(target, text));
  return { host: host === "" ? undefined : host, port };
}

function explainShape(target: string, text: string): string {
  const known = "write host:port, [ipv6]:port, :port or unix:/path";
  if (isIP(text) === 6) return `"${target}" has no port, or lacks brackets; write for instance [${text}]:50051`;
  if (/^[^:/\s]+:?$/.test(text)) return `"${target}" has no port; write for instance ${text.replace(/:$/, "")}:50051`;
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1];
  if (scheme !== undefined) return `"${target}": a server cannot listen on ${scheme}://; ${known}`;
  const bare = /^([0-9a-f:]+):(\d+)$/i.exec(text);
  if (bare !== null && isIP(bare[1] ?? "") === 6)
    return `"${target}": put the IPv6 address in brackets, [${bare[1]}]:${bare[2]}`;
  return `"${target}" is not something to listen on; ${known}`;
}
