import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import type { Compression } from "../message/compression.js";
import type { CompressionRegistry } from "../message/compression-registry.js";
import type { ResponseHead } from "./client-response-head.js";

/**
 * How the messages of a response are compressed; undefined for not at all. An encoding that we did not offer is the
 * server's mistake (`doc/compression.md`): INTERNAL.
 */
export function responseCompression(
  head: ResponseHead,
  compressions: CompressionRegistry,
): Compression | RpcError | undefined {
  if (head.encoding === "" || head.encoding === "identity") return undefined;
  const compression = compressions.get(head.encoding);
  if (compression !== undefined) return compression;
  return new RpcError(
    Status.INTERNAL,
    `the server compresses with grpc-encoding "${head.encoding}", which was not offered`,
  );
}
