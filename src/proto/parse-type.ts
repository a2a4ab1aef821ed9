import type { Name } from "./ast.js";
import { type Cursor, SyntaxFailure } from "./cursor.js";
import { scalarTypeOf } from "./scalar-types.js";
import { Sym } from "./token.js";

/** The type of a field: a word of the language, or the name of a message or enum. */
export function fieldType(c: Cursor, what: string): Name {
  if (!isReserved(c)) return c.dottedName(what, true);
  const type = c.identifier(what);
  if (c.isSymbol(Sym.Dot)) leave(c, type.start, `"${type.text}" is a type by itself, and nothing is in it.`, type.text);
  return type;
}

/** The name of a message. */
export function messageType(c: Cursor): Name {
  if (!isReserved(c)) return c.dottedName("Expected message type.", true);
  const word = c.tokens.textOf(c.pos);
  return leave(c, c.pos, `"${word}" is not defined. It is the word for a type that is no message.`, word);
}

function leave(c: Cursor, first: number, problem: string, word: string): never {
  c.errorAt(
    first,
    c.pos,
    `${problem} For a message or package of that name, write ".${word}" with all that is around it.`,
  );
  throw new SyntaxFailure(problem);
}

/** A word that stands for a type wherever a type is named, unless a dot is before it. */
function isReserved(c: Cursor): boolean {
  const word = c.tokens.textOf(c.pos);
  return word === "group" || scalarTypeOf(word) !== undefined;
}
