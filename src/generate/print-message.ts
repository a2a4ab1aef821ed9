import type { DescField, DescMessage, DescOneof } from "@bufbuild/protobuf";
import { fieldType } from "./field-type.js";
import { descDoc } from "./jsdoc.js";
import { printDesc } from "./print-desc.js";
import { printMessageJson } from "./print-json.js";
import { exportType, type Printing } from "./printing.js";
import type { Scope } from "./scope.js";
import { exportedName, type Part, type SourceFile } from "./source-file.js";

/** The type of a message and the constant that describes it. */
export function printMessage(to: Printing, desc: DescMessage): void {
  const { scope, form, options } = to;
  if (form !== "js") {
    printShape(to, desc);
    if (options.jsonTypes) printMessageJson(to, desc);
  }
  const lines = [`Describes the ${desc}.`, `Use \`create(${scope.desc(desc).name})\` to create a new message.`];
  const json: Part = options.jsonTypes ? [", {jsonType: ", scope.jsonType(desc), "}"] : "";
  const type: Part = [scope.genType("GenMessage"), "<", scope.shape(desc), json, ">"];
  printDesc(to, desc, lines, type, scope.genFunction("messageDesc"));
}

function printShape({ out, scope, form }: Printing, desc: DescMessage): void {
  const base: Part = [scope.protobufType("Message"), `<${JSON.stringify(desc.typeName)}>`];
  out.print(descDoc(desc));
  out.print(exportType(form), exportedName(scope.shape(desc).name), " = ", base, " & {");
  desc.members.forEach((member, index) => {
    if (index > 0) out.print();
    if (member.kind === "oneof") printOneof(out, member, scope);
    else printField(out, member, scope);
  });
  out.print("};");
  out.print();
}

function printField(out: SourceFile, field: DescField, scope: Scope): void {
  const { type, optional } = fieldType(field, scope);
  out.print(descDoc(field, "  "));
  if (optional) out.print("  ", field.localName, "?: ", type, " | undefined;");
  else out.print("  ", field.localName, ": ", type, ";");
}

/** A oneof is one property that says which case it holds. */
function printOneof(out: SourceFile, oneof: DescOneof, scope: Scope): void {
  out.print(descDoc(oneof, "  "));
  out.print("  ", oneof.localName, ": {");
  oneof.fields.forEach((field, index) => {
    if (index > 0) out.print("  } | {");
    out.print(descDoc(field, "    "));
    out.print("    value: ", fieldType(field, scope).type, ";");
    out.print(`    case: "${field.localName}";`);
  });
  out.print("  } | { case: undefined; value?: undefined };");
}
