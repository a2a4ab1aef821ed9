import type { HeaderList } from "./transport.js";

/** Size of a header list as its receiver counts it: each field is name + value + 32 bytes (RFC 9113 section 6.5.2). */
export function headerListBytes(headers: HeaderList): number {
  let bytes = 16 * headers.length;
  for (let i = 0; i < headers.length; i++) bytes += (headers[i] as string).length;
  return bytes;
}

/**
 * Sizes of header lists. The frequent lists of a connection are the same frozen objects again and again: the last two are
 * remembered, which are the headers and the trailers of most responses.
 */
export class HeaderListSizes {
  private last: HeaderList | undefined;
  private lastBytes: number = 0;
  private before: HeaderList | undefined;
  private beforeBytes: number = 0;

  /** @param headers not to be changed afterwards */
  bytesOf(headers: HeaderList): number {
    if (headers === this.last) return this.lastBytes;
    if (headers === this.before) return this.beforeBytes;
    const bytes = headerListBytes(headers);
    // A list that is not frozen was made for one call: it would push out those that come again.
    if (Object.isFrozen(headers)) {
      this.before = this.last;
      this.beforeBytes = this.lastBytes;
      this.last = headers;
      this.lastBytes = bytes;
    }
    return bytes;
  }
}
