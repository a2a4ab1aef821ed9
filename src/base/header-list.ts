import type { HeaderList } from "./transport.js";

/** Size of a header list as its receiver counts it: each field is name + value + 32 bytes (RFC 9113 section 6.5.2). */
export function headerListBytes(headers: HeaderList): number {
  let bytes = 16 * headers.length;
  for (let i = 0; i < headers.length; i++) bytes += (headers[i] as string).length;
  return bytes;
}
