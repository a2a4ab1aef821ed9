import { Sym, TokenKind } from "./token.js";
/** Thrown after a syntax error has been told, to leave the statement that has it. Never leaves the parser. */
export class SyntaxFailure extends Error {
}
/** The place of the parser in the tokens, with what every rule of the grammar needs. */
export class Cursor {
    tokens;
    diagnostics;
    pos = 0;
    /** Messages (or aggregates) that are open here. */
    depth = 0;
    /** Where the lexer found errors: what the parser finds in the same statement follows from them. */
    #lexerErrors;
    /** The first token of the innermost statement. */
    #statement = 0;
    constructor(tokens, diagnostics) {
        this.tokens = tokens;
        this.diagnostics = diagnostics;
        this.#lexerErrors = [...diagnostics.errorOffsets];
    }
    get kind() {
        return this.tokens.kind(this.pos);
    }
    /** The token that was taken last. */
    get last() {
        return this.pos - 1;
    }
    isSymbol(symbol) {
        return this.tokens.kind(this.pos) === symbol;
    }
    isWord(word) {
        return this.tokens.kind(this.pos) === TokenKind.Identifier && this.tokens.isWord(this.pos, word);
    }
    /** Takes the symbol if it is next. */
    trySymbol(symbol) {
        if (this.tokens.kind(this.pos) !== symbol)
            return false;
        this.pos++;
        return true;
    }
    tryWord(word) {
        if (!this.isWord(word))
            return false;
        this.pos++;
        return true;
    }
    /** Takes the symbol and gives its token. */
    expectSymbol(symbol) {
        if (this.tokens.kind(this.pos) !== symbol)
            this.fail(`Expected "${String.fromCharCode(symbol)}".`);
        return this.pos++;
    }
    expectWord(word) {
        if (!this.isWord(word))
            this.fail(`Expected "${word}".`);
        return this.pos++;
    }
    /** @param what says what was expected, as a whole sentence */
    identifier(what) {
        if (this.kind !== TokenKind.Identifier)
            this.fail(what);
        const at = this.pos++;
        return { text: this.tokens.textOf(at), start: at, end: at };
    }
    /** `a.b.c`, or `.a.b.c` where a type is meant. */
    dottedName(what, mayLeadWithDot) {
        const start = this.pos;
        let text = mayLeadWithDot && this.trySymbol(Sym.Dot) ? "." : "";
        text += this.identifier(what).text;
        while (this.trySymbol(Sym.Dot))
            text += `.${this.identifier("Expected identifier.").text}`;
        return { text, start, end: this.last };
    }
    /** Tells an error at the next token and leaves the statement. */
    fail(message) {
        if (this.#followsLexerError())
            throw new SyntaxFailure(message);
        const found = this.kind === TokenKind.End ? "end of file" : `"${clipped(this.tokens.textOf(this.pos))}"`;
        this.errorAt(this.pos, this.pos, `${message} Found ${found}.`.replace(". Found", ", found"));
        throw new SyntaxFailure(message);
    }
    #followsLexerError() {
        if (this.#lexerErrors.length === 0)
            return false;
        // An error of the lexer may lie between two tokens.
        const from = this.#statement === 0 ? 0 : this.tokens.end(this.#statement - 1);
        const to = this.tokens.end(this.pos);
        return this.#lexerErrors.some((offset) => offset >= from && offset <= to);
    }
    errorAt(first, last, message) {
        this.diagnostics.error(this.tokens.start(first), this.tokens.end(last), message);
    }
    /** `{ element element ... }`, going on with the next element after an error in one. */
    body(element) {
        const open = this.expectSymbol(Sym.BraceOpen);
        const elements = [];
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
    recovering(statement) {
        const [depth, outer] = [this.depth, this.#statement];
        const start = this.pos;
        this.#statement = start;
        try {
            statement();
        }
        catch (error) {
            if (!(error instanceof SyntaxFailure))
                throw error;
            this.depth = depth;
            // From its start, so that braces which were open at the error are matched.
            this.pos = start;
            this.#skipStatement();
            // An element that took nothing would be met again for ever.
            if (this.pos === start && this.kind !== TokenKind.End && !this.isSymbol(Sym.BraceClose))
                this.pos++;
        }
        this.#statement = outer;
    }
    #skipStatement() {
        let brackets = 0;
        for (; this.kind !== TokenKind.End; this.pos++) {
            if (this.trySymbol(Sym.Semicolon))
                return;
            if (this.isSymbol(Sym.BraceClose))
                return;
            if (this.isSymbol(Sym.BracketOpen))
                brackets++;
            else if (this.isSymbol(Sym.BracketClose))
                brackets--;
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
    #skipBlock() {
        let open = 0;
        for (; this.kind !== TokenKind.End; this.pos++) {
            if (this.isSymbol(Sym.BraceOpen))
                open++;
            else if (this.isSymbol(Sym.BraceClose) && --open === 0) {
                this.pos++;
                return;
            }
        }
    }
}
function clipped(text) {
    return text.length <= 40 ? text : `${text.slice(0, 40)}...`;
}
