import { errorAt, type TextFormatError } from "./text-error.js";

/** What a token is. A symbol's kind is its own character code (33 to 126), so the names here stay below that. */
export const Kind = { End: 0, Identifier: 1, Integer: 2, Float: 3, String: 4 } as const;

export const Sym = {
  Comma: 0x2c,
  Minus: 0x2d,
  Colon: 0x3a,
  Semicolon: 0x3b,
  Less: 0x3c,
  Greater: 0x3e,
  BracketOpen: 0x5b,
  BracketClose: 0x5d,
  BraceOpen: 0x7b,
  BraceClose: 0x7d,
} as const;

const identifier = /[A-Za-z_][A-Za-z0-9_]*/y;
const hexadecimal = /0[xX][0-9a-fA-F]+/y;
const decimal = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?[fF]?/y;
const blanks = /[ \t\n\v\f\r]*/y;

/** What stands between the brackets of an extension or of the type in an Any, and is no blank or comment. */
const bracketed = /[A-Za-z0-9_.\-~!$&()*+,;=%/]+/y;

/** Names in messages are cut to this length. */
const shownMax = 40;

/**
 * Cuts a text into tokens, one at a time, so that a text needs no memory for its tokens. Not the lexer of `.proto` files: comments,
 * numbers and what a word may follow differ, and there, faults are collected.
 */
export class Lexer {
  readonly text: string;
  kind: number = Kind.End;
  start = 0;
  end = 0;

  /** Begins before the first token: {@link next} gives it. */
  constructor(text: string) {
    this.text = text;
    // A byte order mark is no part of the text.
    if (text.charCodeAt(0) === 0xfeff) this.end = 1;
  }

  get value(): string {
    return this.text.slice(this.start, this.end);
  }

  next(): void {
    this.#skipBlanks();
    const { text } = this;
    this.start = this.end;
    const c = text.charCodeAt(this.start);
    if (Number.isNaN(c)) this.kind = Kind.End;
    else if (c === 0x22 || c === 0x27) this.#string(c);
    else if (this.#match(identifier)) this.kind = Kind.Identifier;
    else if ((c >= 48 && c <= 57) || c === 0x2e) this.#number();
    else if (c > 32 && c < 127) this.#symbol(c);
    else throw this.error(`${shownCharacter(text, this.start)} is not allowed outside of strings and comments`);
  }

  /** Takes the symbol if it is the token. */
  try(symbol: number): boolean {
    if (this.kind !== symbol) return false;
    this.next();
    return true;
  }

  expect(symbol: number): void {
    if (!this.try(symbol)) throw this.expected(`"${String.fromCharCode(symbol)}"`);
  }

  /** Whether a message begins. */
  get isOpening(): boolean {
    return this.kind === Sym.BraceOpen || this.kind === Sym.Less;
  }

  /** Takes what opens a message, and gives what closes it. */
  open(): number {
    const close = this.kind === Sym.Less ? Sym.Greater : Sym.BraceClose;
    if (!this.isOpening) throw this.expected('"{"');
    this.next();
    return close;
  }

  /** After a "[": the name up to the "]", without blanks and comments; takes the "]" too. */
  bracketedName(): { readonly name: string; readonly offset: number } {
    const pieces: string[] = [];
    this.#skipBlanks();
    const offset = this.end;
    for (;;) {
      this.start = this.end;
      if (!this.#match(bracketed)) break;
      const piece = this.value;
      if (/\w$/.test(pieces.at(-1) ?? "") && /^\w/.test(piece))
        throw this.error("a name in brackets cannot have a blank within a word");
      pieces.push(piece);
      this.#skipBlanks();
    }
    this.next();
    if (pieces.length === 0) throw this.expected("the name of an extension or of a type");
    this.expect(Sym.BracketClose);
    return { name: pieces.join(""), offset };
  }

  /** An error that says what should stand in the place of the token. */
  expected(what: string): TextFormatError {
    return this.error(`${what} was expected, not ${this.shown}`);
  }

  error(message: string, offset: number = this.start): TextFormatError {
    return errorAt(this.text, offset, message);
  }

  get shown(): string {
    if (this.kind === Kind.End) return "the end of the text";
    if (this.kind === Kind.String) return `the string ${clipped(this.value)}`;
    return this.kind === Kind.Integer || this.kind === Kind.Float ? clipped(this.value) : `"${clipped(this.value)}"`;
  }

  #skipBlanks(): void {
    for (;;) {
      this.#match(blanks);
      if (this.text.charCodeAt(this.end) !== 0x23) return;
      const line = this.text.indexOf("\n", this.end);
      this.end = line === -1 ? this.text.length : line + 1;
    }
  }

  #match(pattern: RegExp): boolean {
    pattern.lastIndex = this.end;
    if (!pattern.test(this.text)) return false;
    this.end = pattern.lastIndex;
    return true;
  }

  #symbol(c: number): void {
    this.kind = c;
    this.end++;
  }

  #number(): void {
    const isHex = this.#match(hexadecimal);
    if (!isHex && !this.#match(decimal)) {
      this.#symbol(0x2e);
      return;
    }
    const { value } = this;
    this.kind = isHex || /^\d+$/.test(value) ? Kind.Integer : Kind.Float;
    if (/[A-Za-z0-9_]/.test(this.text.charAt(this.end)))
      throw this.error("a number and a word must have a blank between them", this.end);
    if (isHex || !/^0\d/.test(value)) return;
    if (this.kind === Kind.Float)
      throw this.error(
        `${clipped(value)} has zeros in front, which a number with a point, an exponent or an "f" cannot have`,
      );
    if (/[89]/.test(value))
      throw this.error(`${clipped(value)} begins with 0: it is octal, and may have the digits 0 to 7`);
  }

  /** Escapes are read with the value; here only its end matters. */
  #string(quote: number): void {
    const { text } = this;
    let at = this.start + 1;
    for (; ; at++) {
      const c = text.charCodeAt(at);
      if (c === quote) break;
      if (c === 10 || Number.isNaN(c))
        throw this.error(
          'the string has no end: it must end on its line, and may go on as another string, as in "a" "b"',
        );
      if (c === 0) throw this.error('a string cannot have the character NUL as it is: write it as "\\000"', at);
      if (c === 0x5c && at + 1 < text.length && text.charCodeAt(at + 1) !== 10) at++;
    }
    this.kind = Kind.String;
    this.end = at + 1;
  }
}

/** A name or a value for a message. */
export function clipped(text: string): string {
  return text.length <= shownMax ? text : `${text.slice(0, shownMax)}...`;
}

function shownCharacter(text: string, at: number): string {
  const c = text.codePointAt(at) ?? 0;
  const isShown = c > 0xa0 && !/\p{C}/u.test(String.fromCodePoint(c));
  return isShown ? `"${String.fromCodePoint(c)}"` : `U+${c.toString(16).toUpperCase().padStart(4, "0")}`;
}
