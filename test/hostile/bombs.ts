import zlib from "node:zlib";
import { bytesOf } from "../../src/http2/frames.testing.js";

/** What a bomb decompresses to, in MiB: far beyond what a message may have. */
const bombMebibytes = 64;

/** A message that is small on the wire. */
export interface Bomb {
  /** For people. */
  readonly title: string;
  /** What `grpc-encoding` says. */
  readonly encoding: string;
  /** The compressed message: made when it is asked for, since that takes a second. */
  make(): Uint8Array;
}

type Compress = (bytes: Uint8Array) => Uint8Array;

/** A bomb in each encoding that is supported here, and one of many members. */
export const bombs: readonly Bomb[] = [
  ...[...compressions()].map(([encoding, compress]) => ({
    title: `a ${encoding} bomb of ${bombMebibytes} MiB`,
    encoding,
    make: () => compress(new Uint8Array(bombMebibytes * 1_048_576)),
  })),
  { title: "a chained gzip bomb of 50 MiB", encoding: "gzip", make: chainedBomb },
];

function compressions(): Map<string, Compress> {
  const found = new Map<string, Compress>([
    ["gzip", zlib.gzipSync],
    ["deflate", zlib.deflateSync],
  ]);
  // Types are those of the oldest Node that we run on, which has none of it.
  const zstd: unknown = Reflect.get(zlib, "zstdCompressSync");
  if (typeof zstd === "function") found.set("zstd", zstd as Compress);
  return found;
}

/** Members of gzip behind each other, each a small bomb: the whole counts. */
function chainedBomb(): Uint8Array {
  const member = zlib.gzipSync(new Uint8Array(524_288));
  return bytesOf(...Array.from({ length: 100 }, () => member));
}
