import assert from "node:assert/strict";
import { test } from "node:test";
import { Status, statusName } from "../base/status.js";
import { ErrorCode, type TransportFailure } from "../base/transport.js";
import { errorOfFailure, statusOfErrorCode, statusOfHttpStatus } from "./wire-status.js";

test("the status of each RST_STREAM code", () => {
  const table: Record<keyof typeof ErrorCode, keyof typeof Status> = {
    NO_ERROR: "INTERNAL",
    PROTOCOL_ERROR: "INTERNAL",
    INTERNAL_ERROR: "INTERNAL",
    FLOW_CONTROL_ERROR: "INTERNAL",
    SETTINGS_TIMEOUT: "INTERNAL",
    STREAM_CLOSED: "UNKNOWN",
    FRAME_SIZE_ERROR: "INTERNAL",
    REFUSED_STREAM: "UNAVAILABLE",
    CANCEL: "CANCELLED",
    COMPRESSION_ERROR: "INTERNAL",
    CONNECT_ERROR: "INTERNAL",
    ENHANCE_YOUR_CALM: "RESOURCE_EXHAUSTED",
    INADEQUATE_SECURITY: "PERMISSION_DENIED",
    HTTP_1_1_REQUIRED: "INTERNAL",
  };
  for (const [name, status] of Object.entries(table)) {
    assert.equal(statusName(statusOfErrorCode(ErrorCode[name as keyof typeof ErrorCode])), status, name);
  }
  for (const code of [14, 0xffff_ffff, -1]) assert.equal(statusOfErrorCode(code), Status.UNKNOWN);
});

test("the status of each HTTP status", () => {
  const table: readonly [number, Status][] = [
    [400, Status.INTERNAL],
    [431, Status.INTERNAL],
    [401, Status.UNAUTHENTICATED],
    [403, Status.PERMISSION_DENIED],
    [404, Status.UNIMPLEMENTED],
    [429, Status.UNAVAILABLE],
    [502, Status.UNAVAILABLE],
    [503, Status.UNAVAILABLE],
    [504, Status.UNAVAILABLE],
    [200, Status.UNKNOWN],
    [415, Status.UNKNOWN],
    [500, Status.UNKNOWN],
    [Number.NaN, Status.UNKNOWN],
  ];
  for (const [http, status] of table) assert.equal(statusOfHttpStatus(http), status, String(http));
});

test("a lost connection and a stream that was not processed are UNAVAILABLE, whatever the code", () => {
  const failure: TransportFailure = {
    scope: "stream",
    origin: "peer",
    code: ErrorCode.CANCEL,
    message: "what happened",
    unprocessed: false,
  };
  const reset = errorOfFailure(failure);
  assert.equal(reset.code, Status.CANCELLED);
  assert.equal(reset.message, "what happened");
  assert.equal(errorOfFailure({ ...failure, unprocessed: true }).code, Status.UNAVAILABLE);
  assert.equal(errorOfFailure({ ...failure, scope: "connection" }).code, Status.UNAVAILABLE);
  assert.equal(errorOfFailure({ ...failure, scope: "io", code: 0 }).code, Status.UNAVAILABLE);
});
