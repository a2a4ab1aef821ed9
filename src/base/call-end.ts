import type { RpcError } from "./rpc-error.js";
import type { Status } from "./status.js";

/** How a call ended. Gates and interceptors hear it once per call, whatever the shape of the call. */
export interface CallEnd {
  /** The status that the other side got or sent; where this side ended the call first, the status that it ended with. */
  readonly status: Status;
  /** The error behind a status other than OK. */
  readonly error: RpcError | undefined;
  /** Time from the start of the call to its end, in milliseconds. */
  readonly durationMs: number;
}
