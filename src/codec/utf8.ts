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
    if (all < 0x80) return readAscii(bytes, start, end - start);
  }
  if (utf8Slice !== undefined) {
    const text = utf8Slice.call(bytes, start, end);
    // Without a replacement character nothing was replaced, hence all was valid.
    if (!text.includes("\ufffd")) return text;
  }
  return (strict ? strictDecoder : lenientDecoder).decode(bytes.subarray(start, end));
}

/** Eight at a time: one call with eight characters costs little more than one with one. */
function readAscii(bytes: Uint8Array, start: number, length: number): string {
  let text = "";
  let at = start;
  let left = length;
  for (; left > 8; left -= 8) {
    text += readUpTo8(bytes, at, 8);
    at += 8;
  }
  const last = readUpTo8(bytes, at, left);
  return text === "" ? last : text + last;
}

function readUpTo8(bytes: Uint8Array, i: number, length: number): string {
  const b = bytes;
  const text = String.fromCharCode;
  switch (length) {
    case 1:
      return text(b[i] as number);
    case 2:
      return text(b[i] as number, b[i + 1] as number);
    case 3:
      return text(b[i] as number, b[i + 1] as number, b[i + 2] as number);
    case 4:
      return text(b[i] as number, b[i + 1] as number, b[i + 2] as number, b[i + 3] as number);
    case 5:
      return text(b[i] as number, b[i + 1] as number, b[i + 2] as number, b[i + 3] as number, b[i + 4] as number);
    default:
      return readSixOrMore(b, i, length);
  }
}

function readSixOrMore(b: Uint8Array, i: number, length: number): string {
  const text = String.fromCharCode;
  const c0 = b[i] as number;
  const c1 = b[i + 1] as number;
  const c2 = b[i + 2] as number;
  const c3 = b[i + 3] as number;
  const c4 = b[i + 4] as number;
  const c5 = b[i + 5] as number;
  if (length === 6) return text(c0, c1, c2, c3, c4, c5);
  if (length === 7) return text(c0, c1, c2, c3, c4, c5, b[i + 6] as number);
  return text(c0, c1, c2, c3, c4, c5, b[i + 6] as number, b[i + 7] as number);
}
