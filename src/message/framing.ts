import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import { type Compression, identityName } from "./compression.js";
import { prefixBytes, writePrefix } from "./prefix.js";

/**
 * Makes an encoded message a framed one that is not compressed, in place.
 *
 * @param bytes five bytes of headroom, then the message, as a codec writes it
 * @returns `bytes`, with the prefix in the headroom
 * @throws {RpcError} as `writePrefix`
 */
export function frameMessage(bytes: Uint8Array): Uint8Array {
  writePrefix(bytes, 0, false, bytes.length - prefixBytes);
  return bytes;
}

/**
 * Compresses an encoded message and frames it. One that does not get smaller goes as it is, as gRPC allows for any
 * message (`doc/compression.md`), and an empty one always.
 *
 * @param bytes five bytes of headroom, then the message, as a codec writes it; not to be used any more
 * @returns prefix and message, at once or later; fails with INTERNAL when the compression does
 */
export function compressFramed(compression: Compression, bytes: Uint8Array): Uint8Array | Promise<Uint8Array> {
  if (bytes.length <= prefixBytes) return frameMessage(bytes);
  try {
    const compressed = compression.compress(bytes.subarray(prefixBytes));
    if (compressed instanceof Uint8Array) return frameSmaller(bytes, compressed);
    return compressed.then(
      (later) => frameSmaller(bytes, later),
      (cause: unknown) => Promise.reject(compressionFailed(compression, "compressed", cause)),
    );
  } catch (cause) {
    throw compressionFailed(compression, "compressed", cause);
  }
}

/**
 * Decompresses a message whose flag says that it is compressed.
 *
 * @param compression what `grpc-encoding` names; undefined where it names nothing or `identity`
 * @param maxBytes largest message that is taken, decompressed, in bytes
 * @returns the message, at once or later
 * @throws {RpcError} also as the rejection of the promise: RESOURCE_EXHAUSTED for a message over the limit, INTERNAL
 *   for one that is not valid and for a flag without an encoding (`doc/compression.md`)
 */
export function decompressMessage(
  compression: Compression | undefined,
  payload: Uint8Array,
  maxBytes: number,
): Uint8Array | Promise<Uint8Array> {
  if (compression === undefined || compression.name === identityName) {
    throw new RpcError(Status.INTERNAL, "message is marked as compressed, but no grpc-encoding was announced");
  }
  try {
    const message = compression.decompress(payload, maxBytes);
    if (message instanceof Uint8Array) return withinLimit(message, maxBytes);
    return message.then(
      (later) => withinLimit(later, maxBytes),
      (cause: unknown) => Promise.reject(compressionFailed(compression, "decompressed", cause)),
    );
  } catch (cause) {
    throw compressionFailed(compression, "decompressed", cause);
  }
}

function frameSmaller(bytes: Uint8Array, compressed: Uint8Array): Uint8Array {
  if (compressed.length >= bytes.length - prefixBytes) return frameMessage(bytes);
  const framed = new Uint8Array(prefixBytes + compressed.length);
  framed.set(compressed, prefixBytes);
  writePrefix(framed, 0, true, compressed.length);
  return framed;
}

/** A compression of the user's may not have kept to the limit. */
function withinLimit(message: Uint8Array, maxBytes: number): Uint8Array {
  if (message.length <= maxBytes) return message;
  throw new RpcError(
    Status.RESOURCE_EXHAUSTED,
    `message of ${message.length} bytes (decompressed) is larger than the limit of ${maxBytes} bytes`,
  );
}

function compressionFailed(compression: Compression, what: string, cause: unknown): RpcError {
  if (cause instanceof RpcError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new RpcError(Status.INTERNAL, `message cannot be ${what} (${compression.name}): ${reason}`, { cause });
}
