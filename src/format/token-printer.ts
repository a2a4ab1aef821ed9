import { Sym, type TokenList } from "../proto/token.js";
import { commentLines, toBlockComment } from "./comment-text.js";
import { type After, type Before, type Comment, type Gap, readGap } from "./gap.js";
import { LineWriter } from "./line-writer.js";

/**
 * What comes between a token and the one before: `none` nothing; `space` a blank; `tight` nothing, as before `;` and `,`; or
 * a new line: `line` directly below, `keep` with a blank line if there was one, `blank` with a blank line.
 */
export type Separator = "none" | "space" | "tight" | "line" | "keep" | "blank";

/**
 * Where comments on the line of a token go, if the next token begins a line: `stay` behind it; `below` it if they are block
 * comments; `block` behind it, as block comments; `inside` on lines of their own, as behind a bracket that opens.
 */
export type Trail = "stay" | "below" | "block" | "inside";

/**
 * Prints the tokens of a file in the order and with the separators it is told, and all comments with them: those before a
 * token are printed when the token is. Tokens that are passed over are left out, their comments are not.
 */
export class TokenPrinter {
  readonly tokens: TokenList;
  readonly #out = new LineWriter();
  /** For each token, how many gaps before it have comments. */
  readonly #commentedGaps: Int32Array;
  #last = -1;
  #trail: Trail = "stay";
  #nextGap: Gap | undefined;
  #isNextPaired = false;

  constructor(tokens: TokenList) {
    this.tokens = tokens;
    this.#commentedGaps = countCommentedGaps(tokens);
  }

  /** @param text another text for the token */
  token(at: number, separator: Separator, text: string = this.tokens.textOf(at)): void {
    const gap = this.#nextGap ?? this.#gapBefore(at);
    if (separator === "none") this.#within(gap, this.tokens.kind(at));
    else if (separator === "space" || separator === "tight") this.#inline(gap, separator);
    else this.#lines(gap, separator, this.#isNextPaired && isPair(gap));
    this.#write(at, text);
  }

  /** Tokens that belong together. */
  run(first: number, last: number, separator: Separator): void {
    this.token(first, separator);
    for (let at = first + 1; at <= last; at++) this.token(at, "none");
  }

  /** The bracket that closes a block, on a line of its own; comments before it are in the block. */
  close(at: number, text: string = this.tokens.textOf(at)): void {
    const gap = this.#nextGap ?? this.#gapBefore(at);
    const isEmpty = this.#last >= 0 && isOpen(this.tokens.kind(this.#last));
    if (isEmpty) this.#trail = "inside";
    const last = { ...gap, newlinesAfter: 1 };
    this.#out.indented(() => this.#lines(last, isEmpty ? "line" : "keep", false));
    this.#write(at, text);
  }

  /** What is left behind the last token. */
  end(gap: Gap): void {
    if (gap.comments.length > 0) this.#lines(gap, "keep", false);
  }

  /** A token that the text does not have; it comes before all comments. */
  insert(text: string): void {
    this.#out.write(text);
  }

  /** Lines that `work` begins are one step further in. */
  indented(work: () => void): void {
    this.#out.indented(work);
  }

  /** Says where comments behind the token that was printed last go. */
  trail(where: Trail): void {
    this.#trail = where;
  }

  /** Gives what comes before the next token, where that is not what stands there in the text. */
  startWith(gap: Gap): void {
    this.#nextGap = gap;
  }

  /** The next token keeps a block comment on its line that stood there, and began the line. */
  pairNext(): void {
    this.#isNextPaired = true;
  }

  /** Whether there is a comment between two tokens, at any depth. */
  hasComments(first: number, last: number): boolean {
    return this.#commentedGaps[last] !== this.#commentedGaps[first];
  }

  /** Whether there is a comment behind a token that does not stand on its line. */
  hasOwnLineComments(at: number): boolean {
    if (!this.hasComments(at, at + 1)) return false;
    const { comments } = readGap(this.tokens.text, this.tokens.end(at), this.tokens.start(at + 1), "other", "other");
    return comments.some((one) => one.newlinesBefore > 0);
  }

  finish(): string {
    return this.#out.finish();
  }

