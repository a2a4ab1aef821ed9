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

/**
 * The tokens of a file as parallel tables: no object per token. Comments are not in it; they are what
 * lies between two tokens, and are read from the text when somebody wants them.
 * The last token is `End`, at the end of the text.
 */
export class TokenList {
  readonly text: string;
  kinds: Uint8Array;
  starts: Int32Array;
  ends: Int32Array;
  /** 0-based. */
  lines: Int32Array;
  /** 0-based, as `protoc` counts: UTF-8 bytes, and a tab goes to the next multiple of 8. */
  columns: Int32Array;
  count = 0;

  constructor(text: string) {
    this.text = text;
    const room = (text.length >> 3) + 64;
    this.kinds = new Uint8Array(room);
    this.starts = new Int32Array(room);
    this.ends = new Int32Array(room);
    this.lines = new Int32Array(room);
    this.columns = new Int32Array(room);
  }

  push(kind: number, start: number, end: number, line: number, column: number): void {
    const at = this.count++;
    if (at === this.kinds.length) this.#grow();
    this.kinds[at] = kind;
    this.starts[at] = start;
    this.ends[at] = end;
    this.lines[at] = line;
    this.columns[at] = column;
  }

  kind(at: number): number {
    return this.kinds[at] as number;
  }

  start(at: number): number {
    return this.starts[at] as number;
  }

  end(at: number): number {
    return this.ends[at] as number;
  }

  line(at: number): number {
    return this.lines[at] as number;
  }

  column(at: number): number {
    return this.columns[at] as number;
  }

  /** The column behind a token, counted as {@link columns} is. */
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

  #grow(): void {
    this.kinds = grown(this.kinds, new Uint8Array(this.kinds.length * 2));
    this.starts = grown(this.starts, new Int32Array(this.starts.length * 2));
    this.ends = grown(this.ends, new Int32Array(this.ends.length * 2));
    this.lines = grown(this.lines, new Int32Array(this.lines.length * 2));
    this.columns = grown(this.columns, new Int32Array(this.columns.length * 2));
  }
}

function grown<T extends Uint8Array | Int32Array>(from: T, into: T): T {
  into.set(from);
  return into;
}

/** The column behind a stretch of text without a line end. */
export function advanceColumn(text: string, start: number, end: number, column: number): number {
  let at = column;
  for (let i = start; i < end; i++) {
    const c = text.charCodeAt(i);
    if (c === 9) at = (at | 7) + 1;
    else if (c < 0x80) at++;
    // Half of a surrogate pair is 2 of the pair's 4 bytes.
    else at += c < 0x800 || (c >= 0xd800 && c <= 0xdfff) ? 2 : 3;
  }
  return at;
}
