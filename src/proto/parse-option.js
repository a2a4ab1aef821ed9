import { aggregateDepthMax } from "./limits.js";
import { integerOf, string } from "./parse-literal.js";
import { Sym, TokenKind } from "./token.js";
/** `option name = value;` */
export function optionStatement(c) {
    const start = c.expectWord("option");
    const name = optionName(c);
    c.expectSymbol(Sym.Equals);
    const value = optionValue(c);
    return { kind: "option", name, value, start, end: c.expectSymbol(Sym.Semicolon) };
}
/** `[name = value, ...]`, or nothing. */
export function compactOptions(c) {
    if (!c.isSymbol(Sym.BracketOpen))
        return undefined;
    const start = c.pos++;
    const options = [];
    do {
        const first = c.pos;
        const name = optionName(c);
        c.expectSymbol(Sym.Equals);
        const value = optionValue(c);
        options.push({ kind: "option", name, value, start: first, end: c.last });
    } while (c.trySymbol(Sym.Comma));
    return { options, start, end: c.expectSymbol(Sym.BracketClose) };
}
function optionName(c) {
    const parts = [];
    do
        parts.push(optionNamePart(c));
    while (c.trySymbol(Sym.Dot));
    return parts;
}
function optionNamePart(c) {
    const start = c.pos;
    if (!c.trySymbol(Sym.ParenOpen))
        return { ...c.identifier("Expected option name."), isExtension: false };
    const name = c.dottedName("Expected option name.", true);
    return { text: name.text, isExtension: true, start, end: c.expectSymbol(Sym.ParenClose) };
}
function optionValue(c) {
    if (c.isSymbol(Sym.BraceOpen))
        return aggregate(c);
    return scalar(c);
}
/** A number, a word or a string. */
function scalar(c) {
    const start = c.pos;
    if (c.kind === TokenKind.String)
        return string(c, "Expected string.");
    const negative = c.trySymbol(Sym.Minus);
    const at = c.pos++;
    const text = c.tokens.textOf(at);
    switch (c.tokens.kind(at)) {
        case TokenKind.Integer: {
            const value = integerOf(text);
            // Zero has a sign only as a float.
            if (negative && value === 0n)
                return { kind: "float", value: -0, start, end: at };
            return { kind: "integer", value: negative ? -value : value, start, end: at };
        }
        case TokenKind.Float:
            return { kind: "float", value: negative ? -Number(text) : Number(text), start, end: at };
        case TokenKind.Identifier:
            return { kind: "identifier", text, negative, start, end: at };
        default:
            c.pos = at;
            return c.fail("Expected option value.");
    }
}
function aggregate(c) {
    const start = c.pos;
    const close = c.isSymbol(Sym.Less) ? Sym.Greater : Sym.BraceClose;
    if (!c.trySymbol(Sym.BraceOpen) && !c.trySymbol(Sym.Less))
        c.fail('Expected "{".');
    if (++c.depth > aggregateDepthMax)
        c.fail(`Values may be nested ${aggregateDepthMax} deep.`);
    const fields = [];
    while (!c.isSymbol(close)) {
        fields.push(aggregateField(c));
        if (!c.trySymbol(Sym.Comma))
            c.trySymbol(Sym.Semicolon);
    }
    c.depth--;
    return { kind: "aggregate", fields, start, end: c.pos++ };
}
function aggregateField(c) {
    const bracketed = c.isSymbol(Sym.BracketOpen);
    const name = bracketed ? bracketedName(c) : c.identifier('Expected field name or "}".');
    const colon = c.trySymbol(Sym.Colon);
    if (isAggregateStart(c))
        return { name, bracketed, value: aggregate(c) };
    if (!colon)
        c.fail('Expected ":" or "{".');
    return { name, bracketed, value: c.isSymbol(Sym.BracketOpen) ? list(c) : scalar(c) };
}
function isAggregateStart(c) {
    return c.isSymbol(Sym.BraceOpen) || c.isSymbol(Sym.Less);
}
/** `[a.b]` or `[type.googleapis.com/a.b]`. */
function bracketedName(c) {
    const start = c.expectSymbol(Sym.BracketOpen);
    let text = c.dottedName("Expected extension or type name.", true).text;
    while (c.trySymbol(Sym.Slash))
        text += `/${c.dottedName("Expected type name.", false).text}`;
    return { text, start, end: c.expectSymbol(Sym.BracketClose) };
}
function list(c) {
    const start = c.expectSymbol(Sym.BracketOpen);
    const items = [];
    if (!c.isSymbol(Sym.BracketClose)) {
        do
            items.push(isAggregateStart(c) ? aggregate(c) : scalar(c));
        while (c.trySymbol(Sym.Comma));
    }
    return { kind: "list", items, start, end: c.expectSymbol(Sym.BracketClose) };
}
