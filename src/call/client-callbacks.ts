import type { Metadata } from "../base/metadata.js";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import { asRpcError, thrownText } from "../base/thrown.js";
import { follow } from "./promise-like.js";

export type CallbackName = "onHeaders" | "onTrailers";

/**
 * Calls a callback of the user.
 *
 * @param onLate hears of a callback that is asynchronous, and fails later
 * @returns the error that the call ends with when the callback throws
 */
export function callBack(
  name: CallbackName,
  callback: (metadata: Metadata) => unknown,
  metadata: Metadata,
  onLate: (error: RpcError) => void,
): RpcError | undefined {
  try {
    const result = callback(metadata);
    if (typeof result === "object") follow(result, ignore, (error) => onLate(thrownBy(name, error)));
    return undefined;
  } catch (error) {
    return thrownBy(name, error);
  }
}

/** Asks the user whether to compress a message. */
export function asks(compressWhen: (message: object) => boolean, message: object): boolean {
  try {
    return compressWhen(message);
  } catch (error) {
    throw thrownBy("compressWhen", error);
  }
}

function thrownBy(name: string, error: unknown): RpcError {
  return new RpcError(Status.CANCELLED, `the callback ${name} threw: ${thrownText(error)}`, { cause: error });
}

/** A signal that carries an `RpcError`, as that of a call in a handler does, hands its status on. */
export function cancelled(reason: unknown): RpcError {
  const own = asRpcError(reason);
  if (own !== undefined && own.code !== Status.OK) return new RpcError(own.code, own.message);
  if (reason === undefined) return new RpcError(Status.CANCELLED, "the call was cancelled");
  return new RpcError(Status.CANCELLED, `the call was cancelled: ${thrownText(reason)}`, { cause: reason });
}

function ignore(): void {
  // It went well.
}
