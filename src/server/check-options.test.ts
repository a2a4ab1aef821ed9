import assert from "node:assert/strict";
import { test } from "node:test";
import { checkServerOptions } from "./check-options.js";
import type { ServerOptions } from "./options.js";

test("the least and the largest value of each number is taken, and what is beyond is refused by name", () => {
  const messageBytesMost = 0xffff_ffff;
  const bounds: [name: string, make: (value: number) => ServerOptions, most: number][] = [
    ["receiveMessageBytesMax", (value) => ({ receiveMessageBytesMax: value }), messageBytesMost],
    ["sendMessageBytesMax", (value) => ({ sendMessageBytesMax: value }), messageBytesMost],
    ["maxDecodedBytes", (value) => ({ maxDecodedBytes: value }), Number.POSITIVE_INFINITY],
    ["compression.bytesMin", (value) => ({ compression: { bytesMin: value } }), messageBytesMost],
    ["connection.idleMsMax", (value) => ({ connection: { idleMsMax: value } }), Number.POSITIVE_INFINITY],
    ["connection.ageMsMax", (value) => ({ connection: { ageMsMax: value } }), Number.POSITIVE_INFINITY],
    ["connection.ageGraceMs", (value) => ({ connection: { ageGraceMs: value } }), Number.POSITIVE_INFINITY],
  ];
  for (const [name, make, most] of bounds) {
    for (const value of [0, most]) assert.doesNotThrow(() => checkServerOptions(make(value)), `${name}: ${value}`);
    for (const value of [-1, ...(most === Number.POSITIVE_INFINITY ? [] : [most + 1])]) {
      const message = new RegExp(`${name.replace(".", "\\.")} must be`);
      assert.throws(() => checkServerOptions(make(value)), { name: "TypeError", message }, `${name}: ${value}`);
    }
  }
});
