import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { anyText } from "./any-text.testing.js";
import { base64ToBytes, bytesToBase64 } from "./base64.js";

test("writes without padding", () => {
  assert.equal(bytesToBase64(new Uint8Array()), "");
  assert.equal(bytesToBase64(Uint8Array.of(0)), "AA");
  assert.equal(bytesToBase64(Uint8Array.of(1, 2)), "AQI");
  assert.equal(bytesToBase64(Uint8Array.of(1, 2, 3)), "AQID");
});

test("writes a view on a larger buffer, and no more", () => {
  const view = new Uint8Array(Uint8Array.of(9, 1, 2, 3, 9).buffer, 1, 3);
  assert.equal(bytesToBase64(view), "AQID");
});

test("reads with and without padding", () => {
  for (const text of ["AQ", "AQ=", "AQ=="]) assert.deepEqual(base64ToBytes(text), Uint8Array.of(1));
  assert.deepEqual(base64ToBytes(""), new Uint8Array());
});

test("says of text that is no base64 that it is none", () => {
  for (const text of ["A", "AAAAA", "A===", "==AA", "AQ==AQ", "A Q", "AQ\n", "-_8", "é", "AQ,AQ", "\0"]) {
    assert.equal(base64ToBytes(text), undefined, JSON.stringify(text));
  }
});

test("what was written is read again, padded or not", () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const text = bytesToBase64(bytes);
      assert.match(text, /^[A-Za-z0-9+/]*$/);
      assert.equal(text, Buffer.from(bytes).toString("base64").replace(/=/g, ""));
      assert.deepEqual(base64ToBytes(text), bytes);
      assert.deepEqual(base64ToBytes(text.padEnd(Math.ceil(text.length / 4) * 4, "=")), bytes);
    }),
  );
});

test("no text makes it throw", () => {
  fc.assert(fc.property(anyText(), (text) => void base64ToBytes(text)));
});
