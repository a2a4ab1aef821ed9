import type { DescEnum, DescExtension, DescFile, DescMessage, DescService } from "@bufbuild/protobuf";
import { embedFileDesc, pathInFileDesc } from "@bufbuild/protobuf/codegenv2";
import { isDeprecated, jsDoc } from "./jsdoc.js";
import type { Scope } from "./scope.js";
import { exportedName, type ImportedName, type Part, type SourceFile } from "./source-file.js";

/** Tells bundlers that the call may go where its result is not used. */
const pure = "/*@__PURE__*/";

/** The constant that describes a whole file: its descriptor in binary and the files that it imports. */
export function printFileDesc(out: SourceFile, file: DescFile, scope: Scope): void {
  out.print(descriptionDoc(file, [`Describes the ${file}.`]));
  out.print("export const ", exportedName(scope.desc(file).name), ": ", scope.genType("GenFile"), ` = ${pure}`);
  const imports = file.dependencies.map((one, index): Part => [index > 0 ? ", " : "", scope.desc(one)]);
  const list: Part = imports.length > 0 ? [", [", imports, "]"] : "";
  out.print("  ", scope.genFunction("fileDesc"), `("${embedFileDesc(file.proto).base64()}"`, list, ");");
  out.print();
}

/** A constant that describes a message or an enum, with a comment that says so. */
export function printDesc(
  out: SourceFile,
  desc: DescMessage | DescEnum,
  lines: readonly string[],
  type: Part,
  make: ImportedName,
  scope: Scope,
): void {
  printConstant(out, desc, descriptionDoc(desc, lines), type, make, scope);
}

/** A constant of some type, made from the file's descriptor and the place in it. */
export function printConstant(
  out: SourceFile,
  desc: DescMessage | DescEnum | DescExtension | DescService,
  doc: string,
  type: Part,
  make: ImportedName,
  scope: Scope,
): void {
  out.print(doc);
  out.print("export const ", exportedName(scope.desc(desc).name), ": ", type, ` = ${pure}`);
  out.print("  ", make, "(", scope.desc(desc.file), `, ${pathInFileDesc(desc).join(", ")});`);
  out.print();
}

function descriptionDoc(desc: DescFile | DescMessage | DescEnum, lines: readonly string[]): string {
  return jsDoc([...lines, ...(isDeprecated(desc) ? ["@deprecated"] : [])].join("\n"));
}
