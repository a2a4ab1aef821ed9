import type {
  ExtendNode,
  ExtensionsNode,
  FieldNode,
  LabelNode,
  MapType,
  MessageElement,
  MessageNode,
  Name,
  OneofNode,
  VisibilityNode,
} from "./ast.js";
import type { Cursor } from "./cursor.js";
import { messageDepthMax } from "./limits.js";
import { enumNode } from "./parse-enum.js";
import { integer } from "./parse-literal.js";
import { compactOptions, optionStatement } from "./parse-option.js";
import { range, reserved } from "./parse-reserved.js";
import { fieldType, messageType } from "./parse-type.js";
import { visibility, visibilityUse } from "./parse-visibility.js";
import { Sym, TokenKind } from "./token.js";

const tooDeep = `Messages, groups and maps may be nested ${messageDepthMax} deep.`;

export function message(c: Cursor, visibility: VisibilityNode | undefined): MessageNode {
  const start = c.expectWord("message");
  const name = c.identifier("Expected message name.");
  const body = messageBody(c);
  return { kind: "message", visibility, name, body, start, end: body.close };
}

function messageBody(c: Cursor): MessageNode["body"] {
  if (++c.depth > messageDepthMax) c.fail(tooDeep);
  const body = c.body(() => messageElement(c));
  c.depth--;
  return body;
}

function messageElement(c: Cursor): MessageElement {
  if (c.isSymbol(Sym.Semicolon)) return { kind: "empty", start: c.pos, end: c.pos++ };
  const its = visibility(c);
  if (c.kind === TokenKind.Identifier) {
    const word = c.tokens.textOf(c.pos);
    if (its !== undefined && word !== "message" && word !== "enum") c.fail(visibilityUse);
    switch (word) {
      case "message":
        return message(c, its);
      case "enum":
        return enumNode(c, its);
      case "oneof":
        return oneof(c);
      case "extend":
        return extend(c);
      case "extensions":
        return extensions(c);
      case "reserved":
        return reserved(c, false);
      case "option":
        return optionStatement(c);
    }
  }
  return field(c);
}

function label(c: Cursor): LabelNode | undefined {
  const at = c.pos;
  if (c.tryWord("optional")) return { text: "optional", start: at, end: at };
  if (c.tryWord("repeated")) return { text: "repeated", start: at, end: at };
  if (c.tryWord("required")) return { text: "required", start: at, end: at };
  return undefined;
}

/** A field of a message, a oneof or an `extend`. */
export function field(c: Cursor): FieldNode {
  const start = c.pos;
  const itsLabel = label(c);
  const isMap = c.isWord("map") && c.tokens.kind(c.pos + 1) === Sym.Less;
  const map = isMap ? mapType(c) : undefined;
  const type = isMap ? undefined : fieldType(c, "Expected field type.");
  const name = c.identifier("Expected field name.");
  if (!c.trySymbol(Sym.Equals)) c.fail('Missing field number: expected "=".');
  const number = integer(c, "Expected field number.");
  const options = compactOptions(c);
  const group = type?.text === "group" && c.isSymbol(Sym.BraceOpen) ? messageBody(c) : undefined;
  const end = group === undefined ? c.expectSymbol(Sym.Semicolon) : group.close;
  return { kind: "field", label: itsLabel, type, map, name, number, options, group, start, end };
}

function mapType(c: Cursor): MapType {
  // The message that its entries are.
  if (c.depth >= messageDepthMax) c.fail(tooDeep);
  const start = c.pos++;
  c.expectSymbol(Sym.Less);
  const key = entryType(c, "Expected key type.");
  c.expectSymbol(Sym.Comma);
  const value = entryType(c, "Expected value type.");
  return { key, value, start, end: c.expectSymbol(Sym.Greater) };
}

function entryType(c: Cursor, what: string): Name {
  if (c.isWord("group")) c.fail(`${what} A map has no groups.`);
  return fieldType(c, what);
}

function oneof(c: Cursor): OneofNode {
  const start = c.expectWord("oneof");
  const name = c.identifier("Expected oneof name.");
  const body = c.body(() => (c.isWord("option") ? optionStatement(c) : field(c)));
  return { kind: "oneof", name, body, start, end: body.close };
}

export function extend(c: Cursor): ExtendNode {
  const start = c.expectWord("extend");
  const extendee = messageType(c);
  const body = c.body(() => field(c));
  return { kind: "extend", extendee, body, start, end: body.close };
}

function extensions(c: Cursor): ExtensionsNode {
  const start = c.expectWord("extensions");
  const ranges = [];
  do ranges.push(range(c, false));
  while (c.trySymbol(Sym.Comma));
  const options = compactOptions(c);
  return { kind: "extensions", ranges, options, start, end: c.expectSymbol(Sym.Semicolon) };
}
