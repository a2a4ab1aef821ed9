import zlib from "node:zlib";
import { bytesOf } from "../../src/http2/frames.testing.js";
import { prefixed } from "../specification/grpc/messages.testing.js";

/** What is decompressed at once, in bytes: less than what goes to a thread, and than what `maxDecodedBytes` lets in. */
const dearBytes = 100_000;

/** A `Nested` of some 150 bytes when it is compressed: fifty thousand messages within, or fields that nobody knows. */
export function dearMessage(what: "submessages" | "unknown fields"): Uint8Array {
  const unit = what === "submessages" ? [0x3a, 0] : [0xa0, 0x06, 1];
  const bytes = new Uint8Array(dearBytes - (dearBytes % unit.length));
  for (let i = 0; i < bytes.length; i++) bytes[i] = unit[i % unit.length] as number;
  return prefixed(zlib.gzipSync(bytes), 1);
}

/** So many of them take seconds. */
export function dearMessages(one: Uint8Array): Uint8Array {
  return bytesOf(...Array.from({ length: 80 }, () => one));
}
