import { isObjectWith, isText } from "../base/check-option.js";

/**
 * A way to compress messages, named as in `grpc-encoding`. Each message is compressed for itself. Both functions
 * may answer at once or later, and must not keep or change what they were given.
 */
export interface Compression {
  /** Lower case, for instance `gzip`. */
  readonly name: string;
  /** Compresses one message. */
  compress(bytes: Uint8Array): Uint8Array | Promise<Uint8Array>;
  /**
   * Decompresses one message, and must stop when there is more of it than `maxBytes`.
   *
   * @throws {RpcError} RESOURCE_EXHAUSTED for more than `maxBytes`, INTERNAL for bytes that are not valid; thrown,
   *   or as the rejection of the promise
   */
  decompress(bytes: Uint8Array, maxBytes: number): Uint8Array | Promise<Uint8Array>;
}

/** The name that stands for no compression, which every peer understands. */
export const identityName = "identity";

/** A check of an option that is one. */
export function isCompression(name: string, value: unknown): void {
  isObjectWith("compress", "decompress")(name, value);
  isText(`${name}.name`, (value as Compression).name);
}
