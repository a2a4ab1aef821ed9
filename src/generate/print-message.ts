import type { DescField, DescMessage, DescOneof } from "@bufbuild/protobuf";
import { fieldType } from "./field-type.js";
import { descDoc } from "./jsdoc.js";
import { printDesc } from "./print-desc.js";
import type { Scope } from "./scope.js";
import { exportedName, type SourceFile } from "./source-file.js";

/** The type of a message and the constant that describes it. */
export function printMessage(out: SourceFile, desc: DescMessage, scope: Scope): void {
  const typeName = JSON.stringify(desc.typeName);
  out.print(descDoc(desc));
  out.print(
    "export type ",
    exportedName(scope.shape(desc).name),
    " = ",
    scope.protobufType("Message"),
    `<${typeName}> & {`,
  );
  desc.members.forEach((member, index) => {
    if (index > 0) out.print();
    if (member.kind === "oneof") printOneof(out, member, scope);
    else printField(out, member, scope);
  });
  out.print("};");
  out.print();
  const lines = [`Describes the ${desc}.`, `Use \`create(${scope.desc(desc).name})\` to create a new message.`];
  printDesc(
    out,
    desc,
    lines,
    [scope.genType("GenMessage"), "<", scope.shape(desc), ">"],
    scope.genFunction("messageDesc"),
    scope,
  );
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
