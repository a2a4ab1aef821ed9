import type { DescField } from "@bufbuild/protobuf";
import { scalarJsonType } from "@bufbuild/protobuf/codegenv2";
import { keyType } from "./field-type.js";
import type { Scope } from "./scope.js";
import type { Part } from "./source-file.js";

/** The TypeScript type of a field in the JSON form of its message. */
export function fieldJsonType(field: DescField, scope: Scope): Part {
  switch (field.fieldKind) {
    case "list": {
      const type = elementJsonType(field, scope);
      return typeof type === "string" && type.includes("|") ? `(${type})[]` : [type, "[]"];
    }
    case "map":
      return [`{ [key: ${keyType(field.mapKey)}]: `, elementJsonType(field, scope), " }"];
    default:
      return elementJsonType(field, scope);
  }
}

function elementJsonType(field: DescField, scope: Scope): Part {
  if (field.message !== undefined) return scope.jsonElement(field.message);
  if (field.enum !== undefined) return scope.jsonElement(field.enum);
  return scalarJsonType(field.scalar);
}
