/** The methods of Node's Buffer that read and write text in place; Bun and Deno have them too, browsers do not. */
interface TextInPlace {
  utf8Write?: (this: Uint8Array, text: string, offset: number, length: number) => number;
  utf8Slice?: (this: Uint8Array, start: number, end: number) => string;
  latin1Slice?: (this: Uint8Array, start: number, end: number) => string;
}

const inPlace: TextInPlace = typeof Buffer === "undefined" ? {} : (Buffer.prototype as unknown as TextInPlace);
const { utf8Write, utf8Slice, latin1Slice } = inPlace;

const encoder = new TextEncoder();
// U+FEFF in front is text, not a byte order mark.
const strictDecoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const lenientDecoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Writes text as UTF-8 and tells how many bytes it took. The caller has made sure that three bytes per UTF-16 unit are
 * free behind `pos`. A lone surrogate becomes U+FFFD.
 */
export function writeUtf8(bytes: Uint8Array, pos: number, text: string): number {
  if (utf8Write !== undefined) return utf8Write.call(bytes, text, pos, bytes.length - pos);
  return encoder.encodeInto(text, bytes.subarray(pos)).written;
}

/** Up to this many bytes, a loop is faster than a call out of JavaScript. */
const shortBytesMax = 24;

/**
 * Reads `bytes[start..end)` as UTF-8.
 * @param strict refuses invalid UTF-8; else it becomes U+FFFD
 * @throws {TypeError} on invalid UTF-8 where that is refused
 */
export function readUtf8(bytes: Uint8Array, start: number, end: number, strict: boolean): string {
  if (end - start <= shortBytesMax) {
    let all = 0;
    for (let i = start; i < end; i++) all |= bytes[i] as number;
    if (all < 0x80) return readAscii(bytes, start, end);
  }
  if (utf8Slice !== undefined) {
    const text = utf8Slice.call(bytes, start, end);
    // Without a replacement character nothing was replaced, hence all was valid.
    if (!text.includes("\ufffd")) return text;
  }
  return (strict ? strictDecoder : lenientDecoder).decode(bytes.subarray(start, end));
}

function readAscii(b: Uint8Array, start: number, end: number): string {
  const fromCharCode = String.fromCharCode;
  let text = "";
  let i = start;
  if (latin1Slice !== undefined && end - start > 12) return latin1Slice.call(b, start, end);
  for (; i + 4 <= end; i += 4) {
    text += fromCharCode(b[i] as number, b[i + 1] as number, b[i + 2] as number, b[i + 3] as number);
  }
  for (; i < end; i++) text += fromCharCode(b[i] as number);
  return text;
}
