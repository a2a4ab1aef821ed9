import { formatAddress, type SocketAddress } from "./address.js";

/**
 * Where a server listens. As text, for instance in a template, it is the target that a client takes: `127.0.0.1:50051`,
 * `[::1]:50051`, `unix:/run/x.sock`; `new Channel(address)` takes it as it is.
 */
export class ListenAddress {
  /** The IP address that is bound; empty for a Unix socket. */
  readonly host: string;
  /** The port that is bound, also where port 0 was asked for; 0 for a Unix socket. */
  readonly port: number;
  /** The path of a Unix socket; undefined for TCP. */
  readonly path: string | undefined;

  constructor(address: SocketAddress) {
    this.host = address.host ?? "";
    this.port = address.port ?? 0;
    this.path = address.path;
    Object.freeze(this);
  }

  /** The target, as a client takes it. */
  toString(): string {
    return targetText(this) as string;
  }

  /** As `toString()`: what a file or another process is told is a target. */
  toJSON(): string {
    return this.toString();
  }

  static {
    // `console.log(await server.listen(...))` prints the target. By the global symbol, so that no module of Node need be imported.
    Object.defineProperty(ListenAddress.prototype, Symbol.for("nodejs.util.inspect.custom"), {
      value(this: ListenAddress): string {
        return this.toString();
      },
    });
  }
}

/**
 * The text of a target that is a text or an address; undefined where it is neither. Addresses are known by what they have: another copy
 * of this package makes them of a class of its own.
 */
export function targetText(target: unknown): string | undefined {
  if (typeof target === "string") return target;
  if (typeof target !== "object" || target === null) return undefined;
  const { host, port, path } = target as { host?: unknown; port?: unknown; path?: unknown };
  if (typeof host !== "string" || typeof port !== "number") return undefined;
  if (path === undefined) return formatAddress({ host, port });
  return typeof path === "string" ? formatAddress({ path }) : undefined;
}
