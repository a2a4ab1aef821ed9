import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import { DecodedSizeError } from "../codec/decode-bounds.js";

/** What a call ends with whose peer sent a message that cannot be decoded, or may not. */
export function decodeError(error: unknown): RpcError {
  const status = error instanceof DecodedSizeError ? Status.RESOURCE_EXHAUSTED : Status.INTERNAL;
  return new RpcError(status, error instanceof Error ? error.message : String(error), { cause: error });
}
