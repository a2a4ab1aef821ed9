import assert from "node:assert/strict";
import { test } from "node:test";
import zlib from "node:zlib";
import type { Compression } from "./compression.js";
import { CompressionRegistry } from "./compression-registry.js";

function named(name: string): Compression {
  return { name, compress: (bytes) => bytes, decompress: (bytes) => bytes };
}

/** Node 22, Bun and Deno have it, but took cut messages for whole ones when this was written. */
function hasUsableZstd(): boolean {
  const [compress, decompress] = ["zstdCompressSync", "zstdDecompressSync"].map((name) => Reflect.get(zlib, name));
  if (typeof compress !== "function" || typeof decompress !== "function") return false;
  const cut = (compress(Buffer.from("message")) as Buffer).subarray(0, -1);
  try {
    decompress(cut);
    return false;
  } catch {
    return true;
  }
}

test("has gzip and deflate, and zstd where it can be used", () => {
  const registry = new CompressionRegistry();
  const names = ["gzip", "deflate", ...(hasUsableZstd() ? ["zstd"] : [])];
  assert.deepEqual(registry.names(), names);
  assert.equal(registry.acceptEncoding, ["identity", ...names].join(","));
  for (const name of names) assert.equal(registry.get(name)?.name, name);
});

test("knows identity, an absent name, and its own", () => {
  const registry = new CompressionRegistry([named("snappy")]);
  assert.ok(registry.knows("identity"));
  assert.ok(registry.knows(undefined));
  assert.ok(registry.knows("snappy"));
  assert.equal(registry.knows("gzip"), false);
  assert.equal(registry.get("identity"), undefined);
  assert.equal(registry.get("gzip"), undefined);
  assert.equal(registry.get("__proto__"), undefined);
  assert.equal(registry.acceptEncoding, "identity,snappy");
});

test("a later compression of the same name wins; nothing is shared between registries", () => {
  const [first, second] = [named("x"), named("x")];
  assert.equal(new CompressionRegistry([first, second]).get("x"), second);
  assert.equal(new CompressionRegistry([]).get("x"), undefined);
});

test("refuses names that a header list cannot carry", () => {
  for (const name of ["", "identity", "a,b", "Gzip", "a b", "a\n"]) {
    assert.throws(() => new CompressionRegistry([named(name)]), TypeError, name);
  }
});
