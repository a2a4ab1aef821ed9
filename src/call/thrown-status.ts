import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import { asRpcError } from "../base/thrown.js";

/**
 * The status with which a call at a server ends when its handler, an interceptor or a gate has thrown something: that itself where it
 * is meant for the caller, else a status that tells nothing of the server. Then the server's `onError` hears what was thrown.
 */
export function statusOfThrown(thrown: unknown, kind: "handler" | "gate"): RpcError {
  const error = asRpcError(thrown);
  if (error === undefined || !isErrorCode(error.code)) {
    return new RpcError(Status.UNKNOWN, `the ${kind} failed; its error is known to the server only`);
  }
  if (error.method === undefined) return error;
  // It comes from a call that the handler made itself, and may name hosts, or hold data, of the server that it called.
  return new RpcError(error.code, "a call to another service failed; its error is known to the server only");
}

/** A code that gRPC does not define, or OK, cannot be what a handler meant. */
function isErrorCode(code: number): boolean {
  return Number.isInteger(code) && code > Status.OK && code <= Status.UNAUTHENTICATED;
}
