import { Kind, Sym } from "./lexer.js";
import type { ValueReader } from "./value-reader.js";

/** Passes over what a reserved name has, which may be of any kind. The name has been taken. */
export function skipValue(reader: ValueReader): void {
  const { lexer } = reader;
  const hasColon = lexer.try(Sym.Colon);
  if (lexer.kind === Sym.BracketOpen) skipList(reader, hasColon);
  else skipOne(reader, hasColon);
}

function skipList(reader: ValueReader, mayBeScalar: boolean): void {
  const { lexer } = reader;
  lexer.next();
  if (lexer.try(Sym.BracketClose)) return;
  do skipOne(reader, mayBeScalar);
  while (lexer.try(Sym.Comma));
  lexer.expect(Sym.BracketClose);
}

function skipOne(reader: ValueReader, mayBeScalar: boolean): void {
  const { lexer } = reader;
  if (lexer.isOpening) {
    skipMessage(reader);
    return;
  }
  if (!mayBeScalar) throw lexer.expected('":" or "{"');
  if (lexer.kind === Kind.String) {
    while (lexer.kind === Kind.String) lexer.next();
    return;
  }
  lexer.try(Sym.Minus);
  const isValue = lexer.kind === Kind.Identifier || lexer.kind === Kind.Integer || lexer.kind === Kind.Float;
  if (!isValue) throw lexer.expected("a value");
  lexer.next();
}

function skipMessage(reader: ValueReader): void {
  const { lexer } = reader;
  const close = reader.enter();
  while (lexer.kind !== close) {
    if (lexer.kind === Sym.BracketOpen) lexer.bracketedName();
    else if (lexer.kind === Kind.Identifier) lexer.next();
    else throw lexer.expected(`the name of a field or "${String.fromCharCode(close)}"`);
    skipValue(reader);
    if (!lexer.try(Sym.Comma)) lexer.try(Sym.Semicolon);
  }
  reader.leave();
}
