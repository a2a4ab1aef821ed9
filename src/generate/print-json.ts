import type { DescEnum, DescMessage } from "@bufbuild/protobuf";
import { isWrapperDesc } from "@bufbuild/protobuf/wkt";
import { fieldJsonType } from "./field-json-type.js";
import { descDoc } from "./jsdoc.js";
import { exportType, type Printing } from "./printing.js";
import { propertyName } from "./property-name.js";
import { exportedName, type Part } from "./source-file.js";

/** The type of an enum's JSON form: the names that `toJson` writes. */
export function printEnumJson(to: Printing, desc: DescEnum): void {
  const names = new Set(desc.values.map((value) => value.jsonName));
  const isNull = desc.typeName === "google.protobuf.NullValue";
  const type = isNull ? "null" : [...names].map((name) => JSON.stringify(name)).join(" | ");
  printType(to, desc, [type, ";"]);
}

/** The type of a message's JSON form: what `toJson` returns. */
export function printMessageJson(to: Printing, desc: DescMessage): void {
  const special = specialType(to, desc);
  if (special !== undefined) {
    printType(to, desc, special);
    return;
  }
  const fields = desc.fields.map((field, index): Part => {
    const type = fieldJsonType(field, to.scope);
    return [index > 0 ? "\n" : "", `${descDoc(field, "  ")}\n`, `  ${propertyName(field.jsonName)}?: `, type, ";\n"];
  });
  printType(to, desc, ["{\n", fields, "};"]);
}

function printType(to: Printing, desc: DescMessage | DescEnum, type: Part): void {
  to.out.print(descDoc(desc));
  to.out.print(exportType(to.form), exportedName(to.scope.jsonType(desc).name), " = ", type);
  to.out.print();
}

/** The well-known types whose JSON form is one of their own. */
function specialType(to: Printing, desc: DescMessage): Part | undefined {
  switch (desc.typeName) {
    case "google.protobuf.Any":
      return '{\n  "@type"?: string;\n};';
    case "google.protobuf.Timestamp":
    case "google.protobuf.Duration":
    case "google.protobuf.FieldMask":
      return "string;";
    case "google.protobuf.Struct":
      return [to.scope.protobufType("JsonObject"), ";"];
    case "google.protobuf.Value":
      return [to.scope.protobufType("JsonValue"), ";"];
    case "google.protobuf.ListValue":
      return [to.scope.protobufType("JsonValue"), "[];"];
    case "google.protobuf.Empty":
      return "Record<string, never>;";
    default:
      return isWrapperDesc(desc) ? [fieldJsonType(desc.fields[0], to.scope), ";"] : undefined;
  }
}
