import { asciiAtOnceMax, readAsciiAtOnce } from "./ascii-table.js";

/** The methods of Node's Buffer that read and write text in place; Bun and Deno have them too, browsers do not. */
interface TextInPlace {
  utf8Write?: (this: Uint8Array, text: string, offset: number) => number;
  utf8Slice?: (this: Uint8Array, start: number, end: number) => string;
}

const inPlace: TextInPlace = typeof Buffer === "undefined" ? {} : (Buffer.prototype as unknown as TextInPlace);
const { utf8Write, utf8Slice } = inPlace;

const encoder = new TextEncoder();
// U+FEFF in front is text, not a byte order mark.
const strictDecoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const lenientDecoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Writes text as UTF-8 and tells how many bytes it took. The caller has made sure that three bytes per UTF-16 unit are
 * free behind `pos`. A lone surrogate becomes U+FFFD.
 */
export function writeUtf8(bytes: Uint8Array, pos: number, text: string): number {
  if (utf8Write !== undefined) return utf8Write.call(bytes, text, pos);
  return encoder.encodeInto(text, bytes.subarray(pos)).written;
}

/** Up to this many bytes, a loop is faster than a call out of JavaScript. */
const shortBytesMax: number = asciiAtOnceMax + 8;

/**
 * Reads `bytes[start..end)` as UTF-8.
 * @param strict refuses invalid UTF-8; else it becomes U+FFFD
 * @throws {TypeError} on invalid UTF-8 where that is refused
 */
export function readUtf8(bytes: Uint8Array, start: number, end: number, strict: boolean): string {
  if (end - start <= shortBytesMax) {
    let all = 0;
    for (let i = start; i < end; i++) all |= bytes[i] as number;
    if (all < 0x80) return readAscii(bytes, start, end - start);
  }
  if (utf8Slice !== undefined) {
    const text = utf8Slice.call(bytes, start, end);
    // Without a replacement character nothing was replaced, hence all was valid.
    if (!text.includes("\ufffd")) return text;
  }
  return (strict ? strictDecoder : lenientDecoder).decode(bytes.subarray(start, end));
}

function readAscii(bytes: Uint8Array, start: number, length: number): string {
  if (length <= asciiAtOnceMax) return readAsciiAtOnce(bytes, start, length);
  const rest = readAsciiAtOnce(bytes, start + asciiAtOnceMax, length - asciiAtOnceMax);
  return readAsciiAtOnce(bytes, start, asciiAtOnceMax) + rest;
}
