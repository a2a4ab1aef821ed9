import type { DescField } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import { Kind, Sym } from "./lexer.js";
import { readScalar } from "./scalar-value.js";
import type { ValueReader } from "./value-reader.js";
import { zeroOf } from "./zero.js";

type MapField = DescField & { readonly fieldKind: "map" };

/** Reads an entry of a map, as in `{ key: "a" value: 1 }`. What is left out is zero. */
export function readEntry(reader: ValueReader, field: MapField, what: string): { key: unknown; value: unknown } {
  const { lexer } = reader;
  const close = reader.enter();
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
  return { key: key ?? zeroOf(field.mapKey), value: value ?? zeroValue(field) };
}

function zeroValue(field: MapField): unknown {
  if (field.message !== undefined) return reflect(field.message);
  return field.enum !== undefined ? field.enum.values[0]?.number : zeroOf(field.scalar);
}
