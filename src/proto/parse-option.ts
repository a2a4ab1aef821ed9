import type {
  AggregateField,
  AggregateValue,
  CompactOptions,
  ListValue,
  Name,
  OptionNamePart,
  OptionNode,
  OptionValue,
} from "./ast.js";
import type { Cursor } from "./cursor.js";
import { valueDepthMax } from "./limits.js";
import { integerOf, string } from "./parse-literal.js";
import { Sym, TokenKind } from "./token.js";

/** `option name = value;` */
export function optionStatement(c: Cursor): OptionNode {
  const start = c.expectWord("option");
  const name = optionName(c);
  c.expectSymbol(Sym.Equals);
  const value = optionValue(c, name);
  return { kind: "option", name, value, start, end: c.expectSymbol(Sym.Semicolon) };
}

/** `[name = value, ...]`, or nothing. */
export function compactOptions(c: Cursor): CompactOptions | undefined {
  if (!c.isSymbol(Sym.BracketOpen)) return undefined;
  const start = c.pos++;
  const options: OptionNode[] = [];
  do {
    const first = c.pos;
    const name = optionName(c);
    c.expectSymbol(Sym.Equals);
    const value = optionValue(c, name);
    options.push({ kind: "option", name, value, start: first, end: c.last });
  } while (c.trySymbol(Sym.Comma));
  return { options, start, end: c.expectSymbol(Sym.BracketClose) };
}

function optionName(c: Cursor): OptionNamePart[] {
  const parts: OptionNamePart[] = [];
  do parts.push(optionNamePart(c));
  while (c.trySymbol(Sym.Dot));
  return parts;
}

function optionNamePart(c: Cursor): OptionNamePart {
  const start = c.pos;
  if (!c.trySymbol(Sym.ParenOpen)) return { ...c.identifier("Expected option name."), isExtension: false };
  const name = c.dottedName("Expected option name.", true);
  return { text: name.text, isExtension: true, start, end: c.expectSymbol(Sym.ParenClose) };
}

function optionValue(c: Cursor, name: readonly OptionNamePart[]): OptionValue {
  // Each part of the name but the last is a message around the value.
  c.valueDepth = name.length - 1;
  if (c.valueDepth > valueDepthMax) tooDeep(c);
  if (c.isSymbol(Sym.BraceOpen)) return aggregate(c);
  const value = scalar(c);
  if (value.kind === "identifier" && value.negative && value.text !== "inf" && value.text !== "nan")
    c.errorAt(value.start, value.end, `Only "inf" and "nan" may stand behind a minus, not "${value.text}".`);
  return value;
}

/** A number, a word or a string. */
function scalar(c: Cursor): OptionValue {
  const start = c.pos;
  if (c.kind === TokenKind.String) return string(c, "Expected string.");
  const negative = c.trySymbol(Sym.Minus);
  const at = c.pos++;
  const text = c.tokens.textOf(at);
  switch (c.tokens.kind(at)) {
    case TokenKind.Integer: {
      const value = integerOf(text);
      return { kind: "integer", value: negative ? -value : value, digits: text, negative, start, end: at };
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

function aggregate(c: Cursor): AggregateValue {
  const start = c.pos;
  const close = c.isSymbol(Sym.Less) ? Sym.Greater : Sym.BraceClose;
  if (!c.trySymbol(Sym.BraceOpen) && !c.trySymbol(Sym.Less)) c.fail('Expected "{".');
  if (++c.valueDepth > valueDepthMax) tooDeep(c);
  const fields: AggregateField[] = [];
  while (!c.isSymbol(close)) {
    fields.push(aggregateField(c));
    if (!c.trySymbol(Sym.Comma)) c.trySymbol(Sym.Semicolon);
  }
  c.valueDepth--;
  return { kind: "aggregate", fields, start, end: c.pos++ };
}

function aggregateField(c: Cursor): AggregateField {
  const bracketed = c.isSymbol(Sym.BracketOpen);
  const name = bracketed ? bracketedName(c) : c.identifier('Expected field name or "}".');
  const colon = c.trySymbol(Sym.Colon);
  if (isAggregateStart(c)) return { name, bracketed, hasColon: colon, value: aggregate(c) };
  if (!colon && !isAggregateList(c)) c.fail('Expected ":" or "{".');
  return { name, bracketed, hasColon: colon, value: c.isSymbol(Sym.BracketOpen) ? list(c) : scalar(c) };
}

function tooDeep(c: Cursor): never {
  return c.fail(`The messages of an option's value may be nested ${valueDepthMax} deep.`);
}

/** A list of messages needs no colon before it, as a single one needs none. */
function isAggregateList(c: Cursor): boolean {
  if (!c.isSymbol(Sym.BracketOpen)) return false;
  const next = c.tokens.kind(c.pos + 1);
  return next === Sym.BraceOpen || next === Sym.Less || next === Sym.BracketClose;
}

function isAggregateStart(c: Cursor): boolean {
  return c.isSymbol(Sym.BraceOpen) || c.isSymbol(Sym.Less);
}

/** `[a.b]` or `[type.googleapis.com/a.b]`. */
function bracketedName(c: Cursor): Name {
  const start = c.expectSymbol(Sym.BracketOpen);
  let text = c.dottedName("Expected extension or type name.", true).text;
  while (c.trySymbol(Sym.Slash)) text += `/${c.dottedName("Expected type name.", false).text}`;
  return { text, start, end: c.expectSymbol(Sym.BracketClose) };
}

function list(c: Cursor): ListValue {
  const start = c.expectSymbol(Sym.BracketOpen);
  const items: OptionValue[] = [];
  if (!c.isSymbol(Sym.BracketClose)) {
    do items.push(isAggregateStart(c) ? aggregate(c) : scalar(c));
    while (c.trySymbol(Sym.Comma));
  }
  return { kind: "list", items, start, end: c.expectSymbol(Sym.BracketClose) };
}
