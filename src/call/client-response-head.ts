import { errorWithoutStack, type RpcError } from "../base/rpc-error.js";
import { Status, toStatus } from "../base/status.js";
import type { HeaderList } from "../base/transport.js";
import { decodeGrpcMessage } from "./grpc-message.js";
import { headerOf, isGrpcContentType, metadataOf } from "./headers.js";
import { decodeStatusDetails } from "./status-details.js";
import { statusOfHttpStatus } from "./wire-status.js";

/** A response's headers as far as gRPC reads them. */
export interface ResponseHead {
  /** The text of `:status`. */
  httpStatus: string;
  contentType: string;
  /** `grpc-encoding`, or empty. */
  encoding: string;
  /** Whether the content-type is one of gRPC. */
  isGrpc: boolean;
  /** The headers where they have a `grpc-status`: those of a Trailers-Only response, whether or not the stream ends with them. */
  statusHeaders: HeaderList | undefined;
}

/** Reads a response's headers in one pass. */
export function readResponseHead(headers: HeaderList): ResponseHead {
  const head: ResponseHead = { httpStatus: "", contentType: "", encoding: "", isGrpc: false, statusHeaders: undefined };
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i];
    if (name === ":status") head.httpStatus = headers[i + 1] as string;
    else if (name === "content-type") head.contentType = headers[i + 1] as string;
    else if (name === "grpc-encoding") head.encoding = headers[i + 1] as string;
    else if (name === "grpc-status") head.statusHeaders = headers;
  }
  head.isGrpc = isGrpcContentType(head.contentType);
  return head;
}

/** Reads the headers of responses; those that come again as the same array, as they mostly do, are read once. */
export class ResponseHeadReader {
  private headers: HeaderList | undefined;
  private head: ResponseHead | undefined;

  read(headers: HeaderList): ResponseHead {
    if (this.head !== undefined && this.headers === headers) return this.head;
    const head = readResponseHead(headers);
    this.headers = headers;
    this.head = head;
    return head;
  }
}

/**
 * What is wrong with a response that came instead of a gRPC one, from a proxy or another server (for instance a 503 with
 * a page in HTML), or undefined. Not asked when the headers carry a `grpc-status`.
 */
export function foreignResponse(head: ResponseHead): RpcError | undefined {
  if (head.isGrpc) return undefined;
  return errorWithoutStack(statusOfHttpStatus(Number(head.httpStatus)), `no gRPC response: ${describe(head)}`);
}

function describe({ httpStatus, contentType }: ResponseHead): string {
  const type = contentType === "" ? "no content-type" : `content-type ${JSON.stringify(contentType)}`;
  return `HTTP status ${httpStatus === "" ? "missing" : httpStatus}, ${type}`;
}

/**
 * The error that trailers tell, or undefined for OK. A status that is missing or no number is an error, never success.
 *
 * @param head the response's headers: their HTTP status counts where there is no `grpc-status`
 */
export function errorOfTrailers(trailers: HeaderList, head: ResponseHead): RpcError | undefined {
  const text = headerOf(trailers, "grpc-status");
  if (text === "0") return undefined;
  const metadata = metadataOf(trailers);
  if (text === undefined) {
    const code = statusOfHttpStatus(Number(head.httpStatus));
    return errorWithoutStack(code, `the response ended without grpc-status: ${describe(head)}`, { metadata });
  }
  const code = /^[0-9]{1,9}$/.test(text) ? toStatus(Number(text)) : Status.UNKNOWN;
  if (code === Status.OK) return undefined;
  const message = decodeGrpcMessage(headerOf(trailers, "grpc-message") ?? "");
  const packed = headerOf(trailers, "grpc-status-details-bin");
  return errorWithoutStack(code, message, {
    metadata,
    details: packed === undefined ? [] : decodeStatusDetails(packed),
  });
}

/** INTERNAL: the server does not keep to gRPC. */
export function brokenResponse(text: string): RpcError {
  return errorWithoutStack(Status.INTERNAL, text);
}
