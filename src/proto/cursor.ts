import type { Body, Name } from "./ast.js";
import type { DiagnosticList } from "./diagnostic.js";
import { Sym, TokenKind, type TokenList } from "./token.js";

/** Thrown after a syntax error has been told, to leave the statement that has it. Never leaves the parser. */
export class SyntaxFailure extends Error {}

/** The place of the parser in the tokens, with what every rule of the grammar needs. */
export class Cursor {
  readonly tokens: TokenList;
  readonly diagnostics: DiagnosticList;
  pos = 0;
  /** Messages that are open here. */
  depth = 0;
  /** Messages around the option's value that is read here. */
  valueDepth = 0;
  /** Whether types may stand behind `export` and `local`, as from edition 2024 on. */
  hasVisibility = false;
  /** Where the lexer found errors: what the parser finds in the same statement follows from them. */
  readonly #lexerErrors: readonly number[];
  /** The first token of the innermost statement. */
  #statement = 0;

  constructor(tokens: TokenList, diagnostics: DiagnosticList) {
    this.tokens = tokens;
    this.diagnostics = diagnostics;
    this.#lexerErrors = [...diagnostics.errorOffsets];
  }

  get kind(): number {
    return this.tokens.kind(this.pos);
  }

  /** The token that was taken last. */
  get last(): number {
    return this.pos - 1;
  }

  isSymbol(symbol: number): boolean {
    return this.tokens.kind(this.pos) === symbol;
  }

  isWord(word: string): boolean {
    return this.tokens.kind(this.pos) === TokenKind.Identifier && this.tokens.isWord(this.pos, word);
  }

  /** Takes the symbol if it is next. */
  trySymbol(symbol: number): boolean {
    if (this.tokens.kind(this.pos) !== symbol) return false;
    this.pos++;
    return true;
  }

  tryWord(word: string): boolean {
    if (!this.isWord(word)) return false;
    this.pos++;
    return true;
  }

  /** Takes the symbol and gives its token. */
  expectSymbol(symbol: number): number {
    if (this.tokens.kind(this.pos) !== symbol) this.fail(`Expected "${String.fromCharCode(symbol)}".`);
    return this.pos++;
  }

  expectWord(word: string): number {
    if (!this.isWord(word)) this.fail(`Expected "${word}".`);
    return this.pos++;
  }

  /** @param what says what was expected, as a whole sentence */
  identifier(what: string): Name {
    if (this.kind !== TokenKind.Identifier) this.fail(what);
    const at = this.pos++;
    return { text: this.tokens.textOf(at), start: at, end: at };
  }

  /** `a.b.c`, or `.a.b.c` where a type is meant. */
  dottedName(what: string, mayLeadWithDot: boolean): Name {
    const start = this.pos;
    let text = mayLeadWithDot && this.trySymbol(Sym.Dot) ? "." : "";
    text += this.identifier(what).text;
    while (this.trySymbol(Sym.Dot)) text += `.${this.identifier("Expected identifier.").text}`;
    return { text, start, end: this.last };
  }

  /** Tells an error at the next token and leaves the statement. */
  fail(message: string): never {
    if (this.#followsLexerError()) throw new SyntaxFailure(message);
    const found = this.kind === TokenKind.End ? "end of file" : `"${clipped(this.tokens.textOf(this.pos))}"`;
    this.errorAt(this.pos, this.pos, `${message} Found ${found}.`.replace(". Found", ", found"));
    throw new SyntaxFailure(message);
  }

  #followsLexerError(): boolean {
    if (this.#lexerErrors.length === 0) return false;
    // An error of the lexer may lie between two tokens.
    const from = this.#statement === 0 ? 0 : this.tokens.end(this.#statement - 1);
    const to = this.tokens.end(this.pos);
    return this.#lexerErrors.some((offset) => offset >= from && offset <= to);
  }

  errorAt(first: number, last: number, message: string): void {
    this.diagnostics.error(this.tokens.start(first), this.tokens.end(last), message);
  }

  /** `{ element element ... }`, going on with the next element after an error in one. */
  body<T>(element: () => T): Body<T> {
    const open = this.expectSymbol(Sym.BraceOpen);
    const elements: T[] = [];
    while (!this.isSymbol(Sym.BraceClose)) {
      if (this.kind === TokenKind.End) {
        this.errorAt(open, open, 'Reached end of file before the "}" that closes this "{".');
        throw new SyntaxFailure("end of file");
      }
      this.recovering(() => elements.push(element()));
    }
    return { open, close: this.pos++, elements };
  }

  /** Runs one statement; after a syntax error goes on behind its `;` or block. */
  recovering(statement: () => void): void {
    const [depth, outer] = [this.depth, this.#statement];
    const start = this.pos;
    this.#statement = start;
    try {
      statement();
    } catch (error) {
      if (!(error instanceof SyntaxFailure)) throw error;
      this.depth = depth;
      // From its start, so that braces which were open at the error are matched.
      this.pos = start;
      this.#skipStatement();
      // An element that took nothing would be met again for ever.
      if (this.pos === start && this.kind !== TokenKind.End && !this.isSymbol(Sym.BraceClose)) this.pos++;
    }
    this.#statement = outer;
  }

  #skipStatement(): void {
    let brackets = 0;
    for (; this.kind !== TokenKind.End; this.pos++) {
      if (this.trySymbol(Sym.Semicolon)) return;
      if (this.isSymbol(Sym.BraceClose)) return;
      if (this.isSymbol(Sym.BracketOpen)) brackets++;
      else if (this.isSymbol(Sym.BracketClose)) brackets--;
      else if (this.isSymbol(Sym.BraceOpen)) {
        this.#skipBlock();
        if (brackets > 0) {
          this.pos--;
          continue;
        }
        // What follows a block may still belong to the statement, as in `= { ... };`.
        this.trySymbol(Sym.Semicolon);
        return;
      }
    }
  }

  #skipBlock(): void {
    let open = 0;
    for (; this.kind !== TokenKind.End; this.pos++) {
      if (this.isSymbol(Sym.BraceOpen)) open++;
      else if (this.isSymbol(Sym.BraceClose) && --open === 0) {
        this.pos++;
        return;
      }
    }
  }
}

function clipped(text: string): string {
  return text.length <= 40 ? text : `${text.slice(0, 40)}...`;
}
