import { errorWithoutStack, type RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";

/** Codes that only servers give: one from a policy would be taken for a server's answer (gRFC A54). */
const onlyOfServers: ReadonlySet<Status> = new Set<Status>([
  Status.OK,
  Status.INVALID_ARGUMENT,
  Status.NOT_FOUND,
  Status.ALREADY_EXISTS,
  Status.FAILED_PRECONDITION,
  Status.ABORTED,
  Status.OUT_OF_RANGE,
  Status.DATA_LOSS,
]);

/** The error of a call that a picker fails: the policy's own belongs to many calls. */
export function errorOfPick(error: RpcError): RpcError {
  if (!onlyOfServers.has(error.code)) return errorWithoutStack(error.code, error.message);
  const text = `a load balancing policy gave a status of servers, ${error.codeName}: ${error.message}`;
  return errorWithoutStack(Status.INTERNAL, text, { cause: error });
}
