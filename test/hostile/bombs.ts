import zlib from "node:zlib";
import { bytesOf } from "../../src/http2/frames.testing.js";

/** What a bomb decompresses to, in bytes: far beyond what a message may have. */
const bombBytes = 64 * 1_048_576;

/** A message of 64 MiB in each encoding that is supported here, by name. */
export function bombs(): ReadonlyMap<string, Uint8Array> {
  const zeroes = new Uint8Array(bombBytes);
  const found = new Map<string, Uint8Array>([
    ["gzip", zlib.gzipSync(zeroes)],
    ["deflate", zlib.deflateSync(zeroes)],
  ]);
  // Types are those of the oldest Node that we run on, which has none of it.
  const zstd: unknown = Reflect.get(zlib, "zstdCompressSync");
  if (typeof zstd === "function") found.set("zstd", (zstd as (bytes: Uint8Array) => Uint8Array)(zeroes));
  return found;
}

const halfMebibyte = new Uint8Array(524_288);

/** Members of gzip behind each other, each a small bomb: the whole counts. */
export function chainedBomb(): Uint8Array {
  const member = zlib.gzipSync(halfMebibyte);
  return bytesOf(...Array.from({ length: 100 }, () => member));
}
