import type { EnumNode, EnumValueNode, VisibilityNode } from "./ast.js";
import type { Cursor } from "./cursor.js";
import { signedInteger } from "./parse-literal.js";
import { compactOptions, optionStatement } from "./parse-option.js";
import { reserved } from "./parse-reserved.js";
import { Sym, TokenKind } from "./token.js";

export function enumNode(c: Cursor, visibility: VisibilityNode | undefined): EnumNode {
  const start = c.expectWord("enum");
  const name = c.identifier("Expected enum name.");
  const body = c.body(() => enumElement(c));
  return { kind: "enum", visibility, name, body, start, end: body.close };
}

function enumElement(c: Cursor): EnumNode["body"]["elements"][number] {
  if (c.isSymbol(Sym.Semicolon)) return { kind: "empty", start: c.pos, end: c.pos++ };
  // These words can name values too, which "=" tells.
  const isStatement = c.tokens.kind(c.pos + 1) !== Sym.Equals;
  if (isStatement && c.isWord("option")) return optionStatement(c);
  if (isStatement && c.isWord("reserved")) return reserved(c, true);
  return enumValue(c);
}

function enumValue(c: Cursor): EnumValueNode {
  if (c.kind !== TokenKind.Identifier) c.fail("Expected enum constant name.");
  const name = c.identifier("Expected enum constant name.");
  if (!c.trySymbol(Sym.Equals)) c.fail('Missing numeric value for enum constant: expected "=".');
  const number = signedInteger(c, "Expected integer.");
  const options = compactOptions(c);
  return { kind: "value", name, number, options, start: name.start, end: c.expectSymbol(Sym.Semicolon) };
}
