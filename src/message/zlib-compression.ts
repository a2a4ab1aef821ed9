import type { ZlibOptions } from "node:zlib";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import type { Compression } from "./compression.js";
import { syncInputBytesMax, syncOutputBytesMax } from "./limits.js";

/** What `info: true` makes of the result: how much of the input was used, beside the output. */
interface ResultWithInfo {
  readonly buffer: Uint8Array;
  readonly engine: { readonly bytesWritten: number };
}

type SyncCall = (bytes: Uint8Array, options: ZlibOptions) => unknown;
type AsyncCall = (
  bytes: Uint8Array,
  options: ZlibOptions,
  done: (error: Error | null, result: unknown) => void,
) => void;

/** The four functions of `node:zlib` that make up one format. */
interface Format {
  readonly compressSync: SyncCall;
  readonly compress: AsyncCall;
  readonly decompressSync: SyncCall;
  readonly decompress: AsyncCall;
}

/** `gzip`, `deflate` (the zlib format, RFC 1950, as gRPC means it), and `zstd` where this runtime's zlib knows it. */
export function builtInCompressions(): Compression[] {
  const compressions: Compression[] = [new ZlibCompression("gzip", gzip), new ZlibCompression("deflate", deflate)];
  const zstd = Number.parseInt(process.versions.node, 10) < 22 ? undefined : findZstd();
  if (zstd !== undefined) compressions.push(new ZlibCompression("zstd", () => zstd));
  return compressions;
}

/** `node:zlib`, loaded by the first who asks: few programs compress. */
function nodeZlib(): typeof import("node:zlib") {
  return process.getBuiltinModule("node:zlib");
}

function gzip(): Format {
  const { gzipSync, gzip, gunzipSync, gunzip } = nodeZlib();
  return { compressSync: gzipSync, compress: gzip, decompressSync: gunzipSync, decompress: gunzip };
}

function deflate(): Format {
  const { deflateSync, deflate, inflateSync, inflate } = nodeZlib();
  return { compressSync: deflateSync, compress: deflate, decompressSync: inflateSync, decompress: inflate };
}

/**
 * Node has zstd from 22.15 and 23.8 on; its types here are those of the oldest Node that we run on. Where it takes a
 * message that was cut off for a whole one, as that of Node 22 does, it is not to be used.
 */
function findZstd(): Format | undefined {
  const zlib = nodeZlib();
  const [compressSync, compress, decompressSync, decompress] = [
    "zstdCompressSync",
    "zstdCompress",
    "zstdDecompressSync",
    "zstdDecompress",
  ].map((name): unknown => Reflect.get(zlib, name));
  if (typeof compressSync !== "function" || typeof compress !== "function") return undefined;
  if (typeof decompressSync !== "function" || typeof decompress !== "function") return undefined;
  const format = {
    compressSync: compressSync as SyncCall,
    compress: compress as AsyncCall,
    decompressSync: decompressSync as SyncCall,
    decompress: decompress as AsyncCall,
  };
  return refusesTruncated(format) ? format : undefined;
}

function refusesTruncated({ compressSync, decompressSync }: Format): boolean {
  const compressed = compressSync(new Uint8Array(8), {}) as Uint8Array;
  try {
    decompressSync(compressed.subarray(0, compressed.length - 1), {});
    return false;
  } catch {
    return true;
  }
}

class ZlibCompression implements Compression {
  readonly name: string;
  private readonly find: () => Format;
  private found: Format | undefined = undefined;

  constructor(name: string, find: () => Format) {
    this.name = name;
    this.find = find;
  }

  /** Programs that never compress never load what does it. */
  private get format(): Format {
    this.found ??= this.find();
    return this.found;
  }

  compress(bytes: Uint8Array): Uint8Array | Promise<Uint8Array> {
    const options = { chunkSize: chunkSizeFor(bytes.length) };
    if (bytes.length <= syncInputBytesMax) return this.format.compressSync(bytes, options) as Uint8Array;
    return new Promise((resolve, reject) => {
      this.format.compress(bytes, options, (error, result) => {
        if (error === null) resolve(result as Uint8Array);
        else reject(error);
      });
    });
  }

  decompress(bytes: Uint8Array, maxBytes: number): Uint8Array | Promise<Uint8Array> {
    if (bytes.length > syncInputBytesMax) return this.decompressLater(bytes, maxBytes);
    const syncMaxBytes = Math.min(maxBytes, syncOutputBytesMax);
    try {
      return this.checked(this.format.decompressSync(bytes, decompressOptions(bytes, syncMaxBytes)), bytes, maxBytes);
    } catch (error) {
      if (isTooLarge(error) && syncMaxBytes < maxBytes) return this.decompressLater(bytes, maxBytes);
      throw this.toRpcError(error, maxBytes);
    }
  }

  private decompressLater(bytes: Uint8Array, maxBytes: number): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      this.format.decompress(bytes, decompressOptions(bytes, maxBytes), (error, result) => {
        try {
          if (error !== null) throw error;
          resolve(this.checked(result, bytes, maxBytes));
        } catch (cause) {
          reject(this.toRpcError(cause, maxBytes));
        }
      });
    });
  }

  /** Several gzip members are one message, as RFC 1952 says; other bytes behind the end are an error. */
  private checked(result: unknown, bytes: Uint8Array, maxBytes: number): Uint8Array {
    const { buffer, engine } = result as ResultWithInfo;
    if (buffer.length > maxBytes) throw tooLarge(maxBytes);
    if (engine.bytesWritten === bytes.length) return plain(buffer);
    const left = bytes.length - engine.bytesWritten;
    throw new RpcError(Status.INTERNAL, `compressed message (${this.name}) has ${left} bytes behind its end`);
  }

  private toRpcError(cause: unknown, maxBytes: number): RpcError {
    if (cause instanceof RpcError) return cause;
    if (isTooLarge(cause)) return tooLarge(maxBytes);
    const reason = cause instanceof Error ? cause.message : String(cause);
    return new RpcError(Status.INTERNAL, `message cannot be decompressed (${this.name}): ${reason}`, { cause });
  }
}

/** The same bytes as no `Buffer`, so that users do not meet one where a message has bytes. */
function plain(buffer: Uint8Array): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}

function tooLarge(maxBytes: number): RpcError {
  return new RpcError(
    Status.RESOURCE_EXHAUSTED,
    `message is larger than the limit of ${maxBytes} bytes when it is decompressed`,
  );
}

function isTooLarge(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";
}

/** `maxOutputLength` has to be 1 at least: `checked` looks at the limit once more. */
function decompressOptions(bytes: Uint8Array, maxBytes: number): ZlibOptions {
  return { info: true, maxOutputLength: Math.max(1, maxBytes), chunkSize: chunkSizeFor(bytes.length * 4) };
}

/** Output is made in pieces of this size, in bytes: one should do, and a small message should not keep a large one. */
function chunkSizeFor(length: number): number {
  return Math.min(65_536, Math.max(512, length + 64));
}
