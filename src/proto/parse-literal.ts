import type { IntegerValue, StringValue } from "./ast.js";
import type { Cursor } from "./cursor.js";
import { hasRawBytes } from "./raw-bytes.js";
import { isUtf8, notUtf8, unescaped, utf8Text } from "./string-literal.js";
import { Sym, TokenKind } from "./token.js";

/** The value of an integer token: decimal, hex or octal. */
export function integerOf(text: string): bigint {
  if (text.length > 1 && text.charCodeAt(0) === 48) {
    const isHex = (text.charCodeAt(1) | 32) === 0x78;
    // What is not valid was told by the lexer, and counts as zero.
    if (isHex) return text.length === 2 ? 0n : BigInt(text);
    return /[89]/.test(text) ? 0n : BigInt(`0o${text}`);
  }
  return BigInt(text);
}

/** @param what says what was expected, as a whole sentence */
export function integer(c: Cursor, what: string): IntegerValue {
  if (c.kind !== TokenKind.Integer) c.fail(what);
  const at = c.pos++;
  const digits = c.tokens.textOf(at);
  return { kind: "integer", value: integerOf(digits), digits, negative: false, start: at, end: at };
}

/** An integer that may have a minus sign. */
export function signedInteger(c: Cursor, what: string): IntegerValue {
  const start = c.pos;
  const negative = c.trySymbol(Sym.Minus);
  const { value, digits, end } = integer(c, what);
  return { kind: "integer", value: negative ? -value : value, digits, negative, start, end };
}

/** One string, written as one or several adjacent literals. */
export function string(c: Cursor, what: string): StringValue {
  if (c.kind !== TokenKind.String) c.fail(what);
  const start = c.pos;
  let text = "";
  let parts: Uint8Array[] | undefined;
  while (c.kind === TokenKind.String) {
    const at = c.pos++;
    const inner = innerOf(c.tokens.textOf(at));
    if (parts === undefined && (inner.includes("\\") || hasRawBytes(inner))) parts = [new TextEncoder().encode(text)];
    if (parts === undefined) text += inner;
    else parts.push(escaped(c, at, inner));
  }
  if (parts === undefined) return { kind: "string", text, bytes: undefined, isUtf8: true, start, end: c.last };
  const bytes = Uint8Array.from(parts.flatMap((part) => [...part]));
  return { kind: "string", text: utf8Text(bytes), bytes, isUtf8: isUtf8(bytes), start, end: c.last };
}

/** A {@link string} that a descriptor holds as text. */
export function utf8String(c: Cursor, what: string): StringValue {
  const value = string(c, what);
  if (!value.isUtf8) c.errorAt(value.start, value.end, notUtf8);
  return value;
}

/** What stands between the quotes; of one that has no end, which the lexer told, nothing. */
function innerOf(literal: string): string {
  return literal.length > 1 && literal.at(-1) === literal[0] ? literal.slice(1, -1) : "";
}

function escaped(c: Cursor, token: number, inner: string): Uint8Array {
  const result = unescaped(inner);
  const base = c.tokens.start(token) + 1;
  for (const e of result.errors) c.diagnostics.error(base + e.start, base + e.end, e.message);
  return result.bytes;
}
