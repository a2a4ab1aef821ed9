/** What a piece of source is; comments and white space give no token. */
export type TokenKind = "word" | "number" | "string" | "template" | "regex" | "punct";

export interface Token {
  readonly kind: TokenKind;
  /** The text as written; a string without its quotes. */
  readonly text: string;
  /** Counted from 1. */
  readonly line: number;
  /** Where it is in the source, quotes included. */
  readonly start: number;
  readonly end: number;
}

const wordStart = /[\p{ID_Start}$_#@]/u;
const word = /[\p{ID_Start}\p{ID_Continue}$_#@]+/uy;
const number = /(?:0[xXbBoO][\da-fA-F_]+n?|(?:\d[\d_]*)?\.?\d[\d_]*(?:[eE][+-]?\d+)?n?\.?)/y;
const punct = /=>|\.\.\.|\?\.|\+\+|--|[\s\S]/y;
const regex = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/y;
const wordsBeforeRegex: ReadonlySet<string> = new Set(
  "return typeof case in of delete void throw new else do instanceof yield await".split(" "),
);

/**
 * Splits TypeScript source into tokens. It knows just enough of the language to tell code from strings,
 * templates, regular expressions and comments; it does not check anything.
 */
export function scan(source: string): Token[] {
  return new Scanner(source).run();
}

class Scanner {
  readonly #source: string;
  readonly #tokens: Token[] = [];
  /** For each open brace: whether it is the `${` of a template. */
  readonly #braces: boolean[] = [];
  #at = 0;
  #line = 1;

  constructor(source: string) {
    this.#source = source;
  }

  run(): Token[] {
    if (this.#source.startsWith("#!")) this.#skipTo("\n");
    while (this.#at < this.#source.length) this.#step();
    return this.#tokens;
  }

  #step(): void {
    const source = this.#source;
    const char = source[this.#at]!;
    if (/\s/.test(char)) this.#advance(1);
    else if (source.startsWith("//", this.#at)) this.#skipTo("\n");
    else if (source.startsWith("/*", this.#at)) this.#skipPast("*/");
    else if (char === '"' || char === "'") this.#string(char);
    else if (char === "`") this.#template();
    else if (char === "}" && this.#braces.at(-1) === true) this.#template();
    else if (wordStart.test(String.fromCodePoint(source.codePointAt(this.#at)!))) this.#match("word", word);
    else if (/\d/.test(char) || (char === "." && /\d/.test(source[this.#at + 1] ?? ""))) this.#match("number", number);
    else if (char === "/" && this.#regexMayStart() && this.#tryRegex()) return;
    else this.#punct();
  }

  #punct(): void {
    const text = this.#match("punct", punct);
    if (text === "{") this.#braces.push(false);
    if (text === "}") this.#braces.pop();
  }

  #match(kind: TokenKind, pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const text = pattern.exec(this.#source)?.[0] ?? this.#source[this.#at]!;
    this.#push(kind, text);
    this.#advance(text.length);
    return text;
  }

  #tryRegex(): boolean {
    regex.lastIndex = this.#at;
    const found = regex.exec(this.#source)?.[0];
    if (found === undefined) return false;
    this.#push("regex", found);
    this.#advance(found.length);
    return true;
  }

  /** Whether a slash here can start a regular expression: after an operator, not after a value. */
  #regexMayStart(): boolean {
    const last = this.#tokens.at(-1);
    if (last === undefined) return true;
    if (last.kind === "word") return wordsBeforeRegex.has(last.text);
    if (last.kind !== "punct") return false;
    if (last.text === "!") return !this.#isValue(this.#tokens.at(-2));
    return ![")", "]", "}", "++", "--"].includes(last.text);
  }

  #isValue(token: Token | undefined): boolean {
    if (token === undefined) return false;
    if (token.kind === "punct") return token.text === ")" || token.text === "]";
    return token.kind !== "word" || !wordsBeforeRegex.has(token.text);
  }

  #string(quote: string): void {
    let end = this.#at + 1;
    while (end < this.#source.length && this.#source[end] !== quote && this.#source[end] !== "\n") {
      end += this.#source[end] === "\\" ? 2 : 1;
    }
    this.#push("string", this.#source.slice(this.#at + 1, end), end + 1);
    this.#advance(end + 1 - this.#at);
  }

  /** A template's text, from its start or from the end of an inserted expression to the next one. */
  #template(): void {
    const source = this.#source;
    if (source[this.#at] === "}") {
      this.#braces.pop();
      this.#push("punct", "}");
    }
    let end = this.#at + 1;
    while (end < source.length && source[end] !== "`" && !source.startsWith("${", end)) {
      end += source[end] === "\\" ? 2 : 1;
    }
    const opens = source.startsWith("${", end);
    const after = end + (opens ? 2 : 1);
    this.#push("template", source.slice(this.#at + 1, end), after);
    this.#advance(after - this.#at);
    if (opens) {
      this.#braces.push(true);
      this.#push("punct", "{", after);
    }
  }

  #push(kind: TokenKind, text: string, end = this.#at + text.length): void {
    this.#tokens.push({ kind, text, line: this.#line, start: this.#at, end });
  }

  #skipTo(text: string): void {
    const end = this.#source.indexOf(text, this.#at);
    this.#advance((end < 0 ? this.#source.length : end) - this.#at);
  }

  #skipPast(text: string): void {
    const end = this.#source.indexOf(text, this.#at + text.length);
    this.#advance((end < 0 ? this.#source.length : end + text.length) - this.#at);
  }

  #advance(count: number): void {
    for (let i = 0; i < count; i++) if (this.#source[this.#at + i] === "\n") this.#line++;
    this.#at += count;
  }
}
