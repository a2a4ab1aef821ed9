import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";

/** A target that cannot be read: the user's mistake, told when the channel is made. */
export function invalidTarget(text: string, reason: string): RpcError {
  return new RpcError(Status.INVALID_ARGUMENT, `target ${JSON.stringify(text)}: ${reason}`);
}
