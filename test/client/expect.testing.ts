import assert from "node:assert/strict";
import { RpcError, type Status, statusName } from "peregrine";

/** That a call fails with this status and a message that fits; gives the error. */
export async function expectFailure(call: Promise<unknown>, code: Status, message: RegExp = /^/): Promise<RpcError> {
  const error = await call.then(
    () => assert.fail(`the call succeeded, expected ${statusName(code)}`),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof RpcError, `expected an RpcError: ${String(error)}`);
  assert.equal(error.codeName, statusName(code), error.message);
  assert.match(error.message, message);
  return error;
}
