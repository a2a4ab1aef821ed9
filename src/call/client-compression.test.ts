import assert from "node:assert/strict";
import { test } from "node:test";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import { CompressionRegistry } from "../message/compression-registry.js";
import { responseCompression } from "./client-compression.js";

test("the encoding of a response", () => {
  const registry = new CompressionRegistry();
  const of = (encoding: string) =>
    responseCompression(
      { httpStatus: "200", contentType: "", encoding, isGrpc: true, statusHeaders: undefined },
      registry,
    );
  assert.equal(of(""), undefined);
  assert.equal(of("identity"), undefined);
  assert.equal(of("gzip"), registry.get("gzip"));
  const error = of("snappy");
  assert.ok(error instanceof RpcError && error.code === Status.INTERNAL);
});
