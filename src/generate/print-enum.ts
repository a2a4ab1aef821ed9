import type { DescEnum } from "@bufbuild/protobuf";
import { descDoc } from "./jsdoc.js";
import { printDesc } from "./print-desc.js";
import type { Scope } from "./scope.js";
import { exportedName, type SourceFile } from "./source-file.js";

/** An enum and the constant that describes it. */
export function printEnum(out: SourceFile, desc: DescEnum, scope: Scope, erasableSyntax: boolean): void {
  if (erasableSyntax) printObjectEnum(out, desc, scope);
  else printTsEnum(out, desc, scope);
  const type = [scope.genType("GenEnum"), "<", scope.shape(desc), ">"];
  printDesc(out, desc, [`Describes the ${desc}.`], type, scope.genFunction("enumDesc"), scope);
}

function printTsEnum(out: SourceFile, desc: DescEnum, scope: Scope): void {
  out.print(descDoc(desc));
  out.print("export enum ", exportedName(scope.shape(desc).name), " {");
  printValues(out, desc, " = ");
  out.print("}");
  out.print();
}

/** A constant object, and a type of the same name; an open enum also holds numbers that it does not name. */
function printObjectEnum(out: SourceFile, desc: DescEnum, scope: Scope): void {
  const { name } = scope.shape(desc);
  out.print(descDoc(desc));
  out.print("export const ", exportedName(name), " = {");
  printValues(out, desc, ": ");
  out.print("} as const;");
  out.print();
  out.print(descDoc(desc));
  const unknown = desc.open ? [" | ", scope.protobufType("UnknownEnum")] : [];
  out.print("export type ", exportedName(name), ` = (typeof ${name})[keyof typeof ${name}]`, unknown, ";");
  out.print();
}

function printValues(out: SourceFile, desc: DescEnum, between: string): void {
  desc.values.forEach((value, index) => {
    if (index > 0) out.print();
    out.print(descDoc(value, "  "));
    out.print(`  ${value.localName}${between}${value.number},`);
  });
}
