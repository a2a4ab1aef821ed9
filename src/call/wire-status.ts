import { errorWithoutStack, type RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import { ErrorCode, type TransportFailure } from "../base/transport.js";

/**
 * What a call's end is called when a stream died by RST_STREAM (`doc/PROTOCOL-HTTP2.md`, HTTP2 Transport Mapping, with
 * STREAM_CLOSED as the table there leaves open).
 */
export function statusOfErrorCode(code: number): Status {
  switch (code) {
    case ErrorCode.STREAM_CLOSED:
      return Status.UNKNOWN;
    case ErrorCode.REFUSED_STREAM:
      return Status.UNAVAILABLE;
    case ErrorCode.CANCEL:
      return Status.CANCELLED;
    case ErrorCode.ENHANCE_YOUR_CALM:
      return Status.RESOURCE_EXHAUSTED;
    case ErrorCode.INADEQUATE_SECURITY:
      return Status.PERMISSION_DENIED;
    default:
      return code >= 0 && code <= ErrorCode.HTTP_1_1_REQUIRED ? Status.INTERNAL : Status.UNKNOWN;
  }
}

/** What an HTTP status means where a response has no `grpc-status` (`doc/http-grpc-status-mapping.md`). */
export function statusOfHttpStatus(httpStatus: number): Status {
  switch (httpStatus) {
    case 400:
    case 431:
      return Status.INTERNAL;
    case 401:
      return Status.UNAUTHENTICATED;
    case 403:
      return Status.PERMISSION_DENIED;
    case 404:
      return Status.UNIMPLEMENTED;
    case 429:
    case 502:
    case 503:
    case 504:
      return Status.UNAVAILABLE;
    default:
      return Status.UNKNOWN;
  }
}

/** The one place where a failure of the transport becomes the status of a call. */
export function errorOfFailure(failure: TransportFailure): RpcError {
  const lost = failure.scope !== "stream" || failure.unprocessed;
  return errorWithoutStack(lost ? Status.UNAVAILABLE : statusOfErrorCode(failure.code), failure.message);
}