  #write(at: number, text: string): void {
    this.#out.write(text);
    this.#last = at;
    this.#trail = "stay";
    this.#nextGap = undefined;
    this.#isNextPaired = false;
  }

  #gapBefore(at: number): Gap {
    const { tokens } = this;
    const from = this.#last === -1 ? 0 : tokens.end(this.#last);
    return readGap(tokens.text, from, tokens.start(at), beforeGap(tokens, this.#last), afterGap(tokens, at));
  }

  /** Comments on the way to a token on the same line. */
  #inline(gap: Gap, separator: "space" | "tight"): void {
    for (const one of gap.comments) {
      this.#out.space();
      this.#comment(one, true);
    }
    if (separator === "space") this.#out.space();
  }

  /** Comments between tokens that belong together: they keep the blanks around them, but for those inside of brackets. */
  #within(gap: Gap, next: number): void {
    const closes = isClose(next);
    const opened = this.#last >= 0 && isOpen(this.tokens.kind(this.#last));
    for (const [i, one] of gap.comments.entries()) {
      if (i > 0 || closes || (one.hasSpaceBefore && !opened)) this.#out.space();
      this.#comment(one, true);
    }
    if (gap.comments.length > 0 && gap.hasSpaceAfter && !closes) this.#out.space();
  }

  /** Comments on the way to a token on a line of its own. */
  #lines(gap: Gap, separator: Separator, isPair: boolean): void {
    let isBelow = false;
    for (const one of gap.comments) {
      if (!isBelow && this.#stays(one)) {
        this.#out.space();
        this.#comment(one, this.#trail === "block");
        continue;
      }
      this.#newline(isBelow ? "keep" : separator, one.newlinesBefore);
      this.#comment(one, false);
      isBelow = true;
    }
    if (isPair) this.#out.space();
    else this.#newline(isBelow ? "keep" : separator, gap.newlinesAfter);
  }

  #stays(comment: Comment): boolean {
    if (!comment.isTrailing || this.#trail === "inside") return false;
    return comment.isLine || this.#trail !== "below";
  }

  #newline(separator: Separator, newlines: number): void {
    if (this.#out.isEmpty) return;
    const isBlank = separator === "blank" || (separator === "keep" && newlines > 1);
    this.#out.newline(isBlank ? 2 : 1);
  }

  /** @param isInline more follows on its line */
  #comment(comment: Comment, isInline: boolean): void {
    const text = isInline && comment.isLine ? toBlockComment(comment.text) : comment.text;
    const [first = "", ...lines] = commentLines(text);
    this.#out.write(first);
    let newlines = 1;
    for (const line of lines) {
      if (line === "") {
        newlines++;
        continue;
      }
      this.#out.newline(newlines);
      this.#out.write(line);
      newlines = 1;
    }
  }
}

/** What a token is to the comments that follow it; -1 for the start of the file. */
export function beforeGap(tokens: TokenList, at: number): Before {
  if (at === -1) return "file-start";
  const kind = tokens.kind(at);
  if (isOpen(kind) || kind === Sym.Equals || kind === Sym.Colon) return "opening";
  return kind === Sym.Semicolon ? "semicolon" : "other";
}

/** What a token is to the comments before it. */
export function afterGap(tokens: TokenList, at: number): After {
  return tokens.kind(at) === Sym.BraceClose ? "close" : "other";
}

function isOpen(kind: number): boolean {
  return kind === Sym.BraceOpen || kind === Sym.BracketOpen || kind === Sym.Less || kind === Sym.ParenOpen;
}

function isClose(kind: number): boolean {
  return kind === Sym.BraceClose || kind === Sym.BracketClose || kind === Sym.Greater || kind === Sym.ParenClose;
}

function isPair(gap: Gap): boolean {
  const first = gap.comments.find((one) => !one.isTrailing);
  return (
    first !== undefined && first.newlinesBefore > 0 && gap.comments.at(-1)?.isLine === false && gap.newlinesAfter === 0
  );
}

function countCommentedGaps(tokens: TokenList): Int32Array {
  const counts = new Int32Array(tokens.count);
  let count = 0;
  let from = 0;
  for (let at = 0; at < tokens.count; at++) {
    if (hasSlash(tokens.text, from, tokens.start(at))) count++;
    counts[at] = count;
    from = tokens.end(at);
  }
  return counts;
}

function hasSlash(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (text.charCodeAt(at) === 0x2f) return true;
  return false;
}
