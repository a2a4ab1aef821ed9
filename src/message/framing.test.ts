import assert from "node:assert/strict";
import { test } from "node:test";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import type { Compression } from "./compression.js";
import { compressFramed, decompressMessage, frameMessage } from "./framing.js";
import { syncInputBytesMax } from "./limits.js";
import { MessageReader } from "./message-reader.js";
import { prefixBytes } from "./prefix.js";
import { builtInCompressions } from "./zlib-compression.js";

const gzip = builtInCompressions()[0] as Compression;

function encoded(length: number): Uint8Array {
  return new Uint8Array(prefixBytes + length).fill(9, prefixBytes);
}

function failing(cause: unknown): Compression {
  return {
    name: "failing",
    compress: () => Promise.reject(cause),
    decompress: () => {
      throw cause;
    },
  };
}

function hasCode(code: Status, message: RegExp): (error: unknown) => boolean {
  return (error) => error instanceof RpcError && error.code === code && message.test(error.message);
}

test("frames in place", () => {
  const bytes = encoded(3);
  assert.equal(frameMessage(bytes), bytes);
  assert.deepEqual([...bytes], [0, 0, 0, 0, 3, 9, 9, 9]);
});

test("compresses, frames, and is read back, at once or later", async () => {
  for (const length of [200, syncInputBytesMax * 3]) {
    const framed = compressFramed(gzip, encoded(length));
    assert.equal(framed instanceof Promise, length > syncInputBytesMax);
    const reader = new MessageReader();
    reader.push(await framed);
    const payload = reader.next()?.view() as Uint8Array;
    assert.equal(reader.lastCompressed, true);
    assert.equal(reader.finish(), undefined);
    const message = await decompressMessage(gzip, payload, length);
    assert.deepEqual(Buffer.from(message), Buffer.alloc(length, 9));
  }
});

test("a message that does not get smaller, and an empty one, go as they are", async () => {
  for (const length of [0, 1, 10]) {
    const bytes = encoded(length);
    const framed = await compressFramed(gzip, bytes);
    assert.equal(framed, bytes);
    assert.deepEqual([...framed.subarray(0, prefixBytes)], [0, 0, 0, 0, length]);
  }
});

test("a compressed message without an encoding is INTERNAL", () => {
  const identity: Compression = { name: "identity", compress: (bytes) => bytes, decompress: (bytes) => bytes };
  for (const compression of [undefined, identity]) {
    assert.throws(() => decompressMessage(compression, encoded(1), 10), hasCode(Status.INTERNAL, /no grpc-encoding/));
  }
});

test("a compression that fails is INTERNAL, with its reason and cause", async () => {
  const cause = new Error("out of order");
  const expected = hasCode(Status.INTERNAL, /\(failing\): out of order/);
  await assert.rejects(async () => compressFramed(failing(cause), encoded(10)), expected);
  assert.throws(() => decompressMessage(failing(cause), encoded(10), 10), expected);
  const own = new RpcError(Status.DATA_LOSS, "lost");
  assert.throws(() => decompressMessage(failing(own), encoded(10), 10), own);
});

test("a compression that passes the limit is stopped after it", async () => {
  const expected = hasCode(Status.RESOURCE_EXHAUSTED, /message of 20 bytes \(decompressed\) .* limit of 10/);
  for (const result of [new Uint8Array(20), Promise.resolve(new Uint8Array(20))]) {
    const careless: Compression = { name: "careless", compress: (bytes) => bytes, decompress: () => result };
    await assert.rejects(async () => decompressMessage(careless, encoded(1), 10), expected);
  }
});
