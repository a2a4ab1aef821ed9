import type { DescField, DescMessage, DescOneof } from "@bufbuild/protobuf";
import { type FieldType, fieldType } from "./field-type.js";
import { descDoc } from "./jsdoc.js";
import { printDesc } from "./print-desc.js";
import { printMessageJson } from "./print-json.js";
import { exportType, type Printing } from "./printing.js";
import { propertyName } from "./property-name.js";
import { exportedName, type Part, type SourceFile } from "./source-file.js";
import type { ValidTypesOf } from "./valid-types.js";

/** The types of a message and the constant that describes it. */
export function printMessage(to: Printing, desc: DescMessage): void {
  const { scope, form, options } = to;
  if (form !== "js") {
    printShape(to, desc);
    if (options.jsonTypes) printMessageJson(to, desc);
    if (to.valid !== undefined) printValid(to, desc, to.valid);
  }
  const lines = [`Describes the ${desc}.`, `Use \`create(${scope.desc(desc).name})\` to create a new message.`];
  const type: Part = [scope.genType("GenMessage"), "<", scope.shape(desc), otherTypes(to, desc), ">"];
  printDesc(to, desc, lines, type, scope.genFunction("messageDesc"));
}

/** What the constant knows besides the message's type. */
function otherTypes({ scope, options, valid }: Printing, desc: DescMessage): Part {
  const parts: Part[] = [];
  if (options.jsonTypes) parts.push(["jsonType: ", scope.jsonType(desc)]);
  if (valid !== undefined) parts.push(["validType: ", scope.validType(desc)]);
  return parts.length === 0 ? "" : [", {", parts.map((part, i): Part => [i > 0 ? ", " : "", part]), "}"];
}

function printShape(to: Printing, desc: DescMessage): void {
  to.out.print(descDoc(desc));
  printMembers(to, desc, to.scope.shape(desc).name, (field) => fieldType(field, to.scope));
}

/** The type of valid messages: the plain type where nothing is required in it. */
function printValid(to: Printing, desc: DescMessage, valid: ValidTypesOf): void {
  const { out, scope, form } = to;
  const { name } = scope.validType(desc);
  if (!valid.needsOwnType(desc)) {
    out.print(exportType(form), exportedName(name), " = ", scope.shape(desc), ";");
    out.print();
    return;
  }
  out.print(descDoc(desc));
  printMembers(to, desc, name, (field) => {
    const shapeOf = valid.isChecked(field) ? (message: DescMessage) => scope.validElement(message) : undefined;
    const { type, optional } = fieldType(field, scope, shapeOf);
    return { type, optional: optional && !valid.isRequired(field) };
  });
}

type TypeOf = (field: DescField) => FieldType;

function printMembers({ out, scope, form }: Printing, desc: DescMessage, name: string, typeOf: TypeOf): void {
  const base: Part = [scope.protobufType("Message"), `<${JSON.stringify(desc.typeName)}>`];
  out.print(exportType(form), exportedName(name), " = ", base, " & {");
  desc.members.forEach((member, index) => {
    if (index > 0) out.print();
    if (member.kind === "oneof") printOneof(out, member, typeOf);
    else printField(out, member, typeOf);
  });
  out.print("};");
  out.print();
}

function printField(out: SourceFile, field: DescField, typeOf: TypeOf): void {
  const { type, optional } = typeOf(field);
  out.print(descDoc(field, "  "));
  const name = propertyName(field.localName);
  if (optional) out.print("  ", name, "?: ", type, " | undefined;");
  else out.print("  ", name, ": ", type, ";");
}

/** A oneof is one property that says which case it holds. */
function printOneof(out: SourceFile, oneof: DescOneof, typeOf: TypeOf): void {
  out.print(descDoc(oneof, "  "));
  out.print("  ", propertyName(oneof.localName), ": {");
  oneof.fields.forEach((field, index) => {
    if (index > 0) out.print("  } | {");
    out.print(descDoc(field, "    "));
    out.print("    value: ", typeOf(field).type, ";");
    out.print(`    case: "${field.localName}";`);
  });
  out.print("  } | { case: undefined; value?: undefined };");
}
