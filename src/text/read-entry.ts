import type { DescField } from "@bufbuild/protobuf";
import { zeroOf } from "../codec/zero.js";
import { Kind, Sym } from "./lexer.js";
import { readScalar } from "./scalar-value.js";
import type { ValueReader } from "./value-reader.js";

type MapField = DescField & { readonly fieldKind: "map" };

/** What an entry takes of the heap besides its value, in words: its key, and its place. */
const entryWords = 12;

/** Reads an entry of a map, as in `{ key: "a" value: 1 }`. What is left out is zero. */
export function readEntry(reader: ValueReader, field: MapField, what: string): { key: unknown; value: unknown } {
  const { lexer } = reader;
  const close = reader.enter();
  reader.take(entryWords);
  let key: unknown;
  let value: unknown;
  while (lexer.kind !== close) {
    const name = lexer.kind === Kind.Identifier ? lexer.value : "";
    if (name !== "key" && name !== "value") throw lexer.expected(`${what}: key, value or the end of the entry`);
    if ((name === "key" ? key : value) !== undefined) throw lexer.error(`${what}: this entry has its ${name} already`);
    lexer.next();
    reader.readColon(name === "value" && field.message !== undefined, `${what}.${name}`);
    if (name === "key") key = readScalar(lexer, field.mapKey, `${what}.key`);
    else value = reader.readValue(field, `${what}.value`);
    if (!lexer.try(Sym.Comma)) lexer.try(Sym.Semicolon);
  }
  reader.leave();
  return { key: key ?? zeroOf(field.mapKey), value: value ?? zeroValue(reader, field) };
}

function zeroValue(reader: ValueReader, field: MapField): unknown {
  if (field.message !== undefined) return reader.emptyMessage(field.message);
  return field.enum !== undefined ? field.enum.values[0]?.number : zeroOf(field.scalar);
}
