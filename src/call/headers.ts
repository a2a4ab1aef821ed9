import { Metadata } from "../base/metadata.js";
import type { HeaderList } from "../base/transport.js";
import { parseTimeout } from "./timeout.js";

/** Names of request and response headers that belong to the protocol: users do not see them in their metadata. */
const protocolNames: ReadonlySet<string> = new Set([
  "content-type",
  "content-length",
  "host",
  "te",
  "user-agent",
  "grpc-timeout",
  "grpc-encoding",
  "grpc-accept-encoding",
  "grpc-status",
  "grpc-message",
  "grpc-status-details-bin",
]);

/** What of a header list is the user's: all but pseudo-headers and the protocol's own. */
export function metadataOf(headers: HeaderList): Metadata {
  const pairs: string[] = [];
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] as string;
    if (name.charCodeAt(0) !== 0x3a && !protocolNames.has(name)) pairs.push(name, headers[i + 1] as string);
  }
  return Metadata.fromWirePairs(pairs);
}

/** The first value of a header, or undefined. */
export function headerOf(headers: HeaderList, name: string): string | undefined {
  for (let i = 0; i < headers.length; i += 2) if (headers[i] === name) return headers[i + 1];
  return undefined;
}

/** A request's headers as far as gRPC reads them (`doc/PROTOCOL-HTTP2.md`, Requests). */
export interface RequestHead {
  method: string;
  path: string;
  authority: string;
  contentType: string;
  encoding: string;
  acceptEncoding: string;
  /** As `grpcSubtype` reads the content-type. */
  subtype: string | undefined;
  /** The text of `grpc-timeout`, if there is one. */
  timeout: string | undefined;
  /** Undefined when there is no `grpc-timeout` or a wrong one. */
  timeoutMs: number | undefined;
}

/** A Map, since a peer may send a header named `__proto__` or `constructor`. */
const fieldOf: ReadonlyMap<string, Exclude<keyof RequestHead, "timeoutMs" | "subtype">> = new Map([
  [":method", "method"],
  [":path", "path"],
  [":authority", "authority"],
  ["content-type", "contentType"],
  ["grpc-encoding", "encoding"],
  ["grpc-accept-encoding", "acceptEncoding"],
  ["grpc-timeout", "timeout"],
]);

/** Reads a request's headers in one pass. Of a header that came twice the last one counts. */
export function readRequestHead(headers: HeaderList): RequestHead {
  const head: RequestHead = {
    method: "",
    path: "",
    authority: "",
    contentType: "",
    encoding: "",
    acceptEncoding: "",
    subtype: undefined,
    timeout: undefined,
    timeoutMs: undefined,
  };
  for (let i = 0; i < headers.length; i += 2) {
    const field = fieldOf.get(headers[i] as string);
    if (field !== undefined) head[field] = headers[i + 1] as string;
  }
  // `:authority` has precedence, wherever a `host` stands (RFC 9113 section 8.3.1).
  if (head.authority === "") head.authority = headerOf(headers, "host") ?? "";
  head.subtype = grpcSubtype(head.contentType);
  if (head.timeout !== undefined) head.timeoutMs = parseTimeout(head.timeout);
  return head;
}

const grpcContentType = "application/grpc";

/**
 * How the messages of a content-type are encoded: `proto` for `application/grpc+proto`, empty for `application/grpc`, which leaves it open
 * and by convention means the same; in lower case and without parameters. Undefined for what is not gRPC.
 */
export function grpcSubtype(contentType: string): string | undefined {
  if (contentType === grpcContentType) return "";
  const semicolon = contentType.indexOf(";");
  const type = (semicolon < 0 ? contentType : contentType.slice(0, semicolon)).trim().toLowerCase();
  if (type === grpcContentType) return "";
  return type.startsWith(`${grpcContentType}+`) ? type.slice(grpcContentType.length + 1) : undefined;
}

/** The name of the codec that a subtype stands for: `proto` where the content-type leaves it open. */
export function codecNameOf(subtype: string): string {
  return subtype === "" ? "proto" : subtype;
}

/** Whether a response's messages are ours to read: gRPC, in Protobuf. */
export function isGrpcContentType(contentType: string): boolean {
  const subtype = grpcSubtype(contentType);
  return subtype !== undefined && codecNameOf(subtype) === "proto";
}

/** Appends metadata to a list that is being built. */
export function pushMetadata(list: string[], metadata: Metadata | undefined): void {
  if (metadata === undefined) return;
  for (const part of metadata.wirePairs()) list.push(part);
}
