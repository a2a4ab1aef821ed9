import assert from "node:assert/strict";
import { test } from "node:test";
import { ErrorCode, type TransportFailure } from "../base/transport.js";
import { mayRetryTransparently, TRANSPARENT_RETRIES_MAX } from "./transparent-retry.js";

function failure(unprocessed: boolean): TransportFailure {
  return { scope: "stream", origin: "peer", code: ErrorCode.REFUSED_STREAM, message: "refused", unprocessed };
}

test("only what was never processed and is still held begins again, a few times", () => {
  assert.equal(mayRetryTransparently(failure(true), 0, true), true);
  assert.equal(mayRetryTransparently(failure(true), TRANSPARENT_RETRIES_MAX - 1, true), true);
  assert.equal(mayRetryTransparently(failure(true), TRANSPARENT_RETRIES_MAX, true), false);
  assert.equal(mayRetryTransparently(failure(false), 0, true), false);
  assert.equal(mayRetryTransparently(failure(true), 0, false), false);
});
