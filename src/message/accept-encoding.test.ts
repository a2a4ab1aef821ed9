import assert from "node:assert/strict";
import { test } from "node:test";
import { formatAcceptEncoding, parseAcceptEncoding } from "./accept-encoding.js";

test("reads a list, whatever its blanks and empty parts", () => {
  assert.deepEqual(parseAcceptEncoding("identity,gzip,deflate"), ["identity", "gzip", "deflate"]);
  assert.deepEqual(parseAcceptEncoding(" identity, GZIP ,\t,, zstd,"), ["identity", "gzip", "zstd"]);
  assert.deepEqual(parseAcceptEncoding(""), []);
  assert.deepEqual(parseAcceptEncoding(",,"), []);
  assert.deepEqual(parseAcceptEncoding(undefined), []);
});

test("writes a list with identity in front, each name once", () => {
  assert.equal(formatAcceptEncoding([]), "identity");
  assert.equal(formatAcceptEncoding(["gzip", "identity", "gzip", "x"]), "identity,gzip,x");
});
