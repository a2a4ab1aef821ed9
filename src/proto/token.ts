import { IntPool } from "./int-pool.js";
import { isRawByte } from "./raw-bytes.js";

/** What a token is. A symbol's kind is its own character code (33 to 126), so the names here stay below that. */
export const TokenKind = { End: 0, Identifier: 1, Integer: 2, Float: 3, String: 4 } as const;

/** The symbols that the grammar has. */
export const Sym = {
  ParenOpen: 0x28,
  ParenClose: 0x29,
  Plus: 0x2b,
  Comma: 0x2c,
  Minus: 0x2d,
  Dot: 0x2e,
  Slash: 0x2f,
  Colon: 0x3a,
  Semicolon: 0x3b,
  Less: 0x3c,
  Equals: 0x3d,
  Greater: 0x3e,
  BracketOpen: 0x5b,
  BracketClose: 0x5d,
  BraceOpen: 0x7b,
  BraceClose: 0x7d,
} as const;

/** Numbers of a token: kind, start, end, line, column. */
const stride = 5;

const noInts = new Int32Array(0);

/**
 * The tokens of a file as numbers in one array: no object per token. Comments are not in it; they are what lies between two
 * tokens, and are read from the text when somebody wants them.
 * The last token is `End`, at the end of the text.
 */
export class TokenList {
  readonly text: string;
  count = 0;
  private ints: Int32Array;
  /** Where the memory comes from; others that are let go of with the tokens take theirs there too. */
  readonly pool: IntPool;

  constructor(text: string, pool: IntPool = new IntPool()) {
    this.text = text;
    this.pool = pool;
    this.ints = text === "" ? noInts : pool.take(((text.length >> 3) + 64) * stride);
  }

  push(kind: number, start: number, end: number, line: number, column: number): void {
    const at = this.count++ * stride;
    if (at + stride > this.ints.length)
      this.ints = this.pool.grow(this.ints, Math.max(64 * stride, this.ints.length * 2));
    const { ints } = this;
    ints[at] = kind;
    ints[at + 1] = start;
    ints[at + 2] = end;
    ints[at + 3] = line;
    ints[at + 4] = column;
  }

  /** Forgets all tokens; others may use their memory. */
  release(): void {
    this.pool.give(this.ints);
    this.ints = noInts;
    this.count = 0;
  }

  kind(at: number): number {
    return this.ints[at * stride] as number;
  }

  start(at: number): number {
    return this.ints[at * stride + 1] as number;
  }

  end(at: number): number {
    return this.ints[at * stride + 2] as number;
  }

  /** 0-based. */
  line(at: number): number {
    return this.ints[at * stride + 3] as number;
  }

  /** 0-based, as `protoc` counts: UTF-8 bytes, and a tab goes to the next multiple of 8. */
  column(at: number): number {
    return this.ints[at * stride + 4] as number;
  }

  /** The column behind a token, counted as {@link column} is. */
  endColumn(at: number): number {
    const start = this.start(at);
    const end = this.end(at);
    const column = this.column(at);
    if (this.kind(at) !== TokenKind.String) return column + end - start;
    return advanceColumn(this.text, start, end, column);
  }

  textOf(at: number): string {
    return this.text.slice(this.start(at), this.end(at));
  }

  /** Whether a token is this word. */
  isWord(at: number, word: string): boolean {
    const start = this.start(at);
    return this.end(at) - start === word.length && this.text.startsWith(word, start);
  }
}

/** The column behind a stretch of text without a line end. */
export function advanceColumn(text: string, start: number, end: number, column: number): number {
  let at = column;
  for (let i = start; i < end; i++) {
    const c = text.charCodeAt(i);
    if (c === 9) at = (at | 7) + 1;
    else if (c < 0x80) at++;
    else if (c >= 0xd800 && c <= 0xdfff) at += surrogateWidth(text, i, c);
    else at += c < 0x800 ? 2 : 3;
  }
  return at;
}

/** Half of a pair is 2 of the pair's 4 bytes; alone it stands for a byte. */
function surrogateWidth(text: string, at: number, unit: number): number {
  if (!isRawByte(unit)) return 2;
  const before = at === 0 ? 0 : text.charCodeAt(at - 1);
  return before >= 0xd800 && before <= 0xdbff ? 2 : 1;
}
