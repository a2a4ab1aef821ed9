import type { Name, RangeNode, ReservedNode, StringValue } from "./ast.js";
import type { Cursor } from "./cursor.js";
import { integer, signedInteger, utf8String } from "./parse-literal.js";
import { Sym, TokenKind } from "./token.js";

/** `1`, `1 to 5`, `1 to max`; numbers of an enum may be negative. */
export function range(c: Cursor, isEnum: boolean): RangeNode {
  const number = isEnum ? signedInteger : integer;
  const from = number(c, "Expected number range.");
  if (!c.tryWord("to")) return { from, to: undefined, toMax: undefined, start: from.start, end: from.end };
  if (c.isWord("max")) {
    const toMax = c.identifier('Expected "max".');
    return { from, to: undefined, toMax, start: from.start, end: toMax.end };
  }
  const to = number(c, 'Expected a number or "max".');
  return { from, to, toMax: undefined, start: from.start, end: to.end };
}

/** `reserved 1, 2 to 5;` or `reserved "a", "b";` (identifiers in editions). */
export function reserved(c: Cursor, isEnum: boolean): ReservedNode {
  const start = c.expectWord("reserved");
  const ranges: RangeNode[] = [];
  const names: (StringValue | Name)[] = [];
  if (c.kind === TokenKind.String) {
    do names.push(reservedName(c));
    while (c.trySymbol(Sym.Comma));
  } else if (c.kind === TokenKind.Identifier) {
    do names.push(c.identifier("Expected field name."));
    while (c.trySymbol(Sym.Comma));
  } else {
    do ranges.push(range(c, isEnum));
    while (c.trySymbol(Sym.Comma));
  }
  return { kind: "reserved", ranges, names, start, end: c.expectSymbol(Sym.Semicolon) };
}

function reservedName(c: Cursor): StringValue {
  return utf8String(c, "Expected a name in quotes.");
}
