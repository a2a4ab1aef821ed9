import { encodeWithRawBytes } from "./raw-bytes.js";

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const strictDecoder = new TextDecoder("utf-8", { ignoreBOM: true, fatal: true });

/** Said of a string that is not text. */
export const notUtf8: string =
  "A string must be valid UTF-8. Save the file as UTF-8, write its escapes as UTF-8, or give the field the type bytes.";

/** The escapes of one character, by that character. */
const simpleEscapes: ReadonlyMap<number, number> = new Map(
  Object.entries({ a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, "\\": 92, "?": 63, "'": 39, '"': 34 }).map(
    ([name, code]) => [name.charCodeAt(0), code],
  ),
);

/** What `protoc` takes in an escape: above the last code point it leaves the escape as it is. */
const escapedMax = 0x1fffff;
const codePointMax = 0x10ffff;

export interface Unescaped {
  readonly bytes: Uint8Array;
  /** Offsets in the given text of escapes that are not valid. */
  readonly errors: readonly { readonly start: number; readonly end: number; readonly message: string }[];
}

/** Reads what stands between the quotes of a literal that has escapes. Strings are bytes: `\377` need not be UTF-8. */
export function unescaped(text: string): Unescaped {
  const bytes: number[] = [];
  const errors: { start: number; end: number; message: string }[] = [];
  let at = 0;
  while (at < text.length) {
    const backslash = text.indexOf("\\", at);
    const plainEnd = backslash === -1 ? text.length : backslash;
    // One by one: a long string is more than a call takes as arguments.
    for (const byte of encodeWithRawBytes(text.slice(at, plainEnd))) bytes.push(byte);
    if (backslash === -1) break;
    const one = readEscape(text, backslash + 1);
    if (typeof one.value === "string") errors.push({ start: backslash, end: one.end, message: one.value });
    else bytes.push(...one.value);
    at = one.end;
  }
  return { bytes: Uint8Array.from(bytes), errors };
}

/** A string's text; bytes that are not UTF-8 become U+FFFD. */
export function utf8Text(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

export function isUtf8(bytes: Uint8Array): boolean {
  try {
    strictDecoder.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** @returns the bytes meant, or what is wrong */
function readEscape(text: string, at: number): { value: readonly number[] | string; end: number } {
  const c = text.charCodeAt(at);
  const simple = simpleEscapes.get(c);
  if (simple !== undefined) return { value: [simple], end: at + 1 };
  if (c >= 48 && c <= 55) {
    const end = digitsEnd(text, at, 3, 8);
    return { value: [Number.parseInt(text.slice(at, end), 8) & 0xff], end };
  }
  if (c === 0x78 || c === 0x58) {
    const end = digitsEnd(text, at + 1, 2, 16);
    if (end === at + 1) return { value: 'Expected hex digits after "\\x".', end };
    return { value: [Number.parseInt(text.slice(at + 1, end), 16)], end };
  }
  if (c === 0x75 || c === 0x55) return readCodePoint(text, at, c === 0x75 ? 4 : 8);
  return { value: "Invalid escape sequence in string literal.", end: Math.min(at + 1, text.length) };
}

function readCodePoint(text: string, at: number, digits: number): { value: readonly number[] | string; end: number } {
  let end = digitsEnd(text, at + 1, digits, 16);
  if (end - at - 1 < digits) return { value: `Expected ${digits} hex digits after "\\${text.charAt(at)}".`, end };
  let code = Number.parseInt(text.slice(at + 1, end), 16);
  if (code > escapedMax) return { value: "A code point must be at most 10FFFF.", end };
  if (code > codePointMax) return { value: asciiOf(`\\U${code.toString(16).padStart(8, "0")}`), end };
  // Two escapes that are the halves of one surrogate pair mean one character.
  if (code >= 0xd800 && code <= 0xdbff && text.startsWith("\\u", end)) {
    const low = Number.parseInt(text.slice(end + 2, end + 6), 16);
    if (low >= 0xdc00 && low <= 0xdfff) {
      code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
      end += 6;
    }
  }
  return { value: utf8Form(code), end };
}

function asciiOf(text: string): number[] {
  return Array.from(text, (c) => c.charCodeAt(0));
}

/** Also of what is no character: half of a surrogate pair. */
function utf8Form(code: number): number[] {
  const tail = (shift: number) => 0x80 | ((code >> shift) & 0x3f);
  if (code < 0x80) return [code];
  if (code < 0x800) return [0xc0 | (code >> 6), tail(0)];
  if (code < 0x10000) return [0xe0 | (code >> 12), tail(6), tail(0)];
  return [0xf0 | (code >> 18), tail(12), tail(6), tail(0)];
}

function digitsEnd(text: string, at: number, most: number, base: 8 | 16): number {
  const digits = base === 8 ? /[0-7]/ : /[0-9a-fA-F]/;
  let end = at;
  while (end < at + most && end < text.length && digits.test(text.charAt(end))) end++;
  return end;
}
