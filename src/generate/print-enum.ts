import type { DescEnum } from "@bufbuild/protobuf";
import { descDoc } from "./jsdoc.js";
import { printDesc } from "./print-desc.js";
import { printEnumJson } from "./print-json.js";
import { exportType, type Printing, printExport } from "./printing.js";
import { exportedName, type Part } from "./source-file.js";

/** An enum and the constant that describes it. */
export function printEnum(to: Printing, desc: DescEnum): void {
  const { scope, form, options } = to;
  if (form !== "js") {
    if (options.erasableSyntax) printObjectEnum(to, desc);
    else printTsEnum(to, desc);
    if (options.jsonTypes) printEnumJson(to, desc);
  }
  const json: Part = options.jsonTypes ? [", ", scope.jsonType(desc)] : "";
  const type: Part = [scope.genType("GenEnum"), "<", scope.shape(desc), json, ">"];
  printDesc(to, desc, [`Describes the ${desc}.`], type, scope.genFunction("enumDesc"));
  if (form === "js") printMadeEnum(to, desc);
}

/** In JavaScript the object is made from the descriptor. */
function printMadeEnum(to: Printing, desc: DescEnum): void {
  const { out, scope, options } = to;
  out.print(descDoc(desc));
  const make = scope.genFunction(options.erasableSyntax ? "objEnum" : "tsEnum");
  printExport(to, scope.shape(desc).name, "", [make, "(", scope.desc(desc), ")"]);
}

function printTsEnum(to: Printing, desc: DescEnum): void {
  const { out, scope } = to;
  out.print(descDoc(desc));
  out.print("export enum ", exportedName(scope.shape(desc).name), " {");
  printValues(to, desc, "", " = ");
  out.print("}");
  out.print();
}

/** A constant object, and a type of the same name; an open enum also holds numbers that it does not name. */
function printObjectEnum(to: Printing, desc: DescEnum): void {
  const { out, scope, form } = to;
  const { name } = scope.shape(desc);
  out.print(descDoc(desc));
  if (form === "dts") out.print("export declare const ", exportedName(name), ": {");
  else out.print("export const ", exportedName(name), " = {");
  printValues(to, desc, form === "dts" ? "readonly " : "", ": ");
  out.print(form === "dts" ? "};" : "} as const;");
  out.print();
  out.print(descDoc(desc));
  const unknown: Part = desc.open ? [" | ", scope.protobufType("UnknownEnum")] : "";
  out.print(exportType(form), exportedName(name), ` = (typeof ${name})[keyof typeof ${name}]`, unknown, ";");
  out.print();
}

function printValues(to: Printing, desc: DescEnum, before: string, between: string): void {
  desc.values.forEach((value, index) => {
    if (index > 0) to.out.print();
    to.out.print(descDoc(value, "  "));
    to.out.print(`  ${before}${value.localName}${between}${value.number},`);
  });
}
