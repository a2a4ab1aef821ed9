import { headerListBytes } from "../base/header-list.js";
import type { Metadata } from "../base/metadata.js";
import { RpcError } from "../base/rpc-error.js";
import type { HeaderList, TransportStream } from "../base/transport.js";
import { encodeGrpcMessage } from "./grpc-message.js";
import { pushMetadata } from "./headers.js";
import { encodeStatusDetails } from "./status-details.js";

/**
 * Longest `grpc-message`, as it is on the wire. Peers take 8 to 16 KiB of headers, and drop the status with the rest of a
 * longer list.
 */
const messageCharsMax = 4_096;

const cutMark = "... (cut)";

/** What every field counts beside its name and its value, in bytes (RFC 9113 section 6.5.2). */
const fieldOverheadBytes = 32;

/** Trailers of a call that ended well and has no more to say: one list for all, which the header encoder recognises. */
export const okTrailers: HeaderList = Object.freeze(["grpc-status", "0"]);

/** What the client said that it takes. */
type HeaderLimit = Pick<TransportStream, "headerListBytesMax">;

/** A list that can be sent. */
export interface Trailers {
  readonly list: HeaderList;
  /** Why it has less than it should; undefined where it has all. */
  readonly loss: unknown;
}

/** Makes response headers; the frequent ones are one frozen list per encoding, made at first use. */
export class ResponseHeaders {
  private readonly acceptEncoding: string;
  private readonly contentType: string;
  private readonly plain: Map<string, HeaderList> = new Map();

  constructor(acceptEncoding: string, contentType: string = "application/grpc") {
    this.acceptEncoding = acceptEncoding;
    this.contentType = contentType;
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
    const list = [":status", "200", "content-type", this.contentType];
    if (encoding !== "") list.push("grpc-encoding", encoding);
    list.push("grpc-accept-encoding", this.acceptEncoding);
    return list;
  }
}

/** Why a list would not reach the client; undefined where it does. */
export function tooLargeError(what: string, list: HeaderList, { headerListBytesMax }: HeaderLimit): Error | undefined {
  if (headerListBytesMax === undefined || headerListBytesMax === Number.POSITIVE_INFINITY) return undefined;
  const bytes = headerListBytes(list);
  if (bytes <= headerListBytesMax) return undefined;
  return new Error(
    `the ${what} have ${bytes} bytes, but the client takes ${headerListBytesMax} (SETTINGS_MAX_HEADER_LIST_SIZE)`,
  );
}

/** Trailers of a call that ended well. The status must arrive, whatever the metadata is. */
export function okTrailersOf(metadata: Metadata | undefined, limit: HeaderLimit): Trailers {
  if (metadata === undefined || metadata.size === 0) return { list: okTrailers, loss: undefined };
  const list = okTrailers.slice();
  pushMetadata(list, metadata);
  const tooLarge = tooLargeError("trailers", list, limit);
  if (tooLarge === undefined) return { list, loss: undefined };
  return { list: okTrailers, loss: new Error(`${tooLarge.message}: the metadata was left out`) };
}

/**
 * Trailers of a call that failed, behind the fields in `head`. The status must arrive: details that cannot be encoded, and what is
 * too much for the client, are left out, first the details, then the metadata, then the end of the message.
 */
export function errorTrailers(
  head: HeaderList,
  error: RpcError,
  metadata: Metadata | undefined,
  limit: HeaderLimit,
): Trailers {
  let loss: unknown;
  for (const parts of ["details and metadata", "metadata", "nothing"] as const) {
    const list = head.slice();
    try {
      const isAll = parts === "details and metadata";
      const shown = isAll ? error : new RpcError(error.code, error.message, { metadata: error.metadata });
      if (parts === "nothing") pushStatus(list, error.code, error.message, undefined);
      else pushErrorTrailers(list, shown, metadata);
      const tooLarge = tooLargeError("trailers", list, limit);
      if (tooLarge === undefined) return { list, loss };
      loss ??= new Error(`${tooLarge.message}: details, and where need be metadata, were left out`, { cause: error });
    } catch (cause) {
      loss ??= cause;
    }
  }
  return { list: cutToFit(head.slice(), error, limit), loss };
}

/** With as much of the message as there is room for. */
function cutToFit(
  list: string[],
  error: RpcError,
  { headerListBytesMax = Number.POSITIVE_INFINITY }: HeaderLimit,
): string[] {
  list.push("grpc-status", String(error.code));
  const room = headerListBytesMax - headerListBytes(list) - "grpc-message".length - fieldOverheadBytes;
  if (room > cutMark.length && typeof error.message === "string") {
    list.push("grpc-message", shortened(encodeGrpcMessage(error.message), room));
  }
  return list;
}

/**
 * The status and its companions, appended to `list`: the trailers of a call that failed.
 *
 * @throws {Error} when a detail's value does not fit its type; nothing was appended then
 */
export function pushErrorTrailers(list: string[], error: RpcError, metadata: Metadata | undefined): void {
  const details = error.details.length > 0 ? encodeStatusDetails(error) : undefined;
  pushStatus(list, error.code, error.message, details);
  pushMetadata(list, metadata);
  // A handler may have given the call's own trailers to its error.
  if (error.metadata !== metadata) pushMetadata(list, error.metadata);
}

function pushStatus(list: string[], code: number, message: string, details: string | undefined): void {
  const text = message === "" ? "" : shortened(encodeGrpcMessage(message), messageCharsMax);
  list.push("grpc-status", String(code));
  if (text !== "") list.push("grpc-message", text);
  if (details !== undefined) list.push("grpc-status-details-bin", details);
}

/** What may stand at the end of a cut message: half an escape, or the bytes of a character that may have more. */
const cutEnd = /(%[C-F][0-9A-F](%[89AB][0-9A-F]){0,3})?(%.?)?$/;

/** Cuts a message that is too long, never inside of an escape or a character. */
function shortened(encoded: string, charsMax: number): string {
  if (encoded.length <= charsMax) return encoded;
  const kept = charsMax === messageCharsMax ? charsMax : charsMax - cutMark.length;
  return `${encoded.slice(0, kept).replace(cutEnd, "")}${cutMark}`;
}

/** Names that are sensitive in one or the other. */
export function sensitiveKeysOf(
  one: Metadata | undefined,
  other: Metadata | undefined,
): ReadonlySet<string> | undefined {
  const [first, second] = [one?.sensitiveKeys, other?.sensitiveKeys];
  return first === undefined || second === undefined ? (first ?? second) : new Set([...first, ...second]);
}
