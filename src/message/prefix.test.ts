import assert from "node:assert/strict";
import { test } from "node:test";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import { prefixBytes, writePrefix } from "./prefix.js";

test("writes the flag and the length, big-endian, and nothing beside them", () => {
  for (const [compressed, length, expected] of [
    [false, 0, [0, 0, 0, 0, 0]],
    [true, 1, [1, 0, 0, 0, 1]],
    [false, 0x01020304, [0, 1, 2, 3, 4]],
    [true, 0xffffffff, [1, 255, 255, 255, 255]],
  ] as const) {
    const buffer = new Uint8Array(prefixBytes + 2).fill(7);
    writePrefix(buffer, 1, compressed, length);
    assert.deepEqual([...buffer], [7, ...expected, 7]);
  }
});

test("refuses a length of more than 32 bits", () => {
  assert.throws(
    () => writePrefix(new Uint8Array(5), 0, false, 0x1_0000_0000),
    (error) =>
      error instanceof RpcError && error.code === Status.RESOURCE_EXHAUSTED && /4294967296/.test(error.message),
  );
});
