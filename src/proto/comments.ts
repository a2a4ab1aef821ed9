/** The comments between two tokens, by what they belong to. */
export interface GapComments {
  /** Of the declaration that ended before. */
  readonly trailing: string;
  readonly detached: string[];
  /** Of the declaration that follows. */
  readonly leading: string;
}

const none: GapComments = { trailing: "", detached: [], leading: "" };

/**
 * Sorts the comments of a gap as `protoc` does: a comment on the line of the token before, or below it and
 * followed by a blank line, is trailing; one directly above the next token is leading; others are detached.
 *
 * @param from behind the token before; 0 with `isFileStart`
 * @param to where the next token starts
 * @param endsScope the next token is a closing bracket or the end of the file: nothing can lead there
 */
export function commentsBetween(
  text: string,
  from: number,
  to: number,
  isFileStart: boolean,
  endsScope: boolean,
  isFileEnd: boolean,
): GapComments {
  // Most gaps are a few blanks: looked through here, since indexOf would go on to the end of the text.
  let at = from;
  while (at < to && text.charCodeAt(at) !== 0x2f) at++;
  if (at === to) return none;
  return new GapReader(text, from, to).read(isFileStart, endsScope, isFileEnd);
}

class GapReader {
  readonly #text: string;
  readonly #to: number;
  #pos: number;
  #line = 0;

  #trailing = "";
  readonly #detached: string[] = [];
  /** The comment that was read last, and whose place is not known yet. */
  #pending: string | undefined;
  #pendingIsLines = false;
  #canTrail = true;
  #hasTrailing = false;
  #flushed = 0;

  constructor(text: string, from: number, to: number) {
    this.#text = text;
    this.#pos = from;
    this.#to = to;
  }

  read(isFileStart: boolean, endsScope: boolean, isFileEnd: boolean): GapComments {
    let trailingEndLine = -1;
    if (isFileStart) {
      this.#canTrail = false;
    } else {
      this.#blanks();
      if (this.#startsWith("//")) {
        trailingEndLine = this.#line;
        this.#lineComment();
        this.#flush();
      } else if (this.#startsWith("/*")) {
        this.#blockComment();
        trailingEndLine = this.#line;
        this.#blanks();
        this.#flush();
      } else if (!this.#newline()) {
        return none;
      }
    }
    this.#lines();
    if (endsScope) this.#flush();
    const isSameLine = (!isFileStart && this.#line === 0) || trailingEndLine === this.#line;
    if (!isFileEnd && isSameLine) this.#detachIfAlone();
    return { trailing: this.#trailing, detached: this.#detached, leading: this.#pending ?? "" };
  }

  /** All that follows the line of the token before. */
  #lines(): void {
    for (;;) {
      this.#blanks();
      if (this.#startsWith("//")) {
        this.#lineComment();
      } else if (this.#startsWith("/*")) {
        this.#blockComment();
        // The rest of its line must not count as a blank line.
        this.#blanks();
        this.#newline();
      } else if (this.#newline()) {
        this.#flush();
        this.#canTrail = false;
      } else {
        return;
      }
    }
  }

  #startsWith(what: string): boolean {
    return this.#pos < this.#to && this.#text.startsWith(what, this.#pos);
  }

  #blanks(): void {
    while (this.#pos < this.#to && isBlank(this.#text.charCodeAt(this.#pos))) this.#pos++;
  }

  #newline(): boolean {
    if (this.#pos >= this.#to || this.#text.charCodeAt(this.#pos) !== 10) return false;
    this.#pos++;
    this.#line++;
    return true;
  }

  /** Line comments on adjacent lines are one comment. */
  #lineComment(): void {
    if (this.#pending !== undefined && !this.#pendingIsLines) this.#flush();
    const newline = this.#text.indexOf("\n", this.#pos);
    const end = newline === -1 ? this.#to : newline + 1;
    this.#pending = (this.#pending ?? "") + this.#text.slice(this.#pos + 2, end);
    this.#pendingIsLines = true;
    if (newline !== -1) this.#line++;
    this.#pos = end;
  }

  /** The indentation of its lines, with one asterisk, is not part of a block comment. */
  #blockComment(): void {
    this.#flush();
    const end = this.#text.indexOf("*/", this.#pos + 2);
    const [first = "", ...lines] = this.#text.slice(this.#pos + 2, end).split("\n");
    this.#line += lines.length;
    let content = first;
    for (const line of lines) content += `\n${line.replace(/^[ \t\r\v\f]*\*?/, "")}`;
    this.#pending = content;
    this.#pendingIsLines = false;
    this.#pos = end + 2;
  }

  /** What is pending does not belong to the next token. */
  #flush(): void {
    if (this.#pending === undefined) return;
    if (this.#canTrail) {
      this.#trailing += this.#pending;
      this.#hasTrailing = true;
      this.#canTrail = false;
    } else {
      this.#detached.push(this.#pending);
    }
    this.#pending = undefined;
    this.#flushed++;
  }

  /** A single comment between two tokens of one line could belong to either, so it belongs to none. */
  #detachIfAlone(): void {
    if (this.#flushed + (this.#pending === undefined ? 0 : 1) !== 1) return;
    if (this.#hasTrailing) {
      this.#detached.unshift(this.#trailing);
      this.#trailing = "";
    }
    this.#flush();
  }
}

function isBlank(c: number): boolean {
  return c === 32 || c === 9 || c === 13 || c === 11 || c === 12;
}
