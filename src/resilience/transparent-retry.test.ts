import assert from "node:assert/strict";
import { test } from "node:test";
import { ErrorCode, type TransportFailure } from "../base/transport.js";
import { mayRetryTransparently, TRANSPARENT_RETRIES_MAX } from "./transparent-retry.js";

// Rules of docs/specification.md: wire:refused-stream, wire:goaway-unprocessed.

const refused: TransportFailure = {
  scope: "stream",
  origin: "peer",
  code: ErrorCode.REFUSED_STREAM,
  message: "refused",
  unprocessed: true,
};
/** The connection was lost before the stream left this process. */
const unsent: TransportFailure = { ...refused, scope: "io", code: ErrorCode.NO_ERROR };

test("what the peer refused begins again once", () => {
  assert.equal(mayRetryTransparently(refused, 0, true), true);
  assert.equal(mayRetryTransparently(refused, 1, true), false);
});

test("what never left begins again a few times", () => {
  assert.equal(mayRetryTransparently(unsent, TRANSPARENT_RETRIES_MAX - 1, true), true);
  assert.equal(mayRetryTransparently(unsent, TRANSPARENT_RETRIES_MAX, true), false);
});

test("what was perhaps processed, or is not held any more, does not", () => {
  assert.equal(mayRetryTransparently({ ...refused, unprocessed: false }, 0, true), false);
  assert.equal(mayRetryTransparently(refused, 0, false), false);
});
