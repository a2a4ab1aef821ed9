import type { DiagnosticList } from "./diagnostic.js";
import type { IntPool } from "./int-pool.js";
import { isRawByte } from "./raw-bytes.js";
import { advanceColumn, TokenKind, TokenList } from "./token.js";

const letter = 1;
const digit = 2;
const space = 4;
const control = 8;

const byteOrderMarkBytes = 3;

/** What each ASCII character may be: one load per character instead of a chain of comparisons. */
const classes: Uint8Array = classTable();

function classTable(): Uint8Array {
  const table = new Uint8Array(128);
  for (let c = 0; c < 32; c++) table[c] = control;
  table[127] = control;
  for (const c of " \t\n\v\f\r") table[c.charCodeAt(0)] = space;
  for (let c = 48; c <= 57; c++) table[c] = digit;
  for (let c = 65; c <= 90; c++) table[c] = table[c + 32] = letter;
  table[95] = letter;
  return table;
}

/** Cuts a text into tokens. What is no token is told to `diagnostics`, and left out. */
export function lex(text: string, diagnostics: DiagnosticList, pool?: IntPool): TokenList {
  return new Lexer(text, diagnostics, new TokenList(text, pool)).run();
}

class Lexer {
  private readonly text: string;
  private readonly diagnostics: DiagnosticList;
  private readonly tokens: TokenList;
  private pos = 0;
  private line = 0;
  /** What to subtract from an offset to get the column: the line's start, less what tabs and long characters add. */
  private columnBase = 0;
  /** Where the first zero byte is; -1 in any sound file. */
  private readonly firstZero: number;

  constructor(text: string, diagnostics: DiagnosticList, tokens: TokenList) {
    this.text = text;
    this.diagnostics = diagnostics;
    this.tokens = tokens;
    this.firstZero = text.indexOf("\0");
  }

  run(): TokenList {
    const text = this.text;
    const length = text.length;
    if (text.charCodeAt(0) === 0xfeff) {
      this.pos = 1;
      // Its three bytes count as columns, as for protoc.
      this.columnBase = 1 - byteOrderMarkBytes;
    }
    while (this.pos < length) {
      const c = text.charCodeAt(this.pos);
      const kind = c < 128 ? (classes[c] as number) : 0;
      if (kind === space) this.space(c);
      else if (kind === letter) this.identifier();
      else if (kind === digit) this.number();
      else if (c === 0x2f && this.comment()) continue;
      else if (c === 0x22 || c === 0x27) this.string(c);
      else if (c === 0x2e && this.digitAt(this.pos + 1)) this.number();
      else if (c >= 128 || kind === control) this.garbage();
      else this.add(c, this.pos, this.pos + 1);
      if (this.diagnostics.isFull) break;
    }
    this.add(TokenKind.End, length, length);
    return this.tokens;
  }

  private add(kind: number, start: number, end: number): void {
    this.tokens.push(kind, start, end, this.line, start - this.columnBase);
    this.pos = end;
  }

  private space(c: number): void {
    if (c === 10) {
      this.line++;
      this.columnBase = this.pos + 1;
    } else if (c === 9) {
      const column = this.pos - this.columnBase;
      this.columnBase = this.pos + 1 - ((column | 7) + 1);
    }
    this.pos++;
  }

  private identifier(): void {
    const text = this.text;
    let end = this.pos + 1;
    for (; end < text.length; end++) {
      const c = text.charCodeAt(end);
      if (c >= 128 || ((classes[c] as number) & (letter | digit)) === 0) break;
    }
    this.add(TokenKind.Identifier, this.pos, end);
  }

  private digitAt(at: number): boolean {
    const c = this.text.charCodeAt(at);
    return c >= 48 && c <= 57;
  }

  private number(): void {
    const start = this.pos;
    const before = this.tokens.count - 1;
    if (this.text.charCodeAt(start) === 0x2e && before >= 0 && this.tokens.end(before) === start) {
      if (this.tokens.kind(before) === TokenKind.Identifier)
        this.diagnostics.error(start, start + 1, "Need space between identifier and decimal point.");
    }
    const hex = this.text.charCodeAt(start) === 48 && (this.text.charCodeAt(start + 1) | 32) === 0x78;
    if (hex) this.hexadecimal(start);
    else this.decimal(start);
    const c = this.text.charCodeAt(this.pos);
    if (c < 128 && classes[c] === letter)
      this.diagnostics.error(this.pos, this.pos + 1, "Need space between number and identifier.");
    else if (c === 0x2e)
      this.diagnostics.error(
        this.pos,
        this.pos + 1,
        "A number can have only one decimal point, and none after an exponent.",
      );
  }

  private hexadecimal(start: number): void {
    let end = start + 2;
    while (isHexDigit(this.text.charCodeAt(end))) end++;
    if (end === start + 2) this.diagnostics.error(start, end, '"0x" must be followed by hex digits.');
    this.add(TokenKind.Integer, start, end);
  }

