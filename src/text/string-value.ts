import { Kind, type Lexer } from "./lexer.js";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The escapes of one character. */
const simple: ReadonlyMap<string, number> = new Map(
  Object.entries({ a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, "?": 63, "\\": 92, "'": 39, '"': 34 }),
);

const octal = /[0-7]{1,3}/y;
const hex = /[xX]([0-9a-fA-F]{1,2})/y;
const codePoint = /u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})/y;
const loneSurrogate = /\p{Surrogate}/u;

/** Bytes that grow: one piece for each escape would take many times their memory. */
class Bytes {
  #bytes: Uint8Array;
  #size = 0;

  constructor(size: number) {
    this.#bytes = new Uint8Array(size);
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#size++] = value;
  }

  text(text: string): void {
    this.#reserve(text.length * 3);
    this.#size += encoder.encodeInto(text, this.#bytes.subarray(this.#size)).written;
  }

  take(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#size);
  }

  #reserve(more: number): void {
    if (this.#size + more <= this.#bytes.length) return;
    const larger = new Uint8Array(2 * (this.#size + more));
    larger.set(this.#bytes.subarray(0, this.#size));
    this.#bytes = larger;
  }
}

/**
 * Reads a string field's value: one or more literals, whose bytes together must be UTF-8.
 *
 * @param what names the field for messages
 */
export function readText(lexer: Lexer, what: string): string {
  const { start } = lexer;
  const literals = readLiterals(lexer, what);
  if (literals.length === 2) {
    const text = lexer.text.slice(literals[0], literals[1]);
    if (!text.includes("\\")) return text;
  }
  try {
    return decoder.decode(bytesOf(lexer, literals));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw lexer.error(`${what}: the escapes of this string give bytes that are not valid UTF-8`, start);
  }
}

/** Reads a bytes field's value. */
export function readBytes(lexer: Lexer, what: string): Uint8Array<ArrayBuffer> {
  return bytesOf(lexer, readLiterals(lexer, what));
}

/** Where literals begin and end within their quotes, in turns: an object for each could take ten times what the text takes. */
function readLiterals(lexer: Lexer, what: string): number[] {
  if (lexer.kind !== Kind.String) throw lexer.expected(`${what}: a string in quotes`);
  const literals: number[] = [];
  for (; lexer.kind === Kind.String; lexer.next()) {
    const [start, end] = [lexer.start + 1, lexer.end - 1];
    const at = lexer.text.slice(start, end).search(loneSurrogate);
    if (at >= 0) throw lexer.error(`${what}: half of a surrogate pair is no character`, start + at);
    literals.push(start, end);
  }
  return literals;
}

function bytesOf(lexer: Lexer, literals: readonly number[]): Uint8Array<ArrayBuffer> {
  let units = 0;
  for (let i = 0; i < literals.length; i += 2) units += (literals[i + 1] as number) - (literals[i] as number);
  const bytes = new Bytes(units);
  for (let i = 0; i < literals.length; i += 2)
    addLiteral(lexer, literals[i] as number, literals[i + 1] as number, bytes);
  return bytes.take();
}

function addLiteral(lexer: Lexer, start: number, end: number, bytes: Bytes): void {
  // A search in the whole text would go on behind the literal, once for each of many.
  const literal = lexer.text.slice(start, end);
  for (let at = 0; at < literal.length; ) {
    const backslash = literal.indexOf("\\", at);
    const plainEnd = backslash === -1 ? literal.length : backslash;
    if (plainEnd > at) bytes.text(literal.slice(at, plainEnd));
    at = backslash === -1 ? plainEnd : addEscape(lexer, start + backslash, bytes) - start;
  }
}

/** @returns the offset behind the escape */
function addEscape(lexer: Lexer, backslash: number, bytes: Bytes): number {
  const { text } = lexer;
  const at = backslash + 1;
  const byte = simple.get(text.charAt(at));
  if (byte !== undefined) {
    bytes.byte(byte);
    return at + 1;
  }
  const inOctal = matchAt(octal, text, at)?.[0];
  if (inOctal !== undefined) {
    const value = Number.parseInt(inOctal, 8);
    if (value > 255) throw lexer.error(`\\${inOctal} is more than a byte: at most \\377`, backslash);
    bytes.byte(value);
    return at + inOctal.length;
  }
  const inHex = matchAt(hex, text, at)?.[1];
  if (inHex !== undefined) {
    bytes.byte(Number.parseInt(inHex, 16));
    return at + 1 + inHex.length;
  }
  return addCodePoint(lexer, backslash, bytes);
}

function addCodePoint(lexer: Lexer, backslash: number, bytes: Bytes): number {
  const { text } = lexer;
  const match = matchAt(codePoint, text, backslash + 1);
  const digits = match?.[1] ?? match?.[2];
  if (digits === undefined) {
    const known =
      "known are \\a \\b \\f \\n \\r \\t \\v \\? \\\\ \\' \\\", octal \\123, hex \\xff, \\u00e9 and \\U0001f600";
    throw lexer.error(`the escape ${text.slice(backslash, backslash + 2)} is not known: ${known}`, backslash);
  }
  const end = backslash + 2 + digits.length;
  const value = Number.parseInt(digits, 16);
  if (value > 0x10ffff)
    throw lexer.error(`${text.slice(backslash, end)} is no character: the last one is \\U0010ffff`, backslash);
  // Two halves are none either: Unicode knows pairs in UTF-16 alone, and other readers take them for bytes that are no UTF-8.
  if (value >= 0xd800 && value <= 0xdfff) {
    const advice = "write the character itself, or \\U and its eight digits";
    throw lexer.error(`${text.slice(backslash, end)} is half of a surrogate pair, no character: ${advice}`, backslash);
  }
  bytes.text(String.fromCodePoint(value));
  return end;
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}
