import type { Metadata } from "../base/metadata.js";
import type { RpcError } from "../base/rpc-error.js";
import type { HeaderList } from "../base/transport.js";
import { encodeGrpcMessage } from "./grpc-message.js";
import { pushMetadata } from "./headers.js";
import { encodeStatusDetails } from "./status-details.js";

/**
 * Longest `grpc-message`, as it is on the wire. Peers take 8 to 16 KiB of headers, and drop the status with the rest of a
 * longer list.
 */
const messageCharsMax = 4_096;

/** Trailers of a call that ended well and has no more to say: one list for all, which the header encoder recognises. */
export const okTrailers: HeaderList = Object.freeze(["grpc-status", "0"]);

/** Makes response headers; the frequent ones are one frozen list per encoding, made at first use. */
export class ResponseHeaders {
  private readonly acceptEncoding: string;
  private readonly plain: Map<string, HeaderList> = new Map();

  constructor(acceptEncoding: string) {
    this.acceptEncoding = acceptEncoding;
  }

  /** @param encoding the `grpc-encoding`, or empty for none; one of the server's own names, so that the cache is small */
  list(encoding: string, metadata: Metadata | undefined): HeaderList {
    let base = this.plain.get(encoding);
    if (base === undefined) {
      base = Object.freeze(this.make(encoding));
      this.plain.set(encoding, base);
    }
    if (metadata === undefined || metadata.size === 0) return base;
    const list = base.slice();
    pushMetadata(list, metadata);
    return list;
  }

  private make(encoding: string): string[] {
    const list = [":status", "200", "content-type", "application/grpc"];
    if (encoding !== "") list.push("grpc-encoding", encoding);
    list.push("grpc-accept-encoding", this.acceptEncoding);
    return list;
  }
}

/** Trailers of a call that ended well. */
export function trailersOf(metadata: Metadata | undefined): HeaderList {
  if (metadata === undefined || metadata.size === 0) return okTrailers;
  const list = okTrailers.slice();
  pushMetadata(list, metadata);
  return list;
}

/**
 * The status and its companions, appended to `list`: the trailers of a call that failed.
 *
 * @throws {Error} when a detail's value does not fit its type; nothing was appended then
 */
export function pushErrorTrailers(list: string[], error: RpcError, metadata: Metadata | undefined): void {
  const details = error.details.length > 0 ? encodeStatusDetails(error) : undefined;
  list.push("grpc-status", String(error.code));
  if (error.message !== "") list.push("grpc-message", shortened(encodeGrpcMessage(error.message)));
  if (details !== undefined) list.push("grpc-status-details-bin", details);
  pushMetadata(list, metadata);
  // A handler may have given the call's own trailers to its error.
  if (error.metadata !== metadata) pushMetadata(list, error.metadata);
}

/** Cuts a message that is too long, never inside of an escape. */
function shortened(encoded: string): string {
  if (encoded.length <= messageCharsMax) return encoded;
  return `${encoded.slice(0, messageCharsMax).replace(/%.?$/, "")}... (cut)`;
}

/** Names that are sensitive in one or the other. */
export function sensitiveKeysOf(
  one: Metadata | undefined,
  other: Metadata | undefined,
): ReadonlySet<string> | undefined {
  const [first, second] = [one?.sensitiveKeys, other?.sensitiveKeys];
  return first === undefined || second === undefined ? (first ?? second) : new Set([...first, ...second]);
}