  private decimal(start: number): void {
    let end = start;
    let kind: number = TokenKind.Integer;
    while (this.digitAt(end)) end++;
    if (this.text.charCodeAt(end) === 0x2e) {
      kind = TokenKind.Float;
      end++;
      while (this.digitAt(end)) end++;
    }
    if ((this.text.charCodeAt(end) | 32) === 0x65) {
      kind = TokenKind.Float;
      end++;
      const sign = this.text.charCodeAt(end);
      if (sign === 0x2b || sign === 0x2d) end++;
      if (!this.digitAt(end)) this.diagnostics.error(end, end + 1, '"e" must be followed by an exponent.');
      while (this.digitAt(end)) end++;
    }
    if (kind === TokenKind.Integer && end > start + 1 && this.text.charCodeAt(start) === 48) this.octal(start, end);
    this.add(kind, start, end);
  }

  private octal(start: number, end: number): void {
    for (let i = start; i < end; i++) {
      if (this.text.charCodeAt(i) < 56) continue;
      this.diagnostics.error(start, end, "A number with a leading zero is octal, and has only the digits 0 to 7.");
      return;
    }
  }

  /** Escapes are checked when the literal is read, so here only its end matters. */
  private string(quote: number): void {
    const text = this.text;
    const start = this.pos;
    let end = start + 1;
    let plain = true;
    for (; ; end++) {
      const c = text.charCodeAt(end);
      if (c === quote) break;
      if (c === 10 || end >= text.length) {
        this.diagnostics.error(start, end, "String literal has no end: it must be closed on the same line.");
        // A backslash that ends the text was counted with what it would escape.
        this.add(TokenKind.String, start, Math.min(end, text.length));
        return;
      }
      if (c === 0x5c && text.charCodeAt(end + 1) !== 10) end++;
      else if (c >= 128 || c === 9) plain = false;
    }
    const column = start - this.columnBase;
    if (this.firstZero !== -1) this.zeros(start, end);
    this.add(TokenKind.String, start, end + 1);
    if (!plain) this.columnBase = end + 1 - advanceColumn(text, start, end + 1, column);
  }

  /** Leaves out a comment; false when the slash begins none. */
  private comment(): boolean {
    const next = this.text.charCodeAt(this.pos + 1);
    if (next === 0x2f) {
      const newline = this.text.indexOf("\n", this.pos);
      const end = newline === -1 ? this.text.length : newline;
      if (this.firstZero !== -1) this.zeros(this.pos, end);
      // Only at the end of the file does its column matter.
      if (newline === -1) this.columnBase = end - advanceColumn(this.text, this.pos, end, this.pos - this.columnBase);
      this.pos = end;
      return true;
    }
    if (next !== 0x2a) return false;
    const start = this.pos;
    let end = this.text.indexOf("*/", start + 2);
    if (end === -1) {
      this.diagnostics.error(start, start + 2, "Block comment has no end.");
      end = this.text.length;
    } else {
      end += 2;
    }
    const inner = this.text.indexOf("/*", start + 2);
    if (inner !== -1 && inner < end - 2 && this.text.charCodeAt(inner + 2) !== 0x2f)
      this.diagnostics.error(inner, inner + 2, '"/*" inside block comment. Block comments cannot be nested.');
    if (this.firstZero !== -1) this.zeros(start, end);
    this.skipLines(start, end);
    return true;
  }

  /** Tells the first zero byte of a comment or string: elsewhere none is a token. */
  private zeros(start: number, end: number): void {
    const at = this.text.indexOf("\0", start);
    if (at === -1 || at >= end) return;
    const message = "A zero byte is not allowed in a file, not even in comments and strings: in a string, write \\0.";
    this.diagnostics.error(at, at + 1, message);
  }

  private skipLines(start: number, end: number): void {
    const text = this.text;
    let from = start;
    let column = start - this.columnBase;
    for (let at = start; at < end; at++) {
      if (text.charCodeAt(at) !== 10) continue;
      this.line++;
      from = at + 1;
      column = 0;
    }
    this.columnBase = end - advanceColumn(text, from, end, column);
    this.pos = end;
  }

  private garbage(): void {
    const text = this.text;
    const start = this.pos;
    let end = start + 1;
    for (; end < text.length; end++) {
      const c = text.charCodeAt(end);
      if (c < 128 && classes[c] !== control) break;
    }
    this.diagnostics.error(
      start,
      end,
      `${nameOf(text.codePointAt(start) as number)} is not allowed outside of comments and strings.`,
    );
    this.columnBase = end - advanceColumn(text, start, end, start - this.columnBase);
    this.pos = end;
  }
}

function nameOf(code: number): string {
  if (code < 128) return "Control character";
  return isRawByte(code) ? "A byte that is not UTF-8" : `Character "${String.fromCodePoint(code)}"`;
}

function isHexDigit(c: number): boolean {
  return (c >= 48 && c <= 57) || ((c | 32) >= 0x61 && (c | 32) <= 0x66);
}
